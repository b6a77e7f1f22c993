from pathlib import Path

import pytest

from lorewise.data.sources.kinds import KINDS, kind_of

MARKS = {
    "folder": ("interactions.csv",),
    "recbole": ("x.inter",),
    "movielens-csv": ("ratings.csv", "movies.csv"),
    "movielens-dat": ("ratings.dat", "movies.dat"),
    "movielens-100k": ("u.data", "u.item"),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "file"])
def test_a_folder_is_known_by_the_files_in_it(tmp_path: Path, kind: str) -> None:
    for name in MARKS[kind]:
        (tmp_path / name).touch()
    assert kind_of(tmp_path) == kind


def test_a_file_is_known_by_its_ending(tmp_path: Path) -> None:
    for name, kind in {"a.csv": "file", "a.xyz": "file", "a.inter": "recbole"}.items():
        (tmp_path / name).touch()
        assert kind_of(tmp_path / name) == kind


def test_our_own_layout_wins_over_the_others(tmp_path: Path) -> None:
    for names in MARKS.values():
        for name in names:
            (tmp_path / name).touch()
    assert kind_of(tmp_path) == "folder"
