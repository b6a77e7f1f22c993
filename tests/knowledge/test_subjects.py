"""Items and users in words."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.event_digest import events_digest
from lorewise.errors import DataError
from lorewise.knowledge.cut import Cut
from lorewise.knowledge.histories import HistorySettings
from lorewise.knowledge.subjects import Subject, item_subjects, user_subjects


@pytest.fixture
def dataset() -> Dataset:
    interactions = pl.DataFrame(
        {
            "user_id": ["ann", "ann", "ann", "bob"],
            "item_id": ["1", "2", "3", "1"],
            "rating": [5.0, 1.0, 4.5, 4.0],
            "timestamp": [86_400, 90_000, 200_000, 100],
        }
    )
    items = pl.DataFrame(
        {
            "item_id": ["1", "2", "3", "4"],
            "title": ["Alien (1979)", "Big", "Cabaret", None],
            "genres": ["Horror|Space", "Comedy", "Music|Comedy", "Comedy"],
            "imdb_id": ["tt0001", "tt0002", "tt0003", "tt0004"],
            "lore.mood": ["dark", "glad", "loud", "odd"],
        }
    )
    users = pl.DataFrame(
        {
            "user_id": ["ann", "bob", "cyd", "dee"],
            "about": ["I love slow films.", None, "Give me songs and tears.", None],
            "name": ["Ann Lee", "Bob Ray", "Cyd Fox", "Dee Poe"],
            "age": [30, None, 30, None],
        }
    )
    assembled = assemble(interactions, items=items, users=users)
    return replace(assembled, lore_columns=("lore.mood",))


def items_of(dataset: Dataset) -> dict[str, Subject]:
    return {subject.id: subject for subject in item_subjects(dataset)}


def users_of(dataset: Dataset, cut: Cut | None = None) -> dict[str, Subject]:
    return {subject.id: subject for subject in user_subjects(dataset, cut=cut)}


def test_an_item_is_told_by_its_own_words_without_ids_and_lore(dataset: Dataset) -> None:
    items = items_of(dataset)
    assert list(items) == list(dataset.items.ids)
    assert items["1"].title == "Alien (1979)"
    assert items["1"].fields == {"genres": "Horror; Space"}
    assert items["4"].title == "4"


def test_columns_may_be_left_out(dataset: Dataset) -> None:
    assert all(not item.fields for item in item_subjects(dataset, without=["genres"]))


def test_a_long_title_and_a_long_text_are_cut(dataset: Dataset) -> None:
    plots = ["fog " * 999, "rain " * 9, "sun", "snow falls"]
    table = dataset.item_table.with_columns(title=pl.lit("word " * 99), plot=pl.Series(plots))
    first = next(item_subjects(replace(dataset, item_table=table)))
    assert len(first.title) <= 200
    assert len(first.fields["plot"]) <= 1_000


def test_a_user_is_told_by_words_and_history_oldest_first(dataset: Dataset) -> None:
    ann = users_of(dataset)["ann"]
    assert ann.fields["about"] == "I love slow films."
    assert ann.fields["history"].splitlines() == [
        "liked (5): Alien (1979) (Horror; Space)",
        "disliked (1): Big (Comedy)",
        "liked (4.5): Cabaret (Music; Comedy)",
    ]


def test_neither_name_nor_id_of_a_user_is_told(dataset: Dataset) -> None:
    told = " ".join(str((user.title, user.fields)) for user in user_subjects(dataset)).lower()
    assert not any(word in told for word in ("ann", "bob", "cyd", "lee", "ray", "fox"))


def test_users_of_whom_nothing_is_known_are_left_out(dataset: Dataset) -> None:
    assert set(users_of(dataset)) == {"ann", "bob", "cyd"}
    assert set(users_of(dataset, Cut(leave_last=1))) == {"ann", "cyd"}


@pytest.mark.parametrize(("cut", "n_events"), [(Cut(leave_last=1), 2), (Cut(before_s=90_000), 1)])
def test_only_events_before_the_cut_are_told_and_digested(
    dataset: Dataset, cut: Cut, n_events: int
) -> None:
    ann = users_of(dataset, cut)["ann"]
    number = dataset.users.number_of["ann"]
    assert len(ann.fields["history"].splitlines()) == n_events
    assert "Cabaret" not in ann.fields["history"]
    assert (ann.n_events, ann.events_digest) == (
        n_events,
        events_digest(dataset, number, n_events),
    )


def test_old_events_count_but_only_the_newest_are_told(dataset: Dataset) -> None:
    settings = HistorySettings(n_newest=1)
    ann = next(user for user in user_subjects(dataset, settings=settings) if user.id == "ann")
    assert ann.fields["history"] == "liked (4.5): Cabaret (Music; Comedy)"
    assert ann.n_events == 3


def test_habits_may_be_told_with_weekday_and_hour(dataset: Dataset) -> None:
    settings = HistorySettings(with_times=True)
    ann = next(user for user in user_subjects(dataset, settings=settings) if user.id == "ann")
    assert ann.fields["history"].startswith("Fri 00:00 liked (5): Alien")


def test_a_cut_in_time_needs_times(dataset: Dataset) -> None:
    untimed = replace(
        dataset, has_times=False, timestamps_s=np.zeros(dataset.n_interactions, dtype=np.int64)
    )
    with pytest.raises(DataError, match="the interactions have no timestamps; give last-N"):
        user_subjects(untimed, cut=Cut(before_s=1))


def test_the_input_digest_follows_what_is_told_and_the_events_read() -> None:
    subject = Subject(kind="user", id="u", title="t", fields={"a": "x"}, events_digest="e")
    digests = {
        other.input_digest
        for other in (
            subject,
            replace(subject, title="T"),
            replace(subject, fields={"a": "y"}),
            replace(subject, fields={"b": "x"}),
            replace(subject, events_digest="f"),
            replace(subject, kind="item"),
        )
    }
    assert len(digests) == 6
    assert replace(subject, id="v").input_digest == subject.input_digest
