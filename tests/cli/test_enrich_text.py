import pytest

from lorewise.cli.enrich_text import estimate_text, outcome_content, outcome_text, told
from lorewise.knowledge.enrichment import Outcome
from lorewise.knowledge.enrichment_estimate import Estimate
from lorewise.knowledge.enrichment_tally import Tally
from lorewise.llm.budget import Spent

HALF_WAY = Tally(n_to_ask=2_000, n_done=990, n_failed=10, n_calls=125, tokens=50_000, usd=0.125)
ESTIMATE = Estimate(
    n_calls=2, prompt_tokens=3_000, answer_tokens=500, usd=0.01, most_tokens=9_000, most_usd=0.05
)


def test_progress_tells_the_cost_so_far_and_to_come() -> None:
    said: list[tuple[str, float]] = []
    told(lambda text, share: said.append((text, share)))(HALF_WAY)
    assert said == [
        (
            "1,000 of 2,000 asked about, 10 failed; 50,000 tokens ($0.1250) so far, "
            "about 50,000 tokens ($0.1250) to come",
            0.5,
        )
    ]


def test_of_many_tallies_the_first_and_the_last_are_told() -> None:
    said: list[float] = []
    tell = told(lambda _, share: said.append(share))
    for n_done in range(1, 101):
        tell(Tally(n_to_ask=100, n_done=n_done))
    assert said == [0.01, 1.0]


def test_before_anything_is_settled_nothing_is_foretold() -> None:
    said: list[str] = []
    told(lambda text, _: said.append(text))(Tally(n_to_ask=9, tokens=70))
    assert said == ["0 of 9 asked about; 70 tokens so far"]


@pytest.mark.parametrize(("spent", "n_lines"), [(Spent(), 2), (Spent(tokens=7, usd=0.1), 3)])
def test_an_estimate_says_what_is_likely_at_most_and_gone(spent: Spent, n_lines: int) -> None:
    lines = estimate_text(ESTIMATE, spent).split("\n")
    assert lines[0].startswith("about 3,500 tokens ($0.0100)")
    assert lines[1].startswith("at most 9,000 tokens ($0.0500)")
    assert len(lines) == n_lines


def test_an_outcome_says_what_is_left_why_and_what_comes_next() -> None:
    tally = Tally(n_to_ask=9, n_done=1, n_failed=1, n_calls=2, reasons={"b": "left out"})
    outcome = Outcome(n_done=5, n_failed=1, n_left=7, run=tally, reason="interrupted")
    lines = outcome_text(outcome, "user").split("\n")
    assert lines[0] == "5 users done, 1 failed, 7 left"
    assert "failed: b: left out" in lines
    assert "ended early: interrupted" in lines
    assert lines[-1].startswith("next: run it again")
    content = outcome_content(outcome)
    assert (content["n_left"], content["run"]["reasons"]) == (7, {"b": "left out"})
