"""Sequential rules: which items came soon after another, in numpy and scipy.

Source: Ludewig and Jannach, Evaluation of session-based recommendation algorithms, UMUAI 2018,
section 3.1.3: a pair weighs 1 over its distance, and the last item speaks. Here the last few items
may speak, the older the less, and rules may count for less the more popular what they lead to is.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from peers.asking import Model, Recommend, answer
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, OneOf, Settings, WholeBetween


def fit(events: Events, settings: Settings, _seed: int) -> Recommend:
    """Count the pairs within the window."""
    rules = counted(events, settings["window"])
    popularity = np.maximum(np.bincount(events.items, minlength=events.n_items), 1)
    rules = rules @ sparse.diags((popularity ** -settings["popularity_power"]).astype(np.float32))
    last = last_items(events, settings["n_last"])

    def score(users: NDArray[np.int32]) -> NDArray[np.float32]:
        scores = (last[users] @ rules).toarray().astype(np.float32)
        return np.where(scores > 0, scores, np.float32(np.nan))  # no rule leads there

    return recommend_by(score, user_items(events))


def counted(events: Events, window: int) -> sparse.csr_matrix:
    """Return how strongly each item (row) leads to another (column)."""
    shape = (events.n_items, events.n_items)
    rules = sparse.csr_matrix(shape, dtype=np.float32)
    for distance in range(1, window + 1):
        is_pair = events.users[:-distance] == events.users[distance:]
        earlier, later = events.items[:-distance][is_pair], events.items[distance:][is_pair]
        weights = np.full(len(earlier), 1 / distance, dtype=np.float32)
        rules = rules + sparse.csr_matrix((weights, (earlier, later)), shape=shape)
    return rules


def last_items(events: Events, n_last: int) -> sparse.csr_matrix:
    """Return 1 over the age of each user's last items, 1 for the newest."""
    ages = events.offsets[1:][events.users] - np.arange(len(events))
    is_last = ages <= n_last
    cells = (1 / ages[is_last]).astype(np.float32), (events.users[is_last], events.items[is_last])
    return sparse.csr_matrix(cells, shape=(events.n_users, events.n_items))


MODELS = {
    "rules": Model(
        fit=fit,
        space={
            "window": WholeBetween(1, 30),
            "n_last": OneOf((1, 2, 3, 5, 10)),
            "popularity_power": Between(0, 1, is_even=True),
        },
        start={"window": 10, "n_last": 1, "popularity_power": 0.0},
        is_random=False,
    )
}

if __name__ == "__main__":
    answer("scipy", MODELS)
