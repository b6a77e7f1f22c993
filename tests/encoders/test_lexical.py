"""Vectors of the very words."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.feature_extraction.text import TfidfVectorizer

from lorewise.encoders.lexical import LexicalEncoder, LexicalSettings
from lorewise.encoders.terms import words_and_pairs

FILMS = [
    "Alien\nhorror in space",
    "Aliens\nmarines in space, space, space",
    "Blade Runner\nrain and androids",
    "The Third Man\nVienna after the war",
]
CHINESE = ["红楼梦", "三国演义", "水浒传", "西游记", "活着", "三体", "流浪地球", "霸王别姬"]


def fitted(
    texts: list[str], tags: list[list[str]] | None = None, **settings: int
) -> LexicalEncoder:
    return LexicalEncoder.fit(
        texts, tags, settings=LexicalSettings(**settings), rng=np.random.default_rng(0)
    )


WORDS = fitted(FILMS + CHINESE)


def nearest(encoder: LexicalEncoder, query: str, texts: list[str]) -> int:
    return int(np.argmax(encoder.encode(texts) @ encoder.encode([query])[0]))


def test_the_weights_are_those_of_scikit_learn() -> None:
    encoder = fitted(FILMS, min_items_per_pair=1)
    reference = TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True).fit(FILMS)
    assert list(encoder.terms) == sorted(reference.vocabulary_)
    assert_allclose(encoder.term_weights, reference.idf_, rtol=1e-6)


def test_with_all_directions_cosines_are_those_of_tf_idf() -> None:
    encoder = fitted(FILMS, min_items_per_pair=1)
    rows = TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True).fit_transform(FILMS)
    vectors = encoder.encode(FILMS)
    assert_allclose(vectors @ vectors.T, (rows @ rows.T).toarray(), atol=2e-3)


def test_a_query_finds_the_item_by_its_one_rare_word() -> None:
    assert nearest(fitted(FILMS), "something with androids", FILMS) == 2


@pytest.mark.parametrize("number", range(len(CHINESE)))
def test_a_chinese_query_finds_the_chinese_title(number: int) -> None:
    encoder = fitted(CHINESE)
    assert nearest(encoder, f"我想看{CHINESE[number]}", CHINESE) == number


def test_a_shared_tag_draws_items_together_as_a_whole() -> None:
    texts = ["one", "two", "three", "four"]
    tags = [["director=ann lee"], ["director=ann lee"], ["director=ann roe"], ["director=bo lee"]]
    vectors = fitted(texts, tags).encode(texts, tags)
    cosines = vectors @ vectors[0]
    assert cosines[1] > 0.1
    assert_allclose(cosines[2:], 0, atol=1e-3)


def test_rows_have_length_one_and_unknown_words_give_zeros() -> None:
    vectors = fitted(FILMS).encode([*FILMS, "", "xyzzy", "!!!"])
    assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 1, 0, 0, 0], atol=1e-6)
    assert vectors.dtype == np.float32


@given(st.permutations(range(len(FILMS))))
def test_the_order_of_the_items_changes_neither_vocabulary_nor_cosines(order: list[int]) -> None:
    one, other = fitted(FILMS), fitted([FILMS[n] for n in order])
    assert one.terms == other.terms == tuple(sorted(one.terms))
    ours, theirs = one.encode(FILMS), other.encode(FILMS)
    assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=3e-3)


@given(st.lists(st.text(), max_size=6))
def test_any_text_encodes_the_same_alone_as_in_a_batch(texts: list[str]) -> None:
    together = WORDS.encode(texts)
    assert together.shape == (len(texts), WORDS.dim)
    assert np.isfinite(together).all()
    for number, text in enumerate(texts):
        assert_allclose(WORDS.encode([text])[0], together[number], atol=1e-6)


def test_the_same_seed_gives_the_same_vectors() -> None:
    assert_array_equal(fitted(FILMS).encode(FILMS), fitted(FILMS).encode(FILMS))


def test_the_vocabulary_keeps_the_terms_of_most_items() -> None:
    # "in" and "space" are in two films, "the" twice in one
    assert fitted(FILMS, max_terms=3).terms == ("in", "in space", "space")


def test_dimensions_are_at_most_those_asked_for() -> None:
    assert fitted(FILMS, n_dims=2).dim == 2
    assert fitted(FILMS).dim == 4


@pytest.mark.parametrize("texts", [[], [""], ["", "!?"]])
def test_a_catalog_without_words_has_no_dimensions(texts: list[str]) -> None:
    encoder = fitted(texts)
    assert encoder.dim == 0
    assert encoder.encode(["word"]).shape == (1, 0)
    assert LexicalEncoder.from_arrays(encoder.to_arrays()).terms == ()


def test_the_encoder_survives_plain_arrays() -> None:
    encoder = fitted(FILMS + CHINESE)
    arrays = encoder.to_arrays()
    assert all(array.dtype != np.object_ for array in arrays.values())
    again = LexicalEncoder.from_arrays(arrays)
    assert_array_equal(again.encode(FILMS + CHINESE), encoder.encode(FILMS + CHINESE))


def test_one_item_is_encoded_within_two_milliseconds() -> None:
    words = [f"word{n % 997} word{n % 89} word{n % 13}" for n in range(2000)]
    encoder = fitted(words)
    encoder.encode(words[:1])

    def seconds() -> float:
        start = perf_counter()
        encoder.encode(words[5:6])
        return perf_counter() - start

    assert min(seconds() for _ in range(20)) < 0.002
