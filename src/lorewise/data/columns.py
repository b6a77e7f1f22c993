"""What each column of an item table is good for: title, text, tags, number, or nothing."""

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["title", "text", "tags", "links", "number", "excluded"]

LIST_SEPARATOR = r"\|"
NAME_SEPARATOR = "[,，、;；]"  # noqa: RUF001  fullwidth marks separate names in Chinese
WHOLE_VALUE = ""

KIN = "lore.kin"
"""Column of the items that an item resembles, itself included; lists of their ids."""

_IDS = {"item_id", "user_id"}
_TITLES = ("title", "name", "标题", "名称", "商品名称")
_SELF_JUDGED = {"lore.confidence", "lore.provenance"}
_LINK = r"(?i)^\s*(?:https?:|www\.|//|data:|s3:|/)|\.(?:jpe?g|png|gif|webp|svg|html?)(?:\?\S*)?$"
_CODE = r"^[A-Za-z0-9_\-:./#]*\d[A-Za-z0-9_\-:./#]*$"
_KEY_NAME = re.compile(r"(?i:(?:^|[_.\s\-])ids?$)|[a-z]I[dD]s?$")

_ABSENT = ["", "N/A", "NaN", "nan", "null", "NULL"]
_AMOUNT = (
    r"(?i)^[$€£¥₹]?\s*(-?\d[\d,]*(?:\.\d+)?)\s*(?:%|元|分钟|页|min(?:ute)?s?|h(?:ou)?rs?|h|"
    r"p(?:age)?s?|[km]?g|lbs?|oz|[mc]?l|[kcm]?m|in(?:ch(?:es)?)?|ft|usd|eur|gbp|cny|rmb|[kmgt]b|w|v)?$"
)
_DATE = (
    r"(?i)^[\d\s\-/.,:tz+]*(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)?"
    r"[\d\s\-/.,:tz+]*$"
)
_YEAR = r"(?:^|\D)((?:1[5-9]|20)\d\d)(?:\D|$)"

_SENTENCE_END = r"[.!?。！？]$"  # noqa: RUF001  fullwidth marks end sentences in Chinese

_UNIQUE = 0.9  # from this share of own values a column names items instead of describing them
_MOSTLY = 0.9
_HALF = 0.5
_SOME = 0.05
_REPEATED = 0.8
_MAX_TAG_CHARACTERS = 60
_MAX_NAME_CHARACTERS = 40
_MAX_NAME_WORDS = 5
_MAX_TITLE_CHARACTERS = 120


