from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from lorewise.data.knowledge import Facets, Knowledge, Provenance
from lorewise.data.user_knowledge import profile_columns, profiled_users, with_user_knowledge
from lorewise.errors import DataError
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world().dataset
ANN, BOB = "user-00", "user-01"


def profile(
    user_id: str, facets: Facets, *, digest: str | None = "ab12", n_events: int | None = 4
) -> Knowledge:
    origin = Provenance(
        model="m",
        prompt_digest="p",
        input_digest="i",
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        events_digest=digest,
        n_events=n_events,
    )
    return Knowledge(
        kind="user", subject_id=user_id, facets=facets, confidence="high", provenance=origin
    )


def row_of(table: pl.DataFrame, user_id: str) -> dict[str, object]:
    return table.filter(pl.col("user_id") == user_id).row(0, named=True)


def test_facets_and_their_origin_stand_beside_their_user() -> None:
    taste = profile(ANN, {"tastes": ("jazz", "night trains"), "summary": "Listens late."})
    known = with_user_knowledge(WORLD, [taste])
    assert row_of(known.user_table, ANN) == {
        "user_id": ANN,
        "lore.tastes": "jazz|night trains",
        "lore.summary": "Listens late.",
        "lore.confidence": "high",
        "lore.events_digest": "ab12",
        "lore.n_events": 4,
    }
    assert known.user_lore_columns == ("lore.tastes", "lore.summary", "lore.confidence")
    assert set(row_of(known.user_table, BOB).values()) == {BOB, None}


def test_users_keep_their_order_and_their_own_columns() -> None:
    ages = WORLD.user_table.with_columns(age=pl.int_range(WORLD.n_users))
    known = with_user_knowledge(
        replace(WORLD, user_table=ages),
        [profile(BOB, {"tastes": "x"}), profile(ANN, {"mood": "y"})],
    )
    assert known.user_table.select("user_id", "age").equals(ages)
    assert row_of(known.user_table, BOB)["lore.tastes"] == "x"
    assert row_of(known.user_table, ANN)["lore.tastes"] is None


def test_no_earlier_profile_is_left_beside_the_digest_of_a_new_one() -> None:
    earlier = with_user_knowledge(WORLD, [profile(ANN, {"mood": "sad"}, digest="old")])
    known = with_user_knowledge(earlier, [profile(BOB, {"tastes": "x"}, digest="new")])
    assert "lore.mood" not in known.user_table.columns
    assert known.user_lore_columns == ("lore.tastes", "lore.confidence")
    assert row_of(known.user_table, ANN)["lore.events_digest"] is None


def test_profiles_of_strangers_are_ignored() -> None:
    known = with_user_knowledge(WORLD, [profile(ANN, {"a": "x"}), profile("nobody", {"a": "y"})])
    assert profiled_users(known).height == 1


def test_profiled_users_say_which_events_were_read() -> None:
    known = with_user_knowledge(WORLD, [profile(ANN, {"tastes": "x"})])
    assert profiled_users(known).rows() == [(WORLD.users.number_of[ANN], "ab12", 4)]


def test_a_profile_without_provenance_is_one_that_read_unknown_events() -> None:
    bare = Knowledge(kind="user", subject_id=ANN, facets={"tastes": "x"})
    known = with_user_knowledge(WORLD, [bare])
    assert profiled_users(known).rows() == [(WORLD.users.number_of[ANN], None, None)]


def test_lore_in_the_users_own_table_counts_as_a_profile() -> None:
    table = WORLD.user_table.with_columns(
        pl.Series("lore.tastes", ["x"] + [None] * (WORLD.n_users - 1))
    )
    told = replace(WORLD, user_table=table)
    assert profile_columns(told) == ("lore.tastes",)
    assert profiled_users(told).rows() == [(0, None, None)]


def test_nobody_has_a_profile_in_plain_data() -> None:
    assert profile_columns(WORLD) == ()
    assert profiled_users(WORLD).is_empty()


def test_the_fingerprint_changes_with_a_profile() -> None:
    one = with_user_knowledge(WORLD, [profile(ANN, {"tastes": "x"})])
    other = with_user_knowledge(WORLD, [profile(ANN, {"tastes": "y"})])
    assert len({WORLD.fingerprint, one.fingerprint, other.fingerprint}) == 3


def test_two_profiles_of_one_user_are_refused() -> None:
    with pytest.raises(DataError, match=f"several profiles of user '{ANN}'; drop all but"):
        with_user_knowledge(WORLD, [profile(ANN, {"a": "x"}), profile(ANN, {"a": "y"})])


@pytest.mark.parametrize(
    ("profiles", "named"), [([profile("nobody", {"a": "x"})], "'nobody'"), ([], "None")]
)
def test_profiles_of_strangers_alone_are_refused(profiles: list[Knowledge], named: str) -> None:
    with pytest.raises(DataError, match=f"none of the {len(profiles)} profiles .* first {named}"):
        with_user_knowledge(WORLD, profiles)
