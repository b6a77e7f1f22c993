"""Films that come with the package: real ratings, and lore about the films."""

from collections.abc import Iterator
from contextlib import contextmanager
from gzip import decompress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import read_knowledge, with_knowledge

_FOLDER = files("lorewise.data") / "bundled"


def bundled_films(*, with_lore: bool = True, min_ratings: int = 0) -> Dataset:
    """Return 100,836 ratings of 9,742 films by 610 people, and lore of 3,650 of the films.

    Films with fewer than ``min_ratings`` are left out with their ratings; every film that has
    five or more has lore.

    The ratings are under the license of GroupLens, which forbids commercial use; it lies beside
    them, as does ``SOURCE.md``, which says how the lore was made and what to beware of.

    Source: Harper and Konstan, TiiS 2015 (MovieLens ml-latest-small, edition of September 2018).
    """
    ratings = _table("interactions.parquet")
    films = _table("items.parquet")
    if min_ratings > 0:
        ratings = ratings.filter(pl.len().over("item_id") >= min_ratings)
        films = films.filter(pl.col("item_id").is_in(ratings["item_id"].unique().implode()))
    dataset = assemble(ratings, films)
    return with_knowledge(dataset, bundled_lore()) if with_lore else dataset


def bundled_lore() -> pl.DataFrame:
    """Return one row per film that has lore: ``id`` and its fields as text."""
    with _unpacked("lore.jsonl.gz") as path:
        return read_knowledge(path)


def _table(name: str) -> pl.DataFrame:
    return pl.read_parquet((_FOLDER / name).read_bytes())


@contextmanager
def _unpacked(name: str) -> Iterator[Path]:
    """Give the path of the file as it was before it was packed; it lasts as long as the block."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name.removesuffix(".gz")
        path.write_bytes(decompress((_FOLDER / name).read_bytes()))
        yield path
