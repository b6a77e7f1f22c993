"""Bringing a database to the tables of this release."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from lorewise.errors import StoreError
from lorewise.storage.database import reading, shown, writing
from lorewise.storage.schema import REVISION

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME: Final = Lock()
"""Alembic keeps the running migration in a global."""

_LOCK_NUMBER: Final = 7_012_311
_LOCK_WAIT_S: Final = 60
_LOCK_NAME: Final = "CONCAT('lorewise-migration-', MD5(DATABASE()))"  # of the whole server
_GET_LOCK: Final = f"SELECT GET_LOCK({_LOCK_NAME}, {_LOCK_WAIT_S})"
_RELEASE_LOCK: Final = f"SELECT RELEASE_LOCK({_LOCK_NAME})"


def migrate(engine: Engine, *, create: bool = True) -> None:
    """Make the tables or bring them up to date; processes that come at once wait for each other.

    Raises:
        StoreError: There are no tables and ``create`` is false, or a newer release made them.
    """
    if not engine.url.database:
        raise StoreError(f"{shown(engine.url)} names no database; add /DATABASE")
    with reading(engine) as connection:
        found = _revision(connection)
    if found is None and not create:
        raise StoreError(
            f"the database {shown(engine.url)} holds no knowledge store; check the name, or make "
            "one with `lorewise enrich` or `lorewise knowledge import`"
        )
    if found != REVISION:
        _upgrade(engine)


def _revision(connection: Connection) -> str | None:
    """Return where the tables stand; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(engine: Engine) -> None:
    from alembic import command  # as slow to load as all else together, and rarely needed
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _ONE_AT_A_TIME, _alone(engine), writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"the database {shown(engine.url)} is of revision {_revision(connection)!r}, "
                f"which is newer than {REVISION!r} of this release; upgrade lorewise"
            ) from error


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Keep other processes from migrating until all is committed.

    A connection of its own holds the lock, for it must outlast the transaction of the steps. An
    SQLite file is locked by that transaction itself.
    """
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
        if engine.dialect.name == "mysql" and not connection.scalar(text(_GET_LOCK)):
            raise StoreError(
                f"another process has been migrating {shown(engine.url)} for {_LOCK_WAIT_S} s; "
                "wait until it is done, then try again"
            )
        try:
            yield
        finally:
            if engine.dialect.name == "mysql":
                connection.execute(text(_RELEASE_LOCK))
