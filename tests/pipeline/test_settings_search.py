"""Every model gets the same number of trials, and a search goes on where it stopped."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError, SettingsError
from lorewise.models.registry import settings_class
from lorewise.pipeline import settings_search
from lorewise.pipeline.search_space import SPACES, Counts, Span
from lorewise.pipeline.settings_search import SearchSettings, search_settings
from lorewise.testing.told_world import told_world

NAMES = ["popularity", "rules"]


@pytest.fixture(scope="module")
def world() -> Dataset:
    return told_world()


def search(world: Dataset, folder: Path, **settings: Any) -> Any:
    wanted: dict[str, Any] = {"n_trials": 4, "dense": "none"} | settings
    return search_settings(
        world,
        NAMES,
        SearchSettings(**wanted),
        trials=folder / "found.trials",
        progress=lambda _doing, _share: None,
    )


def test_each_model_has_as_many_trials_and_none_is_worse_than_its_defaults(
    world: Dataset, tmp_path: Path
) -> None:
    found = search(world, tmp_path)
    assert list(found) == NAMES
    assert [best.n_trials for best in found.values()] == [4, 4]
    for best in found.values():
        assert 0 < best.ndcg_of_defaults <= best.ndcg


def test_a_search_that_was_cut_off_ends_as_one_that_never_paused(
    world: Dataset, tmp_path: Path
) -> None:
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    whole.mkdir()
    parted.mkdir()
    search(world, parted, n_trials=2)
    assert search(world, parted) == search(world, whole)


def test_a_model_that_was_behind_when_the_process_died_catches_up(
    world: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = settings_search.Search.try_next
    n_asked = 0

    def dying(self: Any, *arguments: Any) -> None:
        nonlocal n_asked
        n_asked += 1
        if n_asked == 4:
            raise KeyboardInterrupt
        real(self, *arguments)

    monkeypatch.setattr(settings_search.Search, "try_next", dying)
    with pytest.raises(KeyboardInterrupt):
        search(world, tmp_path)
    found = search(world, tmp_path)
    assert [best.n_trials for best in found.values()] == [4, 4]
    assert n_asked == 4 + 5


def test_other_data_begin_anew(world: Dataset, tmp_path: Path) -> None:
    search(world, tmp_path)
    fewer = world.only(np.arange(world.n_interactions - 1))
    assert search(fewer, tmp_path, n_trials=1)["rules"].n_trials == 1


def test_no_round_begins_that_would_end_too_late(world: Dataset, tmp_path: Path) -> None:
    found = search(world, tmp_path, minutes=1e-9)
    assert [best.n_trials for best in found.values()] == [1, 1]


def test_new_items_are_a_goal_of_their_own(world: Dataset, tmp_path: Path) -> None:
    of_events = search(world, tmp_path, n_trials=1)
    of_items = search(world, tmp_path, n_trials=1, goal="new-items")
    assert of_items["rules"].ndcg == 0  # nobody has taken them
    assert of_events["rules"].ndcg > 0


@pytest.mark.parametrize("names", [[], ["rules", "rules"], ["rules", "fusion"], ["nothing"]])
def test_what_cannot_be_searched_is_refused(
    names: list[str], world: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="popularity"):
        search_settings(
            world, names, SearchSettings(), trials=tmp_path / "x", progress=lambda *_: None
        )
    assert not (tmp_path / "x").exists()


def test_too_few_users_are_refused(world: Dataset, tmp_path: Path) -> None:
    few = world.only(world.user_numbers < 3)
    with pytest.raises(DataError, match="too little"):
        search(few, tmp_path)


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        SearchSettings(n_trials=0)
    with pytest.raises(SettingsError, match="more than 0"):
        SearchSettings(minutes=0)


@pytest.mark.parametrize("name", SPACES)
def test_every_corner_of_a_space_is_allowed(name: str) -> None:
    defaults = settings_class(name)()
    for field, wanted in SPACES[name].items():
        corners = (wanted.low, wanted.high) if isinstance(wanted, Span | Counts) else wanted
        for corner in corners:
            assert getattr(replace(defaults, **{field: corner}), field) == corner


def test_of_a_model_that_is_ahead_as_many_trials_count_as_of_the_others(
    world: Dataset, tmp_path: Path
) -> None:
    def asked(names: list[str], n_trials: int) -> Any:
        settings = SearchSettings(n_trials=n_trials, minutes=1e-9 if n_trials > 4 else 60)
        return search_settings(
            world, names, settings, trials=tmp_path / "x", progress=lambda *_: None
        )

    asked(["rules"], 4)
    found = asked(NAMES, 9)  # there is time for one round alone
    assert [best.n_trials for best in found.values()] == [1, 1]
    assert found["rules"].ndcg == found["rules"].ndcg_of_defaults
