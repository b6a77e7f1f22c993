"""Vectors from an endpoint."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lorewise.encoders.endpoint import MOST_CHARACTERS, EndpointEncoder
from lorewise.encoders.text_blocks import pretrained
from lorewise.errors import SettingsError
from lorewise.llm.endpoint import KEY_VARIABLE
from lorewise.testing.canned_replies import vector_of
from lorewise.testing.faulty_endpoint import FaultyEndpoint


def test_rows_are_the_endpoints_at_length_one_and_empty_texts_are_never_sent() -> None:
    with FaultyEndpoint() as endpoint:
        encoder = EndpointEncoder.open(f"{endpoint.base_url}#tiny")
        vectors = encoder.encode(["war", "", " ", "peace"])
        sent = [text for request in endpoint.requests for text in request["input"]]
    for row, text in ((0, "war"), (3, "peace")):
        expected = np.array(vector_of(text))
        assert_allclose(vectors[row], expected / np.linalg.norm(expected), atol=1e-6)
    assert not vectors[1:3].any()
    assert vectors.shape == (4, encoder.dim)
    assert sent == ["a", "war", "peace"]  # the first for the number of dimensions


def test_it_is_found_by_its_name_and_sends_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    with FaultyEndpoint() as endpoint:
        encoder = pretrained(f"endpoint:{endpoint.base_url}#tiny")
        assert encoder.encode_queries(["war"]).shape == (1, encoder.dim)
        assert set(endpoint.authorizations) == {"Bearer secret"}
    assert encoder.name == f"endpoint:{endpoint.base_url}#tiny"
    assert "secret" not in repr(encoder)


def test_a_text_that_is_too_long_is_cut() -> None:
    with FaultyEndpoint() as endpoint:
        EndpointEncoder.open(f"{endpoint.base_url}#tiny").encode(["x" * 20_000])
        assert len(endpoint.requests[-1]["input"][0]) == MOST_CHARACTERS


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/v1", "#tiny"])
def test_a_place_without_a_model_is_refused(place: str) -> None:
    with pytest.raises(SettingsError, match="names no model"):
        EndpointEncoder.open(place)
