import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lorewise.data.preferences import AssembleSettings
from lorewise.data.sources import read, read_with_report
from lorewise.errors import DataError

GOOD = b"user_id,item_id\nu,i\n"

NUMBER = "write a number such as 1 or 0.5, or drop the row"
TIME = (
    "is not a time; write seconds since 1970 or ISO 8601 such as 2024-05-31T18:00:00Z, or "
    "drop the row"
)
UNIT = "correct the time or its unit, or drop the row"
ONE_FIELD = "write one field for each, in quotes if it holds a separator"
NO_ID = "is not an id; give the row an id or drop it"
SPACES = "has spaces around it, which would make another id of it; remove them"
NO_ROWS = "has no rows; write one for each interaction, item or user"
EMPTY = "is empty or its first line is; start with a header line such as user_id,item_id"
USERS = (
    "rename the column, accepted in any case are user_id, user, uid, customer_id, customer,"
    " visitor_id, reviewer_id, member_id, account_id"
)
ITEMS = (
    "rename the column, accepted in any case are item_id, item, iid, movie_id, product_id, "
    "product, parent_asin, asin, isbn, book_id, artist_id, track_id, song_id, video_id, "
    "article_id, news_id, game_id, content_id, business_id, sku"
)
LONE_QUOTE = (
    "has a quote in the middle of a field; enclose the whole field in quotes and double "
    "each quote inside it"
)
NOT_UTF_8 = "is not UTF-8; convert the file, for example with `iconv -f LATIN1 -t UTF-8`"
TYPES = (
    "has no known type; write name:type with one of the types token, token_seq, float, float_seq"
)
TWICE = "already; merge the two rows or drop one"
PLAIN = "cannot be read; convert them to text, numbers or flat lists of these, or drop the column"
LAYOUTS = (
    "put there interactions.parquet, .csv or .tsv; or NAME.inter; or ratings.csv and "
    "movies.csv; or ratings.dat and movies.dat; or u.data and u.item"
)
TO_TEXT = "convert the column to text or whole numbers"

