"""Slips of the pen, and other works."""

import pytest

from lorewise.knowledge.misspellings import is_misspelling

KNOWN = {"shawshank", "apocalypse", "hunter", "hunger", "games"}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("shawshenk redemption", "shawshank redemption"),
        ("apocalipse now", "apocalypse now"),
        ("wallace and gromit curse of were rabbit", "wallace and gromit curse of the were rabbit"),
    ],
)
def test_a_slip_is_one(name: str, title: str) -> None:
    assert is_misspelling(name, title, KNOWN)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("street fight", "street fighter"),
        ("mark of zorro", "mask of zorro"),
        ("man in the moon", "man on the moon"),
        ("rocky ii", "rocky iii"),
        ("hunter games", "hunger games"),
        ("apocalypse now redux", "apocalypse now"),
    ],
)
def test_another_work_is_none(name: str, title: str) -> None:
    assert not is_misspelling(name, title, KNOWN)
