"""The same work on many messages, each in a unit of work of its own: one that fails keeps none of
the others waiting."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from csm.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Failure:
    """What kept one message, by its id, from what was to be done with it."""

    outreach_id: int
    error: Exception


@dataclass(slots=True)
class Round:
    """How many it was done to, and those that it failed with."""

    done: int = 0
    failures: list[Failure] = field(default_factory=list)


def one_by_one(outreach_ids: Iterable[int], do: Callable[[int], bool]) -> Round:
    """Do it to each of them; `do` says whether it was to be done. Raises Unavailable: where the
    records cannot be reached, the others would fare no better."""
    went = Round()
    for outreach_id in outreach_ids:
        try:
            went.done += do(outreach_id)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one of them
            went.failures.append(Failure(outreach_id, error))
    return went
