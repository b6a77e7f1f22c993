from pathlib import Path

import pytest
import typer

from lorewise.cli.table_formats import TABLE_WRITERS, checked_ending


def test_a_known_ending_passes_and_so_does_none() -> None:
    for ending in TABLE_WRITERS:
        assert checked_ending(Path(f"r{ending}")) == Path(f"r{ending}")
    assert checked_ending(None) is None


def test_an_unknown_ending_names_the_known_ones() -> None:
    with pytest.raises(typer.BadParameter, match=r"'r\.xlsx' ends in none of \.parquet"):
        checked_ending(Path("r.xlsx"))
