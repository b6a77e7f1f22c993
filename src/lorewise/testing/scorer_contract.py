"""What every scorer must do: one suite, run over every row of the table of models.

A package with a model of its own runs the same suite::

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_model_is_a_scorer(check):
        check(ScorerCase("my_model", MyScorer, MySettings()))
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.registry import model_class, model_table, settings_class
from lorewise.stages import Scorer
from lorewise.testing.tiny import TinyWorld, tiny_world

IMPERSONAL = frozenset({"popularity", "expected_popularity"})
"""Models that say the same to everybody: no query can teach them anything."""

SMALL: dict[str, dict[str, Any]] = {
    "transformer": {"n_blocks": 1, "dim": 32, "patience": 3},
    "two_tower": {"dim": 32, "learning_rate": 0.01, "max_epochs": 30},
    "propagation": {"dim": 32, "learning_rate": 0.01, "max_epochs": 30},
}
"""Settings that make a model small enough to be fitted again and again."""

TOLERANCE = 2e-4  # of the largest score: sums in another order, iterations from another start
LONG = 500
CUTOFF = 5
BETTER_THAN_CHANCE = 1.3
FEWEST_OF_SAME_TASTE = 0.8


@dataclass(frozen=True)
class ScorerCase:
    """A model under settings, to be checked in the tiny world."""

    name: str
    scorer_class: type[Scorer]
    settings: Any
    is_personal: bool = True
    """Whether scores depend on the query."""


def registry_cases() -> list[ScorerCase]:
    """Return one case for each model whose module is there: default settings, but for ``SMALL``."""
    return [
        ScorerCase(
            name,
            model_class(name),
            settings_class(name)(**SMALL.get(name, {})),
            name not in IMPERSONAL,
        )
        for name, path in model_table().items()
        if find_spec(path.partition(":")[0])
    ]


@cache
def fitted(case: ScorerCase) -> Scorer:
    """Return the case's model, fitted to the tiny world."""
    return fit(case, tiny_world())


def fit(case: ScorerCase, world: TinyWorld) -> Scorer:
    """Return the case's model, fitted to this world anew."""
    return case.scorer_class.fit(world.dataset, world.vectors, case.settings)


def tiny_queries() -> Queries:
    """Return the histories of the tiny world's users, dislikes and one empty one included."""
    return tiny_world().dataset.queries()


def with_event(queries: Queries, item_number: int, *, weight: float, rating: float) -> Queries:
    """Return the queries with one more event at the end of each."""
    ends = queries.offsets[1:]
    return replace(
        queries,
        offsets=queries.offsets + np.arange(len(queries) + 1),
        item_numbers=np.insert(queries.item_numbers, ends, item_number),
        weights=np.insert(queries.weights, ends, weight),
        ratings=np.insert(queries.ratings, ends, rating),
        repeatable=np.insert(queries.repeatable, ends, np.False_),
    )


def expect(holds: bool | np.bool_, message: str) -> None:  # noqa: FBT001  that is the question
    """Fail the test with this message unless it holds.

    Raises:
        AssertionError: It does not hold.
    """
    if not holds:
        raise AssertionError(message)


def expect_close(actual: Scores, expected: Scores) -> None:
    """Fail unless both have NaN in the same places and elsewhere agree but for rounding."""
    largest = max(1e-6, float(np.nanmax(np.abs(expected), initial=0)))
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE * largest)


def one_score_per_query_and_item(case: ScorerCase) -> None:
    """Scores are float32, one per query and item; no query, no row."""
    queries, n_items = tiny_queries(), tiny_world().dataset.n_items
    scores = fitted(case).score_catalog(queries)
    expect(scores.shape == (len(queries), n_items), f"shape is {scores.shape}")
    expect(scores.dtype == np.float32, f"dtype is {scores.dtype}")
    none = fitted(case).score_catalog(queries.part(0, 0))
    expect(none.shape == (0, n_items), f"shape is {none.shape}")


