"""Scripts of texts."""

import pytest

from lorewise.encoders.language import cjk_share, foreign_share


def test_the_share_counts_letters_only() -> None:
    assert cjk_share("红楼梦 123!") == 1.0
    assert cjk_share("红楼 ab") == 0.5
    assert cjk_share("123") == cjk_share("") == cjk_share("é") == 0.0


@pytest.mark.parametrize("text", ["红楼梦", "Война и мир", "ガンダム", "사랑", "हिन्दी फ़िल्म"])
def test_texts_in_other_scripts_count(text: str) -> None:
    assert foreign_share([text, "War and Peace"]) == 0.5


@pytest.mark.parametrize("text", ["Amélie", "Việt Nam", "Zdeněk Svěrák", "naïve \u2013 \u20ac5"])
def test_latin_letters_with_accents_are_no_other_script(text: str) -> None:
    assert foreign_share([text]) == 0.0


def test_empty_texts_are_left_out() -> None:
    assert foreign_share(["", "红", ""]) == 1.0
    assert foreign_share([""]) == foreign_share([]) == 0.0


def test_a_large_catalog_is_read_in_part() -> None:
    assert foreign_share(["红", "red"] * 10_000 + ["red"]) == pytest.approx(0.5, abs=0.01)
