"""What identifies a person, taken out of texts."""

import pytest

from lorewise.knowledge.redaction import redacted

# ruff: noqa: RUF001  fullwidth marks are part of Chinese texts

NAMES = ["Ann Lee", "Ann", "王小明", ""]

FOUND = {
    "write to ann.lee+films@mail.example.co.uk now": "write to [mail] now",
    "我的邮箱是wang_1@qq.com谢谢": "我的邮箱是[mail]谢谢",
    "call +44 20 7946 0958": "call [phone]",
    "call 0049 (89) 1234-5678!": "call [phone]!",
    "call (555) 123-4567 or 555-123-4567": "call [phone] or [phone]",
    "手机13812345678，晚上打": "手机[phone]，晚上打",
    "+86 138 1234 5678": "[phone]",
    "card 4111 1111 1111 1111, thanks": "card [card], thanks",
    "5500-0000-0000-0004": "[card]",
    "378282246310005": "[card]",
    "身份证11010519491231002X。": "身份证[id]。",
    "id 440524188001010014": "id [id]",
    "Ann Lee and ANN like it": "[name] and [name] like it",
    "我叫王小明，喜欢看书": "我叫[name]，喜欢看书",
}
LEFT = [
    "Blade Runner 2049, seen 1999-2004 and on 2024-01-31",
    "ISBN 978-3-16-148410-0 and 9780140000009",
    "4111 1111 1111 1112 is no card",
    "110105194912310021 is no identity number",
    "RTX 4090, model WH-1000XM5, part 600-12345",
    "paid 1,299.00 and 12345678.90, 10 000 000 km",
    "ratio 16:9 at 3840x2160, 13800 steps a day",
    "liked (4.5): 2001: A Space Odyssey (1968)",
    "@home at 7@8, a@b",
    "Annie, Hannah and Banner",
    "order 20240131123456789012345",
]


@pytest.mark.parametrize(("text", "told"), FOUND.items())
def test_what_identifies_a_person_is_replaced(text: str, told: str) -> None:
    assert redacted(text, NAMES) == told


@pytest.mark.parametrize("text", LEFT)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert redacted(text, NAMES) == text


def test_names_stay_where_none_are_listed() -> None:
    assert redacted("Ann Lee and 王小明") == "Ann Lee and 王小明"
