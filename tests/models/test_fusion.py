from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.fusion import (
    COLD,
    FREQUENT,
    LEAST_TRUST,
    RARE,
    FusionScorer,
    even_weights,
    item_groups,
    user_bins,
)

GROUPS = np.array([FREQUENT, FREQUENT, RARE, COLD], dtype=np.int8)
ONE_EVENT = Queries.of([np.array([0], dtype=np.int32)])


@dataclass(frozen=True)
class Always:
    row: tuple[float, ...]

    def score_catalog(self, queries: Queries) -> Scores:
        return np.tile(np.array(self.row, dtype=np.float32), (len(queries), 1))


def fused(rows: list[tuple[float, ...]], weights: NDArray[np.float32]) -> list[float]:
    members: dict[str, Any] = {str(at): Always(row) for at, row in enumerate(rows)}
    scores: list[float] = (
        FusionScorer(members, weights, GROUPS).score_catalog(ONE_EVENT)[0].tolist()
    )
    return scores


def test_scores_are_standardized_over_warm_items() -> None:
    # Warm scores 1, 3, 5: mean 3, deviation sqrt(8 / 3) = 1.632993; the cold 7 is (7 - 3) / that.
    scores = fused([(1.0, 3.0, 5.0, 7.0)], even_weights(["0"]))
    np.testing.assert_allclose(scores, [-1.224745, 0, 1.224745, 2.449490], atol=1e-5)


def test_weights_differ_by_group_and_user_bin() -> None:
    weights = even_weights(["0"])
    weights[0, 1, RARE] = 2
    weights[0, 2] = 100  # the bin of longer histories
    scores = fused([(1.0, 3.0, 5.0, 7.0)], weights)
    np.testing.assert_allclose(scores, [-1.224745, 0, 2.449490, 2.449490], atol=1e-5)


def test_a_member_that_knows_nothing_adds_nothing() -> None:
    nan = float("nan")
    both = fused([(1.0, 3.0, 5.0, 7.0), (nan, nan, nan, nan)], even_weights(["0", "1"]))
    np.testing.assert_allclose(both, fused([(1.0, 3.0, 5.0, 7.0)], even_weights(["0"])))


def test_a_cold_item_that_no_member_knows_stays_unknown() -> None:
    scores = fused([(1.0, 3.0, 5.0, float("nan"))], even_weights(["0"]))
    assert np.isnan(scores).tolist() == [False, False, False, True]


def test_items_fall_into_groups_by_the_warm_median() -> None:
    # Warm counts 1, 2, 9: the median is 2.
    groups = item_groups(np.array([0, 1, 2, 9]))
    assert groups.tolist() == [COLD, RARE, FREQUENT, FREQUENT]


def test_users_fall_into_bins_by_the_length_of_their_history() -> None:
    lengths = [0, 1, 5, 6, 20, 21]
    histories = [np.zeros(length, dtype=np.int32) for length in lengths]
    assert user_bins(Queries.of(histories)).tolist() == [0, 1, 1, 2, 2, 3]


@dataclass(frozen=True)
class Hears:
    """Says of item i what the i-th dimension of the words says; nothing without words."""

    def score_catalog(self, queries: Queries) -> Scores:
        scores = np.full((len(queries), 4), np.nan, dtype=np.float32)
        if queries.text_vectors is not None:
            said = queries.text_vectors.any(axis=1)
            scores[said] = queries.text_vectors[said]
        return scores


def spoken(words: list[float], history: list[int]) -> list[float]:
    members: dict[str, Any] = {"does": Always((3.0, 1.0, 2.0, 0.0)), "hears": Hears()}
    weights = even_weights(list(members))
    weights[1, 1:] = 0  # words are not weighed where there is a history
    fusion = FusionScorer(members, weights, GROUPS)
    queries = Queries.of([np.array(history, dtype=np.int32)])
    with_words = replace(queries, text_vectors=np.array([words], dtype=np.float32))
    scores: list[float] = fusion.score_catalog(with_words)[0].tolist()
    return scores


def test_words_beside_a_history_add_what_they_change_for_a_stranger() -> None:
    said = [0.6, 0.0, 0.8, 0.0]
    silent, loud = spoken([0.0] * 4, [1]), spoken(said, [1])
    stranger, telling = spoken([0.0] * 4, []), spoken(said, [])
    change = np.subtract(telling, stranger)
    assert change.any()
    np.testing.assert_allclose(np.subtract(loud, silent), change, atol=1e-6)


def test_words_that_are_trusted_half_change_half_as_much() -> None:
    # Standardized scores do not depend on the length of what was said, so the trust alone counts.
    silent, whole = spoken([0.0] * 4, [1]), spoken([0.6, 0.0, 0.8, 0.0], [1])
    half = spoken([0.3, 0.0, 0.4, 0.0], [1])
    np.testing.assert_allclose(np.subtract(half, silent), np.subtract(whole, silent) / 2, atol=1e-6)
    assert spoken([LEAST_TRUST / 2, 0.0, 0.0, 0.0], [1]) == silent
