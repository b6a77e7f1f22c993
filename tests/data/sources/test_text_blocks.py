from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lorewise.data.sources.text_blocks import blocks
from lorewise.data.sources.text_form import COMMA_SEPARATED, TextForm
from lorewise.errors import DataError


def records(
    path: Path, form: TextForm = COMMA_SEPARATED, n_bytes: int = 64
) -> list[tuple[int, str]]:
    """Return the line and text of each record."""
    return [
        (block.first_line + int(line), block.text[start:end].decode())
        for block in blocks(path, form, n_bytes=n_bytes)
        for start, end, line in zip(
            block.records.starts, block.records.ends, block.records.lines, strict=True
        )
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(12, 40))
def test_the_size_of_a_block_makes_no_difference(path: Path, n_bytes: int) -> None:
    path.write_bytes(b'id,x\na,"1\n2"\n\nbb,"3,\n"\nc,4\r\nd,\xc3\xa9')
    assert records(path, n_bytes=n_bytes) == [
        (1, "id,x"),
        (2, 'a,"1\n2"'),
        (5, 'bb,"3,\n"'),
        (7, "c,4\r"),
        (8, "d,é"),
    ]


def test_a_byte_order_mark_is_no_text_but_counts_in_offsets(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfa,b\nc,\xff\n")
    with pytest.raises(DataError, match="line 2: byte 0xff at offset 9 is not UTF-8"):
        records(path)
    path.write_bytes(b"\xef\xbb\xbfa,b\n")
    assert records(path) == [(1, "a,b")]


def test_faults_far_into_the_file_are_named_by_their_line_and_offset(path: Path) -> None:
    lines = b"abcdefg\n" * 100
    path.write_bytes(lines + b"caf\xe9\n")
    with pytest.raises(DataError, match="line 101: byte 0xe9 at offset 803 is not UTF-8"):
        records(path)
    path.write_bytes(lines + b'x"\n')
    with pytest.raises(DataError, match="line 101: 'x\"' has a quote in the middle of a field"):
        records(path)
    path.write_bytes(lines + b"\0\n")
    with pytest.raises(DataError, match="line 101: a byte is zero"):
        records(path)


def test_an_endless_quote_is_found_before_the_whole_file_is_in_memory(path: Path) -> None:
    path.write_bytes(b'a,b\nc,"d\n' + b"e,f\n" * 1000)
    with pytest.raises(DataError, match="line 2: 'c,\"d' has a quote that is never closed"):
        records(path)


def test_an_endless_line_is_refused(path: Path) -> None:
    path.write_bytes(b"a,b\n" + b"x" * 1000 + b"\n")
    with pytest.raises(DataError, match=r"line 2: 'xxx.* does not end; check that lines end with"):
        records(path)


def test_wide_separators_and_latin_1_become_what_the_parser_reads(path: Path) -> None:
    path.write_bytes(b"1::Caf\xe9\n2::x\n")
    form = TextForm(separator=b"::", has_quotes=False, columns=("a", "b"), may_be_latin_1=True)
    assert records(path, form) == [(1, "1\x1fCafé"), (2, "2\x1fx")]
    path.write_bytes("1::Café\n".encode())
    assert records(path, form) == [(1, "1\x1fCafé")]


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: Is a directory; check the path"):
        records(tmp_path)
