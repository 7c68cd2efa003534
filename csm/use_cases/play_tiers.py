"""Which plays may send by themselves: proposed by evidence, granted by a person, lost at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from csm import tiers
from csm.audit import AuditEntry
from csm.card import Card
from csm.errors import Conflict, InvalidInput, NotFound
from csm.people import Capability, Clearance, Principal, Role
from csm.play import Play, Tier
from csm.playbook import Playbook
from csm.ports import Reader, Records, Writer
from csm.ports_outreach import PlayTier, Tally
from csm.tiers import TierReport
from csm.use_cases.colleagues import name_in, post_key, tell_person
from csm.views.tiers import lost_card, proposal_card


def tier_reports(
    clearance: Clearance, records: Records, playbook: Playbook, now: datetime
) -> list[TierReport]:
    """Every play that may write, by name."""
    clearance.demand(Capability.READ_ACCOUNTS)
    settings = playbook.guard.tiers
    with records.reading() as reader:
        return [
            TierReport(play, tier, tally, tiers.faults(tally, settings))
            for play in sorted(playbook.plays.values(), key=lambda one: one.name)
            if play.outreach
            for tier, tally in [_record(reader, playbook, play.id, now)]
        ]


def review_tiers(records: Records, playbook: Playbook, now: datetime, platform: str) -> None:
    """Propose to administrators what plays have earned, once, and take back what they have lost.
    `platform` is where people are told who are known on several."""
    for play in playbook.plays.values():
        if play.outreach is None:
            continue
        with records.writing() as writer:
            tier, tally = _record(writer, playbook, play.id, now)
            if reasons := tiers.lost(tier.tier, tally, playbook.guard.tiers):
                _take_back(writer, play, tier, reasons, now, platform)
            else:
                _propose(writer, playbook, play, tier, tally, now, platform)


def grant_tier(
    clearance: Clearance,
    records: Records,
    playbook: Playbook,
    now: datetime,
    play_id: str,
    tier: Tier,
) -> PlayTier:
    """Let a play have a tier that it has earned, or a lower one than it has.

    Raises NotFound for an unknown play, Conflict where it has that tier, and InvalidInput, with
    what is missing, where it has not earned it.
    """
    clearance.demand(Capability.GRANT_TIERS)
    play = playbook.plays.get(play_id)
    if play is None or play.outreach is None:
        raise NotFound(
            f"There is no play “{play_id}” that writes. digital-csm plays list shows them."
        )
    with records.writing() as writer:
        before, tally = _record(writer, playbook, play.id, now)
        if tier is before.tier:
            by = f", by {name_in(writer, before.by)}" if before.tier is not Tier.MANUAL else ""
            raise Conflict(f"{play.name} is {tier.value} already{by}.")
        if tier.rank > before.tier.rank:
            _demand_earned(playbook, play, before.tier, tier, tally)
        after = PlayTier(play.id, tier, now, clearance.principal.key, "granted")
        _keep(writer, before, after, clearance.principal.key, now)
    return after


def tier_of(reader: Reader, playbook: Playbook, play_id: str, now: datetime) -> PlayTier:
    """The tier that a play has now: MANUAL unless somebody granted another one, and never above
    what its file allows."""
    play = playbook.plays.get(play_id)
    highest = play.outreach.highest_tier if play and play.outreach else Tier.MANUAL
    known = reader.play_tiers().get(play_id) or PlayTier(play_id, Tier.MANUAL, now, "nobody")
    return known if known.tier.rank <= highest.rank else replace(known, tier=highest)


def _record(
    reader: Reader, playbook: Playbook, play_id: str, now: datetime
) -> tuple[PlayTier, Tally]:
    since = now - timedelta(days=playbook.guard.tiers.days)
    tier = tier_of(reader, playbook, play_id, now)
    # What was done before it had this tier says nothing of how it does with it.
    begins = max(since, tier.since) if tier.tier is not Tier.MANUAL else since
    return tier, reader.tally(play_id, begins)


def _demand_earned(
    playbook: Playbook, play: Play, before: Tier, wanted: Tier, tally: Tally
) -> None:
    if tiers.earned(play, before, tally, playbook.guard.tiers) is wanted:
        return
    missing = "; ".join(tiers.faults(tally, playbook.guard.tiers))
    highest = play.outreach.highest_tier.value if play.outreach else Tier.MANUAL.value
    why = missing or f"the play's file allows {highest} at most, one step at a time"
    raise InvalidInput(f"{play.name} has not earned to be {wanted.value}: {why}.")


def _propose(
    writer: Writer,
    playbook: Playbook,
    play: Play,
    tier: PlayTier,
    tally: Tally,
    now: datetime,
    platform: str,
) -> None:
    next_tier = tiers.earned(play, tier.tier, tally, playbook.guard.tiers)
    if next_tier is None or tier.proposed is next_tier:
        return
    writer.set_play_tier(replace(tier, proposed=next_tier))
    card = proposal_card(play, tier.tier, next_tier, tally)
    _tell(writer, post_key("tier", play.id, next_tier, now.isoformat()), card, now, platform)


def _take_back(
    writer: Writer, play: Play, tier: PlayTier, reasons: Sequence[str], now: datetime, platform: str
) -> None:
    why = "; ".join(reasons)
    after = PlayTier(play.id, Tier.MANUAL, now, "schedule", why[:500])
    _keep(writer, tier, after, "schedule", now)
    card = lost_card(play, tier.tier, reasons)
    _tell(writer, post_key("tier-lost", play.id, now.isoformat()), card, now, platform)


def _keep(writer: Writer, before: PlayTier, after: PlayTier, who: str, now: datetime) -> None:
    writer.set_play_tier(after)
    writer.audit(
        AuditEntry(
            at=now,
            who=who,
            what="play.tier",
            subject=f"play:{after.play}",
            play=after.play,
            before={"tier": before.tier},
            after={"tier": after.tier, "why": after.why},
        )
    )


def _tell(writer: Writer, key: str, card: Card, now: datetime, platform: str) -> None:
    for admin in _admins(writer):
        tell_person(writer, key, platform, admin, card, now)


def _admins(reader: Reader) -> list[Principal]:
    return sorted((p for p in reader.people() if p.role is Role.ADMIN), key=lambda one: one.key)