def filled(column: pl.Series) -> pl.Series:
    """Return the column with blank values as null; text, categories and booleans as text."""
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype in (pl.Boolean, pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    if column.dtype != pl.String:
        return column
    stripped = column.str.strip_chars()
    return stripped.set(stripped.is_in(_ABSENT), None)


def as_numbers(column: pl.Series) -> pl.Series:
    """Return float64 numbers, null where a value holds none.

    Text gives its amount (``"81 min"``, ``"$1,299.00"``) or, where it is a date, its year; dates
    give the year with the part of it that has passed.
    """
    if column.dtype.is_temporal():
        return _years(column)
    if column.dtype != pl.String:
        return column.cast(pl.Float64).fill_nan(None)
    amounts = column.str.extract(_AMOUNT).str.replace_all(",", "", literal=True)
    years = column.set(~column.str.contains(_DATE), None).str.extract(_YEAR)
    return amounts.fill_null(years).cast(pl.Float64, strict=False)


def split_tags(column: pl.Series, separator: str) -> pl.Series:
    """Return a list of tags per row, without blanks; an empty list where there is no value.

    ``separator`` is that of the column's role. Brackets and quotes around a tag go, so that
    ``"['Drama', 'War']"`` gives the same tags as ``"Drama|War"``.
    """
    if isinstance(column.dtype, pl.List | pl.Array):
        lists = column.cast(pl.List(pl.String))
    else:
        text = column.cast(pl.String)
        lists = (text.str.replace_all(separator, "\x1f") if separator else text).str.split("\x1f")
    tag = pl.element().str.strip_chars(" \t\n[]{}'\"")
    return lists.list.eval(tag.filter(tag.is_not_null() & (tag != ""))).fill_null([])


def _years(column: pl.Series) -> pl.Series:
    if column.dtype not in (pl.Date, pl.Datetime):
        return column.to_physical().cast(pl.Float64)
    return column.dt.year() + (column.dt.ordinal_day() - 1) / 366


@dataclass(frozen=True)
class ColumnRole:
    """What a column is used for, and why."""

    kind: Kind
    """``excluded`` columns never become features."""

    reason: str
    """In words, for a report to the person whose column it is."""

    separator: str = WHOLE_VALUE
    """Of ``tags`` and ``links``: the regular expression between two; empty: one value alone."""


def column_roles(table: pl.DataFrame) -> dict[str, ColumnRole]:
    """Return the role of each column of an item table, in the table's order.

    A column that is unique per item (a number, link or foreign id) is never a feature: it says
    nothing that two items could share, and often numbers them in order of arrival. At most one
    column is the title; columns named ``lore.*`` never are.

    >>> table = pl.DataFrame({"item_id": ["a", "b", "c"], "genre": ["Drama", "Drama", "War"]})
    >>> [role.kind for role in column_roles(table).values()]
    ['excluded', 'tags']
    """
    roles = {column.name: _role(column) for column in table}
    title = _title(table, roles)
    return roles if title is None else roles | title


def _role(column: pl.Series) -> ColumnRole:
    if column.name.lower() in _IDS:
        return ColumnRole("excluded", "an id names an item or user and does not describe it")
    if column.name.lower() in _SELF_JUDGED:
        return ColumnRole("excluded", "tells of the language model's answer, not of the item")
    if column.name == KIN:
        return ColumnRole("links", "ids of items, which are no words", LIST_SEPARATOR)
    if isinstance(column.dtype, pl.List | pl.Array):
        return _list_role(column)
    if not (
        _is_numeric(column) or column.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Boolean)
    ):
        return ColumnRole("excluded", f"values of type {column.dtype} are not read")
    if column.dtype == pl.Boolean:
        return _empty_or_constant(filled(column)) or ColumnRole("tags", "yes or no")
    rules = (
        _empty_or_constant,
        _number,
        _link,
        _code,
        _tag_list,
        _name_list,
        _category,
    )
    values = filled(column)
    found = (role for rule in rules if (role := rule(values)) is not None)
    return next(found, ColumnRole("text", "free text"))


def _is_numeric(column: pl.Series) -> bool:
    return column.dtype.is_numeric() or column.dtype.is_temporal()


def _list_role(column: pl.Series) -> ColumnRole:
    if filled(column).drop_nulls().is_empty():
        return ColumnRole("excluded", "no item has a value")
    return ColumnRole("tags", "a list in each row", LIST_SEPARATOR)


def _empty_or_constant(values: pl.Series) -> ColumnRole | None:
    if values.null_count() == len(values):
        return ColumnRole("excluded", "no item has a value")
    if values.n_unique() == 1:
        return ColumnRole("excluded", f"every item has the same value, {values[0]!r}")
    return None


def _number(values: pl.Series) -> ColumnRole | None:
    numbers = as_numbers(values)
    known = numbers.drop_nulls()
    if len(known) < _MOSTLY * values.count():
        return None
    n_distinct = known.n_unique()
    if n_distinct >= _UNIQUE * len(known):
        return ColumnRole("excluded", f"{n_distinct} values for {len(known)} items: names them")
    if _rises_with_row(numbers) and not _are_years(known):
        return ColumnRole("excluded", "rises from row to row: numbers the items")
    if _KEY_NAME.search(values.name):
        return ColumnRole("tags", "a numbered category: its name ends in id")
    return ColumnRole("number", f"numbers, {n_distinct} values for {len(known)} items")


