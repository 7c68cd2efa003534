"""How the larger parts of the house are put together from the settings. Used by app.py alone."""