TEXTS: dict[str, tuple[bytes, str]] = {
    "empty file": (
        b"",
        f"events.csv {EMPTY}",
    ),
    "blank first line": (
        b"\nuser_id,item_id\nu,i\n",
        f"events.csv {EMPTY}",
    ),
    "header only": (
        b"user_id,item_id\n",
        f"events.csv {NO_ROWS}",
    ),
    "only blank lines below the header": (
        b"user_id,item_id\r\n\r\n\n",
        f"events.csv {NO_ROWS}",
    ),
    "no item column": (
        b"user_id,thing\nu,i\n",
        f"events.csv: no column 'item_id'; found 'user_id', 'thing'; {ITEMS}",
    ),
    "no user column": (
        b"who,item_id\nu,i\n",
        f"events.csv: no column 'user_id'; found 'who', 'item_id'; {USERS}",
    ),
    "no header": (
        b"196,242,3\n186,302,3\n",
        f"events.csv: no column 'user_id'; found '196', '242', '3'; {USERS}",
    ),
    "semicolons": (
        b"user_id;item_id\nu;i\n",
        f"events.csv: no column 'user_id'; found 'user_id;item_id'; {USERS}; fields are "
        "separated by a comma in .csv, by a tab in .tsv",
    ),
    "column named twice": (
        b"user_id,item_id,item_id\nu,i,j\n",
        "events.csv, line 1: 2 columns are named 'item_id'; rename or drop all but one",
    ),
    "quote in header": (
        b'user_id,"item_id\nu,i\n',
        "events.csv, line 1: 'user_id,\"item_id' has a misplaced quote; close or remove it",
    ),
    "carriage returns": (
        b"user_id,item_id\ru,i\r",
        "events.csv, line 1: lines end with a carriage return alone; save the file with line feeds",
    ),
    "too few fields": (
        b"user_id,item_id,rating\nu,i,3\nu,j\n",
        f"events.csv, line 3: 'u,j' has 2 fields where there are 3 columns; {ONE_FIELD}",
    ),
    "too many fields": (
        b"user_id,item_id\nu,i\n\nu,j,5,extra\n",
        f"events.csv, line 4: 'u,j,5,extra' has 4 fields where there are 2 columns; {ONE_FIELD}",
    ),
    "quote never closed": (
        b'user_id,item_id\nu,i\nv,"j\nw,k\n',
        "events.csv, line 3: 'v,\"j' has a quote that is never closed; close it, or "
        "double it if it belongs to the text",
    ),
    "quote in the middle": (
        b'user_id,item_id\nu,i\nv,5" disk\n',
        f"events.csv, line 3: 'v,5\" disk' {LONE_QUOTE}",
    ),
    "text after quote": (
        b'user_id,item_id\nu,"i"j\n',
        f"events.csv, line 2: 'u,\"i\"j' {LONE_QUOTE}",
    ),
    "quote closed rows later": (
        b'user_id,item_id\nu,"i\nv,"j"\nw,k\n',
        f"events.csv, line 2: 'u,\"i' {LONE_QUOTE}",
    ),
    "latin-1": (
        b"user_id,item_id\nu,i\nv,caf\xe9\n",
        f"events.csv, line 3: byte 0xe9 at offset 25 {NOT_UTF_8}",
    ),
    "latin-1 header": (
        b"user_id,item_id,caf\xe9\nu,i,j\n",
        f"events.csv, line 1: byte 0xe9 at offset 19 {NOT_UTF_8}",
    ),
    "utf-16": (
        b"\xff\xfeu\x00s\x00e\x00r\x00_\x00i\x00d\x00,\x00i\x00t\x00e\x00m\x00_\x00i\x00d\x00\n\x00u\x00,\x00i\x00\n\x00",
        f"events.csv, line 1: byte 0xff at offset 0 {NOT_UTF_8}",
    ),
    "utf-16 no mark": (
        b"u\x00s\x00e\x00r\x00_\x00i\x00d\x00,\x00i\x00t\x00e\x00m\x00_\x00i\x00d\x00\n\x00u\x00,\x00i\x00\n\x00",
        "events.csv, line 1: a byte is zero; the file is damaged or in UTF-16; write it"
        " again as UTF-8",
    ),
    "zero byte": (
        b"user_id,item_id\nu,i\nv,j\x00\n",
        "events.csv, line 3: a byte is zero; the file is damaged or in UTF-16; write it"
        " again as UTF-8",
    ),
    "empty user": (
        b"user_id,item_id\nu,i\n,j\n",
        f"events.csv, line 3, column 'user_id': '' {NO_ID}",
    ),
    "empty quoted item": (
        b'user_id,item_id\nu,i\nu,""\n',
        f"events.csv, line 3, column 'item_id': '' {NO_ID}",
    ),
    "space around user": (
        b"userId,item_id\n u,i\n",
        f"events.csv, line 2, column 'userId': ' u' {SPACES}",
    ),
    "space around item": (
        b"user_id,item_id\nu,i\nu,j \n",
        f"events.csv, line 3, column 'item_id': 'j ' {SPACES}",
    ),
    "word as weight": (
        b"user_id,item_id,weight\nu,i,1\nu,j,much\n",
        f"events.csv, line 3, column 'weight': 'much' is not a number; {NUMBER}",
    ),
    "empty weight": (
        b"user_id,item_id,weight\nu,i,\n",
        f"events.csv, line 2, column 'weight': '' is not a number; {NUMBER}",
    ),
    "NaN weight": (
        b"user_id,item_id,weight\nu,i,NaN\n",
        f"events.csv, line 2, column 'weight': 'NaN' is not a finite number; {NUMBER}",
    ),
    "inf weight": (
        b"user_id,item_id,weight\nu,i,-inf\n",
        f"events.csv, line 2, column 'weight': '-inf' is not a finite number; {NUMBER}",
    ),
    "huge weight": (
        b"user_id,item_id,weight\nu,i,1e300\n",
        f"events.csv, line 2, column 'weight': '1e300' is not a finite number; {NUMBER}",
    ),
    "zero weight": (
        b"user_id,item_id,count\nu,i,2\nu,j,0\n",
        "events.csv, line 3, column 'count': '0' is no weight; drop the row or give a "
        "weight above 0, or below 0 for a dislike",
    ),
    "tiny weight": (
        b"user_id,item_id,weight\nu,i,1e-60\n",
        "events.csv, line 2, column 'weight': '1e-60' is no weight; drop the row or "
        "give a weight above 0, or below 0 for a dislike",
    ),
    "decimal comma": (
        b'user_id,item_id,rating\nu,i,"3,5"\n',
        f"events.csv, line 2, column 'rating': '3,5' is not a number; {NUMBER}",
    ),
    "empty rating": (
        b"user_id,item_id,rating\nu,i,5\nu,j,\n",
        f"events.csv, line 3, column 'rating': '' is not a number; {NUMBER}",
    ),
    "NaN rating": (
        b"user_id,item_id,stars\nu,i,nan\n",
        f"events.csv, line 2, column 'stars': 'nan' is not a finite number; {NUMBER}",
    ),
    "inf rating": (
        b"user_id,item_id,rating\nu,i,inf\n",
        f"events.csv, line 2, column 'rating': 'inf' is not a finite number; {NUMBER}",
    ),
    "zero count": (
        b"user_id,item_id,rating\nu,i,300\nu,j,0\n",
        "events.csv, line 3, column 'rating': '0.0' counts nothing (values above 10 "
        "make these counts, not ratings); drop the row",
    ),
    "word as time": (
        b"user_id,item_id,timestamp\nu,i,yesterday\n",
        f"events.csv, line 2, column 'timestamp': 'yesterday' {TIME}",
    ),
    "impossible date": (
        b"user_id,item_id,timestamp\nu,i,2024-02-30T10:00:00Z\n",
        f"events.csv, line 2, column 'timestamp': '2024-02-30T10:00:00Z' {TIME}",
    ),
    "American date": (
        b"user_id,item_id,date\nu,i,05/31/2024\n",
        f"events.csv, line 2, column 'date': '05/31/2024' {TIME}",
    ),
    "empty time": (
        b"user_id,item_id,time\nu,i,1\nu,j,\n",
        f"events.csv, line 3, column 'time': '' {TIME}",
    ),
    "negative time": (
        b"user_id,item_id,timestamp\nu,i,-1\n",
        f"events.csv, line 2, column 'timestamp': '-1' is before 1970; {UNIT}",
    ),
    "date before 1970": (
        b"user_id,item_id,timestamp\nu,i,1969-12-31\n",
        f"events.csv, line 2, column 'timestamp': '1969-12-31' is before 1970; {UNIT}",
    ),
    "seconds after 2100": (
        b"user_id,item_id,timestamp\nu,i,4102444800\n",
        f"events.csv, line 2, column 'timestamp': '4102444800' is after 2100; {UNIT}",
    ),
    "date after 2100": (
        b"user_id,item_id,timestamp\nu,i,2100-01-01\n",
        f"events.csv, line 2, column 'timestamp': '2100-01-01' is after 2100; {UNIT}",
    ),
    "several bad rows": (
        b"user_id,item_id,rating\nu,i,x\nu,j,y\n,k,5\n",
        f"events.csv, line 2, column 'rating': 'x' is not a number; {NUMBER} (2 more bad rows)",
    ),
    "two bad rows": (
        b"user_id,item_id,rating\nu,i,x\nu,j,y\n",
        f"events.csv, line 2, column 'rating': 'x' is not a number; {NUMBER} (1 more bad row)",
    ),
    "long value": (
        b"user_id,item_id,rating\nu,i,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        "events.csv, line 2, column 'rating': "
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"
        f" is not a number; {NUMBER}",
    ),
    "line after quoted line feed": (
        b'user_id,item_id,note,rating\nu,i,"a\nb",5\nu,j,c,x\n',
        f"events.csv, line 4, column 'rating': 'x' is not a number; {NUMBER}",
    ),
}
"""What is wrong -> the bytes of ``events.csv`` and the whole message."""

