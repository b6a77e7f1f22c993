"""Whether the model's similar items are those that people take next, and not just alike.

    python benchmarks/similar_items.py DATA_DIR

A tenth of the users is held out for testing and a tenth for choosing the weight of the text; the
model is fitted to the rest. Each two items that a held-out user took one after the other make a
question (the first) and an answer (the second), and all items are ranked. The floors are cosine on
the counts of common users, and the text alone. Bar: recall@10, each user's mean first, above both,
with the lower end of the paired 95 % bootstrap interval above 0.

The lists know no direction (the model's are those of ``linear``). Where times tie, the order of
the file makes the pairs; recall@10 on pairs with different times is printed beside it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from measuring import Bar, conclude, print_machine
from next_item import encoded
from numpy.typing import NDArray
from scipy import sparse

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.evaluation.accuracy import PerUser, recall
from lorewise.evaluation.ranks import NEVER, RankedTargets, target_ranks
from lorewise.evaluation.significance import paired_difference
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.similar_items import TEXT_WEIGHT, similar_items

Similarity = Callable[[ItemNumbers], Scores]
"""Items -> similarities to all items; shape ``(n_wanted, n_items)``."""

WEIGHTS = (0.0, TEXT_WEIGHT, 0.3, 1.0)
QUESTIONS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Pairs:
    """Items taken one after the other by some users; all arrays have shape ``(n_pairs,)``."""

    users: NDArray[np.int32]
    first: ItemNumbers
    second: ItemNumbers
    tied: NDArray[np.bool_]

    @classmethod
    def of(cls, dataset: Dataset, chosen: NDArray[np.bool_]) -> Self:
        """Return the pairs of the chosen users; shape of the mask ``(n_users,)``."""
        users, items, times = dataset.user_numbers, dataset.item_numbers, dataset.timestamps_s
        at = np.flatnonzero(
            (users[1:] == users[:-1]) & (items[1:] != items[:-1]) & chosen[users[1:]]
        )
        return cls(users[at], items[at], items[at + 1], times[at] == times[at + 1])

    def recall_at_10(self, similarity: Similarity, *, untied: bool = False) -> PerUser:
        """Return each user's recall; NaN for users without pairs."""
        kept = np.flatnonzero(~self.tied) if untied else np.arange(len(self.first))
        ranks = np.full(len(kept), NEVER)
        for start in range(0, len(kept), QUESTIONS_AT_ONCE):
            own = kept[start : start + QUESTIONS_AT_ONCE]
            scores = similarity(self.first[own])
            scores[np.arange(len(own)), self.first[own]] = np.nan
            ranks[start : start + len(own)] = target_ranks(
                scores, np.arange(len(own) + 1), self.second[own].astype(np.int64)
            )
        counts = np.bincount(self.users[kept], minlength=int(self.users.max()) + 1)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        nothing = np.zeros(len(ranks), dtype=np.int64)
        ranked = RankedTargets(
            offsets=offsets, ranks=ranks, others_ahead=nothing, n_others=np.zeros_like(counts)
        )
        return recall(ranked, 10)


def count_cosine(train: Dataset) -> Similarity:
    """Return the cosine of the items' columns of who took what."""
    cells = (np.ones(train.n_interactions), (train.user_numbers, train.item_numbers))
    taken = sparse.coo_array(cells, (train.n_users, train.n_items)).tocsr()
    taken.data = np.minimum(taken.data, 1).astype(np.float32)
    lengths = np.sqrt(np.maximum(taken.sum(axis=0), 1)).astype(np.float32)
    unit = (taken / lengths[None, :]).tocsr()
    columns = unit.T.tocsr()
    return lambda items: (columns[items] @ unit).toarray().astype(np.float32)


def parts_of_users(n_users: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the masks of users to choose by and to test by."""
    tenths = np.random.default_rng(0).permutation(n_users) * 10 // n_users
    return tenths == 0, tenths == 1


def model(train: Dataset, vectors: Embeddings, choose: Pairs) -> Similarity:
    """Fit, and return the similarity with the best weight of the text."""
    scorer = LinearScorer.fit(train, vectors, LinearSettings())

    def weighing(weight: float) -> Similarity:
        return lambda items: similar_items(scorer, vectors, items, text_weight=weight)

    found = {w: float(np.nanmean(choose.recall_at_10(weighing(w)))) for w in WEIGHTS}
    print("recall@10 by weight of the text, on users held out for choosing:", end=" ")
    print(", ".join(f"{weight:g}: {value:.4f}" for weight, value in found.items()))
    return weighing(max(found, key=found.__getitem__))


def main(folder: str) -> None:
    """Fit, choose and test."""
    print_machine()
    dataset, vectors = encoded(folder)
    is_chooser, is_tester = parts_of_users(dataset.n_users)
    train = dataset.only(~(is_chooser | is_tester)[dataset.user_numbers])
    test = Pairs.of(dataset, is_tester)
    forms = {
        "model": model(train, vectors, Pairs.of(dataset, is_chooser)),
        "cosine on counts": count_cosine(train),
        "text alone": lambda items: vectors[items] @ vectors.T,
    }
    print(f"\n{len(test.first)} pairs, {test.tied.mean():.0%} tied")
    print(f"{'similar items by':18} {'recall@10':>9} {'untied':>9}")
    found = {name: test.recall_at_10(form) for name, form in forms.items()}
    for name, values in found.items():
        untied = test.recall_at_10(forms[name], untied=True)
        print(f"{name:18} {np.nanmean(values):9.4f} {np.nanmean(untied):9.4f}")
    bars = []
    for name in list(forms)[1:]:
        gain = paired_difference(found["model"], found[name], np.random.default_rng(0))
        low, high = gain.ci95
        print(f"model minus {name}: {gain.mean:+.4f} ({low:+.4f} to {high:+.4f})")
        bars.append(Bar(f"gain over {name}, lower end", low, 0, is_at_most=False))
    conclude(*bars)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the script and its data
        sys.exit(__doc__)
    main(sys.argv[1])
