"""One SQL database, whichever of three kinds it is, and its transactions."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from lorewise.errors import MissingExtraError, StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

DRIVERS: Final = {
    "sqlite": "sqlite",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "postgresql": "postgresql+psycopg",
}
"""Kind of database -> the one driver that we use for it."""

EXTRAS: Final = {"mysql+pymysql": "mysql", "postgresql+psycopg": "postgres"}

URL_FORMS: Final = (
    "sqlite:///FILE, mysql+pymysql://USER:PASSWORD@HOST/DATABASE or "
    "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
)

BUSY_TIMEOUT_S: Final = 60
"""How long a writer to an SQLite file waits for another."""

_WRITES: Final = "lorewise_writes"


def connect(url: str, *, create: bool = True) -> Engine:
    """Return a pool of connections to the database, after one of them worked.

    Without ``create`` an SQLite file must be there already.

    Raises:
        StoreError: The URL is none, or nothing answers there; passwords are not shown.
        MissingExtraError: The driver is not installed.
    """
    parsed = _parsed(url)
    if parsed.drivername == "sqlite":
        _check_file(parsed, create=create)
    engine = _engine(parsed)
    with reading(engine):
        """Connecting is the test."""
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection to read from.

    Raises:
        StoreError: The database failed.
    """
    with _named_errors(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection to write to; on leaving, all is committed, or nothing after an error.

    Raises:
        StoreError: The database failed.
    """
    with _named_errors(engine), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def _named_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StoreError(
            f"the database {shown(engine.url)} failed: {reason}; check that it runs, that the "
            "name and password are right and that it may be written"
        ) from error


def shown(url: URL) -> str:
    """Return the URL without its password."""
    return url.render_as_string(hide_password=True)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        driver = DRIVERS[parsed.get_backend_name()]
    except (ArgumentError, KeyError, ValueError) as error:
        scheme = url.partition("://")[0] if "://" in url else url
        raise StoreError(f"no store is at {scheme!r}...; write {URL_FORMS}") from error
    return parsed.set(drivername=driver)


def _check_file(url: URL, *, create: bool) -> None:
    if not url.database or url.database == ":memory:":
        raise StoreError(f"sqlite:///{url.database or ''} names no file; write sqlite:///FILE")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StoreError(f"{url}: there is no folder {path.parent}; make it or check the path")
    if not create and not path.is_file():
        raise StoreError(f"{url}: there is no file {path}; check the path")


def _engine(url: URL) -> Engine:
    try:
        if url.drivername == "sqlite":
            return _sqlite_engine(url)
        return create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    except ImportError as error:
        extra = EXTRAS[url.drivername]
        raise MissingExtraError(
            f"{url.drivername} needs the package {error.name!r}; run "
            f"`pip install 'lorewise[{extra}]'`"
        ) from error


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: "DBAPIConnection", _record: "ConnectionPoolEntry") -> None:
    """Let readers and one writer work at once.

    A commit outlives the process at once, a power cut after the next flush of the system: to
    wait for the disk took 7 of the 8 ms that a call's two transactions needed.
    """
    connection.isolation_level = None  # the driver would begin too late, and not before DDL
    _keep_log(connection)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves the file too


def _keep_log(connection: "DBAPIConnection") -> None:
    """Give the file a write-ahead log; two that do so at once are refused, not queued."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    """Take the lock at once where it will be needed; to upgrade later may fail."""
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
