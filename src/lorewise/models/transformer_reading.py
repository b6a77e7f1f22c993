"""Reads histories with a trained net.

Imports PyTorch; import this module only where a net is read.
"""

import numpy as np
import torch

from lorewise.data.primitives import Embeddings
from lorewise.models.neural_weights import Weights
from lorewise.models.transformer_histories import MOST_CELLS, Histories, batches_of_length
from lorewise.models.transformer_net import states
from lorewise.models.transformer_settings import TransformerSettings


def all_states(
    weights: Weights, table: Embeddings, histories: Histories, settings: TransformerSettings
) -> Embeddings:
    """Return what is expected at the start of each history and after each item, end to end.

    Shape ``(n_items_read + n_histories, dim)``: history h owns ``len(h) + 1`` rows in turn.
    ``table`` holds the items' vectors. No history may be longer than ``max_length``.
    """
    out = np.empty((len(histories.items) + len(histories), settings.dim), dtype=np.float32)
    starts = histories.offsets[:-1] + np.arange(len(histories))
    with torch.no_grad():
        for rows in batches_of_length(histories.lengths + 1, MOST_CELLS):
            items, is_real = histories.padded(rows)
            reached = states(weights, torch.from_numpy(table[items]), settings).numpy()
            is_reached = np.pad(is_real, ((0, 0), (1, 0)), constant_values=True)
            places = starts[rows][:, None] + np.arange(is_reached.shape[1])
            out[places[is_reached]] = reached[is_reached]
    return out
