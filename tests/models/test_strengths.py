from dataclasses import replace
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.queries import Queries
from lorewise.errors import SettingsError
from lorewise.models.strengths import EventStrengths, liked_ages
from lorewise.testing.strategies import query_batches
from lorewise.testing.tiny import tiny_world


def queries(*weights: list[float]) -> Queries:
    return Queries.of(
        [np.arange(len(each), dtype=np.int32) for each in weights],
        weights=[np.array(each, dtype=np.float32) for each in weights],
    )


def test_only_newer_likes_make_an_event_old() -> None:
    assert liked_ages(queries([1, -1, 1, 1], [], [-1, 1])).tolist() == [2, 2, 1, 0, 1, 0]


def test_an_event_fades_with_the_likes_after_it() -> None:
    strengths = EventStrengths(1.0, 2.0).of(queries([1, -1, 1]))
    assert strengths.tolist() == pytest.approx([exp(-0.5), -exp(-0.5), 1])


def test_without_a_decay_all_events_are_alike() -> None:
    assert EventStrengths(1.0, inf).of(queries([1, 1, -1])).tolist() == [1, 1, -1]


def test_large_and_small_weights_are_tempered_and_keep_their_sign() -> None:
    tempered = EventStrengths(2.0, inf).tempered(
        np.array([2, 8, -18, 2000, 0.001], dtype=np.float32)
    )
    # roots of 1, 4, 9, 1000 (at most 4) and .0005 (at least .25)
    assert tempered.tolist() == pytest.approx([1, 2, -3, 4, 0.25])
    assert tempered.dtype == np.float32


def test_what_would_hardly_count_is_left_out() -> None:
    ages = [1.0] * 12
    strengths = EventStrengths(1.0, 1.0).of(queries(ages))
    assert (strengths[:2] == 0).all()  # exp(-10) = .00005
    assert (strengths[2:] > 0).all()


def test_the_typical_weight_is_the_median_size() -> None:
    dataset = tiny_world().dataset.only(np.arange(3))
    dataset = replace(dataset, weights=np.array([-5, 1, 2], dtype=np.float32))
    assert EventStrengths.fit(dataset, history_tau=3) == EventStrengths(2.0, 3)


def test_without_interactions_it_is_1() -> None:
    nothing = tiny_world().dataset.only(np.zeros(0, dtype=np.int64))
    assert EventStrengths.fit(nothing, history_tau=3).typical == 1


@given(query_batches(5), st.sampled_from([0.5, 4.0, inf]))
def test_strengths_stay_within_four_and_newer_likes_count_no_less(
    batch: Queries, tau: float
) -> None:
    strengths = EventStrengths(1.0, tau).of(batch)
    assert (np.abs(strengths) <= 4).all()
    same = replace(batch, weights=np.ones_like(batch.weights))
    for start, end in zip(batch.offsets, batch.offsets[1:], strict=False):
        assert (np.diff(EventStrengths(1.0, tau).of(same)[start:end]) >= 0).all()


@pytest.mark.parametrize("tau", [0, -1, float("nan")])
def test_a_decay_that_is_none_is_refused(tau: float) -> None:
    with pytest.raises(SettingsError, match="history_tau"):
        EventStrengths(1.0, tau)
