"""Removing from a store all that is known of some subjects."""

import json
from collections.abc import Collection, Iterator
from contextlib import closing

from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from lorewise.data.knowledge import SubjectKind
from lorewise.storage.schema import CALLS, KNOWLEDGE


def forget(connection: Connection, kind: SubjectKind, ids: Collection[str]) -> int:
    """Remove the subjects' knowledge and what calls said of them; return how many rows went.

    A call that asked about one of them loses its answer and its error whole, for they may speak
    of any of its subjects; what it cost stays.
    """
    forgotten = frozenset(ids)
    _blank_calls(connection, kind, forgotten)
    wanted = (KNOWLEDGE.c.kind == kind) & (KNOWLEDGE.c.subject_id == bindparam("forgotten"))
    rows = [{"forgotten": subject_id} for subject_id in sorted(forgotten)]
    return connection.execute(delete(KNOWLEDGE).where(wanted), rows).rowcount if rows else 0


def _blank_calls(connection: Connection, kind: SubjectKind, forgotten: frozenset[str]) -> None:
    changes = list(_changes(connection, kind, forgotten))
    if changes:
        blank = update(CALLS).where(CALLS.c.call_id == bindparam("mentioning"))
        connection.execute(blank.values(answer_text=None, error=None), changes)


def _changes(
    connection: Connection, kind: SubjectKind, forgotten: frozenset[str]
) -> Iterator[dict[str, str]]:
    """Yield each call that asked about one of them, with its other subjects."""
    mentioned = select(CALLS.c.call_id, CALLS.c.subjects).where(CALLS.c.kind == kind)
    for call_id, text in connection.execute(mentioned):
        subjects = json.loads(text)
        others = [subject for subject in subjects if subject[0] not in forgotten]
        if len(others) < len(subjects):
            yield {"mentioning": call_id, "subjects": json.dumps(others, ensure_ascii=False)}


def empty_log(engine: Engine) -> None:
    """Make an SQLite file's log, in which old pages linger, part of the file, as far as possible.

    Nobody may be reading meanwhile; what is left then goes with the next one to close the file.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # within a transaction it is refused
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
