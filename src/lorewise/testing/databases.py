"""Databases that a test run has to itself: an SQLite file, or a new one on a server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from sqlalchemy import Engine, make_url, text

from lorewise.storage.database import connect

Kind = Literal["sqlite", "mysql", "postgresql"]
KINDS: Final[tuple[Kind, ...]] = ("sqlite", "mysql", "postgresql")

SERVERS: Final = {
    "mysql": ("LOREWISE_TEST_MYSQL_URL", "mysql+pymysql://root@127.0.0.1:3306/"),
    "postgresql": (
        "LOREWISE_TEST_POSTGRES_URL",
        "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    ),
}
"""Kind -> environment variable with the server's URL, and what counts without it."""


@contextmanager
def own_database(kind: Kind, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database that is gone afterwards; SQLite's is in the folder.

    Raises:
        StoreError: No server answers.
    """
    name = f"lorewise_test_{uuid4().hex[:12]}"
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.db"
        return
    variable, default = SERVERS[kind]
    url = os.environ.get(variable, default)
    server = connect(url)
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        force = " WITH (FORCE)" if kind == "postgresql" else ""  # a failed test may hold it open
        _execute(server, f"DROP DATABASE {name}{force}")
        server.dispose()


def must_answer() -> bool:
    """Whether a server that does not answer is a fault; elsewhere its tests are skipped."""
    return bool(os.environ.get("CI"))


def _execute(server: Engine, statement: str) -> None:
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
