from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.event_digest import events_digest
from lorewise.data.knowledge import Knowledge, Provenance
from lorewise.data.splitting import split
from lorewise.data.splitting.cold_users import cold_users
from lorewise.data.splitting.ties import shuffle_ties
from lorewise.data.taggings import Taggings
from lorewise.data.user_knowledge import with_user_knowledge
from lorewise.errors import LeakageError, SettingsError
from lorewise.pipeline.leakage_guard import ITEM_CAVEAT, LeakageGuard, refuse_leaks
from lorewise.pipeline.study import evaluate
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world().dataset
COUNTS = np.diff(WORLD.offsets)
PEOPLE = np.flatnonzero(COUNTS).tolist()
USER = PEOPLE[0]
USER_ID = WORLD.users.ids[USER]


def read_by(n_events_of: Mapping[int, int], dataset: Dataset = WORLD) -> Dataset:
    """Return the dataset with profiles made from the oldest events, so many of each user."""
    return with_user_knowledge(
        dataset, [_profile(dataset, user, n) for user, n in n_events_of.items()]
    )


def _profile(dataset: Dataset, user: int, n_events: int) -> Knowledge:
    origin = Provenance(
        model="m",
        prompt_digest="p",
        input_digest="i",
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        events_digest=events_digest(dataset, user, n_events),
        n_events=n_events,
    )
    facets = {"tastes": "jazz"}
    return Knowledge(
        kind="user", subject_id=dataset.users.ids[user], facets=facets, provenance=origin
    )


def test_profiles_made_before_the_held_out_event_pass() -> None:
    refuse_leaks(split(read_by({user: COUNTS[user] - 1 for user in PEOPLE}), "last-item"))


def test_one_profile_that_read_the_held_out_event_is_refused_and_the_row_is_named() -> None:
    n_read = {user: COUNTS[user] - 1 for user in PEOPLE} | {USER: COUNTS[USER]}
    last = WORLD.items.ids[WORLD.item_numbers[WORLD.offsets[USER + 1] - 1]]
    with pytest.raises(LeakageError) as error:
        refuse_leaks(split(read_by(n_read), "last-item"))
    assert str(error.value) == (
        f"profiles of 1 of {len(PEOPLE)} users were made from events that are not in their "
        f"training history, first {USER_ID!r} (held out: {last!r}); make them again with `lorewise "
        "enrich users --cut last-1`, or evaluate without them"
    )


def test_five_users_are_named_at_most() -> None:
    with pytest.raises(LeakageError, match=f"profiles of {len(PEOPLE)} of ") as error:
        refuse_leaks(split(read_by({user: COUNTS[user] for user in PEOPLE}), "last-item"))
    named = [user for user in PEOPLE if f"{WORLD.users.ids[user]!r} (held" in str(error.value)]
    assert named == PEOPLE[:5]


def test_as_many_events_but_others_are_refused() -> None:
    """The count alone proves nothing: the profile of another user has it too."""
    profile = _profile(WORLD, PEOPLE[1], 5)
    assert COUNTS[USER] > 5
    with pytest.raises(LeakageError, match=f"first {USER_ID!r}"):
        refuse_leaks(
            split(with_user_knowledge(WORLD, [replace(profile, subject_id=USER_ID)]), "last-item")
        )


@pytest.mark.parametrize("origin", [None, "without events"])
def test_a_profile_of_unknown_origin_is_refused(origin: str | None) -> None:
    profile = _profile(WORLD, USER, 2)
    assert profile.provenance is not None
    unknown = replace(profile.provenance, events_digest=None, n_events=None) if origin else None
    dataset = with_user_knowledge(WORLD, [replace(profile, provenance=unknown)])
    with pytest.raises(LeakageError, match=f"of 1 users do not say which .* first {USER_ID!r}"):
        refuse_leaks(split(dataset, "last-item"))


def test_a_profile_made_without_any_event_passes_every_protocol() -> None:
    dataset = read_by(dict.fromkeys(PEOPLE, 0))
    for protocol in ("last-item", "random", "cold-items", "cold-users", "sparse", "temporal"):
        refuse_leaks(split(dataset, protocol))


def test_a_cold_user_may_have_a_profile_of_the_revealed_events_alone() -> None:
    def parted(n_read: int) -> None:
        dataset = read_by(dict.fromkeys(PEOPLE, n_read))
        refuse_leaks(cold_users(dataset, rng=np.random.default_rng(1), n_revealed=3))

    parted(3)
    with pytest.raises(LeakageError, match="no cut fits protocol 'cold-users'"):
        parted(4)


