import json

import pytest

from lorewise.errors import DataError
from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.report import Costs, Report, Row

REPORT = Report(
    protocol="last-item",
    data={"users": 3, "fingerprint": "00ff"},
    settings={"seed": 7, "ks": [10]},
    rows=[
        Row(
            algorithm="popularity",
            metrics={"ndcg@10": 0.25},
            ci95={"ndcg@10": (0.2, 0.3)},
            slices={"tail_items": {"recall@10": 0.0, "n_users": 2.0}},
            exposure_curve=[0.5, 1.0],
            costs=Costs(fit_cpu_s=1.5, recommend_cpu_s=0.0),
        )
    ],
    comparisons=[
        Comparison(
            algorithm="a",
            reference="b",
            metric="ndcg@10",
            difference=0.1,
            ci95=(0.05, 0.15),
            p_value=0.01,
            p_holm=0.02,
        )
    ],
    training_curve=[0.4, 1.0],
)


def test_json_has_the_published_keys() -> None:
    plain = json.loads(REPORT.to_json())

    assert plain["protocol"] == "last-item"
    assert plain["data"]["fingerprint"] == "00ff"
    row = plain["rows"][0]
    assert row["algorithm"] == "popularity"
    assert row["metrics"] == {"ndcg@10": 0.25}
    assert row["ci95"] == {"ndcg@10": [0.2, 0.3]}
    assert row["slices"]["tail_items"]["recall@10"] == 0.0
    assert (row["fit_cpu_s"], row["recommend_cpu_s"]) == (1.5, 0.0)
    assert "peak_rss_mb" not in row  # nobody measured it
    assert plain["comparisons"][0]["p_holm"] == 0.02
    assert len(plain["popularity_shares"]) > len(plain["training_curve"])


def test_what_was_written_is_read_back() -> None:
    assert Report.from_json(REPORT.to_json()) == REPORT


def test_a_figure_that_is_not_finite_is_refused() -> None:
    bad = Report(protocol="random", data={"mean": float("nan")}, settings={}, rows=[])

    with pytest.raises(DataError, match="'random' holds a figure that is not finite"):
        bad.to_json()


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"rows": 3}', '{"rows": [3]}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="no evaluation report"):
        Report.from_json(text)


def test_a_wrong_value_is_named_by_its_place() -> None:
    text = REPORT.to_json().replace('"ndcg@10": 0.25', '"ndcg@10": "high"')

    with pytest.raises(DataError, match=r"at rows\.0\.metrics\.ndcg@10"):
        Report.from_json(text)
