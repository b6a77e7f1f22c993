"""Plain text for people: aligned tables and nested values, one line each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len


def aligned(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the rows in columns of equal width; numbers to the right, wide characters count two.

    >>> print(aligned(["id", "n"], [["a", 1], ["b", 20]]))
    id   n
    a    1
    b   20
    """
    texts = [list(header), *([_text(value) for value in row] for row in rows)]
    widths = [max(cell_len(row[at]) for row in texts) for at in range(len(header))]
    to_right = [isinstance(value, int | float) for value in [*rows, header][0]]
    return "\n".join(_line(row, widths, to_right) for row in texts)


def _line(row: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    gaps = [" " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
    padded = (
        gap + text if right else text + gap
        for text, gap, right in zip(row, gaps, to_right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def lines_of(values: Mapping[str, Any], indent: str = "  ") -> Iterator[str]:
    """Yield ``name: value`` for each value, nested ones below their name and further in.

    >>> list(lines_of({"users": 2, "metrics": {"ndcg@10": 0.25}}))
    ['  users: 2', '  metrics:', '    ndcg@10: 0.2500']
    """
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from lines_of(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_text(value)}"
