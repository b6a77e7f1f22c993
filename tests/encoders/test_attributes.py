"""Vectors of tags and numbers."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from lorewise.encoders.attributes import AttributeEncoder, AttributeSettings

TAGS = [["g=war"], ["g=war", "g=drama"], ["g=drama"], ["g=rare"], []]
YEARS = {"year": np.array([1990.0, 1991, 2010, np.nan, np.nan])}


def fitted(**settings: int) -> AttributeEncoder:
    return AttributeEncoder.fit(
        TAGS, YEARS, settings=AttributeSettings(**settings), rng=np.random.default_rng(0)
    )


def test_only_shared_tags_count() -> None:
    assert fitted().tags == ("g=drama", "g=war")
    assert fitted(min_items_per_tag=1).tags == ("g=drama", "g=rare", "g=war")


def test_a_tag_weighs_what_it_tells() -> None:
    # two of five items have each tag: 1 + ln(6 / 3)
    assert_allclose(fitted().column_weights[:2], 1 + np.log(2), rtol=1e-6)


def test_rows_have_length_one_or_are_zeros() -> None:
    lengths = np.linalg.norm(fitted().encode(TAGS, YEARS), axis=1)
    assert_allclose(lengths, [1, 1, 1, 0, 0], atol=1e-6)


def test_a_number_counts_as_much_as_all_tags_together() -> None:
    years = {"year": np.array([1990.0, 2010.0, 1990.0])}
    vectors = fitted().encode([["g=war", "g=drama"], ["g=war", "g=drama"], ["g=none"]], years)
    # the first has tags and a year: half its squared length each; the third has the year alone
    assert_allclose(vectors @ vectors[0], [1, 1 / 2, np.sqrt(1 / 2)], atol=1e-6)


def test_close_years_are_more_alike_than_distant_ones() -> None:
    encoder = fitted(n_bins=3)
    years = {"year": np.array([1990.0, 1990.2, 1990.8, 2000.0])}
    vectors = encoder.encode([[]] * 4, years)
    assert (np.diff(vectors @ vectors[0]) < 0).all()


def test_wide_attributes_are_reduced_and_keep_their_neighbors() -> None:
    tags = [[f"a={n % 40}", f"b={n % 5}"] for n in range(80)]
    settings = AttributeSettings(n_dims=20)
    encoder = AttributeEncoder.fit(tags, {}, settings=settings, rng=np.random.default_rng(0))
    vectors = encoder.encode(tags, {})
    assert encoder.dim == 20
    assert (vectors @ vectors[3]).argsort()[-2:].tolist() in ([3, 43], [43, 3])


def test_new_items_with_unknown_tags_are_zeros() -> None:
    found = fitted().encode([["g=unseen"]], {"year": np.array([np.nan])})
    assert not found.any()


def test_without_attributes_there_are_no_dimensions() -> None:
    encoder = AttributeEncoder.fit([[], []], {}, rng=np.random.default_rng(0))
    assert encoder.dim == 0
    assert encoder.encode([[]], {}).shape == (1, 0)
    assert AttributeEncoder.from_arrays(encoder.to_arrays()).dim == 0


def test_the_encoder_survives_plain_arrays() -> None:
    numbers = YEARS | {"price": np.array([1.0, 2, 3, 4, 5]), "unknown": np.full(5, np.nan)}
    encoder = AttributeEncoder.fit(TAGS, numbers, rng=np.random.default_rng(0))
    again = AttributeEncoder.from_arrays(encoder.to_arrays())
    assert_array_equal(again.encode(TAGS, numbers), encoder.encode(TAGS, numbers))
