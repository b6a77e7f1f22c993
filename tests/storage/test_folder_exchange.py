import ctypes
import errno
from pathlib import Path
from types import SimpleNamespace

import pytest

from lorewise.storage.folder_exchange import exchange_folders


def two_folders(parent: Path) -> tuple[Path, Path]:
    one, other = parent / "one", parent / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    return one, other


def test_exchanged_folders_have_each_others_content_or_nothing_changed(tmp_path: Path) -> None:
    one, other = two_folders(tmp_path)
    exchanged = exchange_folders(one, other)
    assert (one / "other").exists() == exchanged
    assert (other / "one").exists() == exchanged


def failing(*_: object) -> int:
    ctypes.set_errno(errno.EINVAL)
    return -1


@pytest.mark.parametrize(
    "libc",
    [SimpleNamespace(), SimpleNamespace(renameat2=failing), SimpleNamespace(renamex_np=failing)],
)
def test_a_system_without_the_call_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, libc: SimpleNamespace
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: libc)
    one, other = two_folders(tmp_path)
    assert not exchange_folders(one, other)
    assert (one / "one").exists()


def test_a_missing_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    one, _ = two_folders(tmp_path)
    if not exchange_folders(one, tmp_path / "other"):
        pytest.skip("this file system cannot exchange folders")
    with pytest.raises(FileNotFoundError, match="absent"):
        exchange_folders(one, tmp_path / "absent")
