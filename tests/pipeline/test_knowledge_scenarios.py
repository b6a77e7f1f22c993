import pytest

from lorewise.errors import SettingsError
from lorewise.pipeline.knowledge_scenarios import SCENARIOS, chosen_scenarios


def names(*asked: str) -> list[str]:
    return [plan.name for plan in chosen_scenarios(asked)]


def test_all_scenarios_are_the_default() -> None:
    assert names() == list(SCENARIOS)


def test_a_kind_means_all_its_scenarios_and_no_other() -> None:
    assert names("cold-users") == [f"cold-users-{n}" for n in (0, 1, 3, 5, 10)]
    assert names("cold-users-1") == ["cold-users-1"]


def test_order_and_repeats_of_the_request_do_not_matter() -> None:
    assert names("warm", "cold-items", "warm") == ["cold-items", "warm"]


def test_an_unknown_scenario_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'cold-items'"):
        names("cold-itmes")
