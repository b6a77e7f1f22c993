from rich.console import Console
from rich.table import Table

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.knowledge_report import KnowledgeTable
from lorewise.evaluation.report import Costs, Report, Row
from lorewise.evaluation.table import (
    comparisons_table,
    knowledge_table,
    metrics_table,
    slices_table,
)

REPORT = Report(
    protocol="last-item",
    data={},
    settings={},
    rows=[
        Row(
            algorithm="linear[/]",  # would end rich's markup if it were read as such
            metrics={"ndcg@10": 0.25, "coverage@10": 0.5},
            ci95={"ndcg@10": (0.2, 0.3)},
            slices={"tail_items": {"ndcg@10": 0.125}, "cold_items": {"n_users": 0.0}},
            costs=Costs(fit_cpu_s=12.5),
        ),
        Row(algorithm="popularity", metrics={"ndcg@10": 0.1}, ci95={}, slices={}),
    ],
    comparisons=[
        Comparison(
            algorithm="linear[/]",
            reference="popularity",
            metric="ndcg@10",
            difference=0.15,
            ci95=(0.1, 0.2),
            p_value=0.001,
            p_holm=0.002,
        )
    ],
)


def text_of(table: Table) -> str:
    console = Console(width=200, file=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def test_the_main_metric_has_its_interval_and_what_is_missing_a_dash() -> None:
    lines = text_of(metrics_table(REPORT)).splitlines()

    assert "NDCG@10 [95 %]" in lines[1]
    assert lines[2].split() == ["linear[/]", "0.2500", "[0.2000,", "0.3000]", "0.5000", "12.5"]
    assert lines[3].split() == ["popularity", "0.1000", "-", "-"]


def test_slices_without_targets_are_left_out() -> None:
    lines = text_of(slices_table(REPORT)).splitlines()

    assert lines[1].split() == ["Algorithm", "All", "Tail", "items"]
    assert lines[2].split() == ["linear[/]", "0.2500", "0.1250"]


def test_comparisons_show_sign_interval_and_corrected_p() -> None:
    line = text_of(comparisons_table(REPORT)).splitlines()[2]

    assert "+0.1500" in line
    assert "+0.1000 to +0.2000" in line
    assert line.rstrip().endswith("0.0020")


def test_an_empty_report_has_empty_tables() -> None:
    empty = Report(protocol="p", data={}, settings={}, rows=[])

    assert metrics_table(empty).row_count == 0
    assert slices_table(empty).row_count == 0
    assert comparisons_table(empty).row_count == 0


def test_gains_stand_below_their_figures_with_a_star_beyond_chance(study: KnowledgeTable) -> None:
    lines = text_of(knowledge_table(study)).splitlines()

    assert [line.split() for line in lines[1:3]] == [["cold-"], ["items", "warm"]]
    assert lines[4].split() == ["Knowledge", "1,234", "users", "1,234", "users"]
    assert [line.split() for line in lines[5:]] == [
        ["none", "0.2000", "0.1200"],
        [],
        ["lore", "<b>", "0.3500", "0.1300"],
        ["+.150*", "+.010"],
        ["permuted", "0.1000", "0.1200"],
        ["-.100*", "+.000"],
    ]
