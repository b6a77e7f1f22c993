"""Who can be asked: the models of other packages, the plain ones written here, and ours."""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from peers.asking import Model
from peers.environments import PINS, python_for
from peers.ours import spaces
from peers.space import Settings
from peers.tuning import Contender

WRITTEN_HERE = ("ease", "rules")
MODULES = (*WRITTEN_HERE, *PINS)

OURS_FORM = "ALGORITHM[:EFFORT][:ids]"


def peer_models() -> dict[str, tuple[str, str, Model]]:
    """Return name -> module, key and model of every peer; no package of theirs is loaded."""
    found = {}
    for module in MODULES:
        models: dict[str, Model] = import_module(f"peers.{module}").MODELS
        for key, model in models.items():
            found[module if key == module else f"{module}-{key}"] = (module, key, model)
    return found


def chosen_peers(names: Sequence[str]) -> list[str]:
    """Return the peers that are meant: by their own name or that of their package.

    Raises:
        ValueError: There is no such peer.
    """
    table = peer_models()
    found = []
    for name in names:
        meant = [peer for peer, (module, _, _) in table.items() if name in (peer, module)]
        if not meant:
            raise ValueError(f"there is no peer {name!r}; name some of {', '.join(table)}")
        found += [peer for peer in meant if peer not in found]
    return found


def peer(name: str) -> Contender:
    """Return the peer of this name, its package installed if it was not yet.

    Raises:
        UnavailablePeerError: Its package cannot be installed.
    """
    module, key, model = peer_models()[name]
    is_ours = module in WRITTEN_HERE
    return Contender(
        name=name,
        module=f"peers.{module}",
        key=key,
        model=model,
        python=Path(sys.executable) if is_ours else python_for(module),
        pins=() if is_ours else PINS[module],
    )


def our_models(wanted: Sequence[str], about: Settings) -> Iterator[Contender]:
    """Yield our own models, each written as ``ALGORITHM[:EFFORT][:ids]``.

    With ``ids`` a model is told nothing of the items but their numbers, like the peers. ``about``
    says which data to read.

    Raises:
        ValueError: One is not written so.
    """
    import lorewise

    for text in wanted:
        algorithm, *more = text.split(":")
        efforts = [word for word in more if word in ("fast", "balanced", "best")]
        if len(efforts) > 1 or set(more) - {*efforts, "ids"}:
            raise ValueError(f"{text!r} is not written as {OURS_FORM}, as in fusion:balanced:ids")
        effort = efforts[0] if efforts else "fast"
        yield Contender(
            name=f"lorewise {text}",
            module="peers.ours",
            key=algorithm,
            model=Model(fit=_elsewhere, space=spaces(algorithm)),
            python=Path(sys.executable),
            search_path=(Path(lorewise.__file__).parents[1],),
            about={"about": about | {"effort": effort, "with_texts": "ids" not in more}},
        )


def _elsewhere(*_: object) -> NoReturn:
    raise NotImplementedError("a contender is fitted in its own process")
