"""A sentence as all that a fitted model knows of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.pipeline.fit import FittedScorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.spoken_tastes import words_alone
from lorewise.pipeline.trial import FittedModel
from lorewise.stages import CatalogScorer


@dataclass(frozen=True)
class WordsAlone:
    """Lets a scorer hear what was said, and nothing of what was done."""

    scorer: CatalogScorer

    def score_catalog(self, queries: Queries) -> Scores:
        """Return the scores of the same words without a history."""
        return self.scorer.score_catalog(words_alone(queries))


def spoken_vectors(model: FittedModel, sentences: Sequence[str], n_items: int) -> Embeddings | None:
    """Return the sentences among the items as the model sees them; None if it has no words."""
    if not isinstance(model, FittedScorer):
        return None
    space = KnowledgeSpace.of(model.blocks.features, n_items)
    words = model.blocks.encode_text(sentences)
    return space.placed(words, model.block_weights, len(sentences))
