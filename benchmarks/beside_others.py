"""A model that learns vectors, beside others: on the next item, and on items nobody has met."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from cold_items import ndcg_at_20
from measuring import print_machine
from next_item import encoded
from transformer import report

from lorewise.data.knowledge_file import read_knowledge, with_knowledge
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.models.registry import model_class, settings_class
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.knowledge_space import KnowledgeSpace

OTHERS = ("sequential_linear", "content", "popularity")
SEED = 42
"""Of the draw of new items."""


def compare(model: str, description: str | None) -> None:
    """Print the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data")
    parser.add_argument("--settings", type=json.loads, default={}, help="of the model")
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument("--new", nargs=2, metavar=("FOLDER", "KNOWLEDGE"), help="for new items")
    options = parser.parse_args()
    print_machine()
    settings = settings_class(model)(**options.settings)
    print(settings)
    on_next_items(model, settings, options.data, options.checkpoints)
    if options.new:
        on_new_items(model, settings, *options.new)


def on_next_items(model: str, settings: Any, folder: str, checkpoints: Path | None) -> None:  # noqa: ANN401  any settings
    """Print how well each user's last item is found in the whole catalog."""
    dataset, vectors = encoded(folder)
    parted = split(dataset, "last-item", 0)
    print(f"\n{folder}: {dataset.n_users} users, {dataset.n_items} items")
    print(f"{'model':24} {'NDCG@10':>8} {'HR@10':>8} {'fit, CPU s':>10}")
    start_s = time.process_time()
    fitted: Any = model_class(model)
    scorer = fitted.fit(parted.train, vectors, settings, checkpoints=checkpoints)
    report(model, scorer, parted, time.process_time() - start_s)
    for name in OTHERS:
        start_s = time.process_time()
        other = model_class(name).fit(parted.train, vectors, settings_class(name)())
        report(name, other, parted, time.process_time() - start_s)
    curve = np.round(scorer.curve.astype(float), 4).tolist()
    print(f"{model}: {len(curve)} epochs, validation {curve}", flush=True)


def on_new_items(model: str, settings: Any, folder: str, knowledge: str) -> None:  # noqa: ANN401  any settings
    """Print how well items without any interactions are found among themselves."""
    parted = split(with_knowledge(read(folder), read_knowledge(knowledge)), "cold-items", SEED)
    features = encode_catalog(parted.train, cache=None).features
    vectors = KnowledgeSpace.of(features, parted.train.n_items).vectors({})
    print(f"\n{folder}, new items\n{'model':24} {'NDCG@20':>8}")
    for name in (model, *OTHERS[:2]):
        own = settings if name == model else settings_class(name)()
        scorer = model_class(name).fit(parted.train, vectors, own)
        gains = ndcg_at_20(scorer, parted, parted.target_users)
        print(f"{name:24} {np.nanmean(gains):8.4f}", flush=True)
