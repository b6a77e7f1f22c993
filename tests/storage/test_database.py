import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from lorewise.errors import MissingExtraError, StoreError
from lorewise.storage.database import connect, reading, writing


def insert_here_and_into_nothing(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    connection.exec_driver_sql("INSERT INTO absent VALUES (1)")


def message_of(url: str, *, create: bool = True) -> str:
    with pytest.raises(StoreError) as caught:
        connect(url, create=create)
    return str(caught.value)


@pytest.mark.parametrize("url", ["lore.db", "", "oracle://u:secret@h/d", "mysql:/x", "x://u:p@h:q"])
def test_what_is_no_url_of_a_known_database_is_refused_with_the_forms(url: str) -> None:
    message = message_of(url)
    assert "write sqlite:///FILE, mysql+pymysql://USER:PASSWORD@HOST/DATABASE or" in message
    assert "secret" not in message


@pytest.mark.parametrize("name", ["", ":memory:"])
def test_a_store_that_would_be_lost_is_refused(name: str) -> None:
    message = message_of(f"sqlite:///{name}")
    assert message == f"sqlite:///{name} names no file; write sqlite:///FILE"


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    message = message_of(f"sqlite:///{tmp_path}/absent/lore.db")
    assert f"there is no folder {tmp_path}/absent; make it" in message
    message = message_of(f"sqlite:///{tmp_path}/lore.db", create=False)
    assert f"there is no file {tmp_path}/lore.db; check the path" in message
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "lore.db").write_text("This is a letter to a friend, not a database. " * 9)
    assert "lore.db failed: file is not a database; check" in message_of(
        f"sqlite:///{tmp_path}/lore.db"
    )


@pytest.mark.parametrize(
    "url", ["mysql://me:secret@127.0.0.1:1/lore", "postgresql://me:secret@127.0.0.1:1/lore"]
)
def test_a_server_that_does_not_answer_is_named_without_the_password(url: str) -> None:
    message = message_of(url)
    assert "://me:***@127.0.0.1:1/lore failed: " in message
    assert "check that it runs" in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [
        ("pymysql", "mysql+pymysql://me@localhost/lore", "lorewise[mysql]"),
        ("psycopg", "postgresql+psycopg://me@localhost/lore", "lorewise[postgres]"),
    ],
)
def test_a_missing_driver_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, module: str, url: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        connect(url)
    assert extra in str(caught.value)


@pytest.mark.parametrize(
    ("url", "driver"),
    [("mariadb://127.0.0.1:1/x", "mysql+pymysql"), ("postgresql://h:1/x", "postgresql+psycopg")],
)
def test_every_driver_of_a_database_means_ours(url: str, driver: str) -> None:
    assert f"the database {driver}://" in message_of(url)


def test_a_block_that_fails_writes_nothing(empty_url: str) -> None:
    engine = connect(empty_url)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    with pytest.raises(StoreError, match="absent"), writing(engine) as connection:
        insert_here_and_into_nothing(connection)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
    engine.dispose()


def test_an_error_of_the_database_is_ours_and_one_line(empty_url: str) -> None:
    engine = connect(empty_url)
    with pytest.raises(StoreError) as caught, reading(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM absent")
    assert "absent" in str(caught.value)
    assert "\n" not in str(caught.value)
    engine.dispose()


def test_a_second_writer_to_a_file_waits_until_the_first_is_done(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/lore.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    with writing(engine), reading(engine) as reader:  # the lock is taken, and readers go on
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        with engine.connect() as hurried:
            hurried.exec_driver_sql("PRAGMA busy_timeout = 1")
            with pytest.raises(Exception, match="database is locked"):
                hurried.exec_driver_sql("INSERT INTO t VALUES (1)")
            hurried.exec_driver_sql("PRAGMA busy_timeout = 60000")
    engine.dispose()
