from collections.abc import Callable
from typing import Any

import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.clock import read_clock
from lorewise.data.inspection.counts import count
from lorewise.data.inspection.finding import Support
from lorewise.data.inspection.support import Figures, supports
from lorewise.data.inspection.texts import Texts

Build = Callable[..., Dataset]
Rows = list[tuple[Any, ...]]

DESCRIBED = Texts(titled_share=1.0, described_share=1.0, lore_share=0.0)
BARE = Texts(titled_share=0.0, described_share=0.0, lore_share=0.0)


def supported(dataset: Dataset, texts: Texts = DESCRIBED) -> dict[str, Support]:
    figures = Figures(count(dataset), read_clock(dataset), texts)
    return {each.purpose: each for each in supports(dataset, figures)}


def test_plain_data_support_all_but_ratings(build: Build, plain_rows: Rows) -> None:
    found = supported(build(plain_rows))
    assert [name for name, each in found.items() if not each.is_supported] == ["rating prediction"]


def test_each_purpose_has_its_figures(build: Build, plain_rows: Rows) -> None:
    assert all(each.reason for each in supported(build(plain_rows)).values())
    assert len(supported(build(plain_rows))) == 5


def test_without_times_neither_order_nor_cut_is_supported(build: Build, plain_rows: Rows) -> None:
    found = supported(build(plain_rows, has_times=False))
    assert not found["sequential models"].is_supported
    assert "file's rows" in found["sequential models"].reason
    assert not found["temporal evaluation"].is_supported


@pytest.mark.parametrize(("n_moments", "expected"), [(2, False), (3, True)])
def test_three_moments_make_a_sequence(build: Build, n_moments: int, *, expected: bool) -> None:
    rows = [("u", f"i{number}", number % n_moments) for number in range(9)]
    assert supported(build(rows))["sequential models"].is_supported is expected


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([1, 5, 3, 4], True),
        ([5, 5, 5, 5], False),
        ([1, 5, float("nan"), float("nan")], True),
        ([1, float("nan"), float("nan"), float("nan")], False),
        (range(200), False),
    ],
)
def test_ratings_on_a_scale_can_be_predicted(
    build: Build, ratings: list[float], *, expected: bool
) -> None:
    rows = [("u", f"i{number}", number, 1, rating) for number, rating in enumerate(ratings)]
    assert supported(build(rows))["rating prediction"].is_supported is expected


def test_cold_items_need_words_and_numbers(build: Build, plain_rows: Rows) -> None:
    assert not supported(build(plain_rows), BARE)["cold-item evaluation"].is_supported
    few = [row for row in plain_rows if int(row[1]) < 450]
    found = supported(build(few, unseen=[f"x{number}" for number in range(600)]))
    assert not found["cold-item evaluation"].is_supported


def test_a_temporal_cut_needs_users_on_both_sides(build: Build) -> None:
    one_by_one = [(f"u{n // 5}", f"i{n}", n) for n in range(1000)]
    found = supported(build(one_by_one))["temporal evaluation"]
    assert not found.is_supported
    assert found.reason.startswith("0 of 200 users")


def test_users_who_share_no_items_have_no_neighbors(build: Build) -> None:
    apart = [(f"u{n // 5}", f"i{n}", n) for n in range(100)]
    together = [(f"u{n // 5}", f"i{n % 5}", n) for n in range(100)]
    assert not supported(build(apart))["user-user neighbors"].is_supported
    assert supported(build(together))["user-user neighbors"].is_supported
    assert not supported(build(together[:-5]))["user-user neighbors"].is_supported  # 19 users


def test_no_interactions_support_nothing(build: Build) -> None:
    assert not any(each.is_supported for each in supported(build([])).values())
