"""The language to ask in."""

import re
from collections.abc import Iterable
from itertools import islice

from lorewise.knowledge.prompt import Language
from lorewise.knowledge.subjects import Subject

_LETTER = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_MANY = 0.3
_MAX_SUBJECTS = 1_000


def language_of(subjects: Iterable[Subject]) -> Language:
    """Return ``zh`` where three of ten letters of the first subjects are Chinese, else ``en``."""
    n_letters = n_chinese = 0
    for subject in islice(subjects, _MAX_SUBJECTS):
        text = " ".join([subject.title, *subject.fields.values()])
        n_letters += len(_LETTER.findall(text))
        n_chinese += len(_CHINESE.findall(text))
    return "zh" if n_chinese > _MANY * n_letters else "en"
