"""Every error raised on purpose; each message says what, which value, and what to do."""


class LorewiseError(Exception):
    """Base of all our errors; catch this one to catch them all."""


class DataError(LorewiseError):
    """The input data breaks a rule the message names."""


class UnknownItemError(DataError):
    """An item id that the catalog does not hold."""


class UnknownUserError(DataError):
    """A user id that the data do not hold."""


class SettingsError(LorewiseError):
    """A setting is unknown or out of its range."""


class MissingExtraError(LorewiseError):
    """An optional dependency is not installed; the message names the extra that brings it."""


class ArtifactError(LorewiseError):
    """A saved artifact is missing, incomplete, corrupt or from a foreign version."""


class ArtifactMismatchError(ArtifactError):
    """A saved artifact does not belong to the dataset, or the encoder, at hand."""


class LanguageModelError(LorewiseError):
    """The language model gave no usable answer."""


class AttemptError(LanguageModelError):
    """One request to a language model failed; says whether another may succeed."""

    def __init__(
        self,
        message: str,
        *,
        may_retry: bool,
        retry_after_s: float | None = None,
        may_have_cost: bool = False,
    ) -> None:
        super().__init__(message)
        self.may_retry = may_retry
        self.retry_after_s = retry_after_s
        """What the endpoint asked for; None where it did not say."""
        self.may_have_cost = may_have_cost
        """Whether tokens may have been billed although no answer arrived."""


class BudgetError(LanguageModelError):
    """The next call might cost more than is left."""


class StoreError(LorewiseError):
    """A knowledge store cannot be opened, or holds what this version cannot read."""


class LeakageError(DataError):
    """Knowledge about a user was made from events that are held out."""
