"""What is counted of questions to models: how many, how long, how many tokens, at what price."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

import structlog

from csm.meter import MODEL_CALLS, MODEL_COST, MODEL_SECONDS, MODEL_TOKENS, count, observe

log = structlog.get_logger(__name__)

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens: of what we send, and of what is answered."""

    sent: float
    answered: float


@contextmanager
def metered(purpose: str) -> Iterator[None]:
    """Count what the block asks a model for, and how long it takes."""
    began = monotonic()
    outcome = "unavailable"
    try:
        yield
        outcome = "answered"
    finally:
        seconds = monotonic() - began
        count(MODEL_CALLS, purpose, outcome)
        observe(MODEL_SECONDS, seconds, purpose)
        log.info("model asked", purpose=purpose, outcome=outcome, seconds=round(seconds, 3))


def count_tokens(purpose: str, sent: int, answered: int, prices: Prices | None = None) -> None:
    """Tokens of one request, as the model's server counts them."""
    count(MODEL_TOKENS, purpose, "in", amount=max(sent, 0))
    count(MODEL_TOKENS, purpose, "out", amount=max(answered, 0))
    if prices is not None:
        cost = (max(sent, 0) * prices.sent + max(answered, 0) * prices.answered) / _MILLION
        count(MODEL_COST, purpose, amount=cost)
