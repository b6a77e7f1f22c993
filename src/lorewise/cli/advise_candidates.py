"""What `lorewise advise` chooses from, as the command line names it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lorewise.errors import SettingsError

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.pipeline.advising import Field, Inquirer
    from lorewise.pipeline.advising_offers import EncoderOffer
    from lorewise.pipeline.advising_sources import KnowledgeSource


@dataclass(frozen=True, kw_only=True)
class CandidateOptions:
    """What the command line says about encoders, knowledge and how to ask for it."""

    encoders: str
    """Joined by commas; empty for all that are installed."""

    language_models: str
    """Joined by commas."""

    store: str | None
    domain: Literal["generic", "shop", "social", "film_music", "smart_home"]
    language: Literal["auto", "en", "zh"]
    prompt: Path | None
    budget_usd: float | None


def candidates_of(options: CandidateOptions, dataset: "Dataset") -> "Field":
    """Return them; knowledge is read now, nobody is asked yet.

    Raises:
        LorewiseError: Something is named that there is not, or that cannot be read.
    """
    from lorewise.pipeline.advising import Field

    named = _names(options.language_models)
    to_ask = [name for name in named if "#" in name]
    return Field(
        encoders=_encoders(_names(options.encoders)),
        sources=[_source(name) for name in named if "#" not in name],
        inquirers=_inquirers(to_ask, options, dataset) if to_ask else (),
    )


def _encoders(names: Sequence[str]) -> list["EncoderOffer"]:
    from lorewise.encoders import DENSE_ENCODERS
    from lorewise.encoders.multilingual import is_multilingual_installed
    from lorewise.pipeline.advising_offers import EncoderOffer

    if names:
        return [EncoderOffer.of(name) for name in names]
    missing = set() if is_multilingual_installed() else {"multilingual"}
    return [EncoderOffer.of(name) for name in ("none", *DENSE_ENCODERS) if name not in missing]


def _source(name: str) -> "KnowledgeSource":
    from lorewise.pipeline.advising_sources import KnowledgeSource

    if "://" in name:
        return KnowledgeSource.of_store(name)
    if not Path(name).is_file():
        raise SettingsError(
            f"{name!r} is no file of knowledge; give one, a store such as sqlite:///lore.db, or "
            "URL#MODEL for a language model to ask"
        )
    return KnowledgeSource.of_file(Path(name))


def _inquirers(
    names: Sequence[str], options: CandidateOptions, dataset: "Dataset"
) -> list["Inquirer"]:
    from lorewise.knowledge.enrichment_language import language_of
    from lorewise.knowledge.prompt import Prompt
    from lorewise.knowledge.subjects import item_subjects
    from lorewise.llm.endpoint import KEY_VARIABLE
    from lorewise.pipeline.advising_asking import Inquiry
    from lorewise.pipeline.advising_offers import ModelOffer

    if options.prompt is not None:
        prompt = Prompt.of_file(options.prompt)
    else:
        in_auto = language_of(item_subjects(dataset))
        language = in_auto if options.language == "auto" else options.language
        prompt = Prompt.load(options.domain, "items", language)
    inquiry = Inquiry(
        prompt=prompt,
        store_url=options.store or _store_in_cache(),
        budget_usd=options.budget_usd,
    )
    key = os.environ.get(KEY_VARIABLE)
    return [partial(inquiry.asked, ModelOffer.of(name, key)) for name in names]


def _store_in_cache() -> str:
    from lorewise.encoders.vector_cache import default_cache

    folder = default_cache().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'advice.db'}"


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]