def nan_for_the_unknown_alone(case: ScorerCase) -> None:
    """An item with interactions has a finite score for every query with a history."""
    world, queries = tiny_world(), tiny_queries()
    scores = fitted(case).score_catalog(queries)
    expect(not np.isinf(scores).any(), "some score is infinite")
    is_warm = ~world.is_cold
    gaps = np.isnan(scores[queries.lengths > 0][:, is_warm]).sum()
    expect(gaps == 0, f"{gaps} scores of known items are NaN")


def an_empty_history_is_answered(case: ScorerCase) -> None:
    """Without a history the known items have scores all of them, or none."""
    nothing = np.zeros(0, dtype=np.int32)
    scores = fitted(case).score_catalog(Queries.of([nothing, nothing]))
    unknown = np.isnan(scores[:, ~tiny_world().is_cold])
    expect(unknown.all() or not unknown.any(), "some known items are NaN, some are not")
    np.testing.assert_array_equal(scores[0], scores[1])


def a_history_of_any_length_is_answered(case: ScorerCase) -> None:
    """A history of hundreds of events, each item many times, is nothing special."""
    world = tiny_world()
    warm = np.flatnonzero(~world.is_cold).astype(np.int32)
    scores = fitted(case).score_catalog(_rated(Queries.of([np.resize(warm, LONG)])))
    expect(np.isfinite(scores[0, warm]).all(), "a known item has no score")


def a_repeated_item_is_answered(case: ScorerCase) -> None:
    """The same item again and again keeps every known item's score finite."""
    queries = tiny_queries().part(0, 4)
    for _ in range(3):
        queries = with_event(queries, int(queries.item_numbers[0]), weight=1, rating=5)
    scores = fitted(case).score_catalog(queries)
    is_answered = queries.lengths > 3  # noqa: PLR2004  more than what was added
    expect(np.isfinite(scores[is_answered][:, ~tiny_world().is_cold]).all(), "a score is missing")


def _rated(queries: Queries) -> Queries:
    """Return the queries with ratings that differ, so that a correlation means something."""
    ratings = np.resize(np.array([5, 4, 4.5], dtype=np.float32), len(queries.item_numbers))
    return replace(queries, ratings=ratings)


def a_batch_equals_one_by_one(case: ScorerCase) -> None:
    """No query's scores depend on the others of the batch."""
    batch_equals_one_by_one(case, tiny_queries())


def batch_equals_one_by_one(case: ScorerCase, queries: Queries) -> None:
    """Fail unless these queries score alone as they do together."""
    together = fitted(case).score_catalog(queries)
    alone = [fitted(case).score_catalog(queries.part(q, q + 1)) for q in range(len(queries))]
    expect_close(np.concatenate(alone), together)


def queries_are_left_as_they_were(case: ScorerCase) -> None:
    """Scoring changes no array of the caller's."""
    queries, untouched = tiny_queries(), tiny_queries()
    scores = fitted(case).score_catalog(queries)
    scores[:] = 0  # a scorer that hands out its own arrays would be spoiled by this
    for name in ("offsets", "item_numbers", "weights", "ratings"):
        np.testing.assert_array_equal(getattr(queries, name), getattr(untouched, name))
    again = fitted(case).score_catalog(queries)
    expect(bool(np.nan_to_num(again).any()), "the caller overwrote the scorer's own scores")


def fitting_twice_gives_the_same(case: ScorerCase) -> None:
    """The same data and settings give the same arrays."""
    first, second = fitted(case).to_arrays(), fit(case, tiny_world()).to_arrays()
    expect(first.keys() == second.keys(), f"{sorted(first)} became {sorted(second)}")
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], err_msg=name)


