"""Static word vectors."""

import logging
import subprocess
import sys

import numpy as np
from numpy.testing import assert_allclose

from lorewise.encoders.dense import StaticEncoder


def test_rows_are_the_unit_rows_of_the_library_itself() -> None:
    encoder = StaticEncoder.load()
    texts = ["a dark comedy about war", "lipstick", "a dark comedy about war and its long end"]
    reference = np.concatenate([encoder.model.embed([text], norm=True) for text in texts])
    assert_allclose(encoder.encode(texts), reference, atol=1e-5)


def test_an_empty_text_is_all_zeros_and_none_are_none() -> None:
    vectors = StaticEncoder.load().encode(["", "war"])
    assert not vectors[0].any()
    assert_allclose(np.linalg.norm(vectors[1]), 1, atol=1e-6)
    assert StaticEncoder.load().encode([]).shape == (0, 256)
    assert vectors.dtype == np.float32


def test_the_nearer_meaning_is_the_nearer_vector() -> None:
    shampoo, hair, car = StaticEncoder.load().encode(["shampoo", "hair care", "car engine"])
    assert shampoo @ hair > shampoo @ car


def test_batches_do_not_matter() -> None:
    encoder = StaticEncoder.load()
    texts = [f"film number {n}" for n in range(5000)]
    alone = encoder.encode_queries(texts[4100:4101])
    assert_allclose(encoder.encode(texts)[4100], alone[0], atol=1e-6)


def test_the_model_is_loaded_once() -> None:
    assert StaticEncoder.load().model is StaticEncoder.load().model


def test_loading_leaves_the_log_as_it_was() -> None:
    code = (
        "import logging; from lorewise.encoders.dense import StaticEncoder; StaticEncoder.load();"
        "assert not logging.root.handlers and logging.root.level == logging.WARNING"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert logging.root.level is not logging.INFO
