"""The table of models: the built-in ones and those of installed packages."""

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from lorewise.errors import SettingsError
from lorewise.stages import Scorer

BUILT_IN = {
    "popularity": "lorewise.models.popularity:PopularityScorer",
    "expected_popularity": "lorewise.models.expected_popularity:ExpectedPopularityScorer",
    "neighbors": "lorewise.models.neighbors:NeighborsScorer",
    "content": "lorewise.models.content:ContentScorer",
    "rules": "lorewise.models.rules:RulesScorer",
    "linear": "lorewise.models.linear:LinearScorer",
    "sequential_linear": "lorewise.models.sequential_linear:SequentialLinearScorer",
    "als": "lorewise.models.als:AlsScorer",
    "factorization": "lorewise.models.factorization:FactorizationScorer",
    "transformer": "lorewise.models.transformer:TransformerScorer",
    "two_tower": "lorewise.models.two_tower:TwoTowerScorer",
    "propagation": "lorewise.models.propagation:PropagationScorer",
}
"""Name -> ``"module:Class"``. Each class is a ``Scorer`` with a class attribute
``settings_class``."""

GROUP = "lorewise.models"


def model_table() -> dict[str, str]:
    """Return name -> ``"module:Class"`` of every model; a built-in name cannot be taken over.

    A package adds a model by an entry point in the group ``lorewise.models``::

        [project.entry-points."lorewise.models"]
        my_model = "my_package.my_model:MyScorer"
    """
    plugged_in = {point.name: point.value for point in entry_points(group=GROUP)}
    return plugged_in | BUILT_IN


def model_class(name: str) -> type[Scorer]:
    """Return the scorer class of this name; loads its module.

    Raises:
        SettingsError: No model has this name (the message names the nearest), or it does not load.
    """
    table = model_table()
    if name not in table:
        nearest = get_close_matches(name, table, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"there is no model {name!r}; did you mean {nearest!r}? "
            f"There are {', '.join(sorted(table))}"
        )
    try:
        loaded: type[Scorer] = EntryPoint(name, table[name], GROUP).load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"model {name!r} at {table[name]!r} does not load ({error}); "
            "check the entry point or reinstall its package"
        ) from error
    return loaded


def settings_class(name: str) -> type[Any]:
    """Return the settings class of the model of this name.

    Raises:
        SettingsError: No model has this name, or its class does not name its settings.
    """
    scorer_class = model_class(name)
    found: type[Any] | None = getattr(scorer_class, "settings_class", None)
    if found is None:
        raise SettingsError(
            f"model {name!r} names no settings; give {scorer_class.__name__} a class attribute "
            "`settings_class`"
        )
    return found
