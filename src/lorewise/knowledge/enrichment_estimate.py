"""What a plan will probably cost, and what it costs at most if every first answer is good."""

from dataclasses import dataclass

from lorewise.knowledge.enrichment_plan import Plan
from lorewise.llm.budget import Budget
from lorewise.llm.language_model import TEMPLATE_TOKENS, Question

_ASCII_PER_TOKEN = 4
_OTHERS_PER_TOKEN = 1.5
_LIKELY_SHARE = 0.17
"""Of the room for an answer, what one about a film fills."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Tokens and money of all calls of a plan."""

    n_calls: int
    prompt_tokens: int
    answer_tokens: int
    """As a model will probably count them."""

    usd: float
    """What these cost; 0 where no price is known."""

    most_tokens: int
    most_usd: float
    """What no set of first attempts can pass; a budget has to leave room for that of one call."""


def estimate(plan: Plan, budget: Budget) -> Estimate:
    """Put every question of the plan together, ask none, and add up.

    What has to be asked twice comes on top.
    """
    n_calls = prompt_tokens = answer_tokens = most_tokens = 0
    most_usd = 0.0
    for batch in plan.batches():
        question = plan.job.question(batch)
        worst = budget.worst_case(question)
        n_calls += 1
        prompt_tokens += _likely_tokens(question)
        answer_tokens += round(_LIKELY_SHARE * question.max_tokens)
        most_tokens += worst.tokens
        most_usd += worst.usd
    return Estimate(
        n_calls=n_calls,
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
        usd=budget.prices.cost_usd(prompt_tokens, answer_tokens),
        most_tokens=most_tokens,
        most_usd=most_usd,
    )


def _likely_tokens(question: Question) -> int:
    """Four Latin letters are a token, as are one and a half of other scripts."""
    text = question.instructions + question.material
    n_ascii = len(text.encode("ascii", errors="ignore"))
    others = (len(text) - n_ascii) / _OTHERS_PER_TOKEN
    return round(n_ascii / _ASCII_PER_TOKEN + others) + TEMPLATE_TOKENS
