"""``lorewise enrich``: ask a language model about items or users, once, within a budget."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from lorewise.cli import enrich_options as options
from lorewise.cli.enrich_halting import first_signal
from lorewise.cli.enrich_model import CostOptions, ModelOptions
from lorewise.cli.enrich_subjects import (
    SubjectOptions,
    chosen_prompt,
    chosen_subjects,
    names_in,
    untold_columns,
)
from lorewise.cli.enrich_text import (
    estimate_text,
    outcome_content,
    outcome_text,
    plan_content,
    plan_text,
    told,
)
from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Data, Json, Quiet
from lorewise.cli.terminal import Terminal
from lorewise.errors import AttemptError, SettingsError

if TYPE_CHECKING:
    from lorewise.knowledge.enrichment import Halt, Outcome
    from lorewise.knowledge.enrichment_job import Job
    from lorewise.knowledge.enrichment_plan import Plan
    from lorewise.llm.budget import Budget
    from lorewise.storage.knowledge_store import KnowledgeStore

AT_ONCE = 8
"""Subjects in a question, and calls in flight, unless the model shares this machine."""


def enrich(  # noqa: PLR0913  one argument per option
    *,
    what: options.What,
    data: Data,
    store: options.Store,
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    gguf: options.Gguf = None,
    recorded: options.Recorded = None,
    dry_run: options.DryRun = False,
    budget_tokens: options.BudgetTokens = None,
    budget_usd: options.BudgetUsd = None,
    usd_per_million_prompt_tokens: options.PromptPrice = None,
    usd_per_million_answer_tokens: options.AnswerPrice = None,
    requests_per_minute: options.RequestsPerMinute = None,
    tokens_per_minute: options.TokensPerMinute = None,
    batch_size: options.BatchSize = None,
    concurrency: options.Concurrency = None,
    limit: options.Limit = None,
    most_needed: options.MostNeeded = False,
    audience: options.Audience = False,
    cut: options.Cut = None,
    names: options.Names = None,
    retry_failed: options.RetryFailed = False,
    domain: options.DomainOption = options.Domain.GENERIC,
    language: options.LanguageOption = options.AskedIn.AUTO,
    prompt: options.PromptFile = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Ask a language model about items or users, and store what it knows.

    Run again, it asks about what is new or changed, and goes on where it was interrupted. Ends
    with 3 if some failed or are left.
    """
    source = ModelOptions(base_url=base_url, model=model, gguf=gguf, recorded=recorded)
    costs = CostOptions(
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        budget_tokens=budget_tokens,
        budget_usd=budget_usd,
        usd_per_million_prompt_tokens=usd_per_million_prompt_tokens,
        usd_per_million_answer_tokens=usd_per_million_answer_tokens,
    )
    wanted = SubjectOptions(
        what=what.value,
        domain=domain.value,
        language=language.value,
        prompt=prompt,
        names=names,
        audience=audience,
        most_needed=most_needed,
        limit=limit,
        cut=cut,
    )
    at_once = 1 if source.is_local else AT_ONCE
    settings = {"batch_size": batch_size or at_once, "concurrency": concurrency or at_once}
    from lorewise.knowledge.enrichment_ledger import spent_on
    from lorewise.knowledge.enrichment_plan import Plan
    from lorewise.storage.knowledge_store import KnowledgeStore

    terminal = Terminal(as_json=as_json, quiet=quiet)
    job = _job(data, wanted, source.name, settings, terminal)
    with KnowledgeStore.open(store) as opened:
        plan = Plan.of(job, opened, retry_failed=retry_failed)
        if dry_run:
            return _estimated(plan, costs.budget(spent_on(job, opened)), terminal)
        terminal.note(plan_text(plan))
        outcome = asyncio.run(_asked(plan, source, costs, opened, terminal))
    text = outcome_text(outcome, job.prompt.subject_kind)
    terminal.result(text, plan_content(plan) | outcome_content(outcome))
    return ExitCode.DONE if outcome.is_complete else ExitCode.PARTLY_DONE


def _job(
    data: Path,
    wanted: SubjectOptions,
    model: str,
    settings: Mapping[str, int],
    terminal: Terminal,
) -> "Job":
    from lorewise.cli.dataset_input import read_dataset
    from lorewise.knowledge.enrichment_job import EnrichmentSettings, Job

    dataset, _ = read_dataset(data, terminal)
    for name, why in untold_columns(dataset, wanted.what).items():
        terminal.note(f"column {name!r} {why}: the model is not told of it")
    subjects = chosen_subjects(dataset, wanted)
    return Job(
        prompt=chosen_prompt(wanted, subjects),
        model=model,
        subjects=subjects,
        names=names_in(wanted.names),
        settings=EnrichmentSettings(**settings),
    )


def _estimated(plan: "Plan", budget: "Budget", terminal: Terminal) -> ExitCode:
    from lorewise.knowledge.enrichment_estimate import estimate

    expected = estimate(plan, budget)
    text = f"{plan_text(plan)}\n{estimate_text(expected, budget.spent)}"
    spent = {"spent_tokens": budget.spent.tokens, "spent_usd": budget.spent.usd}
    terminal.result(text, plan_content(plan) | asdict(expected) | spent)
    return ExitCode.DONE


async def _asked(
    plan: "Plan",
    source: ModelOptions,
    costs: CostOptions,
    store: "KnowledgeStore",
    terminal: Terminal,
) -> "Outcome":
    """Ask until all is done, or a signal or the budget ends it."""
    from lorewise.knowledge.enrichment import Halt
    from lorewise.knowledge.enrichment import enrich as asked_all
    from lorewise.knowledge.enrichment_ledger import spent_on

    halt, model = Halt(), source.opened()
    asker = costs.asker(model, spent_on(plan.job, store))
    try:
        with terminal.progress() as progress, first_signal(lambda: _heed(halt, terminal)):
            return await asked_all(plan, asker, store, progress=told(progress), halt=halt)
    except AttemptError as error:
        raise SettingsError(str(error)) from error  # the key, the name or the address is wrong
    finally:
        await model.close()


def _heed(halt: "Halt", terminal: Terminal) -> None:
    halt.because("interrupted")
    terminal.note("waiting for the calls in flight; a second signal ends it at once")
