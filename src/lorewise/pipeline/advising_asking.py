"""Asks a language model about a sample of the catalog, to see what its knowledge is worth."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge
from lorewise.errors import LanguageModelError
from lorewise.knowledge.enrichment import Outcome, enrich
from lorewise.knowledge.enrichment_job import Job
from lorewise.knowledge.enrichment_ledger import spent_on
from lorewise.knowledge.enrichment_plan import Plan
from lorewise.knowledge.prompt import Prompt
from lorewise.knowledge.subjects import item_subjects
from lorewise.llm.asking import Asker
from lorewise.llm.budget import Budget
from lorewise.llm.openai_compatible import OpenAICompatibleModel
from lorewise.pipeline.advising_offers import ModelOffer
from lorewise.pipeline.advising_sources import KnowledgeSource
from lorewise.storage.knowledge_store import KnowledgeStore


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """How the models are asked; the same for all of them."""

    prompt: Prompt
    store_url: str
    """Where answers are kept, so that none is paid for twice."""
    budget_usd: float | None = None
    """What asking one model about the sample may cost at most."""
    seed: int = 0

    def asked(self, offer: ModelOffer, catalog: Dataset) -> KnowledgeSource:
        """Ask about all items of the catalog; what the store holds is not asked again.

        Raises:
            LanguageModelError: The model gave no usable answer about any item.
            SettingsError: There is a budget, but no price to count by.
        """
        job = Job(prompt=self.prompt, model=offer.model, subjects=partial(item_subjects, catalog))
        with KnowledgeStore.open(self.store_url) as store:
            outcome = asyncio.run(self._ask(job, offer, store))
            spent = spent_on(job, store)
            known = list(_answers(store, job))
        if not known:
            raise LanguageModelError(
                f"{offer.model} gave no usable answer about {outcome.n_failed + outcome.n_left} "
                f"items: {_reason(outcome)}; try another model, or leave it out"
            )
        usd = None if offer.prices is None else spent.usd / len(known)
        return replace(KnowledgeSource.of_entries(offer.model, known), usd_per_item=usd)

    async def _ask(self, job: Job, offer: ModelOffer, store: KnowledgeStore) -> Outcome:
        model = OpenAICompatibleModel.open(
            base_url=offer.base_url, model=offer.model, api_key=offer.api_key
        )
        budget = Budget(usd=self.budget_usd, prices=offer.prices, spent=spent_on(job, store))
        asker = Asker(model=model, budget=budget, rng=np.random.default_rng(self.seed))
        try:
            return await enrich(Plan.of(job, store), asker, store)
        finally:
            await model.close()


def _answers(store: KnowledgeStore, job: Job) -> Iterator[Knowledge]:
    """Yield what this model said to this prompt about these subjects as they are now."""
    _, model, prompt_digest = job.key
    for subject in job.subjects():
        for entry in store.history("item", subject.id):
            made = entry.provenance
            if made is not None and (made.model, made.prompt_digest, made.input_digest) == (
                model,
                prompt_digest,
                subject.input_digest,
            ):
                yield entry
                break


def _reason(outcome: Outcome) -> str:
    return outcome.reason or next(iter(outcome.run.reasons.values()), "no reason was given")
