from dataclasses import replace

import numpy as np

from lorewise.data.item_features import ItemFeatures
from lorewise.data.splitting import split
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.pipeline.choice import Choice
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.lifting import LIFTS, SPENT_ON_TAIL, Lifted, most_of_the_tail, tried_lifts
from lorewise.pipeline.tuning import Tuned
from lorewise.pipeline.validation import Validation
from lorewise.testing.tiny import tiny_world

WEIGHTS = np.ones((4, 4, 3), dtype=np.float32)


def choice() -> Choice:
    sequential = Tuned(SequentialLinearSettings(), {}, 0.0, 0)
    plain = Tuned(LinearSettings(), {}, 0.0, 0)
    return Choice(sequential, plain, plain)


def lifted(lift: float, quality: float, tail_recall: float) -> Lifted:
    return Lifted(choice().with_lift(lift), WEIGHTS, quality, tail_recall)


def events() -> Validation:
    parted = split(tiny_world().dataset, "last-item")
    return Validation.of(parted, np.random.default_rng(0), n_users=100, k=5)


def space() -> KnowledgeSpace:
    world = tiny_world()
    return KnowledgeSpace.of(ItemFeatures({"text": world.vectors}), world.dataset.n_items)


def test_the_most_of_the_tail_is_taken_that_costs_next_to_nothing() -> None:
    tried = [lifted(0, 0.2, 0.1), lifted(1, 0.1985, 0.2), lifted(2, 0.1975, 0.3)]
    assert 0.1985 >= 0.2 * (1 - SPENT_ON_TAIL) > 0.1975
    assert most_of_the_tail(tried).choice.knowledge_lift == 1


def test_with_the_same_tail_the_better_ranking_wins() -> None:
    tried = [lifted(0, 0.1999, 0.0), lifted(1, 0.2, 0.0), lifted(2, 0.1998, 0.0)]
    assert most_of_the_tail(tried).choice.knowledge_lift == 1


def test_lifts_are_tried_in_turn_and_the_first_too_dear_is_the_last() -> None:
    validation, knowledge = events(), space()
    members = choice().members(validation.train, knowledge)
    tried = tried_lifts(choice(), members, validation, knowledge)
    assert [each.choice.knowledge_lift for each in tried] == list(LIFTS[: len(tried)])
    best = max(each.quality for each in tried)
    assert all(each.quality >= best * (1 - SPENT_ON_TAIL) for each in tried[:-1])


def test_where_nothing_is_known_nothing_is_lifted() -> None:
    validation = events()
    nothing = KnowledgeSpace.of(ItemFeatures({}), validation.n_items)
    members = choice().members(validation.train, nothing)
    assert len(tried_lifts(choice(), members, validation, nothing)) == 1


def test_members_are_lifted_as_if_they_had_been_fitted_so() -> None:
    dataset, knowledge = tiny_world().dataset, space()
    three = choice().with_lift(3)
    late = three.lifted(choice().members(dataset, knowledge), dataset, three.knowledge(knowledge))
    queries = dataset.queries()
    for name, member in three.members(dataset, knowledge).items():
        np.testing.assert_allclose(
            late[name].score_catalog(queries), member.score_catalog(queries), atol=1e-5
        )
    assert isinstance(late["sequential_linear"], SequentialLinearScorer)


def test_trust_is_that_of_an_item_as_often_met_as_the_mean() -> None:
    dataset, knowledge = tiny_world().dataset, space()
    mean = dataset.n_interactions / (dataset.item_counts > 0).sum()
    settings = LinearSettings(knowledge_lift=3, trust_events=float(mean))
    fitted = choice().with_lift(3).members(dataset, knowledge)["linear"]
    other = type(fitted).fit(dataset, knowledge.vectors({}), replace(settings))
    queries = dataset.queries()
    np.testing.assert_allclose(fitted.score_catalog(queries), other.score_catalog(queries))
