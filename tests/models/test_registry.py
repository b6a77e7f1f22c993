from importlib.metadata import EntryPoint
from importlib.util import find_spec

import pytest

from lorewise.errors import SettingsError
from lorewise.models import registry
from lorewise.models.popularity import PopularityScorer, PopularitySettings


@pytest.mark.parametrize("path", registry.BUILT_IN.values())
def test_every_row_names_a_module(path: str) -> None:
    assert find_spec(path.partition(":")[0])


def test_a_name_finds_its_class_and_settings() -> None:
    assert registry.model_class("popularity") is PopularityScorer
    assert registry.settings_class("popularity") is PopularitySettings


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"'populerity'; did you mean 'popularity'\?"):
        registry.model_class("populerity")


def plug_in(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = EntryPoint(name, value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])


def test_a_package_can_add_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, "mine", "lorewise.models.popularity:PopularityScorer")
    assert registry.model_class("mine") is PopularityScorer


def test_a_package_cannot_take_over_a_built_in_name(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, "popularity", "lorewise.errors:DataError")
    assert registry.model_class("popularity") is PopularityScorer


@pytest.mark.parametrize("value", ["no_such_package:Model", "lorewise.errors:NoSuchModel"])
def test_a_model_that_does_not_load_is_an_error_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    plug_in(monkeypatch, "mine", value)
    with pytest.raises(SettingsError, match="does not load"):
        registry.model_class("mine")


def test_a_model_without_settings_is_told_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch, "mine", "lorewise.errors:DataError")
    with pytest.raises(SettingsError, match="settings_class"):
        registry.settings_class("mine")
