"""Takes out of people's texts what identifies a person, before the texts leave the machine."""

import re
from collections.abc import Callable, Sequence

_LETTER = r"[^\W\u3040-\u9fff\uac00-\ud7af]"  # Chinese stands around an address without a space
_MAIL = re.compile(
    rf"(?:{_LETTER}|[.+\-])+@(?:{_LETTER}|-)+(?:\.(?:{_LETTER}|-)+)*\.[A-Za-z]{{2,}}"
)
_CARD = re.compile(r"(?<![\w.+])\d(?:[ \-]?\d){12,18}(?!\w)", re.ASCII)
_ISBN = re.compile(r"97[89][ \-]?")
_CHINESE_ID = re.compile(r"(?<!\w)[1-9]\d{16}[\dXx](?!\w)", re.ASCII)
_CHINESE_MOBILE = re.compile(
    r"(?<![\w.])(?:(?:\+|00)86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\w)", re.ASCII
)
_INTERNATIONAL = re.compile(
    r"(?<!\w)(?:\+|00(?=[1-9]))\d{1,3}(?:[ .\-/]?\(?\d{1,4}\)?){2,6}(?!\w)", re.ASCII
)
_AMERICAN = re.compile(r"(?<![\w.\-])(?:\(\d{3}\) ?|\d{3}[.\-])\d{3}[.\-]\d{4}(?![\w\-])", re.ASCII)
_PHONES = (_CHINESE_MOBILE, _INTERNATIONAL, _AMERICAN)
_MIN_PHONE_DIGITS = 8

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def redacted(text: str, names: Sequence[str] = ()) -> str:
    """Return the text with ``[mail]``, ``[id]``, ``[card]``, ``[phone]`` and ``[name]`` instead.

    Card and Chinese identity numbers count only where their check digit is right, so that other
    long numbers stay. ``names`` are found as whole words in any case.

    >>> redacted("Ask Ann Lee, ann@example.org or +44 20 7946 0958", ["Ann Lee"])
    'Ask [name], [mail] or [phone]'
    """
    text = _MAIL.sub("[mail]", text)
    text = _CHINESE_ID.sub(_if(_is_chinese_id, "[id]"), text)
    text = _CARD.sub(_if(_is_card, "[card]"), text)
    for phone in _PHONES:
        text = phone.sub(_if(_is_phone, "[phone]"), text)
    return _names(names).sub("[name]", text) if any(names) else text


def _if(is_one: Callable[[str], bool], mark: str) -> Callable[[re.Match[str]], str]:
    return lambda found: mark if is_one(found.group()) else found.group()


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _is_phone(text: str) -> bool:
    return len(_digits(text)) >= _MIN_PHONE_DIGITS


def _is_card(text: str) -> bool:
    """Whether the Luhn sum is right: every second digit from the right counts double."""
    digits = [int(digit) for digit in reversed(_digits(text))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return not _ISBN.match(text) and any(digits) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_chinese_id(text: str) -> bool:
    """Whether the check character is right. Source: GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == text[-1].upper()


def _names(names: Sequence[str]) -> re.Pattern[str]:
    """Longest first, so that a full name goes whole; Chinese has no borders between words."""
    longest_first = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    words = (
        rf"(?<!\w){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name)
        for name in longest_first
    )
    return re.compile("|".join(words), re.IGNORECASE)
