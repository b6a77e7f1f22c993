from lorewise.data.sources.text_form import TextForm


def test_a_wide_separator_is_parsed_as_a_single_byte() -> None:
    assert TextForm(separator=b"::").parsed_separator == b"\x1f"
    assert TextForm(separator=b"\t").parsed_separator == b"\t"
