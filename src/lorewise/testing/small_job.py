"""A job that takes no time: a short prompt, made films, and patience that does not wait."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lorewise.knowledge.enrichment import Halt, Outcome, enrich
from lorewise.knowledge.enrichment_job import EnrichmentSettings, Job
from lorewise.knowledge.enrichment_ledger import spent_on
from lorewise.knowledge.enrichment_plan import Plan
from lorewise.knowledge.facet import Facet
from lorewise.knowledge.prompt import Prompt
from lorewise.knowledge.subjects import Subject
from lorewise.llm.asking import Asker
from lorewise.llm.budget import Budget, Prices
from lorewise.llm.language_model import LanguageModel
from lorewise.llm.openai_compatible import EndpointSettings, OpenAICompatibleModel
from lorewise.llm.retries import RetrySettings
from lorewise.storage.knowledge_store import KnowledgeStore

PROMPT = Prompt(
    kind="items",
    prose="Say what is known.",
    facets=(
        Facet(name="mood", about="how it feels", is_list=False, max_items=1, max_characters=40),
        Facet(name="themes", about="motifs", is_list=True, max_items=3, max_characters=40),
    ),
)
AT_ONCE = RetrySettings(first_wait_s=0.0)
"""Six attempts without a wait, unless the endpoint asks for one."""

IMPATIENT = EndpointSettings(timeout_s=0.3)


def film(number: int, year: str = "1999") -> Subject:
    """Return one item."""
    return Subject(
        kind="item", id=f"{number:04}", title=f"Film number {number}", fields={"year": year}
    )


def films(n: int) -> list[Subject]:
    """Return so many items."""
    return [film(number) for number in range(n)]


def small_job(subjects: Sequence[Subject], **settings: int) -> Job:
    """Return the job of asking about these items, four at a time unless told."""
    chosen = EnrichmentSettings(**{"batch_size": 4, "concurrency": 2} | settings)

    def every() -> Iterator[Subject]:
        return iter(subjects)

    return Job(prompt=PROMPT, model="small", subjects=every, settings=chosen)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs jobs against one endpoint and one store."""

    store: KnowledgeStore
    base_url: str = "http://127.0.0.1:9/v1"
    """Where nobody answers, unless told."""

    model: LanguageModel | None = None
    """Instead of the endpoint."""

    budget_tokens: int | None = None
    budget_usd: float | None = None
    prices: Prices | None = None
    retries: RetrySettings = AT_ONCE

    def __call__(self, job: Job, *, halt: Halt | None = None, **plan: Any) -> Outcome:  # noqa: ANN401  the plan's own
        """Run the job to its end."""
        return asyncio.run(self._run(job, halt, plan))

    async def _run(self, job: Job, halt: Halt | None, plan: dict[str, Any]) -> Outcome:
        model = self.model or OpenAICompatibleModel.open(
            base_url=self.base_url, model=job.model, settings=IMPATIENT
        )
        asker = Asker(
            model=model,
            budget=self.budget(job),
            retries=self.retries,
            rng=np.random.default_rng(0),
        )
        try:
            return await enrich(Plan.of(job, self.store, **plan), asker, self.store, halt=halt)
        finally:
            await model.close()

    def budget(self, job: Job) -> Budget:
        """Return the budget of a new run."""
        spent = spent_on(job, self.store)
        return Budget(self.budget_tokens, self.budget_usd, self.prices, spent)
