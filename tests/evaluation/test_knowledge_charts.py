from xml.etree import ElementTree

from lorewise.evaluation.knowledge_charts import gains_chart
from lorewise.evaluation.knowledge_report import KnowledgeTable


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(n.itertext()).strip() for n in root.iter() if n.tag.endswith("text")]


def test_every_situation_has_a_band_and_every_kind_of_lore_a_color(study: KnowledgeTable) -> None:
    svg = gains_chart(study)

    found = texts(svg)
    assert [text for text in found if text.endswith("NDCG@10")] == [
        "cold-items  NDCG@10",
        "warm  NDCG@10",
    ]
    assert found.count("lore <b>") == found.count("permuted") == 1
    assert "none" not in found
    assert "var(--series-1)" in svg
    assert "var(--series-2)" not in svg
