"""What an interaction says about the person's taste: its weight, its rating, its repeatability."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from lorewise.data.column_names import EVENT, RATING, WEIGHT
from lorewise.errors import SettingsError

REPEATABLE = "repeatable"

_HIGHEST_RATING = 10
_FIVE_STARS = 5
_TWO_STARS = 2.0
_DISLIKED_SHARE = 0.4


@dataclass(frozen=True, kw_only=True)
class AssembleSettings:
    """How the columns of interactions are understood.

    Names of event types are compared without regard to case; spaces and hyphens count as ``_``.
    """

    dislike_at_or_below: float | None = None
    """A rating up to this one is a dislike; finite. None reads the scale off the largest rating:
    2 on a scale to 5, two fifths of the top on a scale to 10, 0 where no rating is above 1. With a
    number here the rating column holds ratings, not counts, however large they are."""

    negative_event_types: Collection[str] = (
        *("dislike", "skip", "thumbs_down", "hide", "not_interested", "unlike", "downvote"),
        *("return", "returned", "refund", "report", "block", "unsubscribe"),
    )
    """Events that say no; their weight is below 0, whatever its sign in the data."""

    repeatable_event_types: Collection[str] = (
        *("play", "listen", "stream", "scrobble", "turn_on", "turn_off", "activate", "action"),
        *("device_action", "use", "open", "rebuy", "reorder"),
    )
    """Events after which the same item may be recommended again."""

    def __post_init__(self) -> None:
        limit = self.dislike_at_or_below
        if limit is not None and not math.isfinite(limit):
            raise SettingsError(f"dislike_at_or_below is {limit}; give a finite number or None")
        for name in ("negative_event_types", "repeatable_event_types"):
            if isinstance(getattr(self, name), str):
                raise SettingsError(
                    f"{name} is the text {getattr(self, name)!r}; give a collection of names"
                )


def dislike_limit(ratings: pl.Series, settings: AssembleSettings) -> float | None:
    """Return the rating up to which a person dislikes the item; None where these are counts.

    A largest value above 10 makes them counts, of listenings for example.

    >>> dislike_limit(pl.Series([1.0, 5.0]), AssembleSettings())
    2.0
    """
    if settings.dislike_at_or_below is not None:
        return settings.dislike_at_or_below
    top = ratings.max()
    highest = float(top) if isinstance(top, int | float) else 0.0
    if highest > _HIGHEST_RATING:
        return None
    if highest > _FIVE_STARS:
        return _DISLIKED_SHARE * highest
    return _TWO_STARS if highest > 1 else 0.0


def with_preferences(rows: pl.DataFrame, settings: AssembleSettings) -> pl.DataFrame:
    """Return the rows with float32 ``weight`` and ``rating`` (NaN for none) and ``repeatable``.

    A given weight wins over the rating; a rating alone gives 1, or -1 for a dislike; a count is
    a weight. An event of a negative type weighs -|weight|. What nothing is said about weighs 1.
    """
    limit = dislike_limit(rows[RATING], settings) if RATING in rows.columns else 0.0
    rating = pl.col(RATING) if RATING in rows.columns else pl.lit(None, pl.Float32)
    liking = rating if limit is None else pl.when(rating <= limit).then(-1.0).otherwise(1.0)
    given = pl.col(WEIGHT) if WEIGHT in rows.columns else pl.lit(None, pl.Float32)
    weight = pl.coalesce(given, liking, pl.lit(1.0))
    shown = pl.lit(None, pl.Float32) if limit is None else rating
    says_no = _is_one_of(rows, settings.negative_event_types)
    return rows.with_columns(
        pl.when(says_no).then(-weight.abs()).otherwise(weight).cast(pl.Float32).alias(WEIGHT),
        shown.fill_null(math.nan).cast(pl.Float32).alias(RATING),
        _is_one_of(rows, settings.repeatable_event_types).alias(REPEATABLE),
    )


def _is_one_of(rows: pl.DataFrame, event_types: Collection[str]) -> pl.Expr:
    if EVENT not in rows.columns:
        return pl.lit(value=False)
    wanted = {_spelled(name) for name in event_types}
    names = rows[EVENT].unique().drop_nulls().cast(pl.String).to_list()
    meant = pl.Series([name for name in names if _spelled(name) in wanted], dtype=pl.String)
    return pl.col(EVENT).is_in(meant.cast(pl.Categorical).implode()).fill_null(value=False)


def _spelled(event_type: str) -> str:
    return event_type.strip().lower().replace(" ", "_").replace("-", "_")
