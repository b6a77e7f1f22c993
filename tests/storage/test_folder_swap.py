from collections.abc import Callable
from pathlib import Path

import pytest

from lorewise.storage import folder_swap
from lorewise.storage.folder_exchange import exchange_folders
from lorewise.storage.folder_swap import appearing_folder


def write(folder: Path, text: str) -> None:
    with appearing_folder(folder) as partial:
        (partial / "part").mkdir()
        (partial / "part" / "file").write_text(text)


def read(folder: Path) -> str:
    return (folder / "part" / "file").read_text()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_absent_until_the_block_ends(tmp_path: Path) -> None:
    with appearing_folder(tmp_path / "deep" / "model") as partial:
        assert partial.parent == tmp_path / "deep"
        assert not (tmp_path / "deep" / "model").exists()
    assert names(tmp_path / "deep") == ["model"]


@pytest.mark.parametrize("exchange", [exchange_folders, lambda *_: False])
def test_an_older_folder_is_replaced_and_nothing_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: Callable[[Path, Path], bool]
) -> None:
    monkeypatch.setattr(folder_swap, "exchange_folders", exchange)
    write(tmp_path / "model", "old")
    write(tmp_path / "model", "new")
    assert read(tmp_path / "model") == "new"
    assert names(tmp_path) == ["model"]


def test_a_failure_inside_the_block_leaves_the_older_folder(tmp_path: Path) -> None:
    write(tmp_path / "model", "old")
    with pytest.raises(TypeError):
        write(tmp_path / "model", 5)  # type: ignore[arg-type]  # fails once the part is there
    assert read(tmp_path / "model") == "old"
    assert names(tmp_path) == ["model"]


def test_a_second_rename_that_fails_brings_the_older_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "model", "old")
    monkeypatch.setattr(folder_swap, "exchange_folders", lambda *_: False)
    rename = Path.rename

    def refuse_new(self: Path, target: Path) -> Path:
        if self.suffix == ".partial" and target.name == "model":
            raise PermissionError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(PermissionError):
        write(tmp_path / "model", "new")
    assert read(tmp_path / "model") == "old"
    assert names(tmp_path) == ["model"]


def test_a_link_keeps_pointing_at_the_replaced_folder(tmp_path: Path) -> None:
    write(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert read(tmp_path / "real") == "new"


def test_the_folder_is_as_open_to_others_as_any_new_one(tmp_path: Path) -> None:
    write(tmp_path / "model", "new")
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "model").stat().st_mode == (tmp_path / "plain").stat().st_mode
