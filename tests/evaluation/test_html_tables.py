from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.html_tables import (
    comparisons_table,
    costs_table,
    facts,
    guide_list,
    html_table,
    metrics_tables,
    slices_table,
    values_table,
)
from lorewise.evaluation.metric_guide import ACCURACY
from lorewise.evaluation.report import Costs, Report, Row


def report_of(*comparisons: Comparison) -> Report:
    rows = [
        Row(
            algorithm="linear",
            metrics={"ndcg@10": 0.25, "ndcg@20": 0.3},
            ci95={"ndcg@10": (-0.01, 1.5)},
            slices={"tail_items": {"ndcg@10": 0.125, "n_users": 1234.0}},
            costs=Costs(fit_cpu_s=3.25),
        ),
        Row(algorithm="none", metrics={"ndcg@10": 0.1}, ci95={}, slices={}),
    ]
    return Report(
        protocol="p", data={"users": 1234}, settings={}, rows=rows, comparisons=comparisons
    )


def comparison(difference: float, p_holm: float) -> Comparison:
    return Comparison(
        algorithm="linear",
        reference="<none>",
        metric="ndcg@10",
        difference=difference,
        ci95=(difference - 0.1, difference + 0.1),
        p_value=p_holm / 2,
        p_holm=p_holm,
    )


def test_heads_and_names_are_marked_up_and_escaped() -> None:
    html = html_table("a & b", ["Name", "x<y"], [("<i>", ["<td>1</td>"])], text_heads={"x<y"})

    assert "<caption>a &amp; b</caption>" in html
    assert '<th scope="col" class="text">x&lt;y</th>' in html
    assert '<tr><th scope="row">&lt;i&gt;</th><td>1</td></tr>' in html


def test_the_best_is_marked_and_has_its_interval() -> None:
    html = metrics_tables(report_of(), ACCURACY, [10, 20])

    assert "<td><strong>0.2500</strong><small>-.010 to 1.5</small></td>" in html
    assert "<td>0.1000</td>" in html


def test_other_cutoffs_are_folded_away() -> None:
    before, _, after = metrics_tables(report_of(), ACCURACY, [10, 20]).partition("<details>")

    assert "At 10 items" in before
    assert "At 20 items" in after
    assert "<details>" not in metrics_tables(report_of(), ACCURACY, [10])


def test_slices_say_how_many_users_they_speak_of() -> None:
    html = slices_table(report_of(), "ndcg@10")

    assert "NDCG@10 by slice" in html
    assert '<th scope="row">linear</th><td>0.1250</td>' in html
    assert '<th scope="row">none</th><td>-</td>' in html
    assert '<th scope="row">Users</th><td>1,234</td>' in html


def test_a_difference_within_chance_has_no_color() -> None:
    assert '<td class="up">+0.2000' in comparisons_table(report_of(comparison(0.2, 0.01)))
    assert '<td class="down">-0.2000' in comparisons_table(report_of(comparison(-0.2, 0.01)))
    assert '<td class="">+0.2000' in comparisons_table(report_of(comparison(0.2, 0.3)))
    assert "&lt;none&gt;" in comparisons_table(report_of(comparison(0.2, 0.3)))


def test_without_comparisons_the_page_says_so() -> None:
    assert "No algorithms were compared" in comparisons_table(report_of())


def test_costs_that_nobody_measured_are_dashes() -> None:
    html = costs_table(report_of())

    assert '<th scope="row">linear</th><td>3.2</td><td>-</td><td>-</td>' in html


def test_nested_settings_have_dotted_names() -> None:
    html = values_table("Settings.", {"linear": {"ridge": 3.0}, "tag": "<x>"})

    assert '<th scope="row">linear.ridge</th><td class="text"><code>3.0</code></td>' in html
    assert "<code>&lt;x&gt;</code>" in html


def test_facts_are_the_plain_values_of_the_data() -> None:
    html = facts(report_of())

    assert "<dt>protocol</dt><dd>p</dd>" in html
    assert "<dt>users</dt><dd>1,234</dd>" in html


def test_only_metrics_of_the_report_are_explained() -> None:
    html = guide_list(report_of(), [10])

    assert "<dt>NDCG</dt>" in html
    assert "<dt>Recall</dt>" not in html
