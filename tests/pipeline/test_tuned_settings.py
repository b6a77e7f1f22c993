"""Settings from a file: the same model, or a clear refusal."""

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest

from lorewise.errors import LeakageError, SettingsError
from lorewise.models.content import ContentSettings
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.study import evaluate
from lorewise.pipeline.tuned_settings import TunedSettings, read_tuned, settings_of
from lorewise.testing.told_world import told_world


def test_infinity_comes_back_from_words() -> None:
    found = settings_of("linear", {"ridge": 5.0, "history_tau": "inf"})
    assert found == LinearSettings(ridge=5.0, history_tau=inf)


def test_an_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="'half_life_events'"):
        settings_of("content", {"half_life": 1})
    with pytest.raises(SettingsError, match="half_life_events is -1"):
        settings_of("content", {"half_life_events": -1})


@pytest.mark.parametrize("text", ["", "[]", '{"algorithms": 1}', '{"algorithms": {}}'])
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SettingsError, match="lorewise tune"):
        read_tuned(tmp_path / "x.json")


def test_a_bad_setting_is_refused_when_the_file_is_read(tmp_path: Path) -> None:
    content = {"dataset_fingerprint": "0", "algorithms": {"content": {"settings": {"bad": 1}}}}
    (tmp_path / "x.json").write_text(json.dumps(content))
    with pytest.raises(SettingsError, match="'bad'"):
        read_tuned(tmp_path / "x.json")


def test_a_fit_uses_them_and_only_for_their_algorithm() -> None:
    tuned = {"content": {"half_life_events": 3.0}}
    world = told_world()
    found = fit_scorer(world, algorithm="content", tuned=tuned, dense="none")
    assert found.summary["settings"]["half_life_events"] == 3
    plain = fit_scorer(world, algorithm="rules", tuned=tuned, dense="none")
    assert "half_life_events" in plain.summary["settings"]
    assert ContentSettings().half_life_events != 3
    with pytest.raises(SettingsError, match="no setting"):
        fit_scorer(world, algorithm="rules", tuned={"rules": {"bad": 1}}, dense="none")


def test_settings_that_saw_the_held_out_events_are_not_judged_by_them() -> None:
    world = told_world()
    seen = TunedSettings({"rules": {"window": 3}}, world.fingerprint)
    with pytest.raises(LeakageError, match="--protocol"):
        evaluate(world, "last-item", ["rules"], tuned=seen)


def test_settings_of_the_training_part_are_used() -> None:
    world = told_world()
    last = world.offsets[1:] - 1
    train = world.only(np.delete(np.arange(world.n_interactions), last))
    tuned = TunedSettings({"rules": {"window": 3}}, train.fingerprint)
    report = evaluate(world, "last-item", ["rules"], tuned=tuned)
    assert report.settings["fits"]["rules"]["settings"]["window"] == 3