COLUMNS: dict[str, tuple[dict[str, list[Any]], str]] = {
    "no rows": (
        {"user_id": [], "item_id": []},
        f"events.parquet {NO_ROWS}",
    ),
    "empty id": (
        {"user_id": ["u", None], "item_id": ["i", "j"]},
        f"events.parquet, row 2, column 'user_id': '' {NO_ID}",
    ),
    "nan weight": (
        {"user_id": ["u", "u"], "item_id": ["i", "j"], "weight": [1.0, math.nan]},
        f"events.parquet, row 2, column 'weight': 'NaN' is not a finite number; {NUMBER}",
    ),
    "float ids": (
        {"user_id": ["u"], "item_id": [1.0]},
        f"events.parquet, column 'item_id': values of type Float64 are no item_id; {TO_TEXT}",
    ),
    "list ids": (
        {"user_id": ["u"], "item_id": [["i"]]},
        f"events.parquet, column 'item_id': values of type List(String) are no item_id; {TO_TEXT}",
    ),
    "bool weight": (
        {"user_id": ["u"], "item_id": ["i"], "weight": [True]},
        "events.parquet, column 'weight': values of type Boolean are no weight; convert"
        " the column to numbers",
    ),
    "bool time": (
        {"user_id": ["u"], "item_id": ["i"], "time": [True]},
        "events.parquet, column 'time': values of type Boolean are no timestamp; "
        "convert it to times, numbers or text",
    ),
}
"""What is wrong -> the columns of ``events.parquet`` and the whole message."""

