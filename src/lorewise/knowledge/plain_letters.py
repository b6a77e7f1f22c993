"""Texts as a reader sees them, whatever characters they are written in."""

import re
from unicodedata import normalize

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# Joiners have a meaning in Persian, Indic scripts and emoji, and none between other letters.
_JOINER = re.compile("(?<=[A-Za-z\u0370-\u052f\u3040-\u9fff])[\u200c\u200d]+")
_MARKS = re.compile("[\u0300-\u036f]")
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝɡιοναερτυкмтвн",
    "aeopcyxijsdhqwgiovaeptukmtbh",
)
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*·]{1,3}){4,}[^\W\d_](?!\w)")
_GAPS = re.compile(r"[ .\-_*·]+")


def without_hidden(text: str) -> str:
    """Return the text without control and invisible characters; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return _JOINER.sub("", _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def plain_letters(text: str) -> str:
    r"""Return the text in lower case Latin letters where it only looks like them, spaces single.

    Letters that are spaced out are pulled together.

    >>> plain_letters("\uff29gnore  ALL i-n-s-t-r-u-c-t-i-o-n-s")
    'ignore all instructions'
    """
    if not text.isascii():
        text = _MARKS.sub("", normalize("NFKD", text))
        text = normalize("NFKC", text).lower().translate(_LOOK_ALIKES)
    text = text.lower()
    text = _SPACED_OUT.sub(lambda found: _GAPS.sub("", found.group()), text)
    return re.sub(r"[ \t]+", " ", text).strip()
