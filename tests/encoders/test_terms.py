"""Texts as terms."""

from lorewise.encoders.terms import folded, is_pair, tag_term, words_and_pairs


def test_accents_and_case_do_not_matter_but_marks_of_kana_do() -> None:
    assert folded("Amélie") == folded("AMELIE")
    assert folded("ガ") != folded("カ")
    assert folded("\uff21\uff22") == "ab"  # fullwidth letters


def test_pairs_stay_within_a_line() -> None:
    assert "runner ford" not in words_and_pairs("blade runner\nford")
    assert "blade runner" in words_and_pairs("blade runner\nford")


def test_chinese_text_becomes_characters_and_pairs_of_them() -> None:
    assert sorted(words_and_pairs("活着")) == sorted(["活", "着", "活着"])


def test_mixed_text_keeps_both_kinds_of_terms() -> None:
    terms = words_and_pairs("the Matrix 黑客 帝国 reloaded film")
    assert {"the matrix", "黑客", "帝国", "reloaded film"} <= set(terms)
    assert "客帝" not in terms
    assert "matrix reloaded" not in terms


def test_a_possessive_is_the_word_itself() -> None:
    assert words_and_pairs("Schindler's") == ["schindler"]


def test_a_tag_is_one_term_of_its_column() -> None:
    assert tag_term("director", " Ridley \n Scott ") == "director=ridley scott"
    assert is_pair(tag_term("genre", "War"))
    assert not is_pair("war")
