"""What can be set about the factorization machine."""

from dataclasses import dataclass
from typing import Literal, get_args

from lorewise.errors import SettingsError
from lorewise.models.ranges import check_above, check_choice, check_count, check_range

Loss = Literal["warp", "warp_kos", "bpr", "logistic", "squared"]
Schedule = Literal["adagrad", "adadelta"]


@dataclass(frozen=True, kw_only=True)
class FactorizationSettings:
    """What is learned, how, and how a history is read."""

    loss: Loss = "warp"
    """``warp``, ``warp_kos`` and ``bpr`` put what was chosen before what was not; ``logistic``
    tells likes from dislikes; ``squared`` predicts ratings and needs them."""

    n_components: int = 32
    """Factors of a user and of an item; at least 1."""

    n_epochs: int = 30
    """Passes over the interactions; at least 0. With many, ``warp`` takes what one person liked and
    disliked for alike, and under ``squared`` a dislike may raise an item that is similar."""

    schedule: Schedule = "adagrad"
    """How far a step goes; ``adadelta`` needs no learning rate and fits more closely."""

    learning_rate: float = 0.05
    """Length of the first steps of ``adagrad``; above 0."""

    user_pull: float = 0.0
    """Pull of users' values to 0, added at each step (L2); at least 0."""

    item_pull: float = 0.0
    """Pull of items' values to 0, added at each step (L2); at least 0."""

    max_sampled: int = 10
    """``warp``, ``warp_kos``: items drawn in search of one that comes before a choice; at least
    1."""

    kos_choices: int = 10
    """``warp_kos`` only: a user's choices that are compared at each step; at least 1."""

    kos_place: int = 5
    """``warp_kos`` only: which of them, by score, is pushed up, 1 the best; 1 to
    ``kos_choices``."""

    fold_in_ridge: float = 3.0
    """Pull of a query's factors to 0 when they are read off its history; above 0. Its unit is what
    all items weigh in the direction of a factor, on average; for ``logistic`` and ``squared`` what
    the spread of the users in training calls for."""

    history_tau: float = 5.0
    """Likes after which an event of the history counts 1 / e when it is read, above 0; inf: all
    alike."""

    dislike_weight: float = 0.25
    """What a dislike in a query takes, as a share of what a like gives, where choices are ranked;
    above 0."""

    seed: int = 42
    """Of the first values and of all draws; at least 0."""

    def __post_init__(self) -> None:
        check_choice(self, "loss", get_args(Loss))
        check_choice(self, "schedule", get_args(Schedule))
        for name in ("n_components", "max_sampled", "kos_choices", "kos_place"):
            check_count(self, name, 1)
        for name in ("n_epochs", "seed"):
            check_count(self, name, 0)
        for name in ("learning_rate", "fold_in_ridge", "history_tau", "dislike_weight"):
            check_above(self, name, 0)
        for name in ("user_pull", "item_pull"):
            check_range(self, name, 0)
        if self.kos_place > self.kos_choices:
            raise SettingsError(
                f"FactorizationSettings.kos_place is {self.kos_place}, beyond the "
                f"{self.kos_choices} choices compared; give a whole number from 1 to kos_choices"
            )

    @property
    def is_pointwise(self) -> bool:
        """Whether each event is judged by itself instead of against items not chosen."""
        return self.loss in ("logistic", "squared")
