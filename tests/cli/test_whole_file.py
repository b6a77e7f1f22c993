from pathlib import Path

import pytest

from lorewise.cli.whole_file import whole_file


def write(path: Path, text: str) -> None:
    with whole_file(path) as partial:
        partial.write_text(text)


def test_the_file_appears_with_all_its_content_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "report", "old")
    write(tmp_path / "report", "new")
    assert (tmp_path / "report").read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failure_leaves_the_older_file(tmp_path: Path) -> None:
    write(tmp_path / "report", "old")
    with pytest.raises(TypeError):
        write(tmp_path / "report", 5)  # type: ignore[arg-type]  # fails once the file is open
    assert (tmp_path / "report").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_of_that_name_or_none_above_is_noticed_at_once(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write(tmp_path, "new")
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "absent" / "report", "new")
