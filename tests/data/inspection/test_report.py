import json
from collections.abc import Callable
from typing import Any

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.report import inspect

Build = Callable[..., Dataset]
Rows = list[tuple[Any, ...]]

TITLE = {"title": lambda key: f"The story of number {key}"}


def test_plain_data_have_no_findings(build: Build, plain_rows: Rows) -> None:
    assert inspect(build(plain_rows, columns=TITLE)).findings == ()


def test_odd_data_have_their_findings_worst_first(build: Build, plain_rows: Rows) -> None:
    duplicated = [*plain_rows, plain_rows[0], *(("tied", f"{n}", 5) for n in range(100))]
    found = inspect(build(duplicated)).findings
    assert [(each.severity, each.what) for each in found] == [
        ("warning", "duplicate rows"),
        ("warning", "probable bots: far more events than others, at even or sub-second gaps"),
        ("warning", "few items have any text"),
        ("note", "repeated pairs of user and item"),
        ("note", "tied times"),
    ]


def test_a_title_counts_as_a_text(build: Build, plain_rows: Rows) -> None:
    texts = inspect(build(plain_rows, columns=TITLE)).texts
    assert (texts.titled_share, texts.described_share) == (1.0, 1.0)


def test_the_report_survives_json(build: Build, plain_rows: Rows) -> None:
    made = inspect(build([*plain_rows, plain_rows[0]], columns=TITLE))
    plain = made.to_json_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["counts"]["n_users"] == 120
    assert plain["counts"]["events_per_user"]["max"] == 11
    assert plain["findings"][0]["what"] == made.findings[0].what
    assert plain["clock"]["span_days"] == made.clock.span_days


def test_the_report_names_the_data(build: Build, plain_rows: Rows) -> None:
    dataset = build(plain_rows)
    assert inspect(dataset).fingerprint == dataset.fingerprint


def test_an_empty_dataset_can_be_inspected(build: Build) -> None:
    made = inspect(build([]))
    assert made.findings[0].what == "no interactions"
    json.dumps(made.to_json_dict(), allow_nan=False)


def test_data_without_times_can_be_inspected(build: Build, plain_rows: Rows) -> None:
    made = inspect(build(plain_rows, columns=TITLE, has_times=False))
    assert [each.what for each in made.findings] == ["no times"]
