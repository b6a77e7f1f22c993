"""What of a job is done already, and what is still to be asked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, Self

from lorewise.knowledge.enrichment_job import Job
from lorewise.knowledge.subjects import Subject
from lorewise.storage.call_log import Settled
from lorewise.storage.knowledge_store import KnowledgeStore

Standing = Literal["done", "failed", "changed", "new"]


@dataclass(frozen=True, kw_only=True)
class StoredSoFar:
    """Tells of each subject of a job what the store holds."""

    settled: Mapping[tuple[str, str], Settled]
    """By subject id and input digest."""

    retry_failed: bool
    """Whether what failed for good counts as never asked."""

    known_ids: frozenset[str]
    """Ids of the subjects that the store knows with whatever input."""

    @classmethod
    def read(cls, store: KnowledgeStore, job: Job, *, retry_failed: bool) -> Self:
        """Read what the store holds of the job."""
        settled = store.settled(*job.key)
        ids = frozenset(subject_id for subject_id, _ in settled)
        return cls(settled=settled, retry_failed=retry_failed, known_ids=ids)

    def standing(self, subject: Subject) -> Standing:
        """Return ``done``, ``failed`` (for good), or why to ask: ``changed`` or ``new``."""
        stored = self.settled.get((subject.id, subject.input_digest))
        if stored is None:
            return "changed" if subject.id in self.known_ids else "new"
        if stored.status == "done":
            return "done"
        return "failed" if stored.is_final and not self.retry_failed else "new"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run of a job will ask; making it asks nothing."""

    job: Job
    stored: StoredSoFar = field(repr=False)
    counts: Mapping[Standing, int]
    """Subjects by where they stand."""

    @classmethod
    def of(cls, job: Job, store: KnowledgeStore, *, retry_failed: bool = False) -> Self:
        """Read every subject once, and keep none."""
        stored = StoredSoFar.read(store, job, retry_failed=retry_failed)
        counts = Counter(stored.standing(subject) for subject in job.subjects())
        return cls(job=job, stored=stored, counts=counts)

    @property
    def n_subjects(self) -> int:
        """All of the job."""
        return sum(self.counts.values())

    @property
    def n_to_ask(self) -> int:
        """Subjects that are new or changed."""
        return self.counts["new"] + self.counts["changed"]

    @property
    def n_calls(self) -> int:
        """Calls, if every answer is good."""
        return -(-self.n_to_ask // self.job.settings.batch_size)

    def batches(self) -> Iterator[tuple[Subject, ...]]:
        """Yield what to ask about, the subjects of one question together, without holding all."""
        to_ask = (
            it for it in self.job.subjects() if self.stored.standing(it) in {"new", "changed"}
        )
        while batch := tuple(islice(to_ask, self.job.settings.batch_size)):
            yield batch
