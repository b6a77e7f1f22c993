from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from lorewise.data.dataset import Dataset
from lorewise.models.fusion import FusionScorer
from lorewise.pipeline import held_out, study
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.held_out import HeldOut
from lorewise.pipeline.recommender import Recommender
from lorewise.pipeline.tuning import tune_popularity
from lorewise.testing.tiny import DAY_S, FIRST_DAY_S, tiny_world

WORLD = tiny_world()


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_out, "LEAST_USERS", 5)


def of_fads() -> Dataset:
    """Return the world with other events: of four days each, in which all take the same items."""
    rng, n = np.random.default_rng(0), WORLD.dataset.n_interactions
    users, days = rng.integers(0, 48, n), rng.integers(0, 40, n)
    order = np.lexsort((days, users))
    users, days = users[order], days[order]
    warm = np.flatnonzero(~WORLD.is_cold)
    return replace(
        WORLD.dataset,
        user_numbers=users.astype(np.int32),
        item_numbers=warm[(days // 4 * 4 + rng.integers(0, 4, n)) % len(warm)].astype(np.int32),
        weights=np.ones(n, dtype=np.float32),
        timestamps_s=FIRST_DAY_S + DAY_S * days,
        repeatable=np.ones(n, dtype=np.bool_),
    )


def test_by_default_each_user_is_asked_for_the_last_event() -> None:
    found = HeldOut.of(WORLD.dataset, "fast", 0)
    assert found.events is not None
    assert not found.is_later
    assert found.events.targets.lengths.max() == 1


def test_all_that_came_after_a_moment_is_held_out_where_that_is_wanted() -> None:
    dataset = of_fads()
    found = HeldOut.of(dataset, "fast", 0, "temporal")
    assert found.is_later
    assert found.events is not None
    cut_s = found.events.train.timestamps_s.max()
    later = dataset.only(dataset.timestamps_s > cut_s)
    assert 0 < later.n_interactions <= 0.1 * dataset.n_interactions
    assert found.events.targets.lengths.sum() > 0.9 * later.n_interactions
    assert set(found.events.targets.item_numbers) <= set(later.item_numbers)


def test_where_nothing_came_after_a_moment_each_user_is_asked_for_the_last_event() -> None:
    found = HeldOut.of(WORLD.dataset, "fast", 0, "temporal")  # all did as much on the same days
    assert not found.is_later
    assert found.events is not None
    assert found.events.targets.lengths.max() == 1


def test_where_fads_pass_fame_fades_fast() -> None:
    events = HeldOut.of(of_fads(), "fast", 0, "temporal").events
    assert events is not None
    assert tune_popularity(events).half_life_days <= 7


def test_what_is_popular_of_late_joins_a_fusion_for_the_days_to_come(tmp_path: Path) -> None:
    made = Recommender.fit(of_fads(), hold_out="temporal")
    assert made.summary["held_out_by"] == "temporal"
    assert isinstance(made.scorer, FusionScorer)
    assert "popularity" in made.scorer.members
    assert made.summary["settings"]["popularity"]["half_life_days"] > 0
    made.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert_frame_equal(again.recommend(k=4), made.recommend(k=4))
    assert_frame_equal(again.refit(of_fads()).recommend(k=4), made.recommend(k=4))


@pytest.mark.parametrize("protocol", ["temporal", "last-item"])
def test_an_evaluation_chooses_by_what_is_like_its_question(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def recorded(*arguments: object, **choices: object) -> object:
        asked.append(str(choices["hold_out"]))
        del choices["hold_out"]
        return plain(*arguments, **choices)  # type: ignore[arg-type]

    plain = fit_scorer
    monkeypatch.setattr(study, "fit_scorer", recorded)
    study.evaluate(WORLD.dataset, protocol, ["popularity"], fit=recorded)  # type: ignore[arg-type]
    assert asked == [protocol]
