"""What the demo found, in words and tables for a terminal and as one JSON object."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lorewise.cli.summary_text import aligned

if TYPE_CHECKING:
    import polars as pl

    from lorewise.evaluation.comparison import Comparison
    from lorewise.evaluation.report import Report
    from lorewise.pipeline.demo import Demo

NEW_METRIC, NEXT_METRIC = "ndcg@20", "ndcg@10"

CAVEAT = """\
Mind: nobody checked the lore, and the model that wrote it learned from texts younger than many of
these ratings, so part of the gain may be hindsight; the row without hindsight leaves out only what
the lore says of a film's later success. The ratings are for research, not for commerce."""


def demo_content(found: "Demo", about: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that the text says, and more, as JSON values."""
    lists = found.lists
    return {
        **about,
        "new_films": _figures(found.new_items, NEW_METRIC),
        "next_films": _figures(found.next_items, NEXT_METRIC),
        "n_later_people": found.n_later_users,
        "user_id": lists.user_id,
        "liked": list(lists.liked),
        "for_user": lists.for_user.to_dicts(),
        "for_text": lists.for_text.to_dicts(),
        "new_for_user": lists.new_for_user.to_dicts(),
    }


def _figures(report: "Report", metric: str) -> dict[str, Any]:
    return {
        "protocol": report.protocol,
        "n_people": report.data["n_target_users"],
        "metric": metric,
        "rows": {
            row.algorithm: {"mean": row.metrics[metric], "ci95": row.ci95.get(metric)}
            for row in report.rows
        },
        "comparisons": [asdict(gain) for gain in report.comparisons],
    }


def demo_text(found: "Demo", about: Mapping[str, Any]) -> str:
    """Return the demo as text, one part below the other."""
    parts = [
        f"{about['n_ratings']:,} ratings by {about['n_people']} people of {about['n_films']:,} "
        f"films, all those with {about['min_ratings']} ratings or more; each film has lore.",
        "\n".join(_new_films(found.new_items)),
        "\n".join(_next_films(found)),
        "\n".join(_lists(found, about["text"])),
        CAVEAT,
        "\n".join(["Reports with pictures:", *(f"  {at}" for at in about["reports"].values())]),
        f"Done in {about['elapsed_s']:.0f} s.",
    ]
    return "\n\n".join(parts)


def _new_films(report: "Report") -> Iterator[str]:
    data = report.data
    yield (
        f"1. New films. {data['n_candidates']} films were hidden whole and then ranked for "
        f"{data['n_target_users']} people:"
    )
    yield _table(report, NEW_METRIC)
    yield "What the lore bought:"
    yield from (f"  {_gain(gain)}" for gain in report.comparisons)


def _next_films(found: "Demo") -> Iterator[str]:
    report = found.next_items
    yield f"2. What comes next. Protocol {report.protocol}, {report.data['n_target_users']} people:"
    yield _table(report, NEXT_METRIC)
    yield from (f"  {_gain(gain)}" for gain in report.comparisons)
    if report.protocol != "temporal":
        yield f"  (a split by time would leave {found.n_later_users} people, too few to tell)"


def _lists(found: "Demo", text: str) -> Iterator[str]:
    lists = found.lists
    yield f"3. For person {lists.user_id}, who liked {'; '.join(lists.liked)}:"
    yield _list(lists.for_user)
    yield f'\n4. For anyone who says "{text}":'
    yield _list(lists.for_text)
    yield f"\n5. For person {lists.user_id}, films that had no rating in training:"
    yield _list(lists.new_for_user)
    yield (
        '"ratings" counts those the model learned from; "own" is what the person gave a film in '
        "the part it did not see."
    )


def _table(report: "Report", metric: str) -> str:
    rows = [
        [row.algorithm, row.metrics[metric], "{:.4f} to {:.4f}".format(*row.ci95[metric])]
        for row in report.rows
    ]
    return aligned(["", metric.upper(), "95 % interval"], rows)


def _gain(gain: "Comparison") -> str:
    low, high = gain.ci95
    return (
        f"{gain.algorithm} against {gain.reference}: {gain.metric.upper()} {gain.difference:+.4f} "
        f"({low:+.4f} to {high:+.4f}), p = {gain.p_holm:.4f}"
    )


def _list(found: "pl.DataFrame") -> str:
    shown = found.select("rank", "title", "n_ratings", "own_rating", "score")
    rows = [
        (rank, title, n or "new", "" if own is None else f"{own:g}", score)
        for rank, title, n, own, score in shown.iter_rows()
    ]
    return aligned(["rank", "title", "ratings", "own", "score"], rows)
