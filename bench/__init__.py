"""Measurements at real sizes. They print figures and judge nothing: see `python -m bench`."""
