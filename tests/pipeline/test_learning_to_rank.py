import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from lorewise.data.primitives import Scores
from lorewise.data.splitting import split
from lorewise.models import lambdarank
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.evidence import Evidence
from lorewise.models.fusion import COLD, FusionScorer, even_weights, item_groups
from lorewise.models.item_facts import ItemFacts
from lorewise.models.learned_fusion import LearnedFusionScorer
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.rules import RulesScorer
from lorewise.pipeline import held_out, learning_to_rank
from lorewise.pipeline.choice import MEMBERS, TRANSFORMER
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.learning_to_rank import candidate_lists, judge, learned
from lorewise.pipeline.recommender import Recommender
from lorewise.pipeline.validation import Validation
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
NAMES = ("lambdarank",)


def events() -> Validation:
    parted = split(WORLD.dataset, "last-item")
    return Validation.of(parted, np.random.default_rng(0), n_users=100, k=5)


def fusion() -> FusionScorer:
    """Return a fusion that listens to the wrong member: rules know this world best."""
    train = EVENTS.train
    members: dict[str, Any] = {
        "rules": RulesScorer.fit(train, WORLD.vectors, RulesScorer.settings_class()),
        "content": ContentScorer.fit(train, WORLD.vectors, ContentSettings()),
        "popularity": PopularityScorer.fit(train, WORLD.vectors, PopularitySettings()),
    }
    weights = even_weights(list(members))
    weights[0] = 0.1
    return FusionScorer(members, weights, item_groups(train.item_counts))


EVENTS = events()
FUSION = fusion()


class _Stub:
    settings_class: ClassVar[type[dict[str, Any]]] = dict

    @classmethod
    def fit(cls, lists: CandidateLists, settings: Any) -> "_Stub":
        return cls()


class ByRules(_Stub):
    """Orders by the first two members, which is better than the fusion and than either."""

    def scores(self, evidence: Evidence) -> Scores:
        scores: Scores = evidence.rows[:, :, 0] + evidence.rows[:, :, 2]
        return scores


class Backwards(_Stub):
    """Puts the candidate first that the fusion has last."""

    def scores(self, evidence: Evidence) -> Scores:
        places = np.arange(evidence.items.shape[1], dtype=np.float32)
        return np.tile(places, (len(evidence.items), 1))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let the few users of the tiny world be enough."""
    monkeypatch.setattr(learning_to_rank, "LEAST_LISTS", 5)
    monkeypatch.setattr(held_out, "LEAST_USERS", 20)
    return monkeypatch


def use(few: pytest.MonkeyPatch, stub: type[_Stub]) -> None:
    few.setattr(learning_to_rank, "ranker_class", lambda _: stub)


def test_every_list_to_learn_from_holds_what_was_taken() -> None:
    lists = candidate_lists(FUSION, EVENTS)
    taken = lists.evidence.items[lists.is_target]
    assert lists.is_target.any(axis=1).all()
    assert len(taken) == len(lists) <= len(EVENTS.queries)
    assert set(taken.tolist()) <= set(EVENTS.targets.item_numbers.tolist())


def test_a_ranker_that_is_better_on_the_other_half_is_used(few: pytest.MonkeyPatch) -> None:
    use(few, ByRules)
    found = learned(FUSION, EVENTS, NAMES, 0)
    judged = found.figures["judged"]
    assert found.figures["used"] == found.name == "lambdarank"
    assert judged["lambdarank"]["ndcg"] > judged["linear"]["ndcg"]
    assert judged["lambdarank"]["p_value"] < 0.05
    assert isinstance(found.over(FUSION, ItemFacts.of(EVENTS.train)), LearnedFusionScorer)
    json.dumps(found.figures, allow_nan=False)


def test_a_ranker_that_is_no_better_is_refused(few: pytest.MonkeyPatch) -> None:
    use(few, Backwards)
    found = learned(FUSION, EVENTS, NAMES, 0)
    assert found.figures["used"] == "linear"
    assert "no learned ranker is better" in found.figures["why"]
    assert found.over(FUSION, ItemFacts.of(EVENTS.train)) is FUSION


def test_the_judging_half_is_asked_alone() -> None:
    half = EVENTS.part(len(EVENTS.queries) // 2, len(EVENTS.queries))
    judged = judge(FUSION, {}, half, 0)
    assert judged["linear"]["ndcg"] == pytest.approx(half.quality(FUSION), abs=1e-5)
    best = max(half.quality(member) for member in FUSION.members.values())
    assert judged["best_member"]["ndcg"] == pytest.approx(best, abs=1e-5)


def test_without_the_package_the_weights_stay_and_it_is_said_why(few: pytest.MonkeyPatch) -> None:
    few.setattr(lambdarank, "find_spec", lambda _: None)
    found = learned(FUSION, EVENTS, NAMES, 0)
    assert found.figures["used"] == "linear"
    assert "lorewise[trees]" in found.figures["why"]


def test_too_few_users_train_nothing() -> None:
    found = learned(FUSION, EVENTS, NAMES, 0)
    assert found.ranker is None
    assert "fewer than" in found.figures["why"]


def test_a_fast_fit_tries_no_ranker(few: pytest.MonkeyPatch) -> None:
    assert "ranker" not in fit_scorer(WORLD.dataset).summary["validation"]


@pytest.fixture(scope="module")
def served() -> Recommender:
    """Return a recommender whose ranker was let through."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning_to_rank, "LEAST_LISTS", 5)
        patch.setattr(held_out, "LEAST_USERS", 20)
        patch.setattr(learning_to_rank, "_verdict", lambda _: ("lambdarank", "for the test"))
        return Recommender.fit(WORLD.dataset, effort="balanced")


def test_the_summary_tells_what_each_member_gave(served: Recommender) -> None:
    summary = served.summary
    for name, figures in summary["validation"]["members"].items():
        assert 0 <= figures["alone"] <= 1
        if not np.any(summary["weights"][name]):
            assert figures["gain"] == 0
    assert summary["validation"]["ranker"]["used"] == "lambdarank"


def test_a_balanced_fit_trains_nets_and_settles_them(served: Recommender) -> None:
    assert isinstance(served.scorer, LearnedFusionScorer)
    assert tuple(served.scorer.members) == (*MEMBERS, TRANSFORMER)
    settled = served.summary["settings"]["transformer"]
    assert settled["validation_users"] == 0, "the last fit learns from all events"
    assert 0 < settled["knowledge_share"] < 1
    weights = np.array(served.summary["weights"]["transformer"])
    assert not weights[0].any(), "nothing that was done, nothing to go on from"
    assert not weights[:, COLD].any()


def test_a_recommender_with_a_ranker_is_saved_whole(served: Recommender, tmp_path: Path) -> None:
    assert isinstance(served.scorer, LearnedFusionScorer)
    served.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert isinstance(again.scorer, LearnedFusionScorer)
    assert_frame_equal(again.recommend(k=4), served.recommend(k=4))


def test_the_same_data_fitted_like_before_give_the_same_lists(served: Recommender) -> None:
    again = served.refit(WORLD.dataset)
    assert isinstance(again.scorer, LearnedFusionScorer)
    assert_frame_equal(again.recommend(k=4), served.recommend(k=4))
    assert again.summary["settings"] == served.summary["settings"]
    assert "validation" not in again.summary, "nothing was held out"
