"""What ``lorewise evaluate`` was asked for: algorithms on one protocol, or knowledge on many."""

from collections.abc import Sequence
from dataclasses import dataclass

from lorewise.errors import SettingsError

FUSION = "fusion"


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """The options that decide what is measured; they have to agree."""

    protocol: str | None
    algorithms: Sequence[str]
    knowledge_study: bool
    scenarios: Sequence[str]
    shuffle_ties: bool
    has_profiles: bool
    has_settings: bool = False

    def __post_init__(self) -> None:
        if self.is_of_scenarios:
            self._check_scenarios()
        elif self.scenarios:
            raise SettingsError(
                f"scenarios {', '.join(self.scenarios)} belong to a knowledge study over several "
                "situations; pass --knowledge-study and leave --protocol out"
            )
        elif self.protocol is None or not (self.algorithms or self.knowledge_study):
            missing = "--protocol" if self.protocol is None else "--algorithms"
            raise SettingsError(
                f"{missing} is missing; name it, or pass --knowledge-study for what knowledge is "
                "worth in every situation"
            )

    @property
    def is_of_scenarios(self) -> bool:
        """Whether knowledge is measured in several situations."""
        return self.knowledge_study and self.protocol is None

    @property
    def algorithm(self) -> str | None:
        """The one algorithm of a study over scenarios; None for the fusion."""
        return None if list(self.algorithms) in ([], [FUSION]) else self.algorithms[0]

    @property
    def named(self) -> list[str]:
        """The algorithms of one protocol, by default the fusion."""
        return list(self.algorithms) or [FUSION]

    def _check_scenarios(self) -> None:
        if len(self.algorithms) > 1:
            raise SettingsError(
                f"a knowledge study over scenarios takes one algorithm, not "
                f"{', '.join(self.algorithms)}; name one, or a --protocol to compare several on"
            )
        others = (
            (self.shuffle_ties, "ties"),
            (self.has_profiles, "profiles"),
            (self.has_settings, "tuned settings"),
        )
        for is_given, option in others:
            if is_given:
                raise SettingsError(
                    f"a knowledge study over scenarios says nothing of {option}: every scenario "
                    "holds other events out; name one --protocol to measure them on"
                )
