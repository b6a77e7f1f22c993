"""Encoded texts on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from lorewise.data.primitives import Embeddings
from lorewise.encoders.vector_cache import cached_vectors, content_digest, default_cache


@dataclass
class CountingEncoder:
    """Encodes a text as its length and counts how often it is asked."""

    name: str = "counting-1"
    dim: int = 2
    calls: list[int] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.calls.append(len(texts))
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        return self.encode(texts)


def test_the_second_time_nothing_is_encoded(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    first = cached_vectors(encoder, ["a", "bb"], tmp_path / "new")
    assert_array_equal(cached_vectors(encoder, ["a", "bb"], tmp_path / "new"), first)
    assert encoder.calls == [2]


def test_other_texts_or_another_version_are_encoded_anew(tmp_path: Path) -> None:
    encoder, later = CountingEncoder(), CountingEncoder(name="counting-2")
    for one in (encoder, later):
        cached_vectors(one, ["a", "bb"], tmp_path)
    cached_vectors(encoder, ["bb", "a"], tmp_path)
    assert (encoder.calls, later.calls) == ([2, 2], [2])


@pytest.mark.parametrize("damage", [b"", b"junk", b"\x93NUMPY\x01\x00v\x00"])
def test_a_damaged_file_is_written_again(tmp_path: Path, damage: bytes) -> None:
    encoder = CountingEncoder()
    expected = cached_vectors(encoder, ["a"], tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert_array_equal(cached_vectors(encoder, ["a"], tmp_path), expected)
    assert_array_equal(np.load(file), expected)
    assert encoder.calls == [1, 1]


def test_a_cut_file_and_one_of_another_shape_are_damaged_too(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    cached_vectors(encoder, ["a"], tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    cached_vectors(encoder, ["a"], tmp_path)
    np.save(file, np.full((1, 2), np.nan, dtype=np.float32))
    cached_vectors(encoder, ["a"], tmp_path)
    np.save(file, np.ones((3, 2), dtype=np.float32))
    cached_vectors(encoder, ["a"], tmp_path)
    assert len(encoder.calls) == 4


def test_no_half_written_file_stays_behind(tmp_path: Path) -> None:
    cached_vectors(CountingEncoder(), ["a"], tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npy"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("in the way")
    assert cached_vectors(CountingEncoder(), ["a"], taken).shape == (1, 2)


def test_without_a_folder_nothing_is_kept() -> None:
    encoder = CountingEncoder()
    cached_vectors(encoder, ["a"], None)
    cached_vectors(encoder, ["a"], None)
    assert encoder.calls == [1, 1]


@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_different_texts_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (content_digest("x", one) == content_digest("x", other)) == (one == other)


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREWISE_CACHE", "/somewhere")
    assert default_cache() == Path("/somewhere")
    monkeypatch.delenv("LOREWISE_CACHE")
    assert default_cache() == Path.home() / ".cache" / "lorewise"
