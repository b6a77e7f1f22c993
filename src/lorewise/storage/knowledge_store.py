"""The knowledge store: what language models said, and every call that was made for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from lorewise.data.knowledge import Knowledge, SubjectKind
from lorewise.errors import StoreError
from lorewise.storage.call_log import (
    CallEnd,
    CallStart,
    CallStatus,
    Failure,
    Settled,
    Spent,
    SubjectStatus,
)
from lorewise.storage.call_rows import row_of_end, row_of_start
from lorewise.storage.database import connect, reading, writing
from lorewise.storage.forgetting import empty_log, forget
from lorewise.storage.knowledge_rows import (
    failure_of_row,
    knowledge_of_row,
    row_of_failure,
    row_of_knowledge,
)
from lorewise.storage.migration import migrate
from lorewise.storage.schema import CALLS, KNOWLEDGE
from lorewise.storage.upsert import upsert

BATCH: Final = 1_000
"""Rows that travel together."""

_KEY: Final = tuple(column.name for column in KNOWLEDGE.primary_key.columns)
_NEWEST_FIRST: Final = (
    KNOWLEDGE.c.subject_id,
    KNOWLEDGE.c.kind,
    KNOWLEDGE.c.as_of.desc(),
    KNOWLEDGE.c.model,
    KNOWLEDGE.c.prompt_digest,
    KNOWLEDGE.c.input_digest,
)
_ONE_CALL: Final = update(CALLS).where(CALLS.c.call_id == bindparam("ended"))


class KnowledgeStore:
    """Knowledge and calls in one SQL database.

    Each method that writes is one transaction: when it returns, all is on disk; after an error,
    nothing is. Threads and processes may share a store.

    Any method raises a ``StoreError`` where the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Return the store at a database URL, made or brought up to date if need be.

        Raises:
            StoreError: It cannot be opened, a newer release wrote it, or ``create`` is false
                and there is none.
            MissingExtraError: The database's driver is not installed.
        """
        engine = connect(url, create=create)
        migrate(engine, create=create)
        return cls(engine)

    def close(self) -> None:
        """Let go of all connections; twice does no harm."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def begin(self, calls: Sequence[CallStart]) -> None:
        """Record calls that are about to leave; until they end they count at their most."""
        if calls:
            with writing(self._engine) as connection:
                connection.execute(insert(CALLS), [row_of_start(call) for call in calls])

    def charge(self, call_id: str, n_attempts: int, tokens: int, usd: float) -> None:
        """Record the most that a call in flight may have cost once this attempt is made."""
        charged = {"n_attempts": n_attempts, "charged_tokens": tokens, "charged_usd": usd}
        with writing(self._engine) as connection:
            connection.execute(_ONE_CALL.values(**charged), {"ended": call_id})

    def finish(
        self,
        ends: Sequence[CallEnd] = (),
        done: Sequence[Knowledge] = (),
        failed: Sequence[Failure] = (),
    ) -> None:
        """Record how calls ended together with what came of their subjects.

        Knowledge and failures take the place of what has the same key.
        """
        now = datetime.now(UTC)
        rows = [row_of_knowledge(knowledge, now) for knowledge in done]
        rows += [row_of_failure(failure) for failure in failed]
        with writing(self._engine) as connection:
            if ends:
                connection.execute(_ONE_CALL, [row_of_end(call) for call in ends])
            if rows:
                self._put(connection, rows)

    def interrupt(self, kind: SubjectKind, model: str, prompt_digest: str) -> int:
        """Mark a job's calls that are still in flight as interrupted; return how many.

        Only for a job that nobody else is running.
        """
        lost = update(CALLS).where(*_of_job(CALLS, kind, model, prompt_digest))
        lost = lost.where(CALLS.c.status == "in_flight").values(status="interrupted")
        with writing(self._engine) as connection:
            return connection.execute(lost).rowcount

    def settled(
        self, kind: SubjectKind, model: str, prompt_digest: str
    ) -> Mapping[tuple[str, str], Settled]:
        """Return what is stored for a job, by subject id and input digest."""
        columns = KNOWLEDGE.c["subject_id", "input_digest", "status", "is_final"]
        query = select(*columns).where(*_of_job(KNOWLEDGE, kind, model, prompt_digest))
        return {
            (row["subject_id"], row["input_digest"]): Settled(
                status=row["status"], is_final=row["is_final"]
            )
            for row in self._rows(query)
        }

    def spent(self, kind: SubjectKind, model: str, prompt_digest: str) -> Spent:
        """Return what a job has cost in all runs; at most, for calls that never ended."""
        sums = (func.sum(CALLS.c.charged_tokens), func.sum(CALLS.c.charged_usd))
        with reading(self._engine) as connection:
            query = select(*sums).where(*_of_job(CALLS, kind, model, prompt_digest))
            tokens, usd = connection.execute(query).one()
        return Spent(tokens=int(tokens or 0), usd=float(usd or 0.0))

    def latest(self, *kinds: SubjectKind) -> Iterator[Knowledge]:
        """Yield the newest knowledge of each subject, by rising id, without loading them all.

        Of several kinds it is the newest of each, and those of one id stand together.

        Raises:
            StoreError: A row cannot be read; ``damage`` lists all such.
        """
        rows = self._rows(_stored(kinds, "done").order_by(*_NEWEST_FIRST))
        for _, versions in groupby(rows, itemgetter("subject_id", "kind")):
            yield knowledge_of_row(next(versions))

    def history(self, kind: SubjectKind, subject_id: str) -> Sequence[Knowledge]:
        """Return all knowledge of one subject, newest first."""
        query = _stored([kind], "done").where(KNOWLEDGE.c.subject_id == subject_id)
        return [knowledge_of_row(row) for row in self._rows(query.order_by(*_NEWEST_FIRST))]

    def known_ids(self, kind: SubjectKind) -> frozenset[str]:
        """Return the subjects that there is knowledge of."""
        query = _stored([kind], "done").with_only_columns(KNOWLEDGE.c.subject_id)
        return frozenset(row["subject_id"] for row in self._rows(query))

    def failures(self, kind: SubjectKind, subject_id: str | None = None) -> Iterator[Failure]:
        """Yield what failed, by rising id, of all subjects or of one.

        A subject may have failed with one input, prompt or model and be known with another.
        """
        query = _stored([kind], "failed").order_by(*_NEWEST_FIRST)
        if subject_id is not None:
            query = query.where(KNOWLEDGE.c.subject_id == subject_id)
        return map(failure_of_row, self._rows(query))

    def damage(self, kind: SubjectKind) -> Iterator[str]:
        """Yield what is wrong with each row that cannot be read."""
        for row in self._rows(_stored([kind], "done").order_by(*_NEWEST_FIRST)):
            try:
                knowledge_of_row(row)
            except StoreError as error:
                yield str(error)

    def add(self, entries: Iterable[Knowledge], *, as_of: datetime | None = None) -> int:
        """Store entries, in place of those with the same key; return how many.

        ``as_of`` is for entries without provenance, None is now; they are filed as by the model
        ``imported``.
        """
        moment = as_of or datetime.now(UTC)
        rows = (row_of_knowledge(entry, moment) for entry in entries)
        n_rows = 0
        with writing(self._engine) as connection:
            while batch := list(islice(rows, BATCH)):
                self._put(connection, batch)
                n_rows += len(batch)
        return n_rows

    def forget(self, kind: SubjectKind, ids: Iterable[str]) -> int:
        """Remove all that is known of these subjects; return how many rows went.

        A call that asked about one of them loses its answer; what it cost stays.
        """
        with writing(self._engine) as connection:
            n_rows = forget(connection, kind, frozenset(ids))
        empty_log(self._engine)
        return n_rows

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield question digest and answer text of each call that has one, oldest first."""
        query = select(CALLS.c.question_digest, CALLS.c.answer_text)
        query = query.where(CALLS.c.answer_text.is_not(None))
        for row in self._rows(query.order_by(CALLS.c.finished_at, CALLS.c.call_id)):
            yield row["question_digest"], row["answer_text"]

    def counts(self) -> Mapping[tuple[SubjectKind, SubjectStatus], int]:
        """Return how many rows of knowledge there are, by kind and status."""
        columns = KNOWLEDGE.c["kind", "status"]
        query = select(*columns, func.count().label("n_rows")).group_by(*columns)
        return {(row["kind"], row["status"]): row["n_rows"] for row in self._rows(query)}

    def call_counts(self) -> Mapping[CallStatus, int]:
        """Return how many calls there are, by status."""
        query = select(CALLS.c.status, func.count().label("n_rows")).group_by(CALLS.c.status)
        return {row["status"]: row["n_rows"] for row in self._rows(query)}

    def _put(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        rows.sort(key=itemgetter(*_KEY))  # in one order, or two writers may wait for each other
        connection.execute(upsert(KNOWLEDGE, connection.dialect.name), rows)

    def _rows(self, query: Select[Any]) -> Iterator[RowMapping]:
        """Yield the rows as they come, without holding them all."""
        with (
            reading(self._engine) as connection,
            connection.execution_options(yield_per=BATCH).execute(query) as result,
        ):
            yield from result.mappings()


def _of_job(
    table: Table, kind: SubjectKind, model: str, prompt_digest: str
) -> tuple[ColumnElement[bool], ...]:
    columns = table.c
    return columns.kind == kind, columns.model == model, columns.prompt_digest == prompt_digest


def _stored(kinds: Sequence[SubjectKind], status: SubjectStatus) -> Select[Any]:
    return select(KNOWLEDGE).where(KNOWLEDGE.c.kind.in_(kinds), KNOWLEDGE.c.status == status)
