"""What all tests share: no example is judged by its time, for the cores may be busy."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