FOLDERS: dict[str, tuple[str, dict[str, bytes | dict[str, list[Any]]], str]] = {
    "unquoted separator": (
        "events.tsv",
        {"events.tsv": b"user_id\titem_id\nu\ti\tj\n"},
        f"events.tsv, line 2: 'u\\ti\\tj' has 3 fields where there are 2 columns; {ONE_FIELD}",
    ),
    "unknown ending": (
        "events.xlsx",
        {"events.xlsx": b"user_id,item_id\nu,i\n"},
        "{folder}/events.xlsx is in no known format; its name must end with .parquet, "
        ".csv, .tsv or .inter",
    ),
    "corrupt parquet": (
        "events.parquet",
        {"events.parquet": b"PAR1 this is not PAR1"},
        "{folder}/events.parquet is not a whole Parquet file; write or copy it again",
    ),
    "missing path": (
        "nothing.csv",
        {},
        "{folder}/nothing.csv does not exist; check the path",
    ),
    "empty folder": (
        "",
        {},
        f"{{folder}} holds no interactions; found nothing; {LAYOUTS}",
    ),
    "foreign folder": (
        "",
        {"notes.txt": b"x"},
        f"{{folder}} holds no interactions; found notes.txt; {LAYOUTS}",
    ),
    "two formats": (
        "",
        {"interactions.csv": GOOD, "interactions.parquet": {"user_id": ["u"], "item_id": ["i"]}},
        "{folder} holds both interactions.parquet and interactions.csv; keep the one that counts",
    ),
    "item twice": (
        "",
        {"interactions.csv": GOOD, "items.csv": b"item_id,title\ni,A\nj,B\ni,C\n"},
        f"items.csv, line 4, column 'item_id': 'i' stands in line 2 {TWICE}",
    ),
    "user twice": (
        "",
        {"interactions.csv": GOOD, "users.csv": b"user_id,age\nu,1\nu,2\n"},
        f"users.csv, line 3, column 'user_id': 'u' stands in line 2 {TWICE}",
    ),
    "item no key": (
        "",
        {"interactions.csv": GOOD, "items.csv": b"name,title\ni,A\n"},
        f"items.csv: no column 'item_id'; found 'name', 'title'; {ITEMS}, id",
    ),
    "item empty id": (
        "",
        {"interactions.csv": GOOD, "items.csv": b"item_id,title\n,A\n"},
        f"items.csv, line 2, column 'item_id': '' {NO_ID}",
    ),
    "item header only": (
        "",
        {"interactions.csv": GOOD, "items.csv": b"item_id,title\n"},
        f"items.csv {NO_ROWS}",
    ),
    "item ragged": (
        "",
        {"interactions.csv": GOOD, "items.csv": b"item_id,title\ni,One, Two\n"},
        f"items.csv, line 2: 'i,One, Two' has 3 fields where there are 2 columns; {ONE_FIELD}",
    ),
    "item structs": (
        "",
        {"interactions.csv": GOOD, "items.parquet": {"item_id": ["i"], "facts": [{"a": 1}]}},
        f"items.parquet, column 'facts': values of type Struct({{'a': Int64}}) {PLAIN}",
    ),
    "item lists of lists": (
        "",
        {"interactions.csv": GOOD, "items.parquet": {"item_id": ["i"], "facts": [[["a"]]]}},
        f"items.parquet, column 'facts': values of type List(List(String)) {PLAIN}",
    ),
    "item float ids": (
        "",
        {"interactions.csv": GOOD, "items.parquet": {"item_id": [1.5]}},
        f"items.parquet, column 'item_id': values of type Float64 are no ids; {TO_TEXT}",
    ),
    "recbole type": (
        "",
        {"x.inter": b"user_id:token\titem_id:token_list\nu\ti\n"},
        f"x.inter, line 1: column 'item_id:token_list' {TYPES}",
    ),
    "recbole no type": (
        "",
        {"x.inter": b"user_id\titem_id:token\nu\ti\n"},
        f"x.inter, line 1: column 'user_id' {TYPES}",
    ),
    "recbole list id": (
        "",
        {"x.inter": b"user_id:token\titem_id:token_seq\nu\ti\n"},
        f"x.inter, column 'item_id': values of type List(String) are no item_id; {TO_TEXT}",
    ),
    "recbole two": (
        "",
        {"x.inter": b"", "y.inter": b""},
        "{folder} holds 2 .inter files, among them x.inter and y.inter; give the path "
        "of one of them",
    ),
    "ml-1m ragged": (
        "",
        {"ratings.dat": b"1::2::3\n", "movies.dat": b"2::Caf\xe9::Drama\n"},
        "ratings.dat, line 1: '1::2::3' has 3 fields where there are 4 columns; write "
        "one field for each, without separators inside",
    ),
    "ml-1m empty": (
        "",
        {"ratings.dat": b"", "movies.dat": b"2::A::Drama\n"},
        f"ratings.dat {NO_ROWS}",
    ),
}
"""What is wrong -> the path read, the files in the folder, and the whole message."""


