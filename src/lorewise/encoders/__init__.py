"""Texts and attributes of items -> unit vectors."""

DENSE_ENCODERS = {
    "static": "lorewise.encoders.dense:StaticEncoder",
    "multilingual": "lorewise.encoders.multilingual:MultilingualEncoder",
}
"""Name -> ``module:Class`` of the pretrained encoders; each has ``load()``."""
