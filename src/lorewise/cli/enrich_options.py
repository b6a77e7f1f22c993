"""The options of `lorewise enrich`, each described once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Asked(StrEnum):
    """Whom the questions are about."""

    ITEMS = "items"
    USERS = "users"


class Domain(StrEnum):
    """What the catalog holds."""

    GENERIC = "generic"
    SHOP = "shop"
    SOCIAL = "social"
    FILM_MUSIC = "film_music"
    SMART_HOME = "smart_home"


class AskedIn(StrEnum):
    """The language of the questions."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh"


What = Annotated[Asked, typer.Argument(help="About whom to ask.")]
Store = Annotated[
    str,
    typer.Option(
        "--store",
        help="Database for what comes back: sqlite:///FILE, mysql+pymysql://USER:PASSWORD@HOST/"
        "DATABASE or postgresql+psycopg://...",
    ),
]

BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        help="OpenAI-compatible endpoint, ends in /v1; its key comes from LOREWISE_LLM_API_KEY.",
    ),
]
Model = Annotated[
    str | None, typer.Option("--model", help="The model's name, as its endpoint knows it.")
]
Gguf = Annotated[
    Path | None, typer.Option("--gguf", help="File of a model to run on this machine instead.")
]
Recorded = Annotated[
    str | None,
    typer.Option(
        "--recorded", help="Knowledge file, or a store whose log of calls to repeat, instead."
    ),
]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and ask nothing.")]
BudgetTokens = Annotated[
    int | None,
    typer.Option("--budget-tokens", min=1, help="Never overrun, all runs of the job together."),
]
BudgetUsd = Annotated[
    float | None, typer.Option("--budget-usd", min=0, help="The same in money; needs both prices.")
]
PromptPrice = Annotated[
    float | None,
    typer.Option("--usd-per-million-prompt-tokens", min=0, help="What the provider takes."),
]
AnswerPrice = Annotated[
    float | None,
    typer.Option("--usd-per-million-answer-tokens", min=0, help="What the provider takes."),
]
RequestsPerMinute = Annotated[
    float | None,
    typer.Option("--requests-per-minute", min=0.01, help="The most that the provider allows."),
]
TokensPerMinute = Annotated[
    float | None,
    typer.Option("--tokens-per-minute", min=1, help="The most that the provider allows."),
]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", min=1, help="Subjects in a question; default 8, 1 with --gguf."),
]
Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", min=1, help="Calls in flight; default 8, 1 with --gguf."),
]

Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many.")]
MostNeeded = Annotated[
    bool, typer.Option("--most-needed", help="Those with the fewest events go first.")
]
Audience = Annotated[
    bool,
    typer.Option(
        "--audience",
        help="Ask which users would take the cold items, and about these alone; kept beside what "
        "is known of the items.",
    ),
]
Cut = Annotated[
    str | None,
    typer.Option("--cut", help="Read users' events before this time alone, or all but last-N."),
]
Names = Annotated[
    Path | None,
    typer.Option("--names", help="File of names to leave out of users' texts, one a line."),
]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Ask about what failed for good once more.")
]
DomainOption = Annotated[Domain, typer.Option("--domain", help="Which of our prompts to use.")]
LanguageOption = Annotated[
    AskedIn, typer.Option("--language", help="Of the prompt; auto: that of the catalog.")
]
PromptFile = Annotated[
    Path | None,
    typer.Option("--prompt", help="Your own prompt file.", exists=True, dir_okay=False),
]
