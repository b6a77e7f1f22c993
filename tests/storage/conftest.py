from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lorewise.errors import StoreError
from lorewise.storage.database import connect, writing
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.storage.schema import CALLS, KNOWLEDGE
from lorewise.testing.databases import KINDS, Kind, must_answer, own_database


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, for one test alone."""
    with ExitStack() as stack:
        yield opened(stack, request.param, tmp_path)


@pytest.fixture(scope="session", params=KINDS)
def shared_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database of each kind that tests fill one after the other."""
    with ExitStack() as stack:
        yield opened(stack, request.param, tmp_path_factory.mktemp("store"))


@pytest.fixture
def store(shared_url: str) -> Iterator[KnowledgeStore]:
    """An empty store in a database of each kind."""
    with KnowledgeStore.open(shared_url) as store:
        yield store
    engine = connect(shared_url)
    with writing(engine) as connection:
        for table in (KNOWLEDGE, CALLS):
            connection.execute(table.delete())
    engine.dispose()


def opened(stack: ExitStack, kind: Kind, folder: Path) -> str:
    try:
        return stack.enter_context(own_database(kind, folder))
    except StoreError as error:
        if must_answer():
            raise
        pytest.skip(f"no {kind} server answers: {error}")
