import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, make_url, text

from lorewise.errors import StoreError
from lorewise.storage import migration
from lorewise.storage.database import connect, reading, writing
from lorewise.storage.migration import MIGRATIONS, migrate
from lorewise.storage.schema import METADATA, REVISION
from lorewise.testing.databases import SERVERS


def test_the_steps_lead_to_the_tables_of_this_release(empty_url: str) -> None:
    engine = connect(empty_url)
    migrate(engine)
    migrate(engine, create=False)
    with reading(engine) as connection:
        options = {"compare_type": True}
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
        )
    engine.dispose()


COLLATIONS = """
SELECT collation_name FROM information_schema.columns
WHERE table_schema = :schema AND table_name = 'knowledge' AND column_name = 'subject_id'
"""


def test_keys_are_exact_and_sorted_by_code_point_whatever_the_server_prefers(
    empty_url: str,
) -> None:
    engine = connect(empty_url)
    migrate(engine)
    schema = {"schema": inspect(engine).default_schema_name}
    if engine.dialect.name != "sqlite":  # which does so anyway
        with reading(engine) as connection:
            collation = connection.execute(text(COLLATIONS), schema).scalar()
        assert collation == {"mysql": "utf8mb4_bin", "postgresql": "C"}[engine.dialect.name]
    engine.dispose()


def test_the_revision_that_the_code_names_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_a_database_without_a_store_is_left_alone_if_it_must_exist(empty_url: str) -> None:
    engine = connect(empty_url)
    with pytest.raises(StoreError, match="holds no knowledge store; check the name, or make one"):
        migrate(engine, create=False)
    with reading(engine) as connection:
        assert not engine.dialect.has_table(connection, "knowledge")
    engine.dispose()


def test_the_store_of_a_newer_release_is_refused(empty_url: str) -> None:
    engine = connect(empty_url)
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"is of revision '9999', which is newer .* upgrade"):
        migrate(engine)
    engine.dispose()


@pytest.mark.parametrize("url", [default for _, default in SERVERS.values()])
def test_a_url_of_a_server_must_name_a_database(url: str) -> None:
    with pytest.raises(StoreError, match="names no database; add /DATABASE"):
        migrate(create_engine(make_url(url).set(database="")))


OPEN = """
import sys, time
import alembic.command
from lorewise.storage.knowledge_store import KnowledgeStore
while time.time() < float(sys.argv[2]):
    pass
KnowledgeStore.open(sys.argv[1])
"""


def test_processes_that_open_a_new_store_at_once_all_succeed(empty_url: str) -> None:
    moment = str(time.time() + 2)  # by then all have loaded what they need
    command = [sys.executable, "-c", OPEN, empty_url, moment]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4


def test_whoever_comes_before_the_steps_are_committed_waits(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "_ONE_AT_A_TIME", nullcontext())  # as between processes
    first, second = connect(empty_url), connect(empty_url)
    late = ThreadPoolExecutor(1)
    arrivals: list[Future[None]] = []

    def come(_connection: object) -> None:
        arrivals.append(late.submit(migrate, second))
        assert not wait(arrivals, timeout=0.3).done

    event.listen(first, "commit", come)
    migrate(first)
    assert [arrival.result() for arrival in arrivals] == [None]
    late.shutdown()
    first.dispose()
    second.dispose()


@pytest.mark.parametrize("empty_url", ["mysql"], indirect=True)
def test_a_migration_that_takes_too_long_is_not_waited_for(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(empty_url)
    monkeypatch.setattr(migration, "_GET_LOCK", "SELECT 0")
    with pytest.raises(StoreError, match=r"another process has been migrating .* for 60 s; wait"):
        migrate(engine)
    engine.dispose()


def test_threads_that_open_new_stores_at_once_all_succeed(tmp_path: Path) -> None:
    engines = [connect(f"sqlite:///{tmp_path}/{number}.db") for number in range(8)]
    barrier = Barrier(len(engines))

    def open_store(engine: Engine) -> None:
        barrier.wait()
        migrate(engine)

    with ThreadPoolExecutor(len(engines)) as threads:
        assert list(threads.map(open_store, engines)) == [None] * 8
    for engine in engines:
        engine.dispose()
