from itertools import repeat

import pytest

from lorewise.knowledge.enrichment_language import language_of
from lorewise.knowledge.subjects import Subject


def subject(title: str, **fields: str) -> Subject:
    return Subject(kind="item", id="1", title=title, fields=fields)


@pytest.mark.parametrize(
    ("title", "plot", "language"),
    [
        ("Heat", "A heist in Los Angeles", "en"),
        ("红楼梦", "一部关于贾宝玉与林黛玉的小说", "zh"),
        ("红楼梦 (Dream of the Red Chamber)", "A novel about a family that falls", "en"),
        ("1984", "", "en"),
        ("となりのトトロ", "", "en"),
    ],
)
def test_the_script_of_most_letters_decides(title: str, plot: str, language: str) -> None:
    assert language_of([subject(title, plot=plot)]) == language


def test_no_more_is_read_than_is_needed() -> None:
    assert language_of(repeat(subject("红楼梦"))) == "zh"


def test_a_catalog_without_items_is_asked_about_in_english() -> None:
    assert language_of([]) == "en"
