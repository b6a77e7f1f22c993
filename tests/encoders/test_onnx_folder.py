"""An encoder in a local folder."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lorewise.encoders.onnx_folder import OnnxFolderEncoder
from lorewise.encoders.text_blocks import pretrained
from lorewise.errors import MissingExtraError, SettingsError
from lorewise.testing.onnx_encoder import made_folder, with_settings


def test_a_text_is_the_mean_of_its_tokens_at_length_one(tmp_path: Path) -> None:
    encoder = OnnxFolderEncoder.open(str(made_folder(tmp_path)))
    vectors = encoder.encode(["red blue", "red", "", " "])
    # (3, 0) and (0, 1) have the mean (1.5, .5), of length sqrt(2.5) = 1.58114
    expected = np.array([[0.94868, 0.31623], [1, 0], [0, 0], [0, 0]])
    assert_allclose(vectors, expected, atol=1e-5)
    assert vectors.dtype == np.float32
    assert encoder.encode([]).shape == (0, encoder.dim) == (0, 2)


def test_padding_says_nothing_and_batches_keep_the_order(tmp_path: Path) -> None:
    encoder = OnnxFolderEncoder.open(str(made_folder(tmp_path)))
    texts = ["red blue " * (1 + n % 3) if n % 2 else "blue" for n in range(100)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert_allclose(encoder.encode(texts), alone, atol=1e-6)


def test_the_first_token_stands_for_the_text_where_the_makers_say_so(tmp_path: Path) -> None:
    folder = made_folder(tmp_path)
    with_settings(folder, "1_Pooling/config.json", pooling_mode_cls_token=True)
    assert_allclose(OnnxFolderEncoder.open(str(folder)).encode(["blue red"]), [[0, 1]])


def test_queries_get_the_prompt_that_the_model_was_trained_with(tmp_path: Path) -> None:
    folder = made_folder(tmp_path)
    prompts = {"query": "query: "}
    with_settings(folder, "config_sentence_transformers.json", prompts=prompts)
    encoder = OnnxFolderEncoder.open(str(folder))
    assert_allclose(encoder.encode(["blue"]), [[0, 1]])
    assert not encoder.encode_queries(["blue"]).any()  # (0, -1) of the prompt and (0, 1)


def test_what_the_model_cannot_read_is_cut_off(tmp_path: Path) -> None:
    folder = made_folder(tmp_path)
    with_settings(folder, "sentence_bert_config.json", max_seq_length=2)
    encoder = OnnxFolderEncoder.open(str(folder))
    assert_allclose(encoder.encode(["red red blue"]), [[1, 0]])


def test_a_model_may_ask_for_token_types(tmp_path: Path) -> None:
    inputs = ("attention_mask", "token_type_ids")
    folder = made_folder(tmp_path, model="model.onnx", inputs=inputs)
    assert_allclose(OnnxFolderEncoder.open(str(folder)).encode(["red"]), [[1, 0]])


def test_a_model_that_asks_for_something_else_is_refused(tmp_path: Path) -> None:
    folder = made_folder(tmp_path, inputs=("pixel_values",))
    with pytest.raises(SettingsError, match="pixel_values"):
        OnnxFolderEncoder.open(str(folder))


def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    folder = made_folder(tmp_path)
    (folder / "onnx" / "model.onnx").write_bytes(b"hello")
    with pytest.raises(SettingsError, match=r"model\.onnx cannot be loaded"):
        OnnxFolderEncoder.open(str(folder))


def test_the_name_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    places = [tmp_path / parent / "tiny" for parent in ("a", "b", "c")]
    for place in places:
        made_folder(place)
    with_settings(places[2], "sentence_bert_config.json", max_seq_length=7)
    first, moved, changed = (OnnxFolderEncoder.open(str(place)).name for place in places)
    assert first == moved != changed


def test_it_is_found_by_its_name_among_the_encoders(tmp_path: Path) -> None:
    encoder = pretrained(f"folder:{made_folder(tmp_path)}")
    assert_allclose(encoder.encode(["red"]), [[1, 0]])


def test_without_its_packages_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lorewise.encoders.onnx_folder.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lorewise\[encoders\]'"):
        OnnxFolderEncoder.open(str(tmp_path))
