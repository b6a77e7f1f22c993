import numpy as np
from hypothesis import given

from lorewise.data.dataset import Dataset
from lorewise.data.queries import Queries
from lorewise.testing.strategies import datasets, query_batches


@given(datasets())
def test_a_drawn_dataset_keeps_the_rules_of_a_dataset(dataset: Dataset) -> None:
    assert (np.diff(dataset.user_numbers) >= 0).all()
    same_user = np.diff(dataset.user_numbers) == 0
    assert (np.diff(dataset.timestamps_s)[same_user] >= 0).all()
    assert (dataset.weights != 0).all()
    assert dataset.item_table.height == dataset.n_items > dataset.item_numbers.max(initial=0)


@given(query_batches(5, with_dislikes=False))
def test_a_drawn_batch_can_do_without_dislikes(queries: Queries) -> None:
    assert (queries.weights > 0).all()
    assert queries.offsets[-1] == len(queries.item_numbers) == len(queries.ratings)
    assert queries.item_numbers.max(initial=0) < 5
