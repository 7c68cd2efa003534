"""How hypothesis works here."""

from hypothesis import settings

# The same examples every time, and no stop-watch: a busy machine is no fault of the code.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
