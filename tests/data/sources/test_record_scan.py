import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.sources.record_scan import Records, scan, without


def scanned(text: bytes, *, has_quotes: bool = True) -> Records:
    return scan(text, separator=b",", has_quotes=has_quotes)


def test_fields_are_counted_in_every_record() -> None:
    records = scanned(b"a,b\nc\n,,\n")
    assert records.n_fields.tolist() == [2, 1, 3]
    assert records.lines.tolist() == [0, 1, 2]


def test_separators_and_line_feeds_in_quotes_belong_to_the_field() -> None:
    records = scanned(b'"a,b",c\n"d\ne",f\ng,h\n')
    assert records.n_fields.tolist() == [2, 2, 2]
    assert records.lines.tolist() == [0, 1, 3]


def test_without_quotes_a_quote_is_a_letter() -> None:
    records = scanned(b'5" disk,a\nb,"c\n', has_quotes=False)
    assert records.n_fields.tolist() == [2, 2]
    assert records.stray_quote is None


def test_blank_lines_are_no_records_but_count_as_lines() -> None:
    records = scanned(b"a\n\n\r\nb\n")
    assert records.lines.tolist() == [0, 3]


def test_an_open_record_is_left_for_the_next_block() -> None:
    assert scanned(b'a,b\nc,"d\n').n_used == 4
    assert scanned(b"").n_used == 0


def test_a_doubled_quote_is_text_and_a_lone_one_is_stray() -> None:
    assert scanned(b'"a""b",""\n').stray_quote is None
    assert scanned(b'a,b"c"\n').stray_quote == 3
    assert scanned(b'"a"b,c\n').stray_quote == 2


def test_only_the_good_records_are_kept() -> None:
    text = b"a,b\n\nc\nd,e\n"
    records = scanned(text)
    assert without(text, records, records.n_fields == 2) == b"a,b\nd,e\n"
    assert without(text, records, np.zeros(3, dtype=bool)) == b""


fields = st.lists(st.text(st.sampled_from('ab,"\n é'), max_size=5), min_size=2, max_size=4)


@given(st.lists(fields, min_size=1, max_size=6))
def test_whatever_a_csv_writer_writes_is_counted_as_it_was_written(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    records = scanned(text.getvalue().encode())
    assert records.n_fields.tolist() == [len(row) for row in rows]
    assert records.stray_quote is None
    assert records.n_used == len(text.getvalue().encode())
