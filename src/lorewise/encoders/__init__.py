"""Texts and attributes of items -> unit vectors."""

DENSE_ENCODERS = {
    "static": "lorewise.encoders.dense:StaticEncoder",
    "multilingual": "lorewise.encoders.multilingual:MultilingualEncoder",
}
"""Name -> ``module:Class`` of the pretrained encoders; each has ``load()``."""

ENCODER_PLACES = {
    "folder": "lorewise.encoders.onnx_folder:OnnxFolderEncoder",
    "endpoint": "lorewise.encoders.endpoint:EndpointEncoder",
}
"""First part of a name -> ``module:Class`` of encoders that lie elsewhere; each has
``open(place)``. ``folder:models/minilm`` is the one in that folder, ``endpoint:URL#MODEL`` the one
behind that address."""
