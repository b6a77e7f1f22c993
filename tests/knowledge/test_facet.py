"""Facets, as a prompt file describes them."""

import pytest

from lorewise.errors import SettingsError
from lorewise.knowledge.facet import facets_of


def test_facets_keep_the_order_of_the_file_and_have_limits_without_being_told() -> None:
    mood, themes = facets_of(
        {
            "facets": [
                {"name": "mood", "about": "how it  feels"},
                {"name": "themes", "type": "list", "max_items": 3, "about": "motifs"},
            ]
        },
        "mine.md",
    )
    assert (mood.line, themes.line) == ("- mood: how it feels", "- themes [3]: motifs")
    assert mood.schema == {"type": "string", "maxLength": 120}
    assert themes.schema == {
        "type": "array",
        "items": {"type": "string", "maxLength": 60},
        "maxItems": 3,
    }


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "Mood", "about": "x"}, "mine.md, facet 1: name is 'Mood'; write up to 40 lower"),
        ({"name": "title", "about": "x"}, "name is 'title'; write"),
        ({"about": "x"}, "name is None; write"),
        ({"name": "mood"}, "facet 1: about is None; say in words what belongs there"),
        ({"name": "mood", "about": "x", "type": "set"}, "type is 'set'; write text or list"),
        ({"name": "mood", "about": "x", "max": 3}, "'max' is no key; write one of"),
        (
            {"name": "mood", "about": "x", "max_characters": 0},
            "max_characters is 0; write a whole number from 1 to 1000",
        ),
        (
            {"name": "mood", "about": "x", "type": "list", "max_items": 99},
            "max_items is 99; write a whole number from 1 to 20",
        ),
        ("mood", "facet 1 is 'mood'; write a"),
    ],
)
def test_a_bad_facet_is_named(table: object, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        facets_of({"facets": [table]}, "mine.md")
    assert message in str(caught.value)


def test_no_facets_or_one_twice_is_refused() -> None:
    mood = {"name": "mood", "about": "x"}
    with pytest.raises(SettingsError, match=r"mine\.md has no facets"):
        facets_of({}, "mine.md")
    with pytest.raises(SettingsError, match="the facet 'mood' stands twice"):
        facets_of({"facets": [mood, mood]}, "mine.md")
