"""The first tables: knowledge and calls."""

from collections.abc import Mapping
from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
)
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None

_TIME = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_TEXT = Text().with_variant(mysql.LONGTEXT(), "mysql")
# Keys are exact everywhere and sorted by code point; otherwise "Élan" and "elan" may be one id.
_OPTIONS: Mapping[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}


def _key(length: int) -> String:
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "knowledge",
        Column("kind", _key(8), nullable=False),
        Column("model", _key(200), nullable=False),
        Column("prompt_digest", _key(32), nullable=False),
        Column("subject_id", _key(400), nullable=False),
        Column("input_digest", _key(32), nullable=False),
        Column("status", _key(16), nullable=False),
        Column("is_final", Boolean, nullable=False),
        Column("reason", _TEXT),
        Column("facets", _TEXT),
        Column("confidence", _TEXT),
        Column("as_of", _TIME, nullable=False),
        Column("tokens", BigInteger, nullable=False),
        Column("cost_usd", Double, nullable=False),
        Column("call_id", _key(64), nullable=False),
        Column("events_digest", _key(32)),
        Column("n_events", Integer),
        PrimaryKeyConstraint(
            "kind", "model", "prompt_digest", "subject_id", "input_digest", name="knowledge_key"
        ),
        Index("knowledge_of_subject", "kind", "subject_id"),
        **_OPTIONS,
    )
    op.create_table(
        "calls",
        Column("call_id", _key(64), primary_key=True),
        Column("kind", _key(8), nullable=False),
        Column("model", _key(200), nullable=False),
        Column("prompt_digest", _key(32), nullable=False),
        Column("question_digest", _key(32), nullable=False),
        Column("subjects", _TEXT, nullable=False),
        Column("status", _key(16), nullable=False),
        Column("n_attempts", Integer, nullable=False),
        Column("prompt_tokens", BigInteger, nullable=False),
        Column("answer_tokens", BigInteger, nullable=False),
        Column("is_metered", Boolean, nullable=False),
        Column("cost_usd", Double, nullable=False),
        Column("charged_tokens", BigInteger, nullable=False),
        Column("charged_usd", Double, nullable=False),
        Column("error", _TEXT),
        Column("answer_text", _TEXT),
        Column("started_at", _TIME, nullable=False),
        Column("finished_at", _TIME),
        Index("calls_of_job", "kind", "model", "prompt_digest", "status"),
        **_OPTIONS,
    )
