from pathlib import Path

from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import ended, known, started


def test_nothing_of_the_forgotten_lingers_in_an_sqlite_file(tmp_path: Path) -> None:
    with KnowledgeStore.open(f"sqlite:///{tmp_path}/lore.db") as store:
        store.begin([started("c", "zaphod", "trillian"), started("d", "trillian")])
        store.finish(
            [ended("c", answer_text="zaphod likes tea"), ended("d", answer_text="of trillian")],
            [known("zaphod", {"taste": "tea" * 5_000}), known("trillian")],
        )
        assert b"zaphod" in everything(tmp_path)
        assert store.forget("item", ["zaphod"]) == 1
        assert b"zaphod" not in everything(tmp_path)
        assert b"teatea" not in everything(tmp_path)
        assert b"trillian" in everything(tmp_path)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
