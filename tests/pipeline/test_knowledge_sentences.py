from dataclasses import replace

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.pipeline.knowledge_sentences import WordsAlone, spoken_vectors
from lorewise.pipeline.spoken_tastes import item_themes
from lorewise.testing.told_world import FitByWords, told_world


class Listener:
    """Keeps the queries it is asked."""

    def score_catalog(self, queries: Queries) -> Scores:
        self.heard = queries
        return np.zeros((len(queries), 4), dtype=np.float32)


def test_a_listener_hears_the_words_and_no_history() -> None:
    words = np.eye(2, dtype=np.float32)
    queries = replace(Queries.of([np.array([1, 2]), np.array([3])]), text_vectors=words)
    listener = Listener()

    WordsAlone(listener).score_catalog(queries)

    assert listener.heard.lengths.tolist() == [0, 0]
    assert listener.heard.text_vectors is words


def test_a_sentence_is_near_the_items_that_it_speaks_of() -> None:
    world = told_world()
    model = FitByWords()(world, algorithm=None)

    vectors = spoken_vectors(model, ["harbor, sailing"], world.n_items)

    assert vectors is not None
    best = int(np.argmax(model.vectors @ vectors[0]))
    assert {"harbor", "sailing"} & set(item_themes(world)[best])


def test_a_model_without_words_hears_nothing() -> None:
    model = replace(FitByWords()(told_world(), algorithm=None))

    class Wordless:
        scorer = model.scorer
        summary = None

    assert spoken_vectors(Wordless(), ["harbor"], 80) is None
