"""The control group of a play: accounts that are watched and not written to.

Without one nobody can say what a play is good for. Who is in it depends on the play and the
account alone: it is the same on every day, on every machine, and nobody can choose it.
"""

import hashlib
from typing import Final

_SIZE: Final = 2.0**64


def is_held_out(play_id: str, account_key: str, share: float) -> bool:
    """Whether the account is in the play's control group, which takes that share (0 to 1) of all
    accounts. Raising the share keeps those in it that were; plays choose apart from each other."""
    digest = hashlib.sha256(f"{play_id}\0{account_key}".encode()).digest()
    return int.from_bytes(digest[:8]) / _SIZE < share
