from pathlib import Path

import pytest

from lorewise.errors import StoreError
from lorewise.storage.database import connect
from lorewise.testing.databases import must_answer, own_database


def test_the_server_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOREWISE_TEST_MYSQL_URL", "mysql+pymysql://nobody@127.0.0.1:1/")
    with pytest.raises(StoreError, match="nobody@127"), own_database("mysql", tmp_path):
        """It is not reached."""


def test_a_file_is_made_in_the_folder(tmp_path: Path) -> None:
    with own_database("sqlite", tmp_path) as url:
        assert url.startswith(f"sqlite:///{tmp_path}/lorewise_test_")
        connect(url).dispose()


def test_servers_must_answer_only_where_changes_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert not must_answer()
    monkeypatch.setenv("CI", "true")
    assert must_answer()
