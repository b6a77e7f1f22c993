"""Which language model `lorewise enrich` asks, how fast, and for how much."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from lorewise.llm.asking import Asker
    from lorewise.llm.budget import Budget, Prices, Spent
    from lorewise.llm.language_model import LanguageModel

KEY_VARIABLE: Final = "LOREWISE_LLM_API_KEY"


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """What the command line says about the model; exactly one source."""

    base_url: str | None
    model: str | None
    gguf: Path | None
    recorded: str | None

    def __post_init__(self) -> None:
        if [self.base_url, self.gguf, self.recorded].count(None) != 2:  # noqa: PLR2004  one of three
            raise typer.BadParameter("which model? give one of --base-url, --gguf and --recorded")
        if self.base_url is not None and self.model is None:
            raise typer.BadParameter("--base-url needs --model, the name its endpoint knows")

    @property
    def is_local(self) -> bool:
        """Whether the model shares this machine's processor."""
        return self.gguf is not None

    @property
    def name(self) -> str:
        """The name under which answers are filed."""
        if self.model is not None:
            return self.model
        return self.gguf.stem if self.gguf is not None else "recorded"

    def opened(self) -> "LanguageModel":
        """Return the model, ready; ``close`` it."""
        if self.gguf is not None:
            from lorewise.llm.local_gguf import LocalGgufModel

            return LocalGgufModel.open(self.gguf)
        if self.recorded is not None:
            return _recorded(self.recorded, self.name)
        from lorewise.llm.openai_compatible import OpenAICompatibleModel

        return OpenAICompatibleModel.open(
            base_url=str(self.base_url), model=self.name, api_key=os.environ.get(KEY_VARIABLE)
        )


@dataclass(frozen=True, kw_only=True)
class CostOptions:
    """What the command line says about pace, prices and budget."""

    requests_per_minute: float | None
    tokens_per_minute: float | None
    budget_tokens: int | None
    budget_usd: float | None
    usd_per_million_prompt_tokens: float | None
    usd_per_million_answer_tokens: float | None

    def __post_init__(self) -> None:
        if self.n_prices == 1:
            raise typer.BadParameter(
                "one price is missing; give --usd-per-million-prompt-tokens and "
                "--usd-per-million-answer-tokens (0 for none)"
            )
        if self.budget_usd is not None and not self.n_prices:
            raise typer.BadParameter(
                f"--budget-usd {self.budget_usd} cannot be kept without prices; give "
                "--usd-per-million-prompt-tokens and --usd-per-million-answer-tokens, or "
                "--budget-tokens instead"
            )

    @property
    def n_prices(self) -> int:
        """How many of the two prices are given."""
        prices = [self.usd_per_million_prompt_tokens, self.usd_per_million_answer_tokens]
        return len(prices) - prices.count(None)

    def budget(self, spent: "Spent") -> "Budget":
        """Return the budget of which ``spent`` is gone."""
        from lorewise.llm.budget import Budget

        return Budget(self.budget_tokens, self.budget_usd, self._prices(), spent)

    def asker(self, model: "LanguageModel", spent: "Spent") -> "Asker":
        """Return what asks the model, at the pace and within the budget."""
        import numpy as np

        from lorewise.llm.asking import Asker
        from lorewise.llm.limits import RateLimiter

        limiter = RateLimiter(self.requests_per_minute, self.tokens_per_minute)
        rng = np.random.default_rng()
        return Asker(model=model, limiter=limiter, budget=self.budget(spent), rng=rng)

    def _prices(self) -> "Prices | None":
        from lorewise.llm.budget import Prices

        if not self.n_prices:
            return None
        return Prices(
            usd_per_million_prompt_tokens=self.usd_per_million_prompt_tokens or 0.0,
            usd_per_million_answer_tokens=self.usd_per_million_answer_tokens or 0.0,
        )


def _recorded(source: str, name: str) -> "LanguageModel":
    """Return the answers of a knowledge file, or of a store's call log."""
    from lorewise.llm.recorded import RecordedModel, ReplayedModel
    from lorewise.storage.knowledge_store import KnowledgeStore

    if "://" not in source:
        return RecordedModel.of_file(source)
    with KnowledgeStore.open(source, create=False) as store:
        return ReplayedModel(name, dict(store.answers()))
