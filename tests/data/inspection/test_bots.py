from collections.abc import Callable

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.bots import bot_findings, is_clockwork, is_hoarder, is_inhumanly_busy

Build = Callable[..., Dataset]
Row = tuple[str, str, int]


def named(dataset: Dataset, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    return list(dataset.users.array[mask])


def paced(user: str, times: list[int]) -> list[Row]:
    return [(user, f"i{number}", time) for number, time in enumerate(times)]


def test_a_thousand_and_one_events_within_a_day_are_inhuman(build: Build) -> None:
    dataset = build(
        [
            *paced("bot", [n * 86 for n in range(1001)]),  # the last at 86,000 s
            *paced("eager", [n * 86 for n in range(1000)]),
            *paced("patient", [n * 87 for n in range(1001)]),  # the last at 87,000 s
        ]
    )
    assert named(dataset, is_inhumanly_busy(dataset)) == ["bot"]


def test_the_events_of_two_users_do_not_add_up(build: Build) -> None:
    dataset = build([*paced("u", list(range(600))), *paced("v", list(range(600)))])
    assert not is_inhumanly_busy(dataset).any()


@pytest.fixture(scope="module")
def crowd() -> list[Row]:
    """Forty users with ten events each at the gaps of people."""
    rng = np.random.default_rng(0)
    return [
        row
        for user in range(40)
        for row in paced(f"u{user}", np.cumsum(rng.integers(1, 5000, 10)).tolist())
    ]


def test_many_events_at_even_gaps_are_clockwork(build: Build, crowd: list[Row]) -> None:
    dataset = build([*crowd, *paced("bot", [n * 60 for n in range(200)])])
    assert named(dataset, is_clockwork(dataset)) == ["bot"]


def test_many_events_under_a_second_apart_are_clockwork(build: Build, crowd: list[Row]) -> None:
    dataset = build([*crowd, *paced("bot", [7 + n // 50 for n in range(200)])])
    assert named(dataset, is_clockwork(dataset)) == ["bot"]


def test_many_events_at_the_gaps_of_people_are_not_clockwork(
    build: Build, crowd: list[Row]
) -> None:
    times = np.cumsum(np.random.default_rng(1).integers(1, 5000, 200)).tolist()
    dataset = build([*crowd, *paced("fan", times)])
    assert not is_clockwork(dataset).any()


def test_few_events_at_even_gaps_are_not_clockwork(build: Build, crowd: list[Row]) -> None:
    dataset = build([*crowd, *paced("regular", [n * 60 for n in range(12)])])
    assert not is_clockwork(dataset).any()


def test_times_told_by_the_day_make_nobody_instant(build: Build, crowd: list[Row]) -> None:
    by_day = [(user, item, time // 86_400 * 86_400) for user, item, time in crowd]
    dataset = build([*by_day, *paced("fan", [86_400 * (n // 50) for n in range(200)])])
    assert not is_clockwork(dataset).any()


def test_more_than_half_of_a_catalog_is_hoarding(build: Build) -> None:
    unseen = [f"i{number}" for number in range(60)]
    dataset = build(
        [*paced("hoarder", list(range(31))), *paced("fan", list(range(30)))], unseen=unseen
    )
    assert named(dataset, is_hoarder(dataset)) == ["hoarder"]


def test_coming_back_to_an_item_is_not_hoarding(build: Build) -> None:
    rows = [("loyal", f"i{time % 10}", time) for time in range(100)]
    unseen = [f"i{number}" for number in range(60)]
    assert not is_hoarder(build(rows, unseen=unseen)).any()


def test_in_a_small_catalog_nobody_hoards(build: Build) -> None:
    assert not is_hoarder(build(paced("u", list(range(40))))).any()


def test_without_times_only_hoarding_can_be_told(build: Build) -> None:
    found = bot_findings(build(paced("u", [0] * 1200), has_times=False))
    assert [each.what for each in found] == ["probable bots: more than 50% of the catalog"]
    assert found[0].evidence == "1 of 1 users with 100.0% of the interactions: 'u'"


def test_people_are_no_finding(build: Build, crowd: list[Row]) -> None:
    unseen = [f"i{number}" for number in range(60)]
    assert bot_findings(build(crowd, unseen=unseen)) == []


def test_the_busiest_are_named_first(build: Build) -> None:
    less, more = paced("less", list(range(1100))), paced("more", list(range(1200)))
    found = bot_findings(build(less + more, unseen=[f"x{number}" for number in range(2000)]))
    assert found[0].evidence.endswith("'more', 'less'")
