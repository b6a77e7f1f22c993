"""Texts that must not be longer than so much."""

_SHORTEST = 0.6
"""Share of the room that a text cut at a space has to fill; else it is cut inside a word."""


def at_word_end(text: str, max_characters: int) -> str:
    """Return the text, cut after a word where it is longer; Chinese is cut anywhere.

    >>> at_word_end("a landmark of computer animation", 20)
    'a landmark of'
    """
    if len(text) <= max_characters:
        return text
    head = text[: max_characters + 1]
    space = head.rfind(" ")
    return head[: space if space >= _SHORTEST * max_characters else -1].rstrip(" ,;:，；：、")  # noqa: RUF001
