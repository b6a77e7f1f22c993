"""Where a net stands in its training, as a file: a run that was cut off goes on from there."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.errors import ArtifactMismatchError
from lorewise.stages import Arrays


@dataclass(frozen=True)
class Checkpoint:
    """A file of plain arrays, replaced in one step after every epoch."""

    path: Path

    task: str
    """What is trained on what: a file that says something else is refused."""

    def load(self) -> Arrays | None:
        """Return what was saved last; None if nothing was.

        Raises:
            ArtifactMismatchError: The file is of other data or settings.
        """
        if not self.path.exists():
            return None
        with np.load(self.path, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        task = str(arrays.pop("task", ""))
        if task != self.task:
            raise ArtifactMismatchError(
                f"checkpoint {self.path} is of a training {task!r}, not of {self.task!r}; "
                "give another folder, or remove it to start anew"
            )
        return arrays

    def save(self, arrays: Arrays) -> None:
        """Replace the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".part")
        with beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **{"task": np.array(self.task), **arrays})
        beside.replace(self.path)


def training_digest(dataset: Dataset, vectors: Embeddings, settings: object) -> str:
    """Return sixteen hex digits that change with anything that a training depends on."""
    digest = blake2b(dataset.fingerprint.encode(), digest_size=8)
    digest.update(repr(settings).encode())
    digest.update(vectors.tobytes())
    return digest.hexdigest()
