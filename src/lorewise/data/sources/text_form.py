"""How a kind of text file separates and encodes its fields."""

from dataclasses import dataclass

UNIT_SEPARATOR = b"\x1f"


@dataclass(frozen=True, kw_only=True)
class TextForm:
    """What has to be known about delimited text before it can be read."""

    separator: bytes = b","
    """Between two fields; of more than one byte only where there are no quotes."""

    has_quotes: bool = True
    """Whether a field may stand in double quotes, as in RFC 4180."""

    columns: tuple[str, ...] | None = None
    """Names of the columns where the file has no header."""

    may_be_latin_1: bool = False
    """Whether text that is not UTF-8 is Latin-1, in which every byte is a letter; only without
    quotes."""

    @property
    def parsed_separator(self) -> bytes:
        """The single byte that stands between two fields once the text has been read."""
        return self.separator if len(self.separator) == 1 else UNIT_SEPARATOR


COMMA_SEPARATED = TextForm()
TAB_SEPARATED = TextForm(separator=b"\t")
