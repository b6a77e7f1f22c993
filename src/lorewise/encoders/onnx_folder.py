"""Vectors of meaning from a model in a local folder, by ONNX Runtime; needs extra ``encoders``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.encoders.onnx_layout import OnnxLayout
from lorewise.errors import MissingExtraError, SettingsError

_N_TEXTS_AT_ONCE = 32
_PACKAGES = ("onnxruntime", "tokenizers")


@dataclass(frozen=True)
class OnnxFolderEncoder:
    """A sentence encoder that was exported to ONNX, on one thread."""

    layout: OnnxLayout

    name: str
    """Changes when the vectors do: it holds a digest of the files, not their place."""

    tokenizer: Any
    """The loaded ``tokenizers.Tokenizer``, which cuts off what the model does not read."""

    session: Any
    """The loaded ``onnxruntime.InferenceSession``."""

    dim: int
    """Length of a vector."""

    @classmethod
    def open(cls, folder: str) -> Self:
        """Return the encoder in this folder (see ``OnnxLayout``); it is read once per process.

        Raises:
            MissingExtraError: ONNX Runtime or the package ``tokenizers`` is not installed.
            SettingsError: The folder holds no encoder that can be used; the message says why.
        """
        missing = [name for name in _PACKAGES if find_spec(name) is None]
        if missing:
            raise MissingExtraError(
                f"the encoder in {folder} needs {' and '.join(missing)}, not installed here; "
                "run: pip install 'lorewise[encoders]'"
            )
        place = Path(folder).expanduser().resolve()
        layout = OnnxLayout.of(place)
        tokenizer, session = _loaded_tokenizer(layout), _loaded_session(layout.model)
        found = _vectors(session, tokenizer, ["a"], layout)
        return cls(
            layout, f"onnx-{place.name}-{_digest(layout)}", tokenizer, session, len(found[0])
        )

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one row per item text, of length 1; zeros for an empty one; ``(n, dim)``."""
        return self._encode(texts, self.layout.item_prompt)

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of what people say; some models tell them from item texts."""
        return self._encode(texts, self.layout.query_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Embeddings:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        written = [number for number, text in enumerate(texts) if text.strip()]
        # Texts of like length share a batch, or the short ones are padded to the longest.
        written.sort(key=lambda number: len(texts[number]))
        for start in range(0, len(written), _N_TEXTS_AT_ONCE):
            rows = written[start : start + _N_TEXTS_AT_ONCE]
            sentences = [prompt + texts[row] for row in rows]
            vectors[rows] = _vectors(self.session, self.tokenizer, sentences, self.layout)
        return unit_rows(vectors)


def _vectors(
    session: Any,  # noqa: ANN401  onnxruntime has no types
    tokenizer: Any,  # noqa: ANN401  kept from modules that load without it
    texts: Sequence[str],
    layout: OnnxLayout,
) -> Embeddings:
    """Return one row per text, not yet of length 1."""
    found = tokenizer.encode_batch_fast(list(texts))
    mask = np.array([encoding.attention_mask for encoding in found], dtype=np.int64)
    given = {
        "input_ids": np.array([encoding.ids for encoding in found], dtype=np.int64),
        "attention_mask": mask,
        "token_type_ids": np.zeros_like(mask),
    }
    wanted = [entry.name for entry in session.get_inputs()]
    if unknown := set(wanted) - given.keys():
        raise SettingsError(
            f"{layout.model} asks for {', '.join(sorted(unknown))}, which no text encoder needs; "
            "export the encoder alone"
        )
    output: Embeddings = session.run(None, {name: given[name] for name in wanted})[0]
    return _pooled(output, mask, reads_first_token=layout.reads_first_token)


def _pooled(
    output: Embeddings, mask: "np.ndarray[Any, Any]", *, reads_first_token: bool
) -> Embeddings:
    """Return ``(n, dim)`` of the vectors of the tokens; as it is where the model has done so."""
    if output.ndim == 2:  # noqa: PLR2004  texts, dimensions
        return output
    if reads_first_token:
        return output[:, 0]
    weights = mask[:, :, None].astype(np.float32)
    means: Embeddings = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return means


@cache
def _digest(layout: OnnxLayout) -> str:
    return layout.digest


@cache
def _loaded_tokenizer(layout: OnnxLayout) -> Any:  # noqa: ANN401  kept from modules without it
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(layout.tokenizer))
    tokenizer.enable_truncation(layout.max_tokens)
    tokenizer.enable_padding(pad_id=tokenizer.padding["pad_id"] if tokenizer.padding else 0)
    return tokenizer


@cache
def _loaded_session(model: Path) -> Any:  # noqa: ANN401  onnxruntime has no types
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (errors.InvalidProtobuf, errors.InvalidGraph, errors.Fail) as error:
        raise SettingsError(f"{model} cannot be loaded: {error}; export it again") from error
