"""A small knowledge study, made by hand."""

import pytest

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.confidence import check_confidence
from lorewise.evaluation.knowledge_cost import KnowledgeCost
from lorewise.evaluation.knowledge_report import (
    Cell,
    KnowledgeReport,
    KnowledgeTable,
    Scenario,
    Variant,
    Verdict,
)
from lorewise.evaluation.report import Row

VALUES = {
    ("cold-items", "none"): (0.2, None),
    ("cold-items", "lore <b>"): (0.35, 0.001),
    ("cold-items", "permuted"): (0.1, 0.002),
    ("warm", "none"): (0.12, None),
    ("warm", "lore <b>"): (0.13, 0.4),
    ("warm", "permuted"): (0.12, 1.0),
}


def _cell(scenario: str, variant: str) -> Cell:
    value, p = VALUES[scenario, variant]
    difference = value - VALUES[scenario, "none"][0]
    gain = p and Comparison(
        algorithm=variant,
        reference="none",
        metric="ndcg@10",
        difference=difference,
        ci95=(difference - 0.02, difference + 0.02),
        p_value=p,
        p_holm=p,
    )
    return Cell(
        scenario=scenario,
        variant=variant,
        value=value,
        ci95=(value - 0.01, value + 0.01),
        gain=gain or None,
    )


def _scenario(name: str, *, pays: bool) -> Scenario:
    return Scenario(
        name=name,
        about=f"about {name}",
        place=f"on {name}",
        metric="ndcg@10",
        n_users=1234,
        controls=[],
        verdict=Verdict(pays=pays, sentence=f"Verdict on {name} & more."),
    )


@pytest.fixture
def study() -> KnowledgeTable:
    """Return three rows and two columns; the lore wins one of these."""
    import numpy as np

    quality = np.array([0.4, 0.5, 0.8, 0.9])
    rng = np.random.default_rng(1)
    return KnowledgeTable(
        variants=[
            Variant(name=name, about=f"about {name}", has_lore=name != "none")
            for name in ("none", "lore <b>", "permuted")
        ],
        scenarios=[_scenario("cold-items", pays=True), _scenario("warm", pays=False)],
        cells=[_cell(*pair) for pair in VALUES],
        cost=KnowledgeCost(n_items=2, n_with_provenance=2, tokens=10, usd=0.001),
        left_out={"sparse": "too few <events>"},
        confidence=check_confidence(["low", "low", "high", "high"], quality, quality / 2, rng),
    )


@pytest.fixture
def knowledge_report(study: KnowledgeTable) -> KnowledgeReport:
    """Return the report around it."""
    row = Row(algorithm="warm: none", metrics={"ndcg@10": 0.12}, ci95={}, slices={})
    return KnowledgeReport(
        protocol="knowledge-study",
        data={"n_users": 3},
        settings={"seed": 7},
        rows=[row],
        study=study,
    )
