"""An evaluation as values: one row per algorithm, how they compare, and what they ran on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lorewise.errors import DataError
from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.exposure import POPULARITY_SHARES


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What an algorithm took; None where nobody measured."""

    fit_cpu_s: float | None = None
    """Processor seconds of the fit, all cores added up."""

    recommend_cpu_s: float | None = None
    """Processor seconds of scoring and ranking all queries."""

    peak_rss_mb: float | None = None
    """Largest resident memory of the process so far, in 10^6 bytes."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One algorithm's figures."""

    algorithm: str
    """Name, unique in the report."""

    metrics: Mapping[str, float]
    """Means over users, such as ``"ndcg@10"``; undefined ones are absent."""

    ci95: Mapping[str, tuple[float, float]]
    """Bootstrap intervals of the metrics that are means over users."""

    slices: Mapping[str, Mapping[str, float]]
    """Slice name -> metrics, ``n_users`` and ``n_targets``."""

    exposure_curve: Sequence[float] = ()
    """Share of places that the most popular items took, at each of ``POPULARITY_SHARES``."""

    costs: Costs = field(default_factory=Costs)
    """Time and memory; in JSON its fields stand in the row itself."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole evaluation, complete enough to be repeated."""

    protocol: str
    """What was held out, such as ``"last-item"``."""

    data: Mapping[str, Any]
    """Counts and the fingerprint of the data; JSON values."""

    settings: Mapping[str, Any]
    """All that was set, the seed included; JSON values."""

    rows: Sequence[Row]
    """One per algorithm, in the order of the request."""

    comparisons: Sequence[Comparison] = ()
    """Differences between rows, with what chance allows."""

    training_curve: Sequence[float] = ()
    """Share of training interactions of the most popular items, at ``POPULARITY_SHARES``."""

    def to_json(self) -> str:
        """Return the report as JSON text, indented.

        Raises:
            DataError: Some figure is NaN or infinite, which JSON cannot say.
        """
        plain = asdict(self) | {"popularity_shares": POPULARITY_SHARES}
        plain["rows"] = [_flat(row) for row in plain["rows"]]
        try:
            return json.dumps(plain, indent=2, allow_nan=False) + "\n"
        except ValueError as error:
            raise DataError(
                f"the report on {self.protocol!r} holds a figure that is not finite ({error}); "
                "leave undefined metrics out"
            ) from error

    @staticmethod
    def from_json(text: str | bytes) -> "Report":
        """Return the report that ``to_json`` wrote; keys it does not know are ignored.

        Raises:
            DataError: The text is no such report; the message names the first fault's place.
        """
        from pydantic import TypeAdapter, ValidationError

        try:
            plain = json.loads(text)
            plain["rows"] = [row | {"costs": row} for row in plain["rows"]]
            return TypeAdapter(Report).validate_python(plain)
        except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(
                f"this is no evaluation report ({_first_fault(error)}); "
                "give the file that `lorewise evaluate --out` wrote"
            ) from error


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its measured costs beside its metrics."""
    costs = {name: cost for name, cost in row.pop("costs").items() if cost is not None}
    return row | costs


def _first_fault(error: Exception) -> str:
    """Return one line on what is wrong and where."""
    errors = getattr(error, "errors", None)
    if errors is None:
        return f"{type(error).__name__}: {error}"
    fault = errors()[0]
    return f"at {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
