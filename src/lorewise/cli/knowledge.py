"""``lorewise knowledge``: look at, move, check and remove what language models said."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Json, Quiet
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file

knowledge = typer.Typer(
    help="Look at, move, check and remove what language models said.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Kind(StrEnum):
    """Whom the knowledge is about."""

    ITEM = "item"
    USER = "user"


Store = Annotated[
    str, typer.Option("--store", help="Database URL of the store, such as sqlite:///lore.db.")
]
KindOption = Annotated[Kind, typer.Option("--kind", help="Whom the knowledge is about.")]


@knowledge.command()
def show(
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="Of one item or user.")],
    *,
    store: Store,
    kind: KindOption = Kind.ITEM,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Show all that is known of one item or user, newest first."""
    from lorewise.cli.knowledge_text import failure_content, shown_subject
    from lorewise.data.knowledge_lines import content_of
    from lorewise.errors import DataError
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened:
        history = opened.history(kind.value, subject_id)
        failures = list(opened.failures(kind.value, subject_id))
    if not history and not failures:
        raise DataError(
            f"the store holds nothing about {kind.value} {subject_id!r}; check the id and --kind"
        )
    content = {
        "knowledge": [content_of(entry) for entry in history],
        "failures": [failure_content(failure) for failure in failures],
    }
    terminal = Terminal(as_json=as_json, quiet=quiet)
    terminal.result(shown_subject(subject_id, content), content)
    return ExitCode.DONE


@knowledge.command("export")
def export_file(
    *,
    store: Store,
    out: Annotated[Path, typer.Option("--out", help="JSONL file, one object a line.")],
    kind: KindOption = Kind.ITEM,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Write the newest knowledge of each item or user to a file."""
    from lorewise.data.knowledge_file import write_knowledge
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened, whole_file(out) as partial:
        n_entries = write_knowledge(partial, opened.latest(kind.value))
    terminal = Terminal(as_json=as_json, quiet=quiet)
    content = {"out": str(out), "n_entries": n_entries}
    terminal.result(f"knowledge about {n_entries} {kind.value}s written to {out}", content)
    return ExitCode.DONE


@knowledge.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL file to read.")],
    *,
    store: Store,
    kind: KindOption = Kind.ITEM,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Store the knowledge of a file, all of it or, if a line is bad, nothing."""
    from lorewise.data.knowledge_file import read_knowledge_entries
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store) as opened:
        n_entries = opened.add(read_knowledge_entries(file, kind=kind.value))
    terminal = Terminal(as_json=as_json, quiet=quiet)
    terminal.result(f"knowledge about {n_entries} {kind.value}s stored", {"n_entries": n_entries})
    return ExitCode.DONE


@knowledge.command()
def verify(
    *,
    store: Store,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of data that it should cover.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Check that a store is readable and complete; ends with 3 where it is not."""
    from lorewise.cli.dataset_input import read_dataset
    from lorewise.cli.knowledge_check import checked
    from lorewise.cli.knowledge_text import shown_check
    from lorewise.storage.knowledge_store import KnowledgeStore

    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset = None if data is None else read_dataset(data, terminal)[0]
    with KnowledgeStore.open(store, create=False) as opened:
        check = checked(opened, dataset)
    terminal.result(shown_check(check), check.to_json_dict())
    return ExitCode.DONE if check.is_sound else ExitCode.PARTLY_DONE


@knowledge.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Store URL or JSONL file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Store URL or JSONL file.")],
    *,
    kind: KindOption = Kind.ITEM,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Compare the newest knowledge of two stores or files."""
    from lorewise.cli.knowledge_diff import difference, facets_by_id
    from lorewise.cli.knowledge_text import shown_difference

    content = difference(facets_by_id(before, kind.value), facets_by_id(after, kind.value))
    Terminal(as_json=as_json, quiet=quiet).result(shown_difference(content), content)
    return ExitCode.DONE


@knowledge.command()
def forget(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Of items or users.")],
    *,
    store: Store,
    kind: KindOption,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Remove all that is known of items or users, the recorded answers about them included."""
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened:
        n_rows = opened.forget(kind.value, ids)
    terminal = Terminal(as_json=as_json, quiet=quiet)
    text = f"{n_rows} pieces of knowledge about {len(set(ids))} {kind.value}s removed"
    terminal.result(text, {"n_rows": n_rows})
    return ExitCode.DONE
