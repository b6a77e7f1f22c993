import json

import numpy as np
import pytest

from lorewise.errors import SettingsError
from lorewise.pipeline import fit, held_out
from lorewise.pipeline.choice import json_ready
from lorewise.pipeline.fit import fit_scorer
from lorewise.testing.tiny import tiny_world


def test_an_unknown_algorithm_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'rules'"):
        fit_scorer(tiny_world().dataset, algorithm="rulez")


def test_the_fusion_scores_every_item_it_can_know() -> None:
    world = tiny_world()
    seen: list[float] = []
    fitted = fit_scorer(world.dataset, progress=lambda _, share: seen.append(share))
    scores = fitted.scorer.score_catalog(world.dataset.queries())
    assert scores.shape == (world.dataset.n_users, world.dataset.n_items)
    assert not np.isnan(scores[:, ~world.is_cold]).any()
    assert seen[0] == 0
    assert seen[-1] == 1
    assert json.loads(json.dumps(fitted.summary, allow_nan=False))["algorithm"] == "fusion"


@pytest.mark.parametrize(
    ("effort", "has_torch", "is_ordered"),
    [("fast", True, True), ("balanced", False, True), ("best", True, False)],
)
def test_no_nets_where_they_are_not_wanted_or_cannot_be(
    effort: str, monkeypatch: pytest.MonkeyPatch, *, has_torch: bool, is_ordered: bool
) -> None:
    monkeypatch.setattr(fit, "is_torch_installed", lambda: has_torch)
    monkeypatch.setattr(fit, "rows_tell_time", lambda _: is_ordered)
    assert fit.nets_for(tiny_world().dataset, effort, seed=7) is None
    monkeypatch.undo()
    nets = fit.nets_for(tiny_world().dataset, "balanced", seed=7)
    assert nets is not None
    assert nets.seed == 7


def test_where_no_events_can_be_held_out_no_nets_are_trained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = tiny_world()
    monkeypatch.setattr(held_out, "LEAST_USERS", 30)  # 40 items have events; nobody has enough
    first = np.concatenate([np.arange(start, start + 2) for start in world.dataset.offsets[:-1]])
    few = world.dataset.only(np.isin(np.arange(world.dataset.n_interactions), first))
    fitted = fit_scorer(few, effort="balanced")
    assert "transformer" not in fitted.summary["settings"]
    assert "events_ndcg@10" not in fitted.summary["validation"]
    assert "cold_factor" in fitted.summary["validation"]


def test_infinities_are_put_in_words() -> None:
    assert json_ready({"tau": float("inf"), "k": 2}) == {"tau": "inf", "k": 2}
