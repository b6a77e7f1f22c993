"""What a folder with an exported encoder holds, and how its makers want it to be used."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

from lorewise.errors import SettingsError
from lorewise.storage.checksum import file_sha256

MODELS = ("onnx/model.onnx", "model.onnx")
"""Where the model may lie; the first that exists counts."""

TOKENIZER = "tokenizer.json"

MOST_TOKENS = 512
"""Of a text, where the folder does not say less; the rest of a longer one is not read."""


@dataclass(frozen=True, kw_only=True)
class OnnxLayout:
    """A folder in the layout of sentence-transformers; only model and tokenizer must be there."""

    model: Path
    tokenizer: Path

    max_tokens: int = MOST_TOKENS
    """What the model reads of a text."""

    reads_first_token: bool = False
    """Whether the first token's vector stands for the text; otherwise the mean of all."""

    item_prompt: str = ""
    """Put before the text of an item, as in ``passage: ``."""

    query_prompt: str = ""
    """Put before what a person says."""

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return what the folder says.

        Raises:
            SettingsError: Model or tokenizer is missing, a file is not the JSON it should be, or
                the model pools its tokens in a way that is not known here.
        """
        model = next((folder / name for name in MODELS if (folder / name).is_file()), None)
        if model is None or not (folder / TOKENIZER).is_file():
            raise SettingsError(
                f"{folder} is no folder of an ONNX encoder: it needs {' or '.join(MODELS)}, and "
                f"{TOKENIZER}; export the model to ONNX with its tokenizer beside it"
            )
        prompts = _settings(folder / "config_sentence_transformers.json").get("prompts") or {}
        limit = _settings(folder / "sentence_bert_config.json").get("max_seq_length") or MOST_TOKENS
        return cls(
            model=model,
            tokenizer=folder / TOKENIZER,
            max_tokens=min(int(limit), MOST_TOKENS),
            reads_first_token=_reads_first_token(folder / "1_Pooling" / "config.json"),
            item_prompt=prompts.get("document") or prompts.get("passage") or "",
            query_prompt=prompts.get("query") or "",
        )

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with the model, its tokenizer or the way of use."""
        parts = [file_sha256(self.model), file_sha256(self.tokenizer), self.item_prompt]
        parts += [self.query_prompt, str(self.max_tokens), str(self.reads_first_token)]
        return blake2b("\x00".join(parts).encode(), digest_size=8).hexdigest()


def _settings(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty where there is no such file."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"{path} is not JSON: {error}; fetch the folder again") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{path} holds no JSON object; fetch the folder again")
    return found


def _reads_first_token(path: Path) -> bool:
    chosen = {name for name, value in _settings(path).items() if value is True}
    ways = {name for name in chosen if name.startswith("pooling_mode_")}
    if unknown := ways - {"pooling_mode_mean_tokens", "pooling_mode_cls_token"}:
        raise SettingsError(
            f"{path} asks for {', '.join(sorted(unknown))}, but tokens can only be joined by their "
            "mean or by the first one; take another encoder"
        )
    return ways == {"pooling_mode_cls_token"}
