"""Knowledge of several origins."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge
from lorewise.data.knowledge_file import write_knowledge
from lorewise.errors import DataError
from lorewise.pipeline.advising_sources import KnowledgeSource, comparable_items
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import known, provenance


def shop(n_items: int = 20) -> Dataset:
    ids = [f"i{number:02}" for number in range(n_items)]
    return assemble(pl.DataFrame({"user_id": ["ann"] * n_items, "item_id": ids}))


def about(count: int, cost_usd: float = 0.0) -> list[Knowledge]:
    return [known(f"i{number:02}", cost_usd=cost_usd) for number in range(count)]


def test_a_file_and_a_store_say_the_same(tmp_path: Path) -> None:
    entry = Knowledge(
        kind="item",
        subject_id="i00",
        facets={"mood": "calm", "themes": ("sea", "war")},
        provenance=provenance(),
    )
    write_knowledge(tmp_path / "lore.jsonl", [entry])
    url = f"sqlite:///{tmp_path / 'lore.db'}"
    with KnowledgeStore.open(url) as store:
        store.add([entry])
    of_file, of_store = (
        KnowledgeSource.of_file(tmp_path / "lore.jsonl"),
        KnowledgeSource.of_store(url),
    )
    assert (of_file.name, of_store.name) == ("lore.jsonl", "lore.db")
    assert of_file.table.to_dicts() == of_store.table.to_dicts()
    assert of_file.table.to_dicts() == [{"id": "i00", "mood": "calm", "themes": "sea|war"}]
    assert of_file.joined_to(shop()).lore_columns == ("lore.mood", "lore.themes")


def test_the_rest_of_the_catalog_costs_what_the_known_part_did() -> None:
    half = KnowledgeSource.of_entries("half", about(10, cost_usd=0.02))
    assert half.usd_to_pay(shop()) == pytest.approx(0.2)  # ten items more
    whole = KnowledgeSource.of_entries("whole", about(20))
    assert whole.usd_to_pay(shop()) == 0
    assert KnowledgeSource.of_entries("free?", about(10)).usd_to_pay(shop()) is None


def test_samples_are_compared_where_all_of_them_speak() -> None:
    first = KnowledgeSource.of_entries("first", about(10))
    second = KnowledgeSource.of_entries("second", about(12)[4:])
    whole = KnowledgeSource.of_entries("whole", about(19))
    dataset = shop()
    found = comparable_items(dataset, [first, second, whole])
    shared = [dataset.items.ids[number] for number in np.flatnonzero(found)]
    assert sorted(shared) == [f"i{number:02}" for number in range(4, 10)]
    assert comparable_items(dataset, [whole]).all()


def test_an_empty_source_is_refused() -> None:
    with pytest.raises(DataError, match="holds no item knowledge"):
        KnowledgeSource.of_entries("none.db", [])
