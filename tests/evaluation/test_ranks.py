import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.primitives import Scores
from lorewise.evaluation.ranks import NEVER, RankedTargets, n_scored, target_ranks
from lorewise.evaluation.targets import Targets

NAN = np.nan


def scored_items(rows: list[list[float]], numbers: list[int] | None = None) -> ScoredItems:
    scores = np.array(rows, dtype=np.float32)
    given_numbers = range(scores.shape[1]) if numbers is None else numbers
    return ScoredItems(np.array(given_numbers, dtype=np.int32), scores)


def reference_rank(scores: Scores, column: int) -> int:
    if column < 0 or np.isnan(scores[column]):
        return NEVER
    return int(np.sum(scores >= scores[column]))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 12))
def test_ranks_equal_a_plain_count_of_the_scores_at_or_above(
    seed: int, n_queries: int, n_candidates: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (n_queries, n_candidates)).astype(np.float32)  # many ties
    scores[rng.random(scores.shape) < 0.3] = NAN
    lengths = rng.integers(0, n_candidates + 1, n_queries)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    columns = rng.integers(-1, n_candidates, offsets[-1])

    ranks = target_ranks(scores, offsets, columns)

    queries = np.repeat(np.arange(n_queries), lengths)
    expected = [reference_rank(scores[q], c) for q, c in zip(queries, columns, strict=True)]
    assert ranks.tolist() == expected


def test_every_tied_item_counts_as_ahead() -> None:
    ranked = RankedTargets.from_scores(
        scored_items([[0.5, 0.5, 0.5, 0.9]]), Targets.of([0], [1], n_queries=1)
    )

    assert ranked.ranks.tolist() == [4]
    assert ranked.others_ahead.tolist() == [3]


def test_an_item_of_the_history_is_not_ahead_of_anything() -> None:
    assert target_ranks(
        np.array([[NAN, 0.1, 0.2]], dtype=np.float32), np.array([0, 1]), np.array([1])
    ).tolist() == [2]


def test_a_target_without_score_is_never_shown_and_loses_to_every_other() -> None:
    ranked = RankedTargets.from_scores(
        scored_items([[NAN, 0.1, 0.2, 0.3]]), Targets.of([0, 0], [0, 2], n_queries=1)
    )

    assert ranked.ranks.tolist() == [NEVER, 2]
    # others are items 1 and 3: both ahead of the unscored target, item 3 ahead of item 2
    assert ranked.n_others.tolist() == [2]
    assert ranked.others_ahead.tolist() == [2, 1]


def test_item_numbers_find_their_columns_among_the_candidates() -> None:
    scored = scored_items([[0.1, 0.3, 0.2]], numbers=[4, 7, 9])

    ranked = RankedTargets.from_scores(scored, Targets.of([0] * 4, [3, 7, 9, 11], n_queries=1))

    assert ranked.ranks.tolist() == [NEVER, 1, 2, NEVER]


def test_without_candidates_nothing_is_shown() -> None:
    nothing = ScoredItems(np.zeros(0, np.int32), np.zeros((1, 0), np.float32))

    ranked = RankedTargets.from_scores(nothing, Targets.of([0], [3], n_queries=1))

    assert ranked.ranks.tolist() == [NEVER]
    assert ranked.n_others.tolist() == [0]


def test_scores_that_are_not_contiguous_are_read_right() -> None:
    scores = np.arange(12, dtype=np.float32).reshape(3, 4)

    assert target_ranks(scores.T, np.array([0, 1, 1, 1, 1]), np.array([0])).tolist() == [3]


def test_only_scored_candidates_are_counted() -> None:
    scores = np.array([[NAN, 1, 2], [NAN, NAN, NAN]], dtype=np.float32)

    assert n_scored(scores).tolist() == [2, 0]


def test_places_in_lists_are_ranks_and_what_is_missing_is_never_shown() -> None:
    lists = RankedLists(
        np.array([[3, 1, -1], [2, 5, 4]], dtype=np.int32), np.zeros((2, 3), np.float32)
    )

    ranked = RankedTargets.from_lists(lists, Targets.of([0, 0, 1], [1, 2, 2], n_queries=2))

    assert ranked.ranks.tolist() == [2, NEVER, 1]
    assert ranked.n_others.tolist() == [0, 0]


def test_lists_without_places_or_targets_have_ranks_all_the_same() -> None:
    lists = RankedLists(np.zeros((1, 0), np.int32), np.zeros((1, 0), np.float32))

    assert RankedTargets.from_lists(lists, Targets.of([0], [1], n_queries=1)).ranks[0] == NEVER
    assert len(RankedTargets.from_lists(lists, Targets.of([], [], n_queries=1)).ranks) == 0


def test_a_subset_keeps_ranks_and_queries() -> None:
    ranked = RankedTargets.from_scores(
        scored_items([[0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]]),
        Targets.of([0, 0, 1], [0, 2, 1], n_queries=2),
    )

    part = ranked.only(np.array([False, True, False]))

    assert part.offsets.tolist() == [0, 1, 1]
    assert part.ranks.tolist() == [3]
    assert part.others_ahead.tolist() == [1]


def test_batches_join_to_what_one_batch_gives() -> None:
    scored = scored_items([[0.4, 0.3, 0.2], [0.1, 0.3, 0.3]])
    targets = Targets.of([0, 1, 1], [2, 0, 1], n_queries=2)
    whole = RankedTargets.from_scores(scored, targets)

    parts = [
        RankedTargets.from_scores(
            ScoredItems(scored.numbers, scored.scores[q : q + 1]), targets.part(q, q + 1)
        )
        for q in (0, 1)
    ]
    joined = RankedTargets.joined(parts)

    assert joined.ranks.tolist() == whole.ranks.tolist()
    assert joined.offsets.tolist() == whole.offsets.tolist()
    assert joined.others_ahead.tolist() == whole.others_ahead.tolist()
    assert joined.n_others.tolist() == whole.n_others.tolist()
    assert joined.targets_within.tolist() == whole.targets_within.tolist()
