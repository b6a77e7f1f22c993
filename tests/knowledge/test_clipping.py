"""Texts cut to length."""

from hypothesis import given
from hypothesis import strategies as st

from lorewise.knowledge.clipping import at_word_end


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_cut_text_is_short_enough_and_begins_like_the_whole(text: str, n: int) -> None:
    cut = at_word_end(text, n)
    assert len(cut) <= max(n, 0)
    assert text.startswith(cut)
    assert cut == text or len(text) > n


def test_words_are_kept_whole_but_a_long_one_is_cut() -> None:
    assert at_word_end("rain over, Paris", 11) == "rain over"
    assert at_word_end("rain over Paris", 9) == "rain over"
    assert at_word_end("a counterrevolutionary", 12) == "a counterrev"
    assert at_word_end("雨夜的巴黎街头", 4) == "雨夜的巴"
