"""``lorewise knowledge``: look at, move, check and remove what language models said."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Json, Quiet
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file
from lorewise.data.knowledge import ITEM_KINDS, SubjectKind
from lorewise.errors import DataError

knowledge = typer.Typer(
    help="Look at, move, check and remove what language models said.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Kind(StrEnum):
    """Whom the knowledge is about."""

    ITEM = "item"
    USER = "user"
    AUDIENCE = "audience"


Store = Annotated[
    str, typer.Option("--store", help="Database URL of the store, such as sqlite:///lore.db.")
]
KindOption = Annotated[
    Kind | None,
    typer.Option(
        "--kind",
        help="About users, about items alone, or about their audience alone. "
        "[default: items with their audience]",
    ),
]


@knowledge.command()
def show(
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="Of one item or user.")],
    *,
    store: Store,
    kind: KindOption = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Show all that is known of one item or user, newest first."""
    from lorewise.cli.knowledge_text import shown_subject, subject_content
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened:
        content = {str(it): subject_content(opened, it, subject_id) for it in _kinds(kind)}
    paragraphs = [
        text for it, held in content.items() for text in shown_subject(f"{it} {subject_id}", held)
    ]
    if not paragraphs:
        raise _nothing_about(subject_id, kind)
    Terminal(as_json=as_json, quiet=quiet).result("\n\n".join(paragraphs), content)
    return ExitCode.DONE


@knowledge.command("export")
def export_file(
    *,
    store: Store,
    out: Annotated[Path, typer.Option("--out", help="JSONL file, one object a line.")],
    kind: KindOption = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Write the newest knowledge of each item or user to a file.

    An item's general knowledge and that of its audience make one line, of which the general goes
    first; to move both into another store, export and import each by its kind.
    """
    from lorewise.data.knowledge_file import write_knowledge
    from lorewise.data.knowledge_join import joined
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened, whole_file(out) as partial:
        n_entries = write_knowledge(partial, joined(opened.latest(*_kinds(kind))))
    terminal = Terminal(as_json=as_json, quiet=quiet)
    content = {"out": str(out), "n_entries": n_entries}
    terminal.result(f"knowledge about {n_entries} {_name(kind)}s written to {out}", content)
    return ExitCode.DONE


@knowledge.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL file to read.")],
    *,
    store: Store,
    kind: Annotated[Kind, typer.Option("--kind", help="Whom the file is about.")] = Kind.ITEM,
    config: Config = None,  # noqa: ARG001  read before the others
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
    config: Config = None,  # noqa: ARG001  read before the others
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
    kind: KindOption = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Compare the newest knowledge of two stores or files."""
    from lorewise.cli.knowledge_diff import difference, facets_by_id
    from lorewise.cli.knowledge_text import shown_difference

    content = difference(*(facets_by_id(source, _kinds(kind)) for source in (before, after)))
    Terminal(as_json=as_json, quiet=quiet).result(shown_difference(content), content)
    return ExitCode.DONE


@knowledge.command()
def forget(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Of items or users.")],
    *,
    store: Store,
    kind: KindOption = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Remove all that is known of items or users, the recorded answers about them included."""
    from lorewise.storage.knowledge_store import KnowledgeStore

    with KnowledgeStore.open(store, create=False) as opened:
        n_rows = sum(opened.forget(it, ids) for it in _kinds(kind))
    if kind is None and not n_rows:  # users may have been meant, and somebody relies on it
        raise _nothing_about(ids[0], kind)
    terminal = Terminal(as_json=as_json, quiet=quiet)
    text = f"{n_rows} pieces of knowledge about {len(set(ids))} {_name(kind)}s removed"
    terminal.result(text, {"n_rows": n_rows})
    return ExitCode.DONE


def _kinds(kind: Kind | None) -> tuple[SubjectKind, ...]:
    """Return the kind that was given, or all about items."""
    return ITEM_KINDS if kind is None else (kind.value,)


def _name(kind: Kind | None) -> str:
    return (kind or Kind.ITEM).value


def _nothing_about(subject_id: str, kind: Kind | None) -> DataError:
    return DataError(
        f"the store holds nothing about {_name(kind)} {subject_id!r}; check the id and --kind"
    )
