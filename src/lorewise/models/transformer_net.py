"""The net: what a history says at each of its steps, as plain functions of named weights.

Imports PyTorch; import this module only where a net is trained or read.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lorewise.models.neural_weights import Forget, Weights, keep_all
from lorewise.models.transformer_settings import TransformerSettings

WIDER = 2
"""How much wider than a net's vectors its middle layer is."""

INITIAL_SCALE = 0.05
"""Of the items' vectors, which should start out nearly alike."""


def initial_weights(
    n_items: int, n_features: int | None, settings: TransformerSettings, rng: np.random.Generator
) -> Weights:
    """Return a net's weights by chance; ``n_features`` None: of a net on ids."""
    dim = settings.dim
    shapes: dict[str, tuple[int, ...]] = {"start": (dim,), "final_norm": (dim,)}
    if n_features is None:
        shapes["items"] = (n_items, dim)
    else:
        shapes["adaptor"] = (n_features, settings.n_experts * dim)
        shapes |= {"adaptor_bias": (dim,), "gate": (n_features, settings.n_experts)}
    for block in range(settings.n_blocks):
        shapes |= {f"{block}.{name}": shape for name, shape in _block_shapes(settings).items()}
    return {name: torch.from_numpy(_initial(name, shape, rng)) for name, shape in shapes.items()}


def _block_shapes(settings: TransformerSettings) -> dict[str, tuple[int, ...]]:
    dim, wide = settings.dim, WIDER * settings.dim
    shapes: dict[str, tuple[int, ...]] = {
        "attention_norm": (dim,),
        "attention_in": (dim, 3 * dim),
        "attention_out": (dim, dim),
        "steps_back": (settings.max_length + 1, settings.n_heads),
        "wide_norm": (dim,),
        "wide_in": (dim, wide),
        "wide_bias": (wide,),
        "wide_out": (wide, dim),
    }
    if settings.block == "ligr":
        shapes |= {"attention_gate": (dim, dim), "wide_gate": (dim, dim)}
    return shapes


def _initial(
    name: str, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    if name.endswith("norm"):
        return np.ones(shape, dtype=np.float32)
    if name == "gate":
        return rng.standard_normal(shape).astype(np.float32)
    if name.endswith(("bias", "steps_back", "_gate")):
        return np.zeros(shape, dtype=np.float32)
    scale = INITIAL_SCALE if name in ("items", "start", "adaptor") else 1 / math.sqrt(shape[0])
    return (scale * rng.standard_normal(shape)).astype(np.float32)


def begin_at(table: Tensor, features: Tensor) -> None:
    """Let the vectors of a net on ids begin at what is known of the items.

    Source: LLM2BERT4Rec (Harte et al., RecSys 2023): principal axes, here all alike loud.
    """
    is_known = features.any(dim=1)
    table[is_known, : features.shape[1]] = INITIAL_SCALE * features[is_known]


def item_rows(weights: Weights, features: Tensor | None, items: Tensor | None = None) -> Tensor:
    """Return the vectors of these items (all by default), by which they are read and found.

    ``features`` are those of all items, for a net on knowledge: several experts read them, and
    each item mixes the readings in its own shares, which make a vector of length 1.

    Source: the adaptor of UniSRec (Hou et al., KDD 2022), its shares without noise. Products are
    divided by the root of the number of features, so that adaptors learn at the pace of all else.
    """
    if features is None:
        table = weights["items"]
        return table if items is None else functional.embedding(items, table)
    known = features if items is None else features[items]
    root = math.sqrt(known.shape[-1])
    readings = known @ (weights["adaptor"] / root).to(known.dtype)
    shares = torch.softmax((known @ (weights["gate"] / root).to(known.dtype)).float(), dim=-1)
    shares = functional.normalize(shares, dim=-1).to(known.dtype)
    mixed = shares[..., None, :] @ readings.unflatten(-1, (shares.shape[-1], -1))
    return mixed[..., 0, :].float() + weights["adaptor_bias"]


def states(
    weights: Weights, rows: Tensor, settings: TransformerSettings, forget: Forget = keep_all
) -> Tensor:
    """Return what is expected at the start and after each step; ``(n, n_steps + 1, dim)``.

    ``rows`` are the items' vectors, ``(n, n_steps, dim)``. A state depends on nothing later, and
    on how many steps back an item was, never on how many came before.

    Source: SASRec (Kang and McAuley, ICDM 2018), normalizing before each layer and with a learned
    preference for steps back (as in HSTU, Zhai et al., ICML 2024) for its absolute positions: so
    histories need no padding to align them. ``ligr``: the gates of LiGR (Borisyuk et al., 2025).
    """
    start = weights["start"].expand(len(rows), 1, settings.dim)
    x = forget(torch.cat([start, rows], dim=1) * math.sqrt(settings.dim))
    for block in range(settings.n_blocks):
        own = {
            name.partition(".")[2]: weight
            for name, weight in weights.items()
            if name.startswith(f"{block}.")
        }
        x = _passed_on(x, own, "attention", _attention(x, own, settings), forget)
        x = _passed_on(x, own, "wide", _wide(x, own), forget)
    return _normed(x, weights["final_norm"])


def _attention(x: Tensor, own: Weights, settings: TransformerSettings) -> Tensor:
    n, n_steps, dim = x.shape
    mixed = _normed(x, own["attention_norm"]) @ own["attention_in"]
    heads = mixed.view(n, n_steps, 3, settings.n_heads, -1).permute(2, 0, 3, 1, 4)
    found = functional.scaled_dot_product_attention(
        heads[0], heads[1], heads[2], attn_mask=_steps_back(own["steps_back"], n_steps)
    )
    return found.transpose(1, 2).reshape(n, n_steps, dim) @ own["attention_out"]


def _steps_back(preferences: Tensor, n_steps: int) -> Tensor:
    """Return what is added for looking from a step to another; -inf for what comes later."""
    steps = torch.arange(n_steps)
    back = steps[:, None] - steps
    looks = functional.embedding(back.clamp(min=0), preferences).permute(2, 0, 1)
    return looks.masked_fill(back < 0, -math.inf)


def _wide(x: Tensor, own: Weights) -> Tensor:
    inner = _normed(x, own["wide_norm"]) @ own["wide_in"] + own["wide_bias"]
    return functional.gelu(inner) @ own["wide_out"]


def _passed_on(x: Tensor, own: Weights, name: str, found: Tensor, forget: Forget) -> Tensor:
    if f"{name}_gate" in own:
        found = found * torch.sigmoid(_normed(x, own[f"{name}_norm"]) @ own[f"{name}_gate"])
    return x + forget(found)


def _normed(x: Tensor, scale: Tensor) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), scale)