def write(folder: Path, files: dict[str, bytes | dict[str, list[Any]]]) -> None:
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            pl.DataFrame(content).write_parquet(folder / name)


def refusal_of(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(path)
    return str(caught.value).replace(str(path.parent if path.suffix else path), "{folder}")


@pytest.mark.parametrize("fault", TEXTS)
def test_malformed_text_is_refused_in_these_words(tmp_path: Path, fault: str) -> None:
    content, message = TEXTS[fault]
    write(tmp_path, {"events.csv": content})
    assert refusal_of(tmp_path / "events.csv") == message


@pytest.mark.parametrize("fault", COLUMNS)
def test_malformed_columns_are_refused_in_these_words(tmp_path: Path, fault: str) -> None:
    columns, message = COLUMNS[fault]
    write(tmp_path, {"events.parquet": columns})
    assert refusal_of(tmp_path / "events.parquet") == message


@pytest.mark.parametrize("fault", FOLDERS)
def test_malformed_folders_are_refused_in_these_words(tmp_path: Path, fault: str) -> None:
    name, files, message = FOLDERS[fault]
    write(tmp_path, files)
    assert refusal_of(tmp_path / name) == message


MIXED: dict[str, bytes | dict[str, list[Any]]] = {
    "interactions.csv": b"user_id,item_id,rating\nu,a,5\nu,b,bad\nv,a, b,3\nv,c,1\n,c,1\n",
    "items.csv": b"item_id,title\na,A\na,B\nc,C\n",
}


def test_bad_rows_are_skipped_on_request_and_written_down(tmp_path: Path) -> None:
    write(tmp_path, MIXED)
    rejects = tmp_path / "rejects.csv"
    report = read_with_report(tmp_path, on_error="skip", rejects=rejects)
    dataset = report.dataset
    assert report.kind == "folder"
    assert dataset.n_interactions == 2
    assert set(dataset.users.ids) == {"u", "v"}
    assert dict(dataset.item_table.iter_rows()) == {"a": "A", "c": "C"}
    assert pl.read_csv(rejects).fill_null("").rows() == [
        ("interactions.csv", 3, "rating", "bad", f"is not a number; {NUMBER}"),
        (
            "interactions.csv",
            4,
            "",
            "v,a, b,3",
            f"has 4 fields where there are 3 columns; {ONE_FIELD}",
        ),
        ("interactions.csv", 6, "user_id", "", NO_ID),
        ("items.csv", 3, "item_id", "a", f"stands in line 2 {TWICE}"),
    ]
    assert len(report.rejects) == 4


def test_a_refusal_writes_down_all_bad_rows_too(tmp_path: Path) -> None:
    write(tmp_path, MIXED)
    with pytest.raises(DataError, match=r"interactions\.csv, line 3, .* \(3 more bad rows\)"):
        read(tmp_path, rejects=tmp_path / "rejects.csv")
    assert len(pl.read_csv(tmp_path / "rejects.csv")) == 4


def test_nothing_is_skipped_in_silence(tmp_path: Path) -> None:
    write(tmp_path, MIXED)
    with pytest.warns(UserWarning, match=r"^4 bad rows of .* skipped, first interactions\.csv 3: "):
        dataset = read(tmp_path, on_error="skip")
    assert dataset.n_interactions == 2


def test_good_data_leave_an_empty_file_of_rejects_and_no_warning(tmp_path: Path) -> None:
    write(tmp_path, {"interactions.csv": GOOD})
    assert read(tmp_path, on_error="skip").n_interactions == 1
    read(tmp_path, on_error="skip", rejects=tmp_path / "rejects.csv")
    assert pl.read_csv(tmp_path / "rejects.csv").is_empty()


def test_data_without_one_good_row_are_refused_even_where_bad_rows_may_be_skipped(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"events.csv": b"user_id,item_id\n,i\nu,\n"})
    with pytest.raises(DataError, match=r"events\.csv, line 2, .* \(1 more bad row\)"):
        read(tmp_path / "events.csv", on_error="skip")


