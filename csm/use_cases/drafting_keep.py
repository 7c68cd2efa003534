"""Keeping a draft: cooldown and guard once more, then the draft, its audit entry and the card for
whoever approves it, in one unit of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from csm.account import Touch
from csm.audit import AuditEntry
from csm.desk import Desk
from csm.errors import Conflict, NotFound
from csm.guard import Refused, Verdict, review_outreach
from csm.guard.sending import Moment
from csm.hours import due
from csm.letter import MAIL
from csm.outreach import Outreach, OutreachState
from csm.people import Principal
from csm.play import Tier
from csm.playbook import Playbook
from csm.ports import Records, Writer
from csm.ports_outreach import Dealings, PastOutreach, StoredOutreach
from csm.use_cases.colleagues import tell_person
from csm.use_cases.drafting_plan import (
    ONE_A_DAY,
    UNDECIDED,
    Hindrance,
    NotDrafted,
    Sketch,
    is_undecided,
    resting,
    was_written_to,
)
from csm.use_cases.drafting_subject import memory
from csm.use_cases.drafting_words import Letter
from csm.use_cases.outreach_audit import audited
from csm.use_cases.outreach_draft import approver_of
from csm.use_cases.play_tiers import tier_of
from csm.use_cases.sending_facts import guard_facts_for, no_approval
from csm.views.outreach import draft_card
from csm.wording import shorten

_MACHINE: Final = "schedule"
_LONGEST_EVIDENCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that waits to be approved (or stopped, where its play may send by itself). `told` is
    whoever got its card; None where there is nobody who may approve it."""

    stored: StoredOutreach
    verdict: Verdict
    told: Principal | None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An account of the control group: it is watched, and nothing is written."""

    stored: StoredOutreach


def keep_draft(
    records: Records,
    desk: Desk,
    now: datetime,
    today: date,
    sketch: Sketch,
    letters: Iterable[Letter],
) -> Drafted | NotDrafted:
    """Keep the first of the letters that the guard does not refuse. What nobody asked for is kept
    only where the account was not written to today, and has no other message on its way. Raises
    NotFound where the account has gone."""
    with records.writing() as writer:
        dealings, before = _earlier(writer, desk, now, sketch)
        if not sketch.reason.author and was_written_to(dealings, today):
            return ONE_A_DAY
        if not sketch.reason.author and is_undecided(dealings):
            return UNDECIDED
        if rest := resting(before, sketch.play, sketch.plan, now):
            return rest
        blank = _blank(writer, desk, now, today, sketch, dealings, len(before))
        verdict = Verdict(())
        for letter in letters:
            outreach = _worded(blank, letter, sketch)
            [facts] = guard_facts_for(
                writer, desk, now, [(None, outreach)], Moment.DRAFTING, no_approval
            )
            result = review_outreach(outreach.outgoing, facts, desk.playbook.guard)
            verdict = result.verdict
            if not isinstance(result, Refused):
                return _kept(writer, desk, now, outreach, dealings, verdict)
        writer.audit(_refusal(now, blank, verdict))
    return NotDrafted(
        Hindrance.REFUSED,
        f"The guard refuses “{sketch.play.name}” for {dealings.account.name}: {verdict.reasons}",
        "Mend what it minds, or speak to them yourself.",
        verdict,
    )


def keep_held_back(
    records: Records, desk: Desk, now: datetime, today: date, sketch: Sketch
) -> HeldBack | NotDrafted:
    """Note that the play was due for an account of its control group. Its call to action is left
    alone. Raises NotFound where the account has gone."""
    with records.writing() as writer:
        dealings, before = _earlier(writer, desk, now, sketch)
        if rest := resting(before, sketch.play, sketch.plan, now):
            return rest
        outreach = Outreach(
            key=_key(sketch, len(before)),
            account_key=sketch.account_key,
            play=sketch.play.id,
            category=sketch.plan.category,
            evidence=shorten(sketch.reason.evidence, _LONGEST_EVIDENCE),
            channel=sketch.chosen.channel,
            state=OutreachState.HOLDOUT,
            drafted_at=now,
            goal_by=today + timedelta(days=sketch.plan.goal.within_days),
        )
        stored = _added(writer, outreach, dealings)
        after = {"state": outreach.state.value}
        writer.audit(_entry(now, stored, "outreach.held_out", after, Verdict(())))
    return HeldBack(stored)


def _earlier(
    writer: Writer, desk: Desk, now: datetime, sketch: Sketch
) -> tuple[Dealings, list[PastOutreach]]:
    """The account, which nobody else draws up anything for until the unit of work ends, and all
    that the play ever did there, newest first."""
    key = sketch.account_key
    dealings = writer.dealings([key], now, now - memory(desk.playbook)).get(key)
    if dealings is None:
        raise NotFound(f"The account “{key}” is not in the records any more.")
    return dealings, writer.outreach_of_play(key, sketch.play.id)


def _blank(
    writer: Writer,
    desk: Desk,
    now: datetime,
    today: date,
    sketch: Sketch,
    dealings: Dealings,
    earlier: int,
) -> Outreach:
    """The draft without its words. To an account that a CSM looks after in person, no play writes
    by itself."""
    chosen, way = sketch.chosen, sketch.chosen.way
    is_high = dealings.account.touch is Touch.HIGH
    tier = Tier.MANUAL if is_high else tier_of(writer, desk.playbook, sketch.play.id, now).tier
    return Outreach(
        key=_key(sketch, earlier),
        account_key=sketch.account_key,
        play=sketch.play.id,
        category=sketch.plan.category,
        cta_id=sketch.reason.cta_id,
        author=sketch.reason.author,
        tier=tier,
        contact_key=chosen.contact.key,
        contact_name=chosen.contact.name,
        channel=chosen.channel,
        platform=way.platform,
        workspace=way.workspace,
        place=way.place,
        person_key=way.person_key,
        address=way.address,
        footer=sketch.footer,
        facts=sketch.facts,
        state=OutreachState.DRAFTED,
        drafted_at=now,
        goes_at=_goes_at(tier, desk.playbook, dealings.csm, now),
        goal_by=today + timedelta(days=sketch.plan.goal.within_days),
    )


def _worded(blank: Outreach, letter: Letter, sketch: Sketch) -> Outreach:
    subject, body = letter.words.subject, letter.words.body
    evidence = f"{sketch.reason.evidence} {sketch.note_on(letter)}".strip()
    return blank.model_copy(
        update={
            "language": letter.language,
            "subject": subject,
            "body": body,
            "drafted_subject": subject,
            "drafted_body": body,
            "used": letter.used,
            "by_model": letter.by_model,
            "evidence": shorten(evidence, _LONGEST_EVIDENCE),
        }
    )


def _kept(
    writer: Writer,
    desk: Desk,
    now: datetime,
    outreach: Outreach,
    dealings: Dealings,
    verdict: Verdict,
) -> Drafted:
    judged = outreach.model_copy(update={"verdict": verdict.to_json()})
    stored = _added(writer, judged, dealings)
    after = {"state": judged.state.value, "tier": judged.tier.value, "by_model": judged.by_model}
    writer.audit(_entry(now, stored, "outreach.drafted", after, verdict))
    approver = approver_of(writer, desk.playbook, judged)
    if approver is not None:
        _tell(writer, desk, now, stored, approver)
    return Drafted(stored, verdict, approver)


def _added(writer: Writer, outreach: Outreach, dealings: Dealings) -> StoredOutreach:
    added = writer.add_outreach(outreach)
    if added is None:
        raise Conflict(f"Somebody drafted “{outreach.play}” for this account at the same moment.")
    return StoredOutreach(added, dealings.account.name, outreach)


def _tell(
    writer: Writer, desk: Desk, now: datetime, stored: StoredOutreach, approver: Principal
) -> None:
    outreach = stored.outreach
    pauses = [
        one.pause
        for one in writer.pauses()
        if one.pause.covers(outreach.play, outreach.account_key)
    ]
    people = {person.key: person.name for person in writer.people()}
    card = draft_card(stored, desk.playbook, pauses, approver.zone, now, names=people)
    # Where they are known on several platforms, and on this one, too.
    platform = min(desk.platforms - {MAIL}, default=MAIL)
    tell_person(writer, f"outreach-draft:{stored.id}", platform, approver, card, now)


def _goes_at(
    tier: Tier, playbook: Playbook, csm: Principal | None, now: datetime
) -> datetime | None:
    """When it goes by itself: an automatic one now, a delayed one after some working hours of
    whoever may stop it."""
    if tier is Tier.MANUAL:
        return None
    if tier is Tier.AUTOMATIC:
        return now
    zone = csm.zone if csm else ZoneInfo("UTC")
    return due(now, playbook.guard.send.delay_hours, playbook.answers.hours, zone)


def _key(sketch: Sketch, earlier: int) -> str:
    return f"{sketch.play.id}:{sketch.account_key}:{earlier}"


def _entry(
    now: datetime, stored: StoredOutreach, what: str, after: dict[str, Any], verdict: Verdict
) -> AuditEntry:
    outreach = stored.outreach
    return AuditEntry(
        at=now,
        who=outreach.author or _MACHINE,
        what=what,
        subject=f"outreach:{stored.id}",
        account_key=outreach.account_key,
        play=outreach.play,
        fingerprint=outreach.fingerprint if outreach.body else "",
        after=after,
        verdict=audited(verdict),
    )


def _refusal(now: datetime, blank: Outreach, verdict: Verdict) -> AuditEntry:
    return AuditEntry(
        at=now,
        who=blank.author or _MACHINE,
        what="outreach.not_drafted",
        subject=f"account:{blank.account_key}",
        account_key=blank.account_key,
        play=blank.play,
        verdict=audited(verdict),
    )
