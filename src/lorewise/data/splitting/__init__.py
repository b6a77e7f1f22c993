"""Ways to hold interactions out, and what comes of it."""

from lorewise.data.splitting.partition import Split
from lorewise.data.splitting.protocols import PROTOCOLS, split
from lorewise.data.splitting.ties import shuffle_ties

__all__ = ["PROTOCOLS", "Split", "shuffle_ties", "split"]
