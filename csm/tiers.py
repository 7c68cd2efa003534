"""How a play earns the right to send by itself, and loses it.

It earns the next tier by what people did with its drafts, over at least so many decisions; an
administrator grants it. It loses all of it by itself as soon as the evidence is no longer there.
"""

from dataclasses import dataclass

from csm.guard_settings import TierEvidence
from csm.play import Play, Tier
from csm.ports_outreach import PlayTier, Tally
from csm.wording import plural


@dataclass(frozen=True, slots=True)
class TierReport:
    """A play's tier, its record, and what speaks against a higher one."""

    play: Play
    tier: PlayTier
    tally: Tally
    faults: tuple[str, ...]


def earned(play: Play, tier: Tier, tally: Tally, settings: TierEvidence) -> Tier | None:
    """The next tier, if the play may have one and its record speaks for it; else None."""
    if play.outreach is None or tier.rank >= play.outreach.highest_tier.rank:
        return None
    return list(Tier)[tier.rank + 1] if not faults(tally, settings) else None


def lost(tier: Tier, tally: Tally, settings: TierEvidence) -> tuple[str, ...]:
    """Why a play loses the tier that it has; nothing while its record is good. Too few decisions
    are no reason: what goes by itself is not decided on."""
    return () if tier is Tier.MANUAL else _bad(tally, settings)


def faults(tally: Tally, settings: TierEvidence) -> tuple[str, ...]:
    """Everything that speaks against a higher tier."""
    if tally.decided < settings.least:
        return (f"{tally.decided} of {settings.least} decisions",)
    share = tally.approved_unedited / tally.decided
    unedited = (
        ()
        if share >= settings.unedited
        else (f"{share:.0%} approved as drafted, {settings.unedited:.0%} needed",)
    )
    return (*unedited, *_bad(tally, settings))


def _bad(tally: Tally, settings: TierEvidence) -> tuple[str, ...]:
    found = []
    if tally.sent and tally.bad / tally.sent > settings.complaints:
        found.append(f"{plural(tally.bad, 'bad reaction')} to {plural(tally.sent, 'message')}")
    tried = tally.decided + tally.stopped
    if tried and tally.stopped / tried > settings.stopped:
        found.append(f"the guard stopped {tally.stopped} of {tried}")
    return tuple(found)
