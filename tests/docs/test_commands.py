import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from lorewise.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
TRANSLATED = [page for page in PAGES if page.name.endswith(".zh-CN.md")]

FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(?P<command>lorewise [^`\n]+)`")
LINK = re.compile(r"\]\((?P<place>[^)\s#]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#+ (?P<words>.*)$", re.MULTILINE)
NO_WORD = re.compile(r"[^\w\- ]")
SHELL = {"", "sh"}
ENDS = {"|", ">", "2>", "&&", "||", ";"}


def shell_lines(text: str) -> list[list[str]]:
    """Words of each line of the shell blocks, without comments; lines joined at backslashes."""
    blocks = [it["body"] for it in FENCED.finditer(text) if it["language"] in SHELL]
    lines = "\n".join(blocks).replace("\\\n", " ").split("\n")
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def lines_in_sentences(text: str) -> list[list[str]]:
    return [shlex.split(it["command"]) for it in INLINE.finditer(FENCED.sub("", text))]


def our_commands(text: str) -> Iterator[list[str]]:
    for words in [*shell_lines(text), *lines_in_sentences(text)]:
        if words[0] == "lorewise":
            yield words[: next((at for at, word in enumerate(words) if word in ENDS), None)]


def fault_in(words: list[str]) -> str | None:
    """What the command line has no such thing of; None where it has all of it."""
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while rest and not rest[0].startswith("-") and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return f"no command {rest[0]!r} in {shlex.join(words)}"
        command, rest = command.commands[rest[0]], rest[1:]
    context = command.make_context(words[0], [], resilient_parsing=True)
    known = {name for it in command.get_params(context) for name in (*it.opts, *it.secondary_opts)}
    options = [word.partition("=")[0] for word in rest if word.startswith("-")]
    unknown = [option for option in options if option not in known]
    return f"no option {unknown[0]!r} in {shlex.join(words)}" if unknown else None


def anchors(text: str) -> set[str]:
    """What the headings of a page are linked by."""
    headings = HEADING.finditer(FENCED.sub("", text))
    return {NO_WORD.sub("", it["words"].lower()).replace(" ", "-") for it in headings}


def leads_somewhere(page: Path, place: str, anchor: str | None) -> bool:
    target = page.parent / place if place else page
    if not target.is_file():
        return False
    return anchor is None or anchor in anchors(target.read_text(encoding="utf-8"))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    faults = [fault_in(words) for words in our_commands(page.read_text(encoding="utf-8"))]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_points_to_a_file_and_a_heading(page: Path) -> None:
    links = LINK.finditer(page.read_text(encoding="utf-8"))
    relative = [it for it in links if "://" not in it["place"]]
    assert [it[0] for it in relative if not leads_somewhere(page, it["place"], it["anchor"])] == []


@pytest.mark.parametrize("page", TRANSLATED, ids=named)
def test_a_translation_has_the_commands_of_the_original_in_the_same_order(page: Path) -> None:
    original = page.with_name(page.name.replace(".zh-CN.md", ".md"))
    texts = [it.read_text(encoding="utf-8") for it in (original, page)]
    assert shell_lines(texts[1]) == shell_lines(texts[0]) != []
    assert lines_in_sentences(texts[1]) == lines_in_sentences(texts[0])


def test_the_readme_and_the_tutorial_are_translated() -> None:
    assert {named(page) for page in TRANSLATED} >= {"README.zh-CN.md", "docs/tutorial.zh-CN.md"}


@pytest.mark.parametrize(
    "line",
    [
        "lorewise --help",
        "lorewise fit --data=shop --out model  # --rpm is no option of ours",
        "lorewise knowledge show 07 --store sqlite:///lore.db | head --lines 3",
        "mkdir shop",
    ],
)
def test_what_exists_is_no_fault(line: str) -> None:
    assert [fault_in(words) for words in our_commands(f"```sh\n{line}\n```\n")] in ([], [None])


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("lorewise fit --data shop --rpm=3", "no option '--rpm'"),
        ("lorewise fit --data shop \\\n  --rpm 3", "no option '--rpm'"),
        ("lorewise knowledge show 07 --data shop", "no option '--data'"),
        ("lorewise knowledge print 07", "no command 'print'"),
        ("mkdir shop\nlorewise train --data shop", "no command 'train'"),
    ],
)
@pytest.mark.parametrize("page", ["```sh\n{}\n```\n", "Run\n\n```\n{}\n```\n\nthen wait.\n"])
def test_a_fault_is_found_in_every_shell_block(page: str, line: str, fault: str) -> None:
    (words,) = our_commands(page.format(line))
    assert str(fault_in(words)).startswith(fault)


def test_a_fault_inside_a_sentence_is_found_and_other_languages_are_left_alone() -> None:
    text = "Run `lorewise fit --nothing`.\n\n```text\nlorewise fit --nothing\n```\n"
    assert [fault_in(words) for words in our_commands(text)] == [
        "no option '--nothing' in lorewise fit --nothing"
    ]


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# What `it` costs\n")
    assert leads_somewhere(page, "page.md", "what-it-costs")
    assert leads_somewhere(page, "", "what-it-costs")
    assert not leads_somewhere(page, "", "costs")
    assert not leads_somewhere(page, "pages.md", None)
