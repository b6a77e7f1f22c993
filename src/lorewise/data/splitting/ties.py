"""Rows of one user with the same time: which they are, and their order at random."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset


def tied_rows(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which rows have the time of the same user's row before them.

    Shape ``(n_interactions,)``; all False without times.
    """
    tied = np.zeros(dataset.n_interactions, dtype=np.bool_)
    if dataset.has_times:
        same_user = dataset.user_numbers[1:] == dataset.user_numbers[:-1]
        tied[1:] = same_user & (dataset.timestamps_s[1:] == dataset.timestamps_s[:-1])
    return tied


def shuffle_ties(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Return the dataset with each user's rows of equal time in a random order, all else equal.

    File order within one time is often an artefact (by item id, say) that order-aware models
    learn and live traffic lacks; figures on this variant are free of it. Without times the file
    order is all the order there is, and the dataset comes back as it is.
    """
    if not dataset.has_times:
        return dataset
    draws = rng.random(dataset.n_interactions)
    order = np.lexsort((draws, dataset.timestamps_s, dataset.user_numbers))
    return replace(
        dataset,
        item_numbers=dataset.item_numbers[order],
        weights=dataset.weights[order],
        ratings=dataset.ratings[order],
        repeatable=dataset.repeatable[order],
    )