def test_after_a_temporal_cut_the_remedy_names_the_cut() -> None:
    cut_s = int(split(WORLD, "temporal").settings["cut_s"])
    with pytest.raises(LeakageError, match="--cut ") as error:
        refuse_leaks(split(read_by({user: COUNTS[user] for user in PEOPLE}), "temporal"))
    named = str(error.value).split("--cut ")[1].split("`")[0]
    before_s = datetime.fromisoformat(named).timestamp()
    n_before = {
        user: int((WORLD.timestamps_s[WORLD.user_numbers == user] < before_s).sum())
        for user in PEOPLE
    }
    refuse_leaks(split(read_by(n_before), "temporal"))
    assert before_s == cut_s + 1


def test_shuffled_ties_matter_only_where_the_held_out_event_changes() -> None:
    """In the tiny world a day's like and dislike tie; user by user either may come last."""
    before = read_by({user: COUNTS[user] - 1 for user in PEOPLE})
    shuffled = shuffle_ties(before, np.random.default_rng(3))
    ends = WORLD.offsets[1:][PEOPLE] - 1
    changed = int((shuffled.item_numbers[ends] != WORLD.item_numbers[ends]).sum())
    assert 0 < changed < len(PEOPLE)
    with pytest.raises(LeakageError, match=f"profiles of {changed} of"):
        refuse_leaks(split(shuffled, "last-item"))


def with_counts() -> Dataset:
    column = pl.Series("n_ratings", WORLD.item_counts)
    return replace(WORLD, item_table=WORLD.item_table.with_columns(column))


def test_a_counted_column_is_refused_by_name_unless_it_is_allowed() -> None:
    with pytest.raises(LeakageError, match=r"'n_ratings' has a rank .*--allow-column n_ratings if"):
        LeakageGuard().split(with_counts(), "last-item", 42)
    parted = LeakageGuard(allowed_columns=["n_ratings"]).split(with_counts(), "last-item", 42)
    assert "n_ratings" in parted.train.item_table.columns


def test_an_allowed_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="'n_rating' is allowed but not there; there are item_"):
        LeakageGuard(allowed_columns=["n_rating"]).split(with_counts(), "last-item", 42)


def test_tags_describe_the_items_as_far_as_training_knows_them() -> None:
    last = WORLD.offsets[USER + 1] - 1
    ids = WORLD.items.ids
    held_out, kept = ids[WORLD.item_numbers[last]], ids[WORLD.item_numbers[WORLD.offsets[USER]]]
    rows = pl.DataFrame(
        {"user_id": USER_ID, "item_id": [held_out, kept], "tag": ["late", "early"], "timestamp": 1}
    )
    parted = LeakageGuard(taggings=Taggings(rows)).split(WORLD, "last-item", 42)
    for part in (parted.train, parted.held_out, parted.history):
        tags = part.item_table.drop_nulls("user_tags").select("item_id", "user_tags").rows()
        assert tags == [(kept, "early")]


def test_the_report_is_told_what_was_let_through() -> None:
    guard = LeakageGuard(allowed_columns=["n_ratings"])
    told = replace(read_by({USER: 1}), lore_columns=("title",))
    assert guard.about(told) == {
        "allowed_columns": ["n_ratings"],
        "n_profiles": 1,
        "caveats": [ITEM_CAVEAT],
    }
    assert guard.about(WORLD)["caveats"] == []


def test_an_evaluation_refuses_leaks_and_reports_what_it_let_through() -> None:
    with pytest.raises(LeakageError, match="n_ratings"):
        evaluate(with_counts(), "last-item", ["popularity"])
    with pytest.raises(LeakageError, match="profiles of 1 of 1"):
        evaluate(read_by({USER: COUNTS[USER]}), "last-item", ["popularity"])
    guard = LeakageGuard(allowed_columns=["n_ratings"])
    report = evaluate(with_counts(), "last-item", ["popularity"], guard=guard)
    assert report.settings["allowed_columns"] == ["n_ratings"]


def test_an_evaluation_with_shuffled_ties_guards_the_second_split_too() -> None:
    before = read_by({user: COUNTS[user] - 1 for user in PEOPLE})
    evaluate(before, "last-item", ["popularity"])
    with pytest.raises(LeakageError, match="not in their training history"):
        evaluate(before, "last-item", ["popularity"], shuffle_ties=True)
