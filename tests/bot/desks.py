"""A desk with the playbook that the product ships with, and nowhere to send outreach but chat."""

from csm.desk import Desk
from tests.csm.shipped import shipped_playbook


def desk(*platforms: str) -> Desk:
    return Desk(shipped_playbook(), frozenset(platforms), lambda *_: "")
