from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, islice

from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.knowledge import Facets, Knowledge
from lorewise.data.knowledge_join import joined
from lorewise.testing.stored_knowledge import known

GENERAL = known("7", {"themes": ("sea",), "audience": "sailors"}, model="first")
AUDIENCE = known("7", {"groups": ("readers",), "reach": "few"}, kind="audience", model="second")


def test_facets_of_the_audience_stand_after_the_general_ones() -> None:
    (entry,) = joined([GENERAL, AUDIENCE])
    assert list(entry.facets) == ["themes", "audience", "groups", "reach"]
    assert entry.facets == {**GENERAL.facets, **AUDIENCE.facets}


def test_what_both_name_is_the_general_one_whichever_comes_first() -> None:
    audience = replace(AUDIENCE, facets={"themes": ("land",), "groups": ("x",)}, confidence="low")
    for entries in ([GENERAL, audience], [audience, GENERAL]):
        (entry,) = joined(entries)
        assert list(entry.facets.items()) == [*GENERAL.facets.items(), ("groups", ("x",))]
        assert entry.confidence == "high"


def test_kind_and_provenance_are_the_general_ones() -> None:
    (entry,) = joined([AUDIENCE, GENERAL])
    assert (entry.kind, entry.provenance) == ("item", GENERAL.provenance)
    unsourced = replace(GENERAL, provenance=None)
    assert [it.provenance for it in joined([unsourced, AUDIENCE])] == [None]


def test_a_confidence_that_the_general_one_does_not_state_is_that_of_the_audience() -> None:
    audience = replace(AUDIENCE, confidence="low")
    (entry,) = joined([replace(GENERAL, confidence=None), audience])
    assert entry.confidence == "low"


def test_one_of_the_two_alone_stays_as_it_is() -> None:
    other = replace(AUDIENCE, subject_id="8")
    assert list(joined([GENERAL, other])) == [GENERAL, other]
    assert list(joined([])) == []


def test_entries_are_joined_as_they_come() -> None:
    def endless() -> Iterator[Knowledge]:
        for number in count():
            yield replace(GENERAL, subject_id=str(number))
            yield replace(AUDIENCE, subject_id=str(number))

    assert [entry.subject_id for entry in islice(joined(endless()), 3)] == ["0", "1", "2"]


FACETS = st.dictionaries(st.sampled_from("abcd"), st.text(min_size=1), max_size=4)


@given(general=FACETS, audience=FACETS)
def test_no_facet_is_lost_and_no_general_one_changes(general: Facets, audience: Facets) -> None:
    (entry,) = joined([replace(GENERAL, facets=general), replace(AUDIENCE, facets=audience)])
    assert set(entry.facets) == {*general, *audience}
    assert _within(general, entry.facets)
    assert _within({k: it for k, it in audience.items() if k not in general}, entry.facets)


def _within(part: Mapping[str, object], whole: Mapping[str, object]) -> bool:
    return part.items() <= whole.items()
