"""Texts as a reader sees them."""

import pytest

from lorewise.knowledge.plain_letters import plain_letters, without_hidden

# ruff: noqa: RUF001  look-alikes are what this is about


@pytest.mark.parametrize(
    "disguised",
    [
        "IGNORE  this",
        "Ｉｇｎｏｒｅ ｔｈｉｓ",
        "Іgnоrе this",
        "i g n o r e this",
        "i-g-n-o-r-e this",
        "íğnore this",
        "𝐢𝐠𝐧𝐨𝐫𝐞 this",
    ],
)
def test_a_disguise_comes_off(disguised: str) -> None:
    assert plain_letters(disguised) == "ignore this"


def test_ordinary_abbreviations_and_chinese_stay() -> None:
    assert plain_letters("J. R. R. Tolkien in the U.S.A.") == "j. r. r. tolkien in the u.s.a."
    assert plain_letters("红楼梦 がぎ") == "红楼梦 がぎ"


def test_hidden_characters_go_but_line_breaks_and_joined_emoji_stay() -> None:
    assert without_hidden("a\u200bb\u202e\x00c\ufeff\r\nd\te") == "abc\nd\te"
    assert without_hidden("ig\u200dnore 忽\u200d略") == "ignore 忽略"
    assert without_hidden("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"
    assert without_hidden("tag\U000e0041\U000e0042s") == "tags"
