from collections.abc import Callable

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.tie_order import tie_order, tie_order_findings

Build = Callable[..., Dataset]


def test_the_share_and_its_expectation_are_those_of_a_small_example(build: Build) -> None:
    dataset = build(
        [
            ("u", "a", 1),
            ("u", "b", 1),  # rises; by chance 1/2
            ("u", "c", 2),  # alone
            ("v", "c", 1),
            ("v", "a", 1),
            ("v", "b", 1),  # falls once; by chance 1/6
            ("w", "b", 2),
            ("w", "b", 2),  # the same item does not rise; by chance 1/2
        ]
    )
    found = tie_order(dataset)
    assert (found.order, found.n_runs) == ("alphabetical", 3)
    assert found.rising_share == pytest.approx(1 / 3)
    assert found.expected_share == pytest.approx((1 / 2 + 1 / 6 + 1 / 2) / 3)
    # (1 - 7/6) / sqrt(1/4 + 5/36 + 1/4) = -.16667 / .79931
    assert found.deviations == pytest.approx(-0.20851, abs=1e-5)


def test_numbers_are_compared_as_numbers_where_that_fits_better(build: Build) -> None:
    found = tie_order(build([("u", "9", 1), ("u", "10", 1), ("u", "100", 1)]))
    assert (found.order, found.rising_share) == ("numeric", 1.0)


def sessions(n_users: int, *, is_sorted: bool) -> list[tuple[str, str, int]]:
    rng = np.random.default_rng(2)
    rows = []
    for user in range(n_users):
        items = rng.choice(100, 3, replace=False)
        items = np.sort(items) if is_sorted else items
        rows += [(f"u{user}", f"i{item:03}", 5) for item in items]
    return rows


def test_ties_in_the_order_of_ids_are_a_warning(build: Build) -> None:
    found = tie_order_findings(tie_order(build(sessions(50, is_sorted=True))))
    assert [each.severity for each in found] == ["warning"]
    assert found[0].what.startswith("tied times in id order")
    assert "100% of 50 runs" in found[0].evidence
    assert "17% would by chance" in found[0].evidence  # 1/3!


def test_ties_in_any_order_are_no_finding(build: Build) -> None:
    assert tie_order_findings(tie_order(build(sessions(50, is_sorted=False)))) == []


def test_a_few_runs_in_order_are_no_habit(build: Build) -> None:
    assert tie_order_findings(tie_order(build(sessions(9, is_sorted=True)))) == []
    one_long_run = build([("u", f"i{number:03}", 1) for number in range(300)])
    assert tie_order_findings(tie_order(one_long_run)) == []


def test_an_excess_that_chance_reaches_is_no_finding(build: Build) -> None:
    # of 20 pairs 14 rise, 20 % too many but only (14 - 10) / sqrt(5) = 1.79 deviations
    rows = [(f"u{n}", item, 5) for n in range(20) for item in ("ab" if n < 14 else "ba")]
    found = tie_order(build(rows))
    assert found.deviations == pytest.approx(1.78885, abs=1e-5)
    assert tie_order_findings(found) == []


def test_a_small_excess_over_chance_is_no_finding(build: Build) -> None:
    # 10,000 pairs, 55 % rise: ten deviations of 50, but little to learn from
    rows = [
        (f"u{user}", item, 5)
        for user in range(10_000)
        for item in ("ab" if user % 100 < 55 else "ba")
    ]
    found = tie_order(build(rows))
    assert found.deviations == pytest.approx(10.0)
    assert tie_order_findings(found) == []


def test_data_without_ties_have_no_runs(build: Build) -> None:
    for dataset in (build([("u", "a", 1), ("u", "b", 2)]), build([])):
        assert tie_order(dataset).n_runs == 0
        assert tie_order_findings(tie_order(dataset)) == []


def test_a_run_of_hundreds_is_measured(build: Build) -> None:
    found = tie_order(build([("u", f"i{number:03}", 1) for number in range(300)]))
    assert found.rising_share == 1.0
    assert found.expected_share == pytest.approx(0.0, abs=1e-15)
