"""Knowledge in several files: each adds to the others, none contradicts them."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import polars as pl

from lorewise.data.knowledge_file import read_knowledge
from lorewise.data.knowledge_lines import CONFIDENCE, ID
from lorewise.errors import DataError


def read_knowledge_files(paths: Sequence[Path]) -> pl.DataFrame:
    """Return what the files say together, as ``read_knowledge`` does of one; at least one file.

    Each of them may speak of the same items, but not state the same facet of one. A confidence
    is no facet: an item keeps that of the first file that states one.

    Raises:
        DataError: A file breaks a rule, or two state a facet of one item.
    """
    tables = [read_knowledge(path) for path in paths]
    for one, other in combinations(zip(paths, tables, strict=True), 2):
        _refuse_twice_told(one, other)
    everything = pl.concat(tables, how="diagonal")
    return everything.group_by(ID, maintain_order=True).agg(pl.all().drop_nulls().first())


def _refuse_twice_told(one: tuple[Path, pl.DataFrame], other: tuple[Path, pl.DataFrame]) -> None:
    (first_path, first), (second_path, second) = one, other
    for name in first.columns:
        if name in second.columns and name not in (ID, CONFIDENCE):
            told = first.drop_nulls(name).join(second.drop_nulls(name), on=ID, how="semi")
            if len(told):
                raise DataError(
                    f"{first_path} and {second_path} both state the facet {name!r} of {len(told)} "
                    f"items, first {told[ID].first()!r}; leave it out of one of them"
                )
