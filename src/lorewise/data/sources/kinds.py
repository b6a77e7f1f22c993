"""The kinds of data that can be read, in the order in which a path is tried."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lorewise.data.source_tables import SourceTables
from lorewise.data.sources.movielens_folders import (
    csv_release,
    dat_release,
    is_100k,
    is_csv_release,
    is_dat_release,
    release_100k,
)
from lorewise.data.sources.recbole_files import is_recbole, recbole_files
from lorewise.data.sources.single_file import is_single_file, single_file
from lorewise.data.sources.table_folder import is_table_folder, table_folder
from lorewise.errors import DataError


@dataclass(frozen=True)
class Kind:
    """One kind of data on disk."""

    holds: str
    """What the folder or file holds, for a person."""

    recognizes: Callable[[Path], bool]
    """Says whether an existing path is of this kind."""

    tables: Callable[[Path], SourceTables]
    """Opens its tables."""


KINDS: dict[str, Kind] = {
    "folder": Kind("interactions.parquet, .csv or .tsv", is_table_folder, table_folder),
    "recbole": Kind("NAME.inter", is_recbole, recbole_files),
    "movielens-csv": Kind("ratings.csv and movies.csv", is_csv_release, csv_release),
    "movielens-dat": Kind("ratings.dat and movies.dat", is_dat_release, dat_release),
    "movielens-100k": Kind("u.data and u.item", is_100k, release_100k),
    "file": Kind("interactions in one .parquet, .csv or .tsv file", is_single_file, single_file),
}


def kind_of(path: Path) -> str:
    """Return the name of the first kind that recognizes the path.

    Raises:
        DataError: Nothing is there, or nothing that is known.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist; check the path")
    for name, kind in KINDS.items():
        if kind.recognizes(path):
            return name
    found = ", ".join(sorted(entry.name for entry in path.iterdir())[:10]) or "nothing"
    wanted = "; or ".join(kind.holds for kind in list(KINDS.values())[:-1])
    raise DataError(f"{path} holds no interactions; found {found}; put there {wanted}")
