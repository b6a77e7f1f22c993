"""Options that several commands share, each described once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lorewise.cli.config_file import apply_config


class Effort(StrEnum):
    """How much time a fit may take."""

    FAST = "fast"
    BALANCED = "balanced"
    BEST = "best"


class HeldOutBy(StrEnum):
    """What a fit chooses its settings by."""

    LAST_ITEM = "last-item"
    TEMPORAL = "temporal"


class OnError(StrEnum):
    """What happens to rows that cannot be read."""

    REFUSE = "refuse"
    SKIP = "skip"


Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No notes, no progress; only the result.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="TOML file with values for these options; the command line goes first.",
        exists=True,
        dir_okay=False,
        is_eager=True,
        callback=apply_config,
    ),
]
Data = Annotated[
    Path,
    typer.Option("--data", help="Folder with interactions.* and, if any, items.* and users.*."),
]
Knowledge = Annotated[
    list[Path] | None,
    typer.Option(
        "--knowledge",
        help="Item knowledge, one JSON object with an id a line; several files if given again.",
    ),
]
UserKnowledge = Annotated[
    Path | None,
    typer.Option("--user-knowledge", help="Users' profiles, one JSON object with an id a line."),
]
TunedFile = Annotated[
    Path | None,
    typer.Option("--settings", help="Settings of the algorithms, as `lorewise tune` wrote them."),
]
EffortOption = Annotated[
    Effort,
    typer.Option(
        "--effort",
        help="fast: closed forms only; balanced: minutes on a laptop; best: everything.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Same seed, same result.")]
