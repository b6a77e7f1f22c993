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
    """A saved artifact does not belong to the dataset at hand."""


class LanguageModelError(LorewiseError):
    """The language model gave no usable answer."""
