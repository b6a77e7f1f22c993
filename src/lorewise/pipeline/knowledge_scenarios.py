"""The columns of a knowledge study: what is held out, what is asked, and by which measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal

from lorewise.errors import SettingsError

REVEALED = (0, 1, 3, 5, 10)
"""Events that are known of cold users, one scenario for each."""

COLD_ITEMS: Final = "cold-items"
SENTENCE: Final = "sentence"
WARM: Final = "warm"
SPARSE: Final = "sparse"

TrainingName = Literal["items", "people", "sparse"]
"""What is held out: a fifth of the items, or some users and the others' last rows, or last rows
of thinned-out histories."""


@dataclass(frozen=True, kw_only=True)
class ScenarioPlan:
    """One column, and what it takes."""

    name: str
    training: TrainingName
    """Scenarios of one training part share their fits."""

    exam: str
    """Scenarios of one exam share their lists; unique among all training parts."""

    about: str
    place: str
    """Ends the sentence "lore pays ..."."""

    metric: str = "ndcg@10"
    tail_only: bool = False
    """Whether only targets outside the most popular fifth of the catalog count."""

    n_revealed: int | None = None
    """Events that are known of cold users; None where the scenario is not about them."""


def _cold_users(n_revealed: int) -> ScenarioPlan:
    known = "nothing is known" if n_revealed == 0 else f"the first {n_revealed} events are known"
    name = f"cold-users-{n_revealed}"
    return ScenarioPlan(
        name=name,
        training="people",
        exam=name,
        about=f"users who are not in the training data, of whom {known}",
        place=f"for cold users with {n_revealed} {'event' if n_revealed == 1 else 'events'}",
        n_revealed=n_revealed,
    )


_PLANS = (
    ScenarioPlan(
        name=COLD_ITEMS,
        training="items",
        exam=COLD_ITEMS,
        about="a fifth of the items without any interaction, ranked among themselves",
        place="on cold items",
        metric="ndcg@20",
    ),
    *map(_cold_users, REVEALED),
    ScenarioPlan(
        name=SENTENCE,
        training="people",
        exam=SENTENCE,
        about="cold users of whom only a sentence is known: the themes of three liked items",
        place="where a sentence is all that is known of a user",
    ),
    ScenarioPlan(
        name=f"{SENTENCE}-tail",
        training="people",
        exam=SENTENCE,
        about="the same, with targets outside the most popular fifth alone",
        place="on tail items where a sentence is all that is known of a user",
        tail_only=True,
    ),
    ScenarioPlan(
        name="tail",
        training="people",
        exam=WARM,
        about="users with a history, with targets outside the most popular fifth alone",
        place="on tail items",
        metric="recall@20",
        tail_only=True,
    ),
    ScenarioPlan(
        name=SPARSE,
        training="sparse",
        exam=SPARSE,
        about="each user's last item, after nine tenths of what came before are forgotten",
        place="on sparse data",
    ),
    ScenarioPlan(
        name=WARM,
        training="people",
        exam=WARM,
        about="users with a history, all targets",
        place="on warm items",
    ),
)

SCENARIOS: Mapping[str, ScenarioPlan] = MappingProxyType({plan.name: plan for plan in _PLANS})
"""Name -> scenario, in the order of display."""


def chosen_scenarios(names: Sequence[str]) -> tuple[ScenarioPlan, ...]:
    """Return the scenarios of these names, all for none; ``cold-users`` means all of that kind.

    >>> [plan.name for plan in chosen_scenarios(["tail", "sentence"])]
    ['sentence', 'sentence-tail', 'tail']

    Raises:
        SettingsError: One is unknown; the message names the nearest.
    """
    wanted = {name for asked in names or SCENARIOS for name in _matching(asked)}
    return tuple(plan for plan in _PLANS if plan.name in wanted)


def _matching(asked: str) -> list[str]:
    found = [name for name in SCENARIOS if name == asked or name.startswith(f"{asked}-")]
    if not found:
        nearest = get_close_matches(asked, SCENARIOS, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"there is no scenario {asked!r}; did you mean {nearest!r}? "
            f"There are {', '.join(SCENARIOS)}"
        )
    return found
