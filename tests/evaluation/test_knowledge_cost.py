from dataclasses import replace
from datetime import UTC, datetime

from lorewise.data.knowledge import Knowledge, Provenance
from lorewise.evaluation.knowledge_cost import KnowledgeCost

BARE = Knowledge(kind="item", subject_id="a", facets={"mood": "dark"})
MADE = Provenance(
    model="m", prompt_digest="0" * 16, input_digest="1" * 16, as_of=datetime(2026, 1, 1, tzinfo=UTC)
)


def entry(tokens: int, usd: float, item: str = "a") -> Knowledge:
    made = replace(MADE, tokens=tokens, cost_usd=usd)
    return replace(BARE, subject_id=item, provenance=made)


def test_the_price_is_that_of_the_entries_that_state_one() -> None:
    cost = KnowledgeCost.of(
        [entry(300, 0.001), entry(500, 0.003, "b"), replace(BARE, subject_id="c")]
    )

    assert (cost.n_items, cost.n_with_provenance, cost.tokens) == (3, 2, 800)
    # 0.004 / 2 items * 1,000
    assert cost.stated() == "at $2.00 per 1,000 items"


def test_entries_of_one_item_are_paid_together() -> None:
    cost = KnowledgeCost.of([entry(300, 0.001), entry(500, 0.003), BARE])

    assert (cost.n_items, cost.n_with_provenance, cost.tokens) == (1, 1, 800)
    # 0.004 / 1 item * 1,000
    assert cost.stated() == "at $4.00 per 1,000 items"


def test_without_provenance_the_cost_is_unknown_and_not_0() -> None:
    cost = KnowledgeCost.of([BARE])

    assert cost.usd_per_1000_items is None
    assert cost.tokens_per_1000_items is None
    assert cost.stated() == "at unknown cost"


def test_tokens_without_a_price_are_stated_as_tokens() -> None:
    cost = KnowledgeCost.of([entry(300, 0.0), entry(340, 0.0, "b")])

    assert cost.usd_per_1000_items is None
    assert cost.stated() == "at an unknown price for 320,000 tokens per 1,000 items"


def test_less_than_a_cent_is_not_rounded_to_nothing() -> None:
    assert KnowledgeCost.of([entry(10, 4.2e-6)]).stated() == "at $0.0042 per 1,000 items"
