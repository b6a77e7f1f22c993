import numpy as np
import pytest

from lorewise.errors import DataError
from lorewise.evaluation.exposure import Exposure
from lorewise.evaluation.outcome import Outcome
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets


def test_no_batches_are_no_outcome() -> None:
    with pytest.raises(DataError, match="0 outcomes cannot be joined"):
        Outcome.joined([])


def test_values_per_user_are_those_of_accuracy_and_of_the_lists() -> None:
    offsets = np.array([0, 1, 1])
    outcome = Outcome(
        ks=(5,),
        ranked=RankedTargets(
            offsets=offsets,
            ranks=np.array([2]),
            others_ahead=np.array([1]),
            n_others=np.array([4, 4]),
        ),
        targets=Targets(offsets=offsets, item_numbers=np.array([3], dtype=np.int32)),
        n_events=np.array([7, 1]),
        of_lists={"novelty@5": np.array([1.5, 2.5])},
        exposure={5: Exposure(np.array([1, 1]))},
    )

    values = Outcome.joined([outcome, outcome]).per_user()

    assert len(outcome) == 2
    assert values["mrr@5"][[0, 2]].tolist() == [0.5, 0.5]
    assert np.isnan(values["mrr@5"][[1, 3]]).all()
    assert values["auc"][0] == 0.75
    assert values["novelty@5"].tolist() == [1.5, 2.5, 1.5, 2.5]
