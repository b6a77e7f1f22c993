"""``lorewise recommend``: lists for users, for a history, or for a wish in words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Json, Quiet
from lorewise.cli.summary_text import aligned
from lorewise.cli.table_formats import TABLE_WRITERS, checked_ending
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file
from lorewise.errors import DataError

if TYPE_CHECKING:
    import polars as pl

MAX_K = 1000


def recommend(  # noqa: PLR0913  one argument per option
    *,
    model: Annotated[Path, typer.Option("--model", help="Folder that `lorewise fit` wrote.")],
    users: Annotated[
        str | None, typer.Option("--users", help="all, or a file with one user id a line.")
    ] = None,
    history: Annotated[
        str | None,
        typer.Option("--history", help="Item ids joined by commas, oldest first: for anyone."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="What somebody would like, in words.")
    ] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=MAX_K, help="Length of each list.")] = 10,
    candidates: Annotated[
        Path | None, typer.Option("--candidates", help="File of the only item ids to rank.")
    ] = None,
    include_seen: Annotated[
        bool, typer.Option("--include-seen", help="Also what is in the history already.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="A .parquet, .csv or .json file; default: print.", callback=checked_ending
        ),
    ] = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Recommend items to users, or to anyone by history or text."""
    asked = _asked(users, history, text)
    from lorewise.pipeline.recommender import Recommender

    terminal = Terminal(as_json=as_json, quiet=quiet)
    recommender = Recommender.load(model)
    only = None if candidates is None else _ids(candidates)
    lists = recommender.recommend(**asked, k=k, candidates=only, include_seen=include_seen)
    if out is None:
        _show(lists, recommender.titles, terminal)
    else:
        _store(lists, out, terminal)
    return ExitCode.DONE


def _asked(users: str | None, history: str | None, text: str | None) -> dict[str, Any]:
    """Return for whom the lists are, as arguments of the recommender."""
    someone = {
        "history": None if history is None else [key for key in history.split(",") if key],
        "text": text,
    }
    if users is None and history is None and text is None:
        raise typer.BadParameter("for whom? give --users, --history or --text")
    if users is None:
        return someone
    if history is not None or text is not None:
        raise typer.BadParameter("--users goes without --history and --text; leave one out")
    return {"users": None if users == "all" else _ids(Path(users))}


def _ids(path: Path) -> list[str]:
    """Return the file's lines that are not empty, once each."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: {error}; give one id a line") from error
    return list(dict.fromkeys(line for line in lines if line))


def _show(lists: "pl.DataFrame", titles: "pl.DataFrame", terminal: Terminal) -> None:
    """Print the lists with the items' titles."""
    columns = ["user_id", "rank", "item_id", "title", "score"]
    titled = lists.join(titles, on="item_id", how="left", maintain_order="left").select(columns)
    content = {"recommendations": titled.to_dicts()}
    terminal.result(aligned(columns, titled.rows()), content)


def _store(lists: "pl.DataFrame", out: Path, terminal: Terminal) -> None:
    """Write the lists to a file and say so."""
    with whole_file(out) as partial:
        TABLE_WRITERS[out.suffix](lists.select("user_id", "item_id", "score", "rank"), partial)
    content = {"out": str(out), "n_users": lists["user_id"].n_unique(), "n_rows": lists.height}
    text = f"{content['n_rows']} recommendations for {content['n_users']} users written to {out}"
    terminal.result(text, content)
