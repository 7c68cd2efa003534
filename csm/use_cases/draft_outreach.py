"""Drafting outreach: a play's message to one customer, written, guarded, and shown to whoever may
approve it.

Read, close, write, keep: no unit of work is open while a model writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from csm.account import Account
from csm.desk import Desk
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.holdout import is_held_out
from csm.outreach import OutreachState
from csm.people import Capability, Clearance, Principal, may
from csm.play import Play
from csm.play_trigger import Standing, due_plays
from csm.playbook_part import nearest
from csm.ports import Clock, Reader, Records
from csm.ports_outreach import Penman
from csm.use_cases.drafting_keep import Drafted, keep_draft
from csm.use_cases.drafting_plan import Hindrance, NotDrafted, Reason, Sketch, sketch
from csm.use_cases.drafting_reason import without_reason
from csm.use_cases.drafting_subject import Ground, grounds_of, own_peers
from csm.use_cases.drafting_words import Letter, model_letter
from csm.wording import day_text

__all__ = [
    "DraftRequest",
    "Drafted",
    "Hindrance",
    "NotDrafted",
    "draft_outreach",
    "is_control",
    "write_and_keep",
]


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Which play to draft for which account (by key), and the call to action that asks for it;
    None: an open one with that play, if there is one."""

    account_key: str
    play: str
    cta_id: int | None = None


def draft_outreach(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    penman: Penman | None,
    request: DraftRequest,
) -> Drafted | NotDrafted:
    """Draft what a person asks for. Without a `penman`, or where its words do not hold, it is the
    play's own letter.

    Raises NotFound for an unknown play, account or call to action, Forbidden for a colleague's
    account, and InvalidInput for a call to action of another account or play.
    """
    clearance.demand(Capability.DRAFT_OUTREACH)
    now, today = clock.now(), clock.today()
    play = _play(desk, request.play)
    with records.reading() as reader:
        peers = own_peers(desk.playbook, today)
        ground = grounds_of(reader, desk, now, today, [request.account_key], peers).get(
            request.account_key
        )
        if ground is None:
            raise NotFound(f"There is no account with the key “{request.account_key}”.")
        _allow(clearance, ground.dealings.account)
        reason = _reason(reader, desk, ground, play, request, clearance.principal, today)
        if refused := without_reason(desk.playbook, play, ground.dealings, asked=True):
            return refused
        drawn = sketch(ground, play, reason, desk, now, has_model=penman is not None)
        if isinstance(drawn, Sketch) and is_control(drawn):
            return _in_control_group(reader, drawn, today)
    if isinstance(drawn, NotDrafted):
        return drawn
    return write_and_keep(records, desk, clock, penman, drawn)


def write_and_keep(
    records: Records, desk: Desk, clock: Clock, penman: Penman | None, drawn: Sketch
) -> Drafted | NotDrafted:
    """Have the words written, with no unit of work open, and keep the draft."""
    letters = list(_letters(drawn, desk, penman))
    return keep_draft(records, desk, clock.now(), clock.today(), drawn, letters)


def is_control(drawn: Sketch) -> bool:
    """Whether the account is in the play's control group."""
    return is_held_out(drawn.play.id, drawn.account_key, drawn.plan.holdout)


def _letters(drawn: Sketch, desk: Desk, penman: Penman | None) -> Iterator[Letter]:
    """The best first: a model's, then the play's own."""
    if penman is not None:
        longest = desk.playbook.guard.letter.longest[drawn.chosen.channel]
        letter = model_letter(penman, drawn.brief(longest), drawn.own.words, drawn.facts)
        if letter is not None:
            yield letter
    yield drawn.own


def _play(desk: Desk, play_id: str) -> Play:
    play = desk.playbook.plays.get(play_id)
    if play is None:
        known = nearest(play_id, list(desk.playbook.plays))
        raise NotFound(
            f"There is no play “{play_id}”{known}. Ask for the list of plays to see all."
        )
    return play


def _allow(clearance: Clearance, account: Account) -> None:
    who = clearance.principal
    is_own = account.csm_email.lower() in ("", who.email.lower())
    if not is_own and not may(who, Capability.WORK_ANY_CTA):
        raise Forbidden(
            f"{account.name} belongs to {account.csm_email}: other CSMs' accounts are read-only "
            "for you. Ask them or a manager."
        )


def _reason(
    reader: Reader,
    desk: Desk,
    ground: Ground,
    play: Play,
    request: DraftRequest,
    asked_by: Principal,
    today: date,
) -> Reason:
    """Why now: what the call to action or the play's own test says, else that somebody asked."""
    dealings = ground.dealings
    ctas = {stored.id: stored.cta for stored in reader.open_ctas_of([dealings.account_id])}
    if request.cta_id is not None:
        cta = ctas.get(request.cta_id)
        if cta is None or cta.play != play.id:
            raise InvalidInput(
                f"Call to action #{request.cta_id} is not an open one of {dealings.account.name} "
                f"with the play “{play.name}”."
            )
        return Reason(cta.evidence, request.cta_id, asked_by.key)
    used = ground.features_used or ()
    standing = Standing(
        dealings.account_id,
        dealings.account,
        dealings.snapshot,
        ctas,
        used,
        dealings.open_reasons,
    )
    due = due_plays([play], [standing], desk.playbook.releases, today)
    if not due:
        return Reason(f"{asked_by.name} asked for it.", None, asked_by.key)
    return Reason(due[0].evidence, due[0].cta_id, asked_by.key)


def _in_control_group(reader: Reader, drawn: Sketch, today: date) -> NotDrafted:
    held = reader.outreach_list({OutreachState.HOLDOUT}, account_key=drawn.account_key)
    days = [one.outreach.goal_by for one in held if one.outreach.play == drawn.play.id]
    last = max((day for day in days if day >= today), default=None)
    until = f" until {day_text(last)}" if last else ""
    name = drawn.ground.dealings.account.name
    return NotDrafted(
        Hindrance.CONTROL_GROUP,
        f"{name} is in the control group of “{drawn.play.name}”{until}.",
        "Nothing is written there, so that the play's effect can be told. What cannot wait, say "
        "yourself.",
    )
