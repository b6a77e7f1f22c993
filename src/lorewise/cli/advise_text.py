"""What `lorewise advise` prints."""

from rich.table import Table

from lorewise.cli.table_text import table_text
from lorewise.pipeline.advising import Advice
from lorewise.pipeline.advising_choice import Judged, shown_time


def advice_text(advice: Advice) -> str:
    """Return the candidates as a table, best first, then the choice and why."""
    table = Table(
        title=f"New items, judged on {advice.n_items} items and {advice.n_users} users", box=None
    )
    for name in ("", "encoder", "knowledge"):
        table.add_column(name)
    for name in ("ndcg@20", "95 %", "texts/s", "MB", "catalog", "USD to pay"):
        table.add_column(name, justify="right")
    table.add_column("licence of the encoder")
    for judged in sorted(advice.candidates, key=lambda it: -it.ndcg):
        table.add_row("*" if judged is advice.chosen else "", *_cells(judged))
    return f"{table_text([table])}\n{advice.reason}"


def _cells(judged: Judged) -> list[str]:
    low, high = judged.ci95
    speed = "" if judged.texts_per_s is None else f"{judged.texts_per_s:,.0f}"
    price = "unknown" if judged.price_usd is None else f"{judged.price_usd:,.2f}"
    return [
        judged.encoder,
        judged.knowledge or "",
        f"{judged.ndcg:.4f}",
        f"{low:.4f} to {high:.4f}",
        speed,
        f"{judged.memory_mb:,.0f}",
        shown_time(judged.encode_s),
        price,
        judged.licence,
    ]
