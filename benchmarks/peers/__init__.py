"""Models of other packages, each asked in an environment of its own; see ``tuning``."""
