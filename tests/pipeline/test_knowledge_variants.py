import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import encode_items
from lorewise.pipeline.knowledge_variants import NO_WORDS, variant_plans
from lorewise.pipeline.lore_controls import lore_columns, without_columns
from lorewise.testing.told_world import told_world


def made(dataset: Dataset) -> dict[str, Dataset]:
    rng = np.random.default_rng(1)
    return {plan.name: plan.made(dataset, rng) for plan in variant_plans(dataset)}


def test_each_row_learns_from_what_its_name_says() -> None:
    whole = told_world()
    found = made(whole)

    assert list(found) == [
        "popularity",
        "none",
        "tf-idf",
        "dense",
        "lore without reception",
        "lore",
        "permuted",
        "random",
    ]
    for name in ("popularity", "none"):
        assert lore_columns(found[name]) == ()
    for name in ("tf-idf", "dense", "lore"):
        assert found[name] is whole
    assert lore_columns(found["lore without reception"]) == ("lore.themes", "lore.confidence")
    for name in ("permuted", "random"):
        assert lore_columns(found[name]) == lore_columns(whole)
        assert not found[name].item_table.equals(whole.item_table)


def test_lore_that_tells_nothing_of_later_success_has_no_row_without_it() -> None:
    told = without_columns(told_world(), ["lore.reception"])

    assert not [name for name in made(told) if name.startswith("lore without")]


def test_only_rows_without_lore_cost_nothing() -> None:
    free = [plan.name for plan in variant_plans(told_world()) if not plan.note.has_lore]

    assert free == ["popularity", "none"]


def test_words_and_meaning_are_read_apart() -> None:
    readings = {plan.name: plan.reading for plan in variant_plans(told_world())}

    assert readings.pop("tf-idf") == "words"
    assert readings.pop("dense") == "meaning"
    assert set(readings.values()) == {"both"}


def test_by_meaning_alone_words_tell_no_items_apart() -> None:
    blocks = encode_items(told_world(), NO_WORDS, cache=None).features.blocks
    lexical = [block for name, block in blocks.items() if name.endswith(".lexical")]
    assert "lore.dense" in blocks
    assert lexical
    assert all(len(np.unique(block, axis=0)) <= 2 for block in lexical)
