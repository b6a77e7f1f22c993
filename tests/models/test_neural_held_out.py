from itertools import pairwise

import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.models.neural_held_out import HeldOut
from lorewise.testing.tiny import tiny_world


def test_last_events_of_some_users_are_kept_out_of_training() -> None:
    dataset = tiny_world().dataset
    held = HeldOut.of(dataset, n_users=10, seed=0)
    assert len(held.asked) == len(held.answers) == 10
    assert len(held.histories.item_numbers) == dataset.n_interactions - 10
    whole = [dataset.item_numbers[start:stop].tolist() for start, stop in pairwise(dataset.offsets)]
    for number, answer in enumerate(held.answers):
        asked = held.asked.part(number, number + 1).item_numbers
        assert [*asked.tolist(), int(answer)] in whole


def test_an_item_is_never_left_without_events() -> None:
    dataset = tiny_world().dataset
    first_of_each = dataset.only(np.unique(dataset.item_numbers, return_index=True)[1])
    held = HeldOut.of(first_of_each, n_users=10, seed=0)
    assert len(held.answers) == 0
    assert len(held.histories.item_numbers) == len(first_of_each.item_numbers)


def test_the_figure_is_the_mean_gain_of_the_answers() -> None:
    held = HeldOut.of(tiny_world().dataset, n_users=10, seed=0)
    n_items = tiny_world().dataset.n_items

    def score(asked: Queries) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        scores = np.zeros((len(asked), n_items), dtype=np.float32)
        scores[np.arange(5), held.answers[:5]] = 1
        return scores

    assert held.ndcg(score) == pytest.approx(0.5)
