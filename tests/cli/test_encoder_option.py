from pathlib import Path

import pytest

from lorewise.cli.encoder_option import checked_encoder
from lorewise.errors import SettingsError
from lorewise.testing.onnx_encoder import made_folder


@pytest.mark.parametrize(
    "name", ["auto", "none", "static", "endpoint:https://api.example.com/v1#small"]
)
def test_a_known_name_stays_as_it_is(name: str) -> None:
    assert checked_encoder(name) == name


def test_a_folder_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_folder(tmp_path / "mini")
    monkeypatch.chdir(tmp_path)
    assert checked_encoder("folder:mini") == f"folder:{tmp_path / 'mini'}"


def test_the_price_of_an_endpoint_is_left_out() -> None:
    priced = "endpoint:https://api.example.com/v1#small@0.02"
    assert checked_encoder(priced) == "endpoint:https://api.example.com/v1#small"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bert", "there is no encoder 'bert'; take one of static, multilingual"),
        ("folder:/nowhere/at/all", "/nowhere/at/all"),
        ("endpoint:https://api.example.com/v1", "the model's name is empty"),
        ("endpoint:api#small", "is no web address"),
        ("", "there is no encoder ''"),
    ],
)
def test_what_cannot_be_used_is_refused(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        checked_encoder(name)
