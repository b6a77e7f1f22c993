"""MovieLens as GroupLens packs it: ``ml-latest``, ``ml-1m`` and ``ml-10m``, ``ml-100k``."""

from pathlib import Path

import polars as pl

from lorewise.data.rejects import ROW
from lorewise.data.source_tables import SourceTable, SourceTables
from lorewise.data.sources.delimited_text import text_table
from lorewise.data.sources.text_form import COMMA_SEPARATED, TextForm

_RATING = ("user_id", "item_id", "rating", "timestamp")
_GENRES_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
_FILM_100K = ("item_id", "title", "release_date", "video_release_date", "imdb_url")
_NO_GENRES = "(no genres listed)"


def is_csv_release(path: Path) -> bool:
    """Return whether this looks like ``ml-latest``, ``ml-20m``, ``ml-25m`` or ``ml-32m``."""
    return (path / "ratings.csv").is_file() and (path / "movies.csv").is_file()


def csv_release(path: Path) -> SourceTables:
    """Return ratings and films; links and tags are left out."""
    films = text_table(path / "movies.csv", COMMA_SEPARATED)
    return SourceTables(
        text_table(path / "ratings.csv", COMMA_SEPARATED),
        films.reshaped(films.schema, _without_placeholder),
    )


def is_dat_release(path: Path) -> bool:
    """Return whether this looks like ``ml-1m`` or ``ml-10m``."""
    return (path / "ratings.dat").is_file() and (path / "movies.dat").is_file()


def dat_release(path: Path) -> SourceTables:
    """Return ratings, films and, if the release has them, users."""
    users = path / "users.dat"
    about = ("user_id", "gender", "age", "occupation", "zip")
    return SourceTables(
        text_table(path / "ratings.dat", _plain(b"::", _RATING)),
        text_table(path / "movies.dat", _plain(b"::", ("item_id", "title", "genres"))),
        text_table(users, _plain(b"::", about)) if users.is_file() else None,
    )


def is_100k(path: Path) -> bool:
    """Return whether this looks like ``ml-100k``."""
    return (path / "u.data").is_file() and (path / "u.item").is_file()


def release_100k(path: Path) -> SourceTables:
    """Return ratings, films with their genre flags as one list, and, if there, users."""
    users = path / "u.user"
    about = ("user_id", "age", "gender", "occupation", "zip")
    return SourceTables(
        text_table(path / "u.data", _plain(b"\t", _RATING)),
        _films_100k(path / "u.item"),
        text_table(users, _plain(b"|", about)) if users.is_file() else None,
    )


def _plain(separator: bytes, columns: tuple[str, ...]) -> TextForm:
    return TextForm(separator=separator, has_quotes=False, columns=columns, may_be_latin_1=True)


def _films_100k(path: Path) -> SourceTable:
    films = text_table(path, _plain(b"|", (*_FILM_100K, *_GENRES_100K)))
    schema = dict.fromkeys((*_FILM_100K, "genres"), pl.String())
    return films.reshaped(schema, _with_genres)


def _with_genres(films: pl.DataFrame) -> pl.DataFrame:
    flags = (pl.when(pl.col(genre) == "1").then(pl.lit(genre)) for genre in _GENRES_100K)
    genres = pl.concat_str(*flags, separator="|", ignore_nulls=True)
    return films.select(*_FILM_100K, genres.replace("", None).alias("genres"), ROW)


def _without_placeholder(films: pl.DataFrame) -> pl.DataFrame:
    return films.with_columns(pl.col(pl.String).replace(_NO_GENRES, None))
