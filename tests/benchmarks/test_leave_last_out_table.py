from dataclasses import replace

import numpy as np
import pytest
from leave_last_out_table import (
    JudgedLists,
    Published,
    Row,
    check_lists,
    is_untied,
    published_text,
    table,
    validation_ndcg,
)
from peers.contenders import peer
from peers.environments import UnavailablePeerError
from peers.exchange import LIST_LENGTH, Answer, Events, SplitFolder
from peers.tuning import Tuned

N_ITEMS = 8


def events(rows: list[tuple[int, int, int]]) -> Events:
    """Return events of (user, item, time)."""
    columns = np.array(rows).T
    return Events(
        users=columns[0].astype(np.int32),
        items=columns[1].astype(np.int32),
        times_s=columns[2].astype(np.int64),
        ratings=np.full(len(rows), np.nan, dtype=np.float32),
        n_users=3,
        n_items=N_ITEMS,
    )


SPLIT = SplitFolder(
    name="small",
    train=events([(0, 0, 1), (1, 1, 1), (2, 2, 1)]),
    validation=events([(0, 1, 2), (1, 2, 2), (2, 3, 5)]),
    test=events([(0, 2, 3), (1, 3, 2), (2, 4, 6)]),
    has_times=True,
)


def answer(*lists: list[int]) -> Answer:
    padded = np.full((len(lists), LIST_LENGTH), -1, dtype=np.int32)
    for row, items in enumerate(lists):
        padded[row, : len(items)] = items
    return Answer(
        users=np.arange(len(lists), dtype=np.int32),
        lists=padded,
        version="1.0",
        cpu_s=2.0,
        peak_mb=100.0,
        users_per_s=50.0,
    )


def row(name: str, *answers: Answer) -> Row:
    contender = replace(peer("ease"), name=name)
    tuned = Tuned(contender=contender, settings={"x": 1}, quality=0.5, n_trials=3)
    return Row(tuned=tuned, answers=answers)


HITS = answer([2, 5], [5, 3], [6])
"""Finds what user 0 met next at rank 1 and what user 1 met next at rank 2."""


def test_lists_are_judged_by_the_event_that_came_next() -> None:
    judged = JudgedLists.of(HITS, SPLIT, "train+validation")
    # Ranks 1, 2 and none: 1 / log2(2), 1 / log2(3), 0.
    assert judged.ndcg == pytest.approx([1, 0.63093, 0], abs=1e-5)
    assert judged.recall.tolist() == [1, 1, 0]


def test_settings_are_chosen_by_validation_events() -> None:
    # Wanted are items 1, 2 and 3: at rank 1, nowhere, at rank 3: (1 + 0 + 1 / log2(4)) / 3.
    assert validation_ndcg(answer([1], [4], [4, 5, 3]), SPLIT) == pytest.approx(0.5)


def test_a_hit_past_the_cutoff_counts_for_nothing() -> None:
    wide = replace(SPLIT, train=replace(SPLIT.train, n_items=50))
    late = [*range(20, 30), 2]
    judged = JudgedLists.of(answer(late, [], []), wide, "train+validation")
    assert judged.ndcg.tolist() == [0, 0, 0]


@pytest.mark.parametrize("bad", [[N_ITEMS], [4, 4], [0]], ids=["unknown", "repeated", "met"])
def test_lists_that_hold_what_none_may_are_refused(bad: list[int]) -> None:
    with pytest.raises(UnavailablePeerError, match="list of user 0, and of 0 others"):
        check_lists(answer(bad, [5], [5]), SPLIT.train)


def test_lists_of_other_users_are_refused() -> None:
    with pytest.raises(UnavailablePeerError, match="not those of the users who were asked"):
        JudgedLists.of(answer([4], [5]), SPLIT, "train")


def test_an_event_with_the_time_of_the_one_before_is_tied() -> None:
    assert is_untied(SPLIT).tolist() == [True, False, True]
    assert is_untied(replace(SPLIT, has_times=False)).all()


def test_the_table_has_the_best_model_first_and_all_figures() -> None:
    lines = table([row("worse", answer([], [], [])), row("better", HITS)], SPLIT).splitlines()
    assert len(lines) == 4
    better, worse = lines[1].split(), lines[2].split()
    # Over all users 1.63093 / 3, on the untied ones (users 0 and 2) 1 / 2.
    assert better[:3] == ["better", "1.0", "0.5436"]
    assert better[-5:] == ["0.6667", "0.5000", "2.0", "100", "50"]
    low, high = (float(part.strip("[],")) for part in better[3:5])
    assert 0 <= low < 0.5436 < high <= 1
    assert worse[:5] == ["worse", "1.0", "0.0000", "[0.0000,", "0.0000]"]
    assert "2 of 3 users" in lines[3]


def test_several_seeds_are_averaged_user_by_user() -> None:
    judged = row("both", HITS, answer([], [], [4])).judged(SPLIT)
    assert judged.recall.tolist() == [0.5, 0.5, 0.5]
    costly = replace(HITS, cpu_s=4.0)
    assert row("both", HITS, costly).mean("cpu_s") == 3


def test_published_figures_name_their_source() -> None:
    text = published_text([Published("Some", 0.2, 0.1, "Paper, table 9")])
    assert text.splitlines()[1].split() == ["Some", "0.1000", "0.2000", "Paper,", "table", "9"]


def test_every_figure_that_is_quoted_has_a_recall_above_its_ndcg() -> None:
    import amazon_leave_last_out
    import ml_1m_leave_last_out

    for module in (amazon_leave_last_out, ml_1m_leave_last_out):
        for figure in module.PUBLISHED:
            assert 0 < figure.ndcg < figure.recall < 1, figure
            assert figure.source
