"""What an encoder takes."""

import pytest

from lorewise.errors import LorewiseError
from lorewise.pipeline.encoder_cost import measured, watched

TEXTS = ["a dark comedy about war", ""] * 300


def test_speed_and_memory_are_measured_in_a_process_of_its_own() -> None:
    cost = measured("static", TEXTS)
    assert 200 < cost.texts_per_s < 1e6
    assert 20 < cost.memory_mb < 500  # the table of vectors has some 33 MB


def test_what_fails_there_is_told_here() -> None:
    with pytest.raises(LorewiseError, match="there is no encoder 'statik'"):
        measured("statik", TEXTS)


def test_watching_stops_when_the_texts_end() -> None:
    assert watched("static", ["war"]).texts_per_s > 0
