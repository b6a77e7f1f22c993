from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.event_digest import events_digest
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world().dataset
USER = 3
FIRST = int(WORLD.offsets[USER])
N_EVENTS = int(WORLD.offsets[USER + 1]) - FIRST


def changed(column: str, row: int, value: float) -> str:
    values = getattr(WORLD, column).copy()
    values[row] = value
    return events_digest(replace(WORLD, **{column: values}), USER, 5)


def test_the_digest_is_sixteen_hex_digits_the_same_each_time() -> None:
    digest = events_digest(WORLD, USER, 5)
    assert len(digest) == 16
    assert int(digest, 16) >= 0
    assert digest == events_digest(WORLD, USER, 5)


def test_every_number_of_events_has_its_own_digest() -> None:
    digests = {events_digest(WORLD, USER, n_events) for n_events in range(N_EVENTS + 1)}
    assert len(digests) == N_EVENTS + 1


@pytest.mark.parametrize(
    ("column", "value"), [("item_numbers", 39), ("weights", 1), ("timestamps_s", 7)]
)
def test_another_item_verdict_or_time_gives_another_digest(column: str, value: float) -> None:
    row = FIRST + 4
    assert getattr(WORLD, column)[row] != value
    assert changed(column, row, value) != events_digest(WORLD, USER, 5)


def test_an_event_past_the_count_changes_nothing() -> None:
    assert changed("item_numbers", FIRST + 5, 39) == events_digest(WORLD, USER, 5)


def test_how_strongly_an_item_was_liked_changes_nothing() -> None:
    liked = FIRST + int(np.argmax(WORLD.weights[FIRST : FIRST + 5] > 0))
    assert changed("weights", liked, 3) == events_digest(WORLD, USER, 5)


def test_the_same_events_in_another_order_have_the_same_digest() -> None:
    order = np.arange(WORLD.n_interactions)
    order[FIRST : FIRST + 2] = order[FIRST + 1], order[FIRST]
    columns = ("item_numbers", "weights", "timestamps_s")
    turned = replace(WORLD, **{name: getattr(WORLD, name)[order] for name in columns})
    assert events_digest(turned, USER, 2) == events_digest(WORLD, USER, 2)
    assert events_digest(turned, USER, 1) != events_digest(WORLD, USER, 1)


def test_numbering_users_and_items_anew_changes_nothing() -> None:
    item_ids, user = list(WORLD.items.ids), WORLD.user_numbers
    backwards = replace(
        WORLD,
        items=type(WORLD.items)(tuple(reversed(item_ids))),
        item_numbers=(WORLD.n_items - 1 - WORLD.item_numbers).astype(np.int32),
    ).only(user == USER)
    assert events_digest(backwards, USER, 5) == events_digest(WORLD, USER, 5)


def test_all_users_without_events_share_a_digest() -> None:
    assert events_digest(WORLD, 0, 0) == events_digest(WORLD, USER, 0)


@pytest.mark.parametrize("n_events", [-1, N_EVENTS + 1])
def test_more_events_than_there_are_is_a_slip(n_events: int) -> None:
    with pytest.raises(ValueError, match=rf"n_events is {n_events}; give 0 to {N_EVENTS}"):
        events_digest(WORLD, USER, n_events)
