"""The tables of a knowledge store, the same on SQLite, MariaDB or MySQL, and PostgreSQL."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql

REVISION: Final = "0001"
"""The newest migration, the one that leads to these tables."""

MAX_ID_LENGTH: Final = 400
MAX_MODEL_LENGTH: Final = 200
"""In characters: two of four bytes each still fit the keys of every database."""


class UtcTime(TypeDecorator[datetime]):
    """A moment with a time zone, kept in UTC to the microsecond."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return what the driver is given."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return what the caller is given."""
        return None if value is None else value.replace(tzinfo=UTC)


class LongText(TypeDecorator[str]):
    """Any text; NUL and halves of characters, which not every database keeps, are replaced."""

    impl = Text().with_variant(mysql.LONGTEXT(), "mysql")
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Return what the driver is given."""
        return None if value is None else value.encode(errors="replace").decode().replace("\0", "?")


METADATA: Final = MetaData()
"""How each database keeps these tables is for the migrations to say."""

KNOWLEDGE: Final = Table(
    "knowledge",
    METADATA,
    Column("kind", String(8), nullable=False),
    Column("model", String(MAX_MODEL_LENGTH), nullable=False),
    Column("prompt_digest", String(32), nullable=False),
    Column("subject_id", String(MAX_ID_LENGTH), nullable=False),
    Column("input_digest", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("reason", LongText),
    Column("facets", LongText),
    Column("confidence", LongText),
    Column("as_of", UtcTime, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Double, nullable=False),
    Column("call_id", String(64), nullable=False),
    Column("events_digest", String(32)),
    Column("n_events", Integer),
    PrimaryKeyConstraint(
        "kind", "model", "prompt_digest", "subject_id", "input_digest", name="knowledge_key"
    ),
    Index("knowledge_of_subject", "kind", "subject_id"),
)
"""One row per subject, input, prompt and model: its facets, or why there are none."""

CALLS: Final = Table(
    "calls",
    METADATA,
    Column("call_id", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("model", String(MAX_MODEL_LENGTH), nullable=False),
    Column("prompt_digest", String(32), nullable=False),
    Column("question_digest", String(32), nullable=False),
    Column("subjects", LongText, nullable=False),
    Column("status", String(16), nullable=False),
    Column("n_attempts", Integer, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("answer_tokens", BigInteger, nullable=False),
    Column("is_metered", Boolean, nullable=False),
    Column("cost_usd", Double, nullable=False),
    Column("charged_tokens", BigInteger, nullable=False),
    Column("charged_usd", Double, nullable=False),
    Column("error", LongText),
    Column("answer_text", LongText),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Index("calls_of_job", "kind", "model", "prompt_digest", "status"),
)
"""One row per call, written before it leaves; ``charged`` is the most it may have cost so far."""
