from typing import Any

import pytest

from lorewise.cli.study_request import StudyRequest
from lorewise.errors import SettingsError

NOTHING: dict[str, Any] = {
    "protocol": None,
    "algorithms": [],
    "knowledge_study": False,
    "scenarios": [],
    "shuffle_ties": False,
    "has_profiles": False,
}


def request(**asked: Any) -> StudyRequest:
    return StudyRequest(**(NOTHING | asked))


def test_a_knowledge_study_without_a_protocol_is_one_of_scenarios() -> None:
    assert request(knowledge_study=True).is_of_scenarios
    assert not request(knowledge_study=True, protocol="random").is_of_scenarios
    assert not request(protocol="random", algorithms=["rules"]).is_of_scenarios


def test_the_fusion_is_the_default_of_a_knowledge_study() -> None:
    assert request(knowledge_study=True).algorithm is None
    assert request(knowledge_study=True, algorithms=["fusion"]).algorithm is None
    assert request(knowledge_study=True, algorithms=["rules"]).algorithm == "rules"
    assert request(knowledge_study=True, protocol="random").named == ["fusion"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "--protocol is missing"),
        ({"protocol": "random"}, "--algorithms is missing"),
        (
            {"protocol": "random", "algorithms": ["rules"], "scenarios": ["tail"]},
            "scenarios tail belong to a knowledge study",
        ),
        (
            {"protocol": "random", "knowledge_study": True, "scenarios": ["tail"]},
            "leave --protocol out",
        ),
        ({"knowledge_study": True, "algorithms": ["rules", "linear"]}, "one algorithm, not rules"),
        ({"knowledge_study": True, "shuffle_ties": True}, "says nothing of ties"),
        ({"knowledge_study": True, "has_profiles": True}, "says nothing of profiles"),
    ],
)
def test_options_that_do_not_agree_are_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        request(**asked)