def saved_arrays_are_the_whole_scorer(case: ScorerCase) -> None:
    """A scorer made from its arrays, which may be read-only, gives identical scores."""
    saved = {}
    for name, array in fitted(case).to_arrays().items():
        expect(re.fullmatch(r"\w[\w.-]*", name) is not None, f"{name!r} cannot name a file")
        expect(isinstance(array, np.ndarray), f"{name} is no array")
        expect(array.dtype.kind != "O", f"{name} holds objects")
        saved[name] = array.copy()
        saved[name].flags.writeable = False
    loaded = case.scorer_class.from_arrays(saved)
    queries = tiny_queries()
    np.testing.assert_array_equal(
        loaded.score_catalog(queries), fitted(case).score_catalog(queries)
    )


def a_dislike_lowers_similar_items(case: ScorerCase) -> None:
    """A dislike lowers the items most similar to the disliked one.

    How similar an item is, the model says itself: by what a lone like gives it more than a lone
    dislike. Similar are those with at least half of the most; the first is of the same cluster.
    """
    world = tiny_world()
    warm = np.flatnonzero(~world.is_cold)
    is_same = []
    for item in warm[::3]:
        others = warm[warm != item]
        similarity, change = _effect_of_a_dislike(case, int(item), others)
        if not case.is_personal:
            np.testing.assert_array_equal(change, 0)
            continue
        most = similarity.max()
        expect(most > 0, "a lone like and a lone dislike are the same")
        is_same.append(
            world.item_clusters[others[np.argmax(similarity)]] == world.item_clusters[item]
        )
        similar = change[:, similarity >= most / 2]
        expect((similar < TOLERANCE * most).all(), "a dislike raised a similar item")
        expect((change[:, similarity == most] < 0).all(), "a dislike left the most similar alone")
    share = float(np.mean(is_same or [1.0]))
    expect(share >= FEWEST_OF_SAME_TASTE, f"{share:.0%} of the most similar are of the same taste")


def _effect_of_a_dislike(
    case: ScorerCase, item: int, others: NDArray[np.int64]
) -> tuple[Scores, Scores]:
    """Return how similar the others are to ``item``, and what disliking it adds to their scores.

    Shapes ``(n_others,)`` and ``(n_queries, n_others)``, for some users of its cluster.
    """
    world, model = tiny_world(), fitted(case)
    has_taste = (world.user_clusters == world.item_clusters[item]) & (world.held_out >= 0)
    queries = world.dataset.queries(np.flatnonzero(has_taste)[:6].astype(np.int32))
    nothing = Queries.of([np.zeros(0, dtype=np.int32)])
    # A correlation cannot tell from one rating: NaN says as much as 0 here.
    liked, disliked = (
        np.nan_to_num(model.score_catalog(with_event(nothing, item, weight=weight, rating=rating)))
        for weight, rating in ((1, 5), (-1, 1))
    )
    after = model.score_catalog(with_event(queries, item, weight=-1, rating=1))
    change = after - model.score_catalog(queries)
    return (liked - disliked)[0, others], change[:, others]


def a_cold_item_in_the_history_does_no_harm(case: ScorerCase) -> None:
    """Whoever chose an item that nobody else did still gets scores, and the own taste first."""
    world = tiny_world()
    users = np.flatnonzero(world.held_out >= 0).astype(np.int32)
    queries = world.dataset.queries(users)
    for item in np.flatnonzero(world.is_cold):
        scores = fitted(case).score_catalog(with_event(queries, int(item), weight=1, rating=4))
        expect(np.isfinite(scores[:, ~world.is_cold]).all(), "a known item lost its score")
        if case.is_personal and item == world.bare_item:
            share = _own_taste_first(scores, world, users)
            expect(share > BETTER_THAN_CHANCE / 2, f"own taste is first for {share:.0%} only")


def _own_taste_first(scores: Scores, world: TinyWorld, users: NDArray[np.int32]) -> float:
    best = np.argmax(np.where(world.is_cold, -np.inf, scores), axis=1)
    return float(np.mean(world.item_clusters[best] == world.user_clusters[users]))


