"""Whether texts are written in a script that English word vectors cannot read."""

import re
from collections.abc import Sequence

from lorewise.encoders.terms import CJK

_LETTER = re.compile(r"[^\W\d_]")
_CJK_LETTER = re.compile(rf"[{CJK}]")
# Letters from Greek on, without the Latin letters with two accents (Vietnamese) between them.
_FOREIGN_LETTER = re.compile(r"(?![\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff])[^\W\d_\u0000-\u036f]")
_MANY = 0.3
_MAX_TEXTS = 5000


def cjk_share(text: str) -> float:
    """Return the share of a text's letters that are Chinese, Japanese or Korean; 0 without any.

    >>> cjk_share("红楼梦 HLM")
    0.5
    """
    return _share(_CJK_LETTER, text)


def foreign_share(texts: Sequence[str]) -> float:
    """Return the share of the texts that are not written in Latin letters, from 0 to 1.

    A text counts when three of ten of its letters are others. Empty texts are left out, and at
    most some 5,000 texts, evenly spaced, are read.
    """
    read = [text for text in texts[:: 1 + len(texts) // _MAX_TEXTS] if text]
    if not read:
        return 0.0
    return sum(_share(_FOREIGN_LETTER, text) >= _MANY for text in read) / len(read)


def _share(wanted: re.Pattern[str], text: str) -> float:
    if text.isascii():
        return 0.0
    n_letters = len(_LETTER.findall(text))
    return len(wanted.findall(text)) / n_letters if n_letters else 0.0
