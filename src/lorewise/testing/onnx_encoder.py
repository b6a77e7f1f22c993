"""A folder with the smallest encoder there is: three words, two dimensions, no layers."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

WORDS = {"[PAD]": 0, "red": 1, "blue": 2, "query:": 3}
VECTORS = np.array([[9, 9], [3, 0], [0, 1], [0, -1]], dtype=np.float32)
"""One row per word; the padding's must never be seen."""

N_DIMS = VECTORS.shape[1]


def made_folder(
    folder: Path, *, model: str = "onnx/model.onnx", inputs: tuple[str, ...] = ("attention_mask",)
) -> Path:
    """Write the model, which looks words up and asks for ``inputs`` beside them."""
    (folder / model).parent.mkdir(parents=True, exist_ok=True)
    onnx.save(_lookup(("input_ids", *inputs)), folder / model)
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[PAD]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def with_settings(folder: Path, name: str, **settings: object) -> Path:
    """Write one of the JSON files that say how the model is to be used."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(settings))
    return folder


def _lookup(inputs: tuple[str, ...]) -> onnx.ModelProto:
    shape = ["texts", "tokens"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "lookup",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, N_DIMS])],
        [numpy_helper.from_array(VECTORS, "table")],
    )
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)
