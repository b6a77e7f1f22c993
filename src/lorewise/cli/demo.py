"""``lorewise demo``: everything once, on the films that come with the package."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Json, Quiet, Seed
from lorewise.cli.terminal import Terminal

if TYPE_CHECKING:
    from lorewise.evaluation.report import Report
    from lorewise.pipeline.demo import Demo

MIN_RATINGS = 20
"""That a film needs to take part: with all films, five fits take several times as long."""


def demo(
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the reports; made if it is not there.")
    ] = Path("lorewise-demo"),
    seed: Seed = 42,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Fit, evaluate and recommend on the bundled films, and say what lore is worth."""
    from lorewise.cli.demo_text import demo_content, demo_text
    from lorewise.data.bundled_films import bundled_films
    from lorewise.pipeline.demo import DemoSettings, run_demo

    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)  # better now than after the fits
    terminal = Terminal(as_json=as_json, quiet=quiet)
    settings = DemoSettings(seed=seed)
    films = bundled_films(min_ratings=MIN_RATINGS)
    terminal.note(f"{films.n_items} films with {MIN_RATINGS} ratings or more; takes some minutes")
    with terminal.progress() as progress:
        found = run_demo(films, settings, progress=progress)
    pages = _written(found, out)
    about = {
        "n_films": films.n_items,
        "min_ratings": MIN_RATINGS,
        "n_ratings": films.n_interactions,
        "n_people": films.n_users,
        "text": settings.text,
        "reports": {name: str(path) for name, path in pages.items()},
        "elapsed_s": round(time.monotonic() - started, 1),
    }
    terminal.result(demo_text(found, about), demo_content(found, about))
    return ExitCode.DONE


def _written(found: "Demo", out: Path) -> Mapping[str, Path]:
    """Write each report as a page and as JSON; return the pages."""
    reports: dict[str, tuple[str, Report]] = {
        "new-films": ("Films that nobody has rated: what lore is worth", found.new_items),
        "next-films": ("What people watched next", found.next_items),
    }
    return {name: _page(out / name, *titled) for name, titled in reports.items()}


def _page(stem: Path, title: str, report: "Report") -> Path:
    from lorewise.cli.whole_file import whole_file
    from lorewise.evaluation.html_report import html_report

    texts: dict[str, Any] = {".json": report.to_json(), ".html": html_report(report, title=title)}
    for ending, text in texts.items():
        with whole_file(stem.with_suffix(ending)) as partial:
            partial.write_text(text, encoding="utf-8")
    return stem.with_suffix(".html")