def _rises_with_row(numbers: pl.Series) -> bool:
    """Whether the number follows the row in a catalog where it has many values."""
    known = pl.DataFrame({"value": numbers}).with_row_index("row").drop_nulls()
    if known["value"].n_unique() < 0.1 * len(known):
        return False
    follows = float(known.select(pl.corr("row", "value", method="spearman")).item())
    return abs(follows) > 0.99  # noqa: PLR2004  two neighbors may be swapped


def _are_years(numbers: pl.Series) -> bool:
    years = numbers.is_between(1800, 2100) & (numbers == numbers.round())
    return bool(years.all())


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.drop_nulls().str.contains(pattern).mean())  # type: ignore[arg-type]


def _link(values: pl.Series) -> ColumnRole | None:
    if _share(values, _LINK) >= _HALF:
        return ColumnRole("excluded", "links or file names")
    return None


def _code(values: pl.Series) -> ColumnRole | None:
    known = values.drop_nulls()
    if known.n_unique() >= _UNIQUE * len(known) and _share(values, _CODE) >= _REPEATED:
        return ColumnRole("excluded", f"codes such as {known[0]!r}, one per item")
    return None


def _tag_list(values: pl.Series) -> ColumnRole | None:
    if _share(values, LIST_SEPARATOR) < _SOME:
        return None
    tags = split_tags(values, LIST_SEPARATOR).explode(empty_as_null=False, keep_nulls=False)
    if tags.is_empty() or _high(tags.str.len_chars()) > _MAX_TAG_CHARACTERS:
        return None
    return ColumnRole("tags", "a list joined by |", LIST_SEPARATOR)


def _name_list(values: pl.Series) -> ColumnRole | None:
    if _share(values, NAME_SEPARATOR) < _SOME or _share(values, _SENTENCE_END) > _HALF:
        return None
    names = split_tags(values, NAME_SEPARATOR).explode(empty_as_null=False, keep_nulls=False)
    if names.is_empty() or not _are_short_names(names):
        return None
    repeated = names.n_unique() <= _REPEATED * len(names)
    capitalized = _share(names, r"^\W*[^\p{Ll}]") >= _MOSTLY
    many = _share(values, NAME_SEPARATOR) >= _HALF and capitalized
    return (
        ColumnRole("tags", "short names between commas", NAME_SEPARATOR)
        if repeated or many
        else None
    )


def _category(values: pl.Series) -> ColumnRole | None:
    known = values.drop_nulls()
    if known.n_unique() <= _REPEATED * len(known) and _are_short_names(known):
        return ColumnRole("tags", f"{known.n_unique()} short values for {len(known)} items")
    return None


def _are_short_names(names: pl.Series) -> bool:
    n_words = names.str.count_matches(r"\S+")
    return (
        _high(names.str.len_chars()) <= _MAX_NAME_CHARACTERS and _high(n_words) <= _MAX_NAME_WORDS
    )


def _high(sizes: pl.Series) -> float:
    return float(sizes.quantile(_MOSTLY) or 0)


def _title(table: pl.DataFrame, roles: dict[str, ColumnRole]) -> dict[str, ColumnRole] | None:
    usable = {name for name in table.columns if table.schema[name] == pl.String}
    usable -= {name for name in usable if name.startswith("lore.")}
    for wanted in _TITLES:
        for name in table.columns:
            if name.lower() == wanted and name in usable and not _is_empty(table[name]):
                return {name: ColumnRole("title", f"named {name!r}")}
    texts = (name for name in table.columns if name in usable and roles[name].kind == "text")
    for name in texts:
        known = filled(table[name]).drop_nulls()
        unique = known.n_unique() > _REPEATED * len(known)
        if unique and _high(known.str.len_chars()) <= _MAX_TITLE_CHARACTERS:
            return {
                name: ColumnRole("title", "the first short text that differs from item to item")
            }
    return None


def _is_empty(column: pl.Series) -> bool:
    return _empty_or_constant(filled(column)) is not None
