"""Names for the ids and arrays that every stage exchanges."""

from typing import NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

UserId = NewType("UserId", str)
ItemId = NewType("ItemId", str)

UserNumbers: TypeAlias = NDArray[np.int32]
ItemNumbers: TypeAlias = NDArray[np.int32]
Scores: TypeAlias = NDArray[np.float32]
Embeddings: TypeAlias = NDArray[np.float32]
Timestamps: TypeAlias = NDArray[np.int64]
Offsets: TypeAlias = NDArray[np.int64]
