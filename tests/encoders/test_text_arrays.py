"""Text as arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lorewise.encoders.text_arrays import lines_of, text_array, text_of


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert text_of(text_array(text)) == text


def test_no_text_has_no_lines() -> None:
    assert lines_of(text_array("")) == ()
    assert lines_of(text_array("a\n红")) == ("a", "红")
    assert text_array("红").dtype == np.uint8
