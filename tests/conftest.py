"""What all tests share: no example is judged by its time, for the cores may be busy."""

import os

from hypothesis import settings

# The nets of tests are tiny: threads that wait for each other on busy cores cost a hundredfold.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
