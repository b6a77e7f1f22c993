"""Advice as a whole."""

import json
from dataclasses import replace

import pytest

from lorewise.data.dataset import Dataset
from lorewise.pipeline.advising import (
    Advice,
    AdviceSettings,
    Field,
    advise,
    limits_of_this_machine,
)
from lorewise.pipeline.advising_choice import Limits
from lorewise.pipeline.advising_offers import EncoderOffer
from lorewise.pipeline.advising_sources import KnowledgeSource
from lorewise.testing.told_world import told_world


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path_factory.getbasetemp()))


def told() -> tuple[Dataset, KnowledgeSource]:
    """Return the world without its lore, and the lore as a source."""
    world = told_world()
    table = world.item_table.select("item_id", *world.lore_columns)
    names = {"item_id": "id"} | {name: name.removeprefix("lore.") for name in world.lore_columns}
    bare = replace(world, item_table=world.item_table.drop(world.lore_columns), lore_columns=())
    return bare, KnowledgeSource(name="lore.jsonl", table=table.rename(names), usd_per_item=0.01)


def silent(_doing: str, _share: float) -> None:
    """Tell nobody."""


def advice(encoders: tuple[str, ...] = ("none",), limits: Limits | None = None) -> Advice:
    bare, source = told()
    offers = [EncoderOffer.of(name) for name in encoders]
    settings = AdviceSettings(limits=limits or Limits())
    return advise(bare, Field(encoders=offers, sources=[source]), settings, silent)


def test_knowledge_that_tells_what_people_like_is_taken() -> None:
    found = advice(("none", "static"))
    assert found.chosen.knowledge == "lore.jsonl"
    assert [judged.label for judged in found.candidates] == [
        "none", "static", "none + lore.jsonl", "static + lore.jsonl"
    ]  # fmt: skip
    assert "the knowledge adds" in found.reason
    assert found.candidates[0].texts_per_s is None
    assert (found.candidates[1].texts_per_s or 0) > 100


def test_a_model_is_asked_about_the_sample_alone_and_the_rest_is_priced() -> None:
    bare, source = told()
    seen: list[Dataset] = []

    def inquire(catalog: Dataset) -> KnowledgeSource:
        seen.append(catalog)
        asked = source.table.filter(source.table["id"].is_in(list(catalog.items.ids)))
        return replace(source, table=asked)

    field = Field(encoders=[EncoderOffer(name="none")], inquirers=[inquire])
    found = advise(bare, field, AdviceSettings(n_items=60), silent)
    assert seen[0].n_items == found.n_items == 60
    assert found.candidates[1].price_usd == pytest.approx(0.2)  # 20 items at a cent each
    assert found.chosen.knowledge == "lore.jsonl"


def test_an_encoder_with_a_price_costs_what_the_whole_catalog_has_tokens() -> None:
    bare, _ = told()
    offer = EncoderOffer(name="static", usd_per_million_tokens=1e6)
    found = advise(bare, Field(encoders=[offer]), AdviceSettings(n_items=60), silent)
    n_characters = sum(len(title) for title in bare.item_table["title"])
    assert found.chosen.price_usd == pytest.approx(n_characters / 4, rel=0.05)


def test_lore_is_read_for_its_meaning_once_however_many_groups_share_its_words() -> None:
    bare, source = told()
    offer = EncoderOffer(name="static", usd_per_million_tokens=1e6)
    field = Field(encoders=[offer], sources=[replace(source, usd_per_item=0.0)])
    found = advise(bare, field, AdviceSettings(n_items=60), silent)
    own, with_lore = (judged.price_usd or 0.0 for judged in found.candidates)
    n_characters = sum(
        len(f"{themes}\n{reception}")
        for themes, reception in source.table.select("themes", "reception").iter_rows()
    )
    assert with_lore - own == pytest.approx(n_characters / 4, rel=0.05)


def test_the_same_seed_gives_the_same_figures() -> None:
    first, second = (advice().to_json_dict() for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first))["chosen"] == {"encoder": "none", "knowledge": "lore.jsonl"}
    assert 0 < first["candidates"][0]["ndcg@20"] < first["candidates"][1]["ndcg@20"] < 1


def test_progress_rises_to_the_end() -> None:
    bare, source = told()
    shares: list[float] = []
    field = Field(encoders=[EncoderOffer(name="none")], sources=[source])
    advise(bare, field, AdviceSettings(), lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_limits_of_this_machine_hold_its_free_memory() -> None:
    limits = limits_of_this_machine(2.0, 3.0)
    assert (limits.budget_usd, limits.hours) == (2.0, 3.0)
    assert limits.memory_mb > 10
