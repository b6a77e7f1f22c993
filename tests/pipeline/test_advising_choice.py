"""Which candidate is taken, and what is said about it."""

from typing import Any

import numpy as np
import pytest

from lorewise.pipeline.advising_cells import Cells
from lorewise.pipeline.advising_choice import Judged, Limits, choose, shown_time

N_USERS, N_GROUPS = 400, 6
BASE = np.random.default_rng(0).uniform(0.1, 0.5, (N_USERS, N_GROUPS))
TURNING = np.tile([0.06, -0.05], 3)


def judged(encoder: str, gain: float | Cells = 0.0, **changed: Any) -> Judged:
    cells = BASE + gain
    fields: dict[str, Any] = {
        "encoder": encoder,
        "knowledge": None,
        "cells": cells,
        "ndcg": float(cells.mean()),
        "ci95": (0.0, 1.0),
        "texts_per_s": 100.0,
        "memory_mb": 50.0,
        "encode_s": 1.0,
        "price_usd": 0.0,
        "licence": "MIT",
    }
    return Judged(**fields | changed)


def test_the_best_is_taken_where_all_cost_alike() -> None:
    chosen, reason = choose([judged("none"), judged("static", 0.001)], Limits())
    assert chosen.encoder == "static"
    assert reason == (
        "static reaches NDCG@20 0.2997 on items held out; "
        "the whole catalog takes 1 s of encoding here; "
        "the next, none, is 0.0010 lower, beyond chance"
    )


def test_hours_of_encoding_must_bring_more_than_a_hundredth() -> None:
    slow = {"encode_s": 7_200.0}
    little = judged("big", 0.002, **slow)
    chosen, reason = choose([judged("static"), little], Limits())
    assert chosen.encoder == "static"
    assert "big is 0.0020 higher, but that is less than 1%, for 2.0 h of encoding" in reason
    assert choose([judged("static"), judged("big", 0.02, **slow)], Limits())[0].encoder == "big"


def test_a_dear_one_beyond_chance_does_not_bar_a_cheaper_one_that_is_better_still() -> None:
    dearest = judged("dearest", 0.004, price_usd=9.0)
    cheaper = judged("cheaper", TURNING, price_usd=3.0)  # better by chance than the free one
    chosen, reason = choose([judged("static"), cheaper, dearest], Limits())
    assert chosen.encoder == "cheaper"
    assert "None" not in reason


def test_money_must_buy_more_than_chance() -> None:
    dear = {"price_usd": 3.0}
    chosen, reason = choose([judged("static"), judged("paid", TURNING, **dear)], Limits())
    assert chosen.encoder == "static"
    assert "paid is 0.0050 higher, but that may be chance, and it costs more" in reason
    assert choose([judged("static"), judged("paid", 0.005, **dear)], Limits())[0].encoder == "paid"


@pytest.mark.parametrize(
    ("changed", "limits", "why"),
    [
        ({"price_usd": 3.0}, Limits(budget_usd=2), "its 3.00 USD pass the budget of 2.00"),
        ({"price_usd": None}, Limits(budget_usd=2), "its price is not known"),
        ({"encode_s": 9 * 3600.0}, Limits(hours=8), "it would encode for 9.0 h, above 8 h"),
        ({"memory_mb": 4e3}, Limits(memory_mb=2e3), "it takes 4,000 MB, and 2,000 are free"),
    ],
)
def test_what_passes_a_limit_is_left_and_the_reason_says_so(
    changed: dict[str, Any], limits: Limits, why: str
) -> None:
    chosen, reason = choose([judged("static"), judged("big", 0.1, **changed)], limits)
    assert chosen.encoder == "static"
    assert f"big is 0.1000 higher, but {why}" in reason


def test_an_unknown_price_is_no_obstacle_without_a_budget() -> None:
    rival = judged("paid", 0.1, price_usd=None)
    assert choose([judged("static"), rival], Limits())[0].encoder == "paid"


def test_where_nothing_keeps_the_limits_the_cheapest_is_taken_and_that_is_said() -> None:
    candidates = [judged("a", 0.1, price_usd=9.0), judged("b", price_usd=5.0)]
    chosen, reason = choose(candidates, Limits(budget_usd=1))
    assert chosen.encoder == "b"
    assert "no candidate keeps the limits (its 5.00 USD pass the budget of 1.00)" in reason


def test_knowledge_is_held_against_the_same_encoder_without_it() -> None:
    told = judged("static", 0.03, knowledge="lore.jsonl")
    chosen, reason = choose([judged("none", 0.001), judged("static"), told], Limits())
    assert chosen.label == "static + lore.jsonl"
    assert reason.endswith(
        "the knowledge adds 0.0300 (0.0300 to 0.0300) to the items' own texts (+10%)"
    )


def test_times_are_shown_in_their_unit() -> None:
    assert [shown_time(s) for s in (0.4, 59, 119, 1_800, 86_400)] == [
        "under 1 s", "59 s", "2.0 min", "30 min", "24 h"
    ]  # fmt: skip
