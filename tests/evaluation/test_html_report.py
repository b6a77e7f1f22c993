import re
from html.parser import HTMLParser

import pytest

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.exposure import POPULARITY_SHARES
from lorewise.evaluation.html_report import html_report, main_metric
from lorewise.evaluation.report import Report, Row

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects ids, addresses and headings, and checks that elements nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in {"src", "href", "xlink:href", "action", "data"}:
                self.addresses.append(str(value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def report_of(*names: str) -> Report:
    rows = [
        Row(
            algorithm=name,
            metrics={"ndcg@10": 0.2 + number / 10, "coverage@10": 0.5},
            ci95={"ndcg@10": (0.1, 0.4)},
            slices={
                "tail_items": {"ndcg@10": 0.1, "n_users": 3.0},
                "sparse_users": {"max_events": 5.0},
                "active_users": {"min_events": 21.0},
            },
            exposure_curve=POPULARITY_SHARES,
        )
        for number, name in enumerate(names)
    ]
    found = [
        Comparison(
            algorithm=name,
            reference=names[0],
            metric="ndcg@10",
            difference=0.1,
            ci95=(0.05, 0.15),
            p_value=0.01,
            p_holm=0.02,
        )
        for name in names[1:]
    ]
    return Report(
        protocol="last-item",
        data={"users": 3, "fingerprint": "00ff"},
        settings={"seed": 7},
        rows=rows,
        comparisons=found,
        training_curve=POPULARITY_SHARES,
    )


@pytest.fixture(scope="module")
def html() -> str:
    return html_report(report_of("popularity", "<script>alert('$x')</script>"))


def test_elements_nest_and_ids_are_unique(html: str) -> None:
    page = Page(html)

    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == 1
    assert page.tags.count("svg") == 3


def test_the_page_loads_nothing(html: str) -> None:
    page = Page(html)

    assert all(address.startswith("#") for address in page.addresses)
    assert not {"link", "img", "script", "iframe"} & set(page.tags)
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_names_are_text_and_never_markup(html: str) -> None:
    assert "<script>" not in html
    assert "&lt;script&gt;alert(" in html


def test_the_result_is_said_in_words(html: str) -> None:
    assert "has the highest NDCG@10, 0.3000 (0.1000 to 0.4000)." in html
    assert "It differs from popularity by +0.1000 (+0.0500 to +0.1500)" in html


def test_data_settings_and_bounds_are_stated(html: str) -> None:
    assert "00ff" in html
    assert "<code>7</code>" in html
    assert "Sparse users have at most 5 training events, active users at least 21." in html


def test_every_picture_is_described(html: str) -> None:
    assert len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{20,}"', html)) == 3
    assert html.count("<figcaption>") == 3


def test_dark_and_printed_pages_have_colors_of_their_own(html: str) -> None:
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html


def test_a_report_without_figures_is_still_a_page() -> None:
    empty = Report(protocol="random", data={}, settings={}, rows=[])
    bare = Report(
        protocol="random",
        data={},
        settings={},
        rows=[Row(algorithm="a", metrics={"ndcg@5": 0.1}, ci95={}, slices={})],
    )

    assert main_metric(empty) == ""
    assert "No slices were measured" in html_report(empty, title="Nothing & more")
    assert Page(html_report(bare)).tags.count("svg") == 0
