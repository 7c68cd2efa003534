"""The playbook that the product ships with."""

from functools import cache
from pathlib import Path

from csm.playbook import Playbook, load_playbook

DIRECTORY = Path(__file__).parents[2] / "playbook"


@cache
def shipped_playbook() -> Playbook:
    return load_playbook(DIRECTORY)
