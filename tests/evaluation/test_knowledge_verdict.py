import pytest

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.knowledge_verdict import verdict


def found(difference: float, p: float = 0.001, reference: str = "none") -> Comparison:
    return Comparison(
        algorithm="lore",
        reference=reference,
        metric="ndcg@10",
        difference=difference,
        ci95=(difference - 0.01, difference + 0.01),
        p_value=p,
        p_holm=p,
    )


@pytest.mark.parametrize(
    ("gain", "control", "ending"),
    [
        (found(-0.03), found(-0.03), "-.030 NDCG@10 (-.040 to -.020), which is a loss."),
        (
            found(0.004, p=0.4),
            found(0.1),
            "+.004 NDCG@10 (-.006 to +.014), which chance may explain (corrected p = 0.40).",
        ),
        (
            found(0.1),
            found(0.002, p=0.6),
            "+.100 NDCG@10 (+.090 to +.110), but over the lore of other items only +.002 NDCG@10 "
            "(-.008 to +.012).",
        ),
        (
            found(0.1),
            found(-0.1),
            "+.100 NDCG@10 (+.090 to +.110), but over the lore of other items only -.100 NDCG@10 "
            "(-.110 to -.090).",
        ),
    ],
)
def test_what_does_not_pay_is_said_not_to_and_why(
    gain: Comparison, control: Comparison, ending: str
) -> None:
    given = verdict("on warm items", gain, control, "at $1.00 per 1,000 items")

    assert not given.pays
    assert given.sentence == f"Lore does not pay on warm items: {ending}"


def test_what_pays_names_its_price() -> None:
    given = verdict("on cold items", found(0.158), found(0.2), "at $0.42 per 1,000 items")

    assert given.pays
    assert given.sentence == (
        "Lore pays on cold items: +.158 NDCG@10 (+.148 to +.168), at $0.42 per 1,000 items."
    )


def test_popularity_is_a_floor_where_it_is_asked_for() -> None:
    given = verdict("here", found(0.1), found(0.1), "at unknown cost", found(0.05))

    assert given.sentence.endswith("; over popularity +.050 NDCG@10 (+.040 to +.060).")