def numbering_does_not_matter(case: ScorerCase) -> None:
    """Other ids, hence other numbers, give the same scores in another order."""
    world, renamed = tiny_world(), tiny_world(id_prefix="renamed-")
    there = renamed.dataset.items.numbers([f"renamed-{key}" for key in world.dataset.items.ids])
    queries = tiny_queries()
    scores = fit(case, renamed).score_catalog(
        replace(queries, item_numbers=there[queries.item_numbers])
    )
    expect_close(scores[:, there], fitted(case).score_catalog(queries))


def items_without_vectors_are_no_error(case: ScorerCase) -> None:
    """Where nothing is known about the items, a model still fits and scores."""
    world, queries = tiny_world(), tiny_queries()
    nothing = np.zeros((world.dataset.n_items, 0), dtype=np.float32)
    scores = case.scorer_class.fit(world.dataset, nothing, case.settings).score_catalog(queries)
    expect(scores.shape == (len(queries), world.dataset.n_items), f"shape is {scores.shape}")
    expect(not np.isinf(scores).any(), "some score is infinite")


def a_world_without_interactions_is_no_error(case: ScorerCase) -> None:
    """On the first day, before anybody did anything, a model fits and scores."""
    world, queries = tiny_world(), tiny_queries()
    empty = world.dataset.only(np.zeros(world.dataset.n_interactions, dtype=np.bool_))
    scores = case.scorer_class.fit(empty, world.vectors, case.settings).score_catalog(queries)
    expect(scores.shape == (len(queries), world.dataset.n_items), f"shape is {scores.shape}")
    expect(not np.isinf(scores).any(), "some score is infinite")


def a_personal_model_beats_chance(case: ScorerCase) -> None:
    """What a user liked next is among the first five more often than by chance."""
    recall, chance = recall_of(case)
    if case.is_personal:
        expect(recall > BETTER_THAN_CHANCE * chance, f"recall {recall:.3f}, chance {chance:.3f}")


def recall_of(case: ScorerCase) -> tuple[float, float]:
    """Return the share of users whose next item is among the first five, and that of chance.

    Items that the user has already, and cold ones, are left out; tied items count as ahead.
    """
    world, queries = tiny_world(), tiny_queries()
    scores = fitted(case).score_catalog(queries)
    is_open = np.tile(~world.is_cold, (len(queries), 1))
    is_open[queries.query_numbers, queries.item_numbers] = False
    rows = np.flatnonzero(world.held_out >= 0)
    wanted = world.held_out[rows]
    rows, wanted = rows[is_open[rows, wanted]], wanted[is_open[rows, wanted]]
    own = scores[rows, wanted][:, None]
    n_ahead = ((scores[rows] >= own) & is_open[rows]).sum(axis=1) - 1
    return float(np.mean(n_ahead < CUTOFF)), float(np.mean(CUTOFF / is_open[rows].sum(axis=1)))


def settings_are_named_and_frozen(case: ScorerCase) -> None:
    """The class names its settings, which have defaults and compare by value."""
    named = getattr(case.scorer_class, "settings_class", None)
    expect(named is type(case.settings), f"settings_class is {named}")
    one, other = type(case.settings)(), type(case.settings)()
    expect(one == other and hash(one) == hash(other), "settings are not frozen")


CHECKS: tuple[Callable[[ScorerCase], None], ...] = (
    one_score_per_query_and_item,
    nan_for_the_unknown_alone,
    an_empty_history_is_answered,
    a_history_of_any_length_is_answered,
    a_repeated_item_is_answered,
    a_batch_equals_one_by_one,
    queries_are_left_as_they_were,
    fitting_twice_gives_the_same,
    saved_arrays_are_the_whole_scorer,
    a_dislike_lowers_similar_items,
    a_cold_item_in_the_history_does_no_harm,
    numbering_does_not_matter,
    items_without_vectors_are_no_error,
    a_world_without_interactions_is_no_error,
    a_personal_model_beats_chance,
    settings_are_named_and_frozen,
)
"""The whole suite, in the order in which a failure is easiest to understand."""
