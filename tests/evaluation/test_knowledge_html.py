from dataclasses import replace

from lorewise.evaluation.knowledge_html import knowledge_page
from lorewise.evaluation.knowledge_report import KnowledgeReport


def test_the_page_says_where_it_pays_what_it_cost_and_what_was_left_out(
    knowledge_report: KnowledgeReport,
) -> None:
    page = knowledge_page(knowledge_report)

    assert '<li class="up">Verdict on cold-items &amp; more.</li>' in page
    assert '<li class="">Verdict on warm &amp; more.</li>' in page
    assert "The lore was made at $0.50 per 1,000 items." in page
    assert "sparse was left out: too few &lt;events&gt;." in page
    assert "may be hindsight" in page
    assert "<dt>warm</dt><dd>about warm</dd>" in page
    assert "$" not in page.replace("$0.50", "")


def test_gains_beyond_chance_are_colored_and_others_are_not(
    knowledge_report: KnowledgeReport,
) -> None:
    page = knowledge_page(knowledge_report)

    assert '<td>0.3500<small class="up">+.150 (+.130 to +.170)</small></td>' in page
    assert '<td>0.1000<small class="down">-.100 (-.120 to -.080)</small></td>' in page
    assert '<td>0.1300<small class="">+.010 (-.010 to +.030)</small></td>' in page
    assert "<td>0.2000</td>" in page


def test_confidence_has_a_table_where_it_was_checked_and_a_line_where_not(
    knowledge_report: KnowledgeReport,
) -> None:
    page = knowledge_page(knowledge_report)
    unchecked = replace(knowledge_report, study=replace(knowledge_report.study, confidence=None))

    assert '<th scope="row">low</th><td>2</td><td>0.4500' in page
    assert "Stated confidence" not in knowledge_page(unchecked)
    assert "that takes cold items" in knowledge_page(unchecked)


def test_names_are_escaped(knowledge_report: KnowledgeReport) -> None:
    page = knowledge_page(knowledge_report)

    assert "lore <b>" not in page
    assert "lore &lt;b&gt;" in page
