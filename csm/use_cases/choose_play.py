"""What can be drafted for an account: the plays that write, and what a command meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from csm.errors import InvalidInput, NotFound
from csm.matching import Match, match
from csm.naming import fold
from csm.people import Capability, Clearance
from csm.play import Play
from csm.play_names import plays_meant, plays_named
from csm.playbook import Playbook
from csm.ports import AccountName, Reader, Records, StoredAccount


@dataclass(frozen=True, slots=True)
class Choice:
    """An account, and the plays that were meant: one, or several to choose from. `is_guess`: none
    is called what was typed, and these come near."""

    stored: StoredAccount
    plays: tuple[Play, ...]
    is_guess: bool = False


def choose_play(
    clearance: Clearance, records: Records, playbook: Playbook, words: str
) -> Choice | Match:
    """The account and the play that "acme renewal" means; where the account is not clear, what it
    might be. Raises InvalidInput where there is no play of that name."""
    clearance.demand(Capability.DRAFT_OUTREACH)
    with records.reading() as reader:
        names = reader.all_names()
        meant = _meant(words, names, writing_plays(playbook))
        if meant.match.found is None:
            return meant.match
        if meant.plays:
            stored = _account(reader, meant.match.found.account_id)
            return Choice(stored, tuple(meant.plays), meant.is_guess)
    raise InvalidInput(
        "No play of that name writes to customers. "
        f"/draft {meant.match.found.shown} shows those that do."
    )


def plays_for(
    clearance: Clearance, records: Records, playbook: Playbook, account_id: int
) -> Choice:
    """All plays that write, for an account. Raises NotFound."""
    clearance.demand(Capability.DRAFT_OUTREACH)
    with records.reading() as reader:
        return Choice(_account(reader, account_id), tuple(writing_plays(playbook)))


def play_of_cta(
    clearance: Clearance, records: Records, playbook: Playbook, cta_id: int
) -> tuple[StoredAccount, Play]:
    """The account and the play of a call to action. Raises NotFound, and InvalidInput where its
    play is for people alone."""
    clearance.demand(Capability.DRAFT_OUTREACH)
    with records.reading() as reader:
        stored = reader.cta(cta_id)
        if stored is None:
            raise NotFound(f"There is no call to action number {cta_id}. /cta lists yours.")
        account = _account(reader, stored.cta.account_id)
    play = playbook.plays.get(stored.cta.play)
    if play is None or play.outreach is None:
        raise InvalidInput("This play is for people alone: it has no message to draft.")
    return account, play


def writing_plays(playbook: Playbook) -> Sequence[Play]:
    """Those with a message to draft, by name."""
    writing = (play for play in playbook.plays.values() if play.outreach)
    return sorted(writing, key=lambda play: play.name)


class _Meant(NamedTuple):
    """What words may mean: an account or several, and plays."""

    match: Match
    plays: Sequence[Play] = ()
    is_guess: bool = False


def _meant(words: str, names: Sequence[AccountName], writing: Sequence[Play]) -> _Meant:
    """The account and the plays. A whole name comes first, for it may end as a play begins; then
    a name with a play; then what is only near to one."""
    whole = match(words, names)
    if any(name.folded == fold(words) for name in names):
        return _Meant(whole, writing)
    splits = [(match(name, names), rest) for name, rest in _splits(words)]
    for found, rest in splits:
        if (found.found or found.choices) and (plays := plays_named(rest, writing)):
            return _Meant(found, plays)
    if whole.found:
        return _Meant(whole, writing)
    for found, rest in splits:
        if found.found and (plays := plays_meant(rest, writing)):
            return _Meant(found, plays, is_guess=True)
    told = (found for found, _ in splits if found.found or found.choices)
    return _Meant(next(told, whole))


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """The words as a name and a rest, the shortest name first."""
    parts = words.split()
    for end in range(1, len(parts)):
        yield " ".join(parts[:end]), " ".join(parts[end:])


def _account(reader: Reader, account_id: int) -> StoredAccount:
    stored = reader.account(account_id)
    if stored is None:
        raise NotFound("That account is no longer in the records.")
    return stored
