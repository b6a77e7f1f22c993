from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.cli.enrich_subjects import (
    SubjectOptions,
    chosen_prompt,
    chosen_subjects,
    names_in,
    untold_columns,
)
from lorewise.data.dataset import Dataset
from lorewise.data.sources import read
from lorewise.errors import DataError, SettingsError

KINDS = ("items", "users")
PLAIN: dict[str, Any] = {
    "what": "items",
    "domain": "generic",
    "language": "auto",
    "prompt": None,
    "names": None,
    "audience": False,
    "most_needed": False,
    "limit": None,
    "cut": None,
}


@pytest.fixture
def dataset(shop: Path) -> Dataset:
    with (shop / "interactions.csv").open("a") as file:
        file.write("dan,b,3\ndan,07,4\ndan,c,5\n")
    return read(shop)


def ids(dataset: Dataset, **given: Any) -> list[str]:
    subjects = chosen_subjects(dataset, SubjectOptions(**PLAIN | given))
    first = [subject.id for subject in subjects()]
    assert [subject.id for subject in subjects()] == first
    return first


def test_items_come_in_the_order_of_the_catalog(dataset: Dataset) -> None:
    assert ids(dataset) == list(dataset.items.ids)
    assert ids(dataset, limit=2) == list(dataset.items.ids[:2])


def test_those_with_fewest_events_may_come_first(dataset: Dataset) -> None:
    counts = dict(zip(dataset.items.ids, dataset.item_counts.tolist(), strict=True))
    order = ids(dataset, most_needed=True)
    assert [counts[key] for key in order] == sorted(counts.values())
    assert [key for key in order if counts[key] == 3] == [
        key for key in dataset.items.ids if counts[key] == 3
    ]
    assert ids(dataset, most_needed=True, limit=1) == ["d"]
    assert ids(dataset, what="users", most_needed=True)[-1] == "dan"


def test_an_audience_is_that_of_cold_items(dataset: Dataset) -> None:
    assert ids(dataset, audience=True) == ["d"]


def test_a_cut_leaves_events_out(dataset: Dataset) -> None:
    subjects = chosen_subjects(
        dataset, SubjectOptions(**PLAIN | {"what": "users", "cut": "last-2"})
    )
    assert [(subject.id, subject.n_events) for subject in subjects() if subject.n_events] == [
        ("dan", 1)
    ]


def test_a_cut_that_is_none_is_refused_at_once(dataset: Dataset) -> None:
    with pytest.raises(SettingsError, match="the cut is 'noon'"):
        chosen_subjects(dataset, SubjectOptions(**PLAIN | {"what": "users", "cut": "noon"}))


@pytest.mark.parametrize(
    ("given", "kind"),
    [({}, "items"), ({"what": "users"}, "users"), ({"audience": True}, "audience")],
)
def test_the_prompt_is_for_what_is_asked(
    dataset: Dataset, given: dict[str, Any], kind: str
) -> None:
    options = SubjectOptions(**PLAIN | given)
    assert chosen_prompt(options, chosen_subjects(dataset, options)).kind == kind


def test_names_are_lines_that_are_not_empty(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("\ufeffAnn Lee\n\n 王芳 \n", encoding="utf-8")
    assert names_in(file) == ["Ann Lee", "王芳"]
    assert names_in(None) == []


def test_names_in_another_encoding_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"\xff\xfeA")
    with pytest.raises(DataError, match="is not UTF-8"):
        names_in(file)


def test_what_counts_the_events_of_all_users_is_not_told(dataset: Dataset) -> None:
    n_ratings = dataset.item_table.with_columns(pl.Series("n_ratings", dataset.item_counts))
    popular = dataset.user_table.with_columns(
        pl.Series("popularity", np.diff(dataset.offsets)),
        pl.Series("city", ["Bern", "Bern", "Rome", "Rome"]),
    )
    counted = replace(dataset, item_table=n_ratings, user_table=popular)

    assert list(untold_columns(counted, "items")) == ["n_ratings"]
    assert list(untold_columns(counted, "users")) == ["popularity"]
    both = [chosen_subjects(counted, SubjectOptions(**PLAIN | {"what": what})) for what in KINDS]
    told = {name for subjects in both for subject in subjects() for name in subject.fields}
    assert {"city", "history"} <= told
    assert not {"n_ratings", "popularity"} & told
