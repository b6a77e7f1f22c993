"""Which encoder and whose knowledge to take for a catalog, measured on a part of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings, FittedBlocks
from lorewise.encoders.item_texts import item_texts
from lorewise.encoders.licences import licence_of
from lorewise.encoders.vector_cache import default_cache
from lorewise.models.linear_settings import free_bytes
from lorewise.pipeline.advising_cells import interval_of, mean_of
from lorewise.pipeline.advising_choice import Judged, Limits, choose
from lorewise.pipeline.advising_offers import EncoderOffer
from lorewise.pipeline.advising_quality import K, quality_cells
from lorewise.pipeline.advising_sample import Sample
from lorewise.pipeline.advising_sources import KnowledgeSource, comparable_items
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.encoder_cost import EncoderCost, measured

Progress = Callable[[str, float], None]
"""Told what is done now and which share of all is done, from 0 to 1."""

Inquirer = Callable[[Dataset], KnowledgeSource]
"""Asks a language model about the items of this catalog."""

NO_ENCODER = EncoderCost(texts_per_s=float("inf"), memory_mb=0.0)
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, kw_only=True)
class Field:
    """All that may be taken."""

    encoders: Sequence[EncoderOffer]
    """At least one."""

    sources: Sequence[KnowledgeSource] = ()
    inquirers: Sequence[Inquirer] = ()


@dataclass(frozen=True, kw_only=True)
class AdviceSettings:
    """How much is looked at, and what may be taken."""

    n_items: int = 1_500
    """Items of the sample at most; at least 50."""

    n_users: int = 3_000
    """Users of the sample at most."""

    limits: Limits = field(default_factory=Limits)
    seed: int = 42
    """Of the sample."""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The candidates, the one to take, and why."""

    candidates: tuple[Judged, ...]
    chosen: Judged
    reason: str
    n_items: int
    n_users: int
    """How many were looked at."""

    def to_json_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "chosen": {"encoder": self.chosen.encoder, "knowledge": self.chosen.knowledge},
            "reason": self.reason,
            "n_sampled_items": self.n_items,
            "n_sampled_users": self.n_users,
            "candidates": [_plain(judged) for judged in self.candidates],
        }


def advise(
    dataset: Dataset, candidates: Field, settings: AdviceSettings, progress: Progress
) -> Advice:
    """Try every encoder with every source of knowledge and with none, on a part of the data.

    Beyond encoding the sample, a candidate takes some seconds; to evaluate it in full, minutes.

    Raises:
        DataError: There are too few items with events, or sources have too few in common.
        LorewiseError: A candidate cannot be loaded or asked; the message names it.
    """
    rng = np.random.default_rng(settings.seed)
    progress("sampling items and users", 0.0)
    sample = Sample.of(
        dataset,
        n_items=settings.n_items,
        n_users=settings.n_users,
        among=comparable_items(dataset, candidates.sources),
        rng=rng,
    )
    progress("asking language models", 0.1)
    asked = [inquire(sample.catalog(dataset)) for inquire in candidates.inquirers]
    bench = _Bench(dataset, sample)
    judged = tuple(_judged(bench, candidates.encoders, [*candidates.sources, *asked], progress))
    limits = settings.limits
    chosen, reason = choose(judged, limits)
    progress("done", 1.0)
    return Advice(
        candidates=judged,
        chosen=chosen,
        reason=reason,
        n_items=len(sample.items),
        n_users=sample.n_users,
    )


def limits_of_this_machine(budget_usd: float | None, hours: float) -> Limits:
    """Return the limits with the memory that is free now."""
    return Limits(budget_usd=budget_usd, hours=hours, memory_mb=free_bytes() / 1e6)


def _judged(
    bench: "_Bench",
    encoders: Sequence[EncoderOffer],
    sources: Sequence[KnowledgeSource],
    progress: Progress,
) -> Iterator[Judged]:
    pairs = [(encoder, source) for source in (None, *sources) for encoder in encoders]
    for number, (encoder, source) in enumerate(pairs):
        about = f" with {source.name}" if source else ""
        progress(f"trying {encoder.name}{about}", 0.2 + 0.8 * number / len(pairs))
        yield bench.judged(encoder, source)


@dataclass(frozen=True)
class _Bench:
    dataset: Dataset
    sample: Sample
    cache: Path = field(default_factory=default_cache)

    def judged(self, offer: EncoderOffer, source: KnowledgeSource | None) -> Judged:
        dataset = source.joined_to(self.dataset) if source else self.dataset
        catalog = self.sample.catalog(dataset)
        blocks = encode_catalog(catalog, BlockSettings(dense=offer.name), cache=self.cache)
        cells = quality_cells(self.sample, blocks.features)
        texts = _texts(catalog, blocks)
        cost = NO_ENCODER if offer.name == "none" else measured(offer.name, texts)
        growth = self.dataset.n_items / catalog.n_items
        return Judged(
            encoder=offer.name,
            knowledge=source.name if source else None,
            cells=cells,
            ndcg=mean_of(cells),
            ci95=interval_of(cells, np.random.default_rng(0)),
            texts_per_s=None if offer.name == "none" else cost.texts_per_s,
            memory_mb=cost.memory_mb,
            encode_s=growth * len(texts) / cost.texts_per_s,
            price_usd=_sum(
                _price(offer, texts, growth), source.usd_to_pay(dataset) if source else 0.0
            ),
            licence=licence_of(offer.name),
        )


def _texts(catalog: Dataset, blocks: FittedBlocks) -> list[str]:
    """Return the texts that a dense encoder reads, empty ones left out."""
    table = catalog.item_table
    read = [group.roles for group in blocks.groups if group.dense is not None]
    texts = [text for roles in read for text in item_texts(table, roles)]
    return [text for text in texts if text]


def _price(offer: EncoderOffer, texts: Sequence[str], growth: float) -> float | None:
    if offer.usd_per_million_tokens is None:
        return None
    n_tokens = growth * sum(map(len, texts)) / CHARACTERS_PER_TOKEN
    return n_tokens * offer.usd_per_million_tokens / 1e6


def _sum(encoding: float | None, knowledge: float | None) -> float | None:
    return None if encoding is None or knowledge is None else encoding + knowledge


def _plain(judged: Judged) -> dict[str, Any]:
    left_out = {"cells"}
    content = {name: value for name, value in vars(judged).items() if name not in left_out}
    return content | {f"ndcg@{K}": content.pop("ndcg"), "ci95": list(judged.ci95)}
