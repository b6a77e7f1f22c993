from lorewise.evaluation.accuracy import METRICS_AT_K
from lorewise.evaluation.metric_guide import (
    ACCURACY,
    BEYOND,
    cutoffs,
    figure_text,
    is_best,
    metric_label,
    shown_metrics,
)
from lorewise.evaluation.report import Report, Row


def report_of(**rows: dict[str, float]) -> Report:
    return Report(
        protocol="p",
        data={},
        settings={},
        rows=[Row(algorithm=n, metrics=m, ci95={}, slices={}) for n, m in rows.items()],
    )


def test_every_metric_of_accuracy_is_explained() -> None:
    assert ACCURACY.keys() == {*METRICS_AT_K, "auc"}


def test_metrics_come_in_the_guides_order_and_only_if_some_row_has_them() -> None:
    report = report_of(a={"recall@5": 0.1, "auc": 0.6}, b={"ndcg@5": 0.2, "ndcg@9": 0.3})

    assert shown_metrics(report, ACCURACY, 5) == {
        "ndcg@5": "NDCG@5",
        "recall@5": "Recall@5",
        "auc": "AUC",
    }
    assert cutoffs(report) == [5, 9]


def test_a_metric_without_guide_keeps_its_key() -> None:
    assert metric_label("strange@3") == "strange@3"


def test_the_best_is_marked_where_one_way_is_better() -> None:
    report = report_of(
        a={"ndcg@5": 0.1, "gini@5": 0.8, "novelty@5": 9.0, "recall@5": 0.5},
        b={"ndcg@5": 0.2, "gini@5": 0.4, "novelty@5": 1.0, "recall@5": 0.5},
    )
    marked = [
        (row.algorithm, key)
        for row in report.rows
        for key, value in row.metrics.items()
        if is_best(report, key, value)
    ]

    # more gain and less inequality; neither way of novelty; recall does not differ
    assert marked == [("b", "ndcg@5"), ("b", "gini@5")]
    assert BEYOND["novelty"].better == "neither"


def test_a_missing_figure_is_a_dash() -> None:
    assert figure_text(None) == "-"
    assert figure_text(999.96) == "1,000.0"
