"""An encoder as the command line names it, checked before any work."""

from pathlib import Path

DECIDED_LATER = ("auto", "none")
"""Names of no encoder: one is chosen by the texts, or TF-IDF does alone."""


def checked_encoder(named: str) -> str:
    """Return the encoder's name as a fit takes it.

    The path of a folder becomes absolute, so that the model finds it from anywhere. A price, which
    `lorewise advise` reads, is left out.

    Raises:
        MissingExtraError: A package that the encoder needs is not installed.
        SettingsError: There is no encoder of that name, or none in that place.
    """
    from lorewise.encoders.text_blocks import pretrained
    from lorewise.pipeline.advising_offers import EncoderOffer

    name = EncoderOffer.of(named).name
    if name not in DECIDED_LATER:
        pretrained(name)
    kind, _, place = name.partition(":")
    return f"folder:{Path(place).expanduser().resolve()}" if kind == "folder" else name
