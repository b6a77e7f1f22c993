from xml.etree import ElementTree

import pytest

from lorewise.evaluation.charts import popularity_chart, slices_chart, tradeoff_chart
from lorewise.evaluation.exposure import POPULARITY_SHARES
from lorewise.evaluation.report import Report, Row

CURVE = tuple(POPULARITY_SHARES)


def report_of(*algorithms: str) -> Report:
    rows = [
        Row(
            algorithm=name,
            metrics={"ndcg@10": 0.1, "coverage@10": 0.2},
            ci95={"ndcg@10": (0.05, 0.15)},
            slices={"tail_items": {"ndcg@10": 0.02}, "cold_items": {"n_users": 0.0}},
            exposure_curve=CURVE,
        )
        for name in algorithms
    ]
    return Report(protocol="p", data={}, settings={}, rows=rows, training_curve=CURVE)


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("name", ["_private", "a $x$ b", "<b>&", "price in $"])
def test_any_name_is_shown_as_it_is(name: str) -> None:
    report = report_of(name, "other")

    for svg in (
        tradeoff_chart(report, "ndcg@10", "coverage@10"),
        slices_chart(report, "ndcg@10"),
        popularity_chart(report),
    ):
        assert name in [text.strip() for text in texts(svg)]


def test_an_algorithm_has_one_color_in_all_pictures() -> None:
    report = report_of("a", "b", "c")

    for svg in (
        tradeoff_chart(report, "ndcg@10", "coverage@10"),
        slices_chart(report, "ndcg@10"),
        popularity_chart(report),
    ):
        assert all(f"var(--series-{number})" in svg for number in range(3))


def test_more_algorithms_than_colors_are_drawn_too() -> None:
    names = [f"m{number}" for number in range(11)]

    assert set(names) <= set(texts(tradeoff_chart(report_of(*names), "ndcg@10", "coverage@10")))


def test_labels_of_points_on_one_spot_do_not_cover_each_other() -> None:
    root = ElementTree.fromstring(tradeoff_chart(report_of("a", "b"), "ndcg@10", "coverage@10"))
    places = [
        float(str(node.get("y") or str(node.get("transform")).split()[-1].split(")")[0]))
        for node in root.iter()
        if node.tag.endswith("text") and "".join(node.itertext()) in {"a", "b"}
    ]

    assert abs(places[0] - places[1]) > 9  # points of type


def test_only_slices_with_targets_are_drawn() -> None:
    shown = texts(slices_chart(report_of("a"), "ndcg@10"))

    assert "Tail items" in shown
    assert "Cold items" not in shown


def test_training_is_drawn_beside_the_algorithms() -> None:
    assert "training interactions" in texts(popularity_chart(report_of("a")))
