"""The protocols by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.cold_items import cold_items, cold_mixed
from lorewise.data.splitting.cold_users import cold_users
from lorewise.data.splitting.last_item import last_item
from lorewise.data.splitting.partition import Split
from lorewise.data.splitting.random_share import random_share
from lorewise.data.splitting.sparse import sparse
from lorewise.data.splitting.temporal import temporal
from lorewise.errors import SettingsError

PROTOCOLS: Mapping[str, Callable[..., Split]] = MappingProxyType(
    {
        "last-item": last_item,
        "temporal": temporal,
        "random": random_share,
        "cold-items": cold_items,
        "cold-mixed": cold_mixed,
        "cold-users": cold_users,
        "sparse": sparse,
    }
)
"""Name -> function of a dataset and, except for those of ``WITHOUT_CHANCE``, of ``rng=``."""

WITHOUT_CHANCE = frozenset({"last-item", "temporal"})
"""Protocols that take no ``rng``: every seed gives the same split."""


def split(dataset: Dataset, protocol: str, seed: int = 42) -> Split:
    """Split by the protocol of this name, with its own settings where they are not given.

    Where chance enters, the seed is among the settings of the split, so that another seed has
    another fingerprint.

    Raises:
        DataError: The data do not suffice for the protocol; the message says why.
        SettingsError: There is no protocol of this name.
    """
    if protocol not in PROTOCOLS:
        nearest = get_close_matches(protocol, PROTOCOLS, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"there is no protocol {protocol!r}; did you mean {nearest!r}? "
            f"Choose one of {', '.join(PROTOCOLS)}"
        )
    if protocol in WITHOUT_CHANCE:
        return PROTOCOLS[protocol](dataset)
    made = PROTOCOLS[protocol](dataset, rng=np.random.default_rng(seed))
    return replace(made, settings={**made.settings, "seed": seed})
