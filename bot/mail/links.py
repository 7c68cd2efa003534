"""The addresses at which customers refuse messages.

An address holds whom it is for and what they refuse, encrypted and authenticated (AES-SIV, RFC
5297): account and contact keys may be names or e-mail addresses, and addresses end up in the logs
of every proxy on the way. The same three things always give the same address, so that the one in
a message can be compared with the one that it should have.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from csm.play import Category

PATH: Final = "/mail/unsubscribe"
# For so long somebody can say that it was a mistake.
UNDO_WITHIN: Final = timedelta(days=1)
_LONGEST: Final = 2000
_FOR_REFUSAL: Final = [b"refusal"]
_FOR_UNDO: Final = [b"undo"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a contact does not want any more."""

    account_key: str
    contact_key: str
    category: Category


class MailLinks:
    """Makes and reads them. Addresses have no end: who holds an old message can still refuse."""

    def __init__(self, secret: str, public_url: str) -> None:
        key = hashlib.blake2b(secret.encode(), person=b"mail links").digest()
        self._cipher = AESSIV(key)
        self._base = f"{public_url.rstrip('/')}{PATH}"

    def unsubscribe(self, account_key: str, contact_key: str, category: Category) -> str:
        """The address at which that contact refuses that category with one click."""
        token = self._sealed([account_key, contact_key, category.value], _FOR_REFUSAL)
        return f"{self._base}/{token}"

    def refusal(self, token: str) -> Refusal | None:
        """What the last part of such an address stands for; None where we did not make it."""
        match self._opened(token, _FOR_REFUSAL):
            case [str(account_key), str(contact_key), str(category)]:
                return Refusal(account_key, contact_key, Category(category))
        return None

    def undo_token(self, refusal: Refusal, kept_as: int, now: datetime) -> str:
        """What takes that refusal back, within `UNDO_WITHIN`: the one that was kept under that id,
        and no later one."""
        key, contact, category = refusal.account_key, refusal.contact_key, refusal.category.value
        return self._sealed([key, contact, category, kept_as, now.timestamp()], _FOR_UNDO)

    def undone(self, token: str, refusal: Refusal, now: datetime) -> int | None:
        """Under which id the refusal was kept that this token takes back now; None where it takes
        back nothing, or another one."""
        match self._opened(token, _FOR_UNDO):
            case [str(account_key), str(contact_key), str(category), int(kept_as), float(made)]:
                made_for = Refusal(account_key, contact_key, Category(category))
                is_in_time = now.timestamp() - made <= UNDO_WITHIN.total_seconds()
                return kept_as if made_for == refusal and is_in_time else None
        return None

    def _sealed(self, what: list[str | int | float], purpose: list[bytes]) -> str:
        plain = json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()
        sealed = self._cipher.encrypt(plain, purpose)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def _opened(self, token: str, purpose: list[bytes]) -> object:
        if len(token) > _LONGEST or not token.isascii():
            return None
        padding = "=" * (-len(token) % 4)
        try:
            return json.loads(self._cipher.decrypt(urlsafe_b64decode(token + padding), purpose))
        except (ValueError, InvalidTag):
            return None
