"""What `lorewise enrich` says: before, meanwhile and after."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lorewise.cli.progress import Progress

if TYPE_CHECKING:
    from lorewise.data.knowledge import SubjectKind
    from lorewise.knowledge.enrichment import Outcome
    from lorewise.knowledge.enrichment_estimate import Estimate
    from lorewise.knowledge.enrichment_plan import Plan
    from lorewise.knowledge.enrichment_tally import Tally
    from lorewise.llm.budget import Spent

SECONDS_BETWEEN_FRAMES: Final = 0.2
SECONDS_BETWEEN_LINES: Final = 10.0


def told(progress: Progress) -> Callable[["Tally"], None]:
    """Return what is to be told each new tally; most go unsaid, or a log would be full of them."""
    pause_s = SECONDS_BETWEEN_FRAMES if sys.stderr.isatty() else SECONDS_BETWEEN_LINES
    said_at = -pause_s

    def tell(tally: "Tally") -> None:
        nonlocal said_at
        if tally.n_left and time.monotonic() - said_at < pause_s:
            return
        said_at = time.monotonic()
        progress(_so_far(tally), tally.n_settled / max(tally.n_to_ask, 1))

    return tell


def _so_far(tally: "Tally") -> str:
    failed = f", {tally.n_failed:,} failed" if tally.n_failed else ""
    to_come = f", about {_cost(tally.tokens_to_come, tally.usd_to_come)} to come"
    return (
        f"{tally.n_settled:,} of {tally.n_to_ask:,} asked about{failed}; "
        f"{_cost(tally.tokens, tally.usd)} so far{to_come if tally.n_settled else ''}"
    )


def _cost(tokens: int, usd: float) -> str:
    return f"{tokens:,} tokens" + (f" (${usd:,.4f})" if usd else "")


def plan_text(plan: "Plan") -> str:
    """Say in one line what is to be asked."""
    n_changed, n_failed = plan.counts["changed"], plan.counts["failed"]
    changed = f", {n_changed:,} of them changed" if n_changed else ""
    failed = f", {n_failed:,} failed for good" if n_failed else ""
    return (
        f"{plan.n_subjects:,} {plan.job.prompt.subject_kind}s: {plan.counts['done']:,} done "
        f"already{failed}; {plan.n_to_ask:,} to ask about{changed}, in {plan.n_calls:,} calls"
    )


def plan_content(plan: "Plan") -> dict[str, Any]:
    """Return what a program wants to know of a plan."""
    kind, model, prompt_digest = plan.job.key
    return {
        "kind": kind,
        "model": model,
        "prompt_digest": prompt_digest,
        "n_subjects": plan.n_subjects,
        "n_done": plan.counts["done"],
        "n_failed": plan.counts["failed"],
        "n_changed": plan.counts["changed"],
        "n_to_ask": plan.n_to_ask,
    }


def estimate_text(estimate: "Estimate", spent: "Spent") -> str:
    """Say what the calls cost, and what earlier runs of the job have cost."""
    likely = _cost(estimate.prompt_tokens + estimate.answer_tokens, estimate.usd)
    lines = [
        f"about {likely}: {estimate.prompt_tokens:,} of prompts, {estimate.answer_tokens:,} of "
        "answers",
        f"at most {_cost(estimate.most_tokens, estimate.most_usd)}, unless calls are repeated",
    ]
    if spent.tokens:
        lines.append(f"spent already: {_cost(spent.tokens, spent.usd)}")
    return "\n".join(lines)


def outcome_text(outcome: "Outcome", kind: "SubjectKind") -> str:
    """Say what is done, what failed and why, and what comes next."""
    run = outcome.run
    lines = [
        f"{outcome.n_done:,} {kind}s done, {outcome.n_failed:,} failed, {outcome.n_left:,} left",
        f"this run: {run.n_calls:,} calls, {run.n_done:,} done, {run.n_failed:,} failed, "
        f"{_cost(run.tokens, run.usd)}",
        *(f"failed: {key}: {reason}" for key, reason in run.reasons.items()),
    ]
    if outcome.reason is not None:
        lines.append(f"ended early: {outcome.reason}")
    if outcome.n_left:
        lines.append("next: run it again; it goes on where it ended")
    elif outcome.n_done:
        lines.append("next: `lorewise knowledge export` writes it into a file for `lorewise fit`")
    return "\n".join(lines)


def outcome_content(outcome: "Outcome") -> dict[str, Any]:
    """Return what a program wants to know of an outcome."""
    run = outcome.run
    return {
        "n_done": outcome.n_done,
        "n_failed": outcome.n_failed,
        "n_left": outcome.n_left,
        "reason": outcome.reason,
        "run": {
            "n_done": run.n_done,
            "n_failed": run.n_failed,
            "n_calls": run.n_calls,
            "tokens": run.tokens,
            "usd": run.usd,
            "reasons": run.reasons,
        },
    }
