from dataclasses import replace

import pytest

from lorewise.errors import SettingsError
from lorewise.knowledge.enrichment_job import EnrichmentSettings
from lorewise.testing.small_job import PROMPT, films, small_job


@pytest.mark.parametrize("name", ["batch_size", "concurrency", "stop_after"])
def test_a_setting_below_1_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is 0; give 1 or more"):
        EnrichmentSettings(**{name: 0})


def test_a_job_is_filed_under_kind_model_and_prompt() -> None:
    job, about_audience = small_job(films(1)), replace(PROMPT, kind="audience")
    assert job.key == ("item", "small", PROMPT.digest)
    key = ("audience", "small", about_audience.digest)
    assert replace(job, prompt=about_audience).key == key


def test_a_question_is_about_the_subjects_given() -> None:
    question = small_job(films(9)).question(films(3))
    assert [key for key, _ in question.subjects] == ["0000", "0001", "0002"]
    assert question.max_tokens == PROMPT.max_tokens(3)
