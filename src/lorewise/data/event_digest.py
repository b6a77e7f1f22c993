"""Which of a user's events a profile was made from, as a few hex digits."""

import json
from hashlib import blake2b

import numpy as np

from lorewise.data.dataset import Dataset


def events_digest(dataset: Dataset, user_number: int, n_events: int) -> str:
    """Return sixteen hex digits of the user's oldest ``n_events`` events.

    They change with any item id, like or dislike and time, not with the numbering of users and
    items, nor with the order of the same events among themselves. No event has a digest too: that
    of a user who has only told about themselves.

    Raises:
        ValueError: The user has fewer events.
    """
    start, stop = dataset.offsets[user_number : user_number + 2]
    if not 0 <= n_events <= stop - start:
        raise ValueError(f"n_events is {n_events}; give 0 to {stop - start}, the user's events")
    rows = slice(start, start + n_events)
    ids = (dataset.items.ids[number] for number in dataset.item_numbers[rows].tolist())
    likes = np.greater(dataset.weights[rows], 0).tolist()
    events = sorted(zip(dataset.timestamps_s[rows].tolist(), ids, likes, strict=True))
    return blake2b(json.dumps(events).encode(), digest_size=8).hexdigest()
