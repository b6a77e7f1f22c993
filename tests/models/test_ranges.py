from dataclasses import dataclass

import pytest

from lorewise.errors import SettingsError
from lorewise.models.ranges import check_above, check_choice, check_count, check_range


@dataclass(frozen=True)
class Settings:
    x: object


@pytest.mark.parametrize("x", [0, 0.5, 1])
def test_the_ends_of_a_range_belong_to_it(x: float) -> None:
    check_range(Settings(x), "x", 0, 1)


@pytest.mark.parametrize("x", [-0.01, 1.01, float("nan"), "1", None])
def test_what_is_outside_a_range_is_refused_by_name(x: object) -> None:
    with pytest.raises(SettingsError, match=r"Settings\.x is .*from 0 to 1"):
        check_range(Settings(x), "x", 0, 1)


def test_infinity_is_above_every_bound_and_the_bound_is_not() -> None:
    check_above(Settings(float("inf")), "x", 0)
    for x in (0, float("nan"), "2"):
        with pytest.raises(SettingsError, match="greater than 0"):
            check_above(Settings(x), "x", 0)


@pytest.mark.parametrize("x", [0, 2.0, True, "3"])
def test_a_count_is_whole_and_large_enough(x: object) -> None:
    check_count(Settings(1), "x", 1)
    with pytest.raises(SettingsError, match="whole number, at least 1"):
        check_count(Settings(x), "x", 1)


def test_a_wrong_choice_names_the_nearest() -> None:
    check_choice(Settings("cosine"), "x", ("cosine", "dot"))
    with pytest.raises(SettingsError, match="did you mean 'cosine'"):
        check_choice(Settings("cosin"), "x", ("dot", "cosine"))