@pytest.mark.parametrize("fault", ["latin-1", "quote never closed", "zero byte"])
def test_what_spoils_a_whole_file_cannot_be_skipped(tmp_path: Path, fault: str) -> None:
    content, _ = TEXTS[fault]
    write(tmp_path, {"events.csv": content})
    with pytest.raises(DataError):
        read(tmp_path / "events.csv", on_error="skip")


def test_csv_and_parquet_give_the_same_dataset(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "user_id": ["01", "1", "01"],
            "item_id": ["é", 'a"b', "x\ny"],
            "weight": [1.5, -2, 3],
            "timestamp": [3, 2, 1],
            "event_type": ["buy", None, "play"],
        }
    )
    table.write_csv(tmp_path / "a.csv")
    table.write_parquet(tmp_path / "a.parquet")
    first, second = read(tmp_path / "a.csv"), read(str(tmp_path / "a.parquet"))
    assert first.fingerprint == second.fingerprint
    assert first.repeatable.sum() == 1


def test_settings_reach_the_dataset(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": b"user_id,item_id,rating\nu,i,3\nu,j,5\n"})
    dataset = read(tmp_path / "events.csv", settings=AssembleSettings(dislike_at_or_below=3))
    assert dataset.weights.tolist() == [-1, 1]


def test_another_policy_for_errors_is_a_slip(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="on_error is 'ignore'; give 'refuse' or 'skip'"):
        read(tmp_path, on_error="ignore")  # type: ignore[arg-type]  # the slip under test
