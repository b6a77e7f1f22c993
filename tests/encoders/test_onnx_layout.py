"""What a folder with an encoder says of itself."""

import json
from pathlib import Path

import pytest

from lorewise.encoders.onnx_layout import OnnxLayout
from lorewise.errors import SettingsError


def folder_with(folder: Path, **files: str) -> Path:
    (folder / "model.onnx").touch()
    (folder / "tokenizer.json").touch()
    (folder / "1_Pooling").mkdir()
    for name, content in files.items():
        (folder / {"pooling": "1_Pooling/config.json"}.get(name, f"{name}.json")).write_text(
            content
        )
    return folder


def test_only_model_and_tokenizer_must_be_there(tmp_path: Path) -> None:
    layout = OnnxLayout.of(folder_with(tmp_path))
    assert layout == OnnxLayout(
        model=tmp_path / "model.onnx", tokenizer=tmp_path / "tokenizer.json", max_tokens=512
    )


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_one_of_them_is_refused(tmp_path: Path, missing: str) -> None:
    folder = folder_with(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(SettingsError, match="is no folder of an ONNX encoder"):
        OnnxLayout.of(folder)


def test_the_model_in_the_subfolder_goes_first(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").touch()
    assert OnnxLayout.of(folder).model == folder / "onnx" / "model.onnx"


def test_prompts_are_those_of_documents_and_queries(tmp_path: Path) -> None:
    prompts = {"prompts": {"query": "query: ", "passage": "passage: "}}
    layout = OnnxLayout.of(folder_with(tmp_path, config_sentence_transformers=json.dumps(prompts)))
    assert (layout.item_prompt, layout.query_prompt) == ("passage: ", "query: ")


def test_a_pooling_that_is_not_known_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    pooling = json.dumps({"pooling_mode_mean_tokens": False, "pooling_mode_lasttoken": True})
    with pytest.raises(SettingsError, match="pooling_mode_lasttoken"):
        OnnxLayout.of(folder_with(tmp_path, pooling=pooling))


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(SettingsError, match=r"sentence_bert_config\.json"):
        OnnxLayout.of(folder_with(tmp_path, sentence_bert_config=content))


def test_the_digest_follows_files_and_use(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    before = OnnxLayout.of(folder).digest
    assert OnnxLayout.of(folder).digest == before
    (folder / "tokenizer.json").write_text("{}")
    changed = OnnxLayout.of(folder).digest
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 9}')
    assert len({before, changed, OnnxLayout.of(folder).digest}) == 3
