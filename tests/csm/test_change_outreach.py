"""Editing, rejecting, putting off and stopping drafts; and what time does with them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from csm.card import Card, buttons_of
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.guard import Verdict
from csm.outreach import OutreachState, Stand, stand_of
from csm.pause import Pause, PauseScope
from csm.people import Capability, Clearance, Principal
from csm.play import Tier
from csm.post import PostState
from csm.use_cases import change_outreach
from csm.use_cases.approve_outreach import Approved
from csm.use_cases.change_outreach import expire, reject, snooze, stop, wake_snoozed
from csm.use_cases.edit_outreach import Edited, NotEdited, edit
from csm.use_cases.one_by_one import Failure, Round
from csm.use_cases.see_outreach import OutreachFile, see, waiting_for, why
from storage.records import SqlRecords
from tests.csm.outreach_desk import (
    ALEX,
    BODY,
    CASEY,
    MORGAN,
    RILEY,
    START,
    OutreachDesk,
    staff,
)
from tests.storage.conversations import at_once

NEW_BODY = BODY.replace("the weekly reports", "your reports")


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def edited(
    house: OutreachDesk,
    outreach_id: int,
    body: str = NEW_BODY,
    who: Principal = CASEY,
    subject: str = "Your reports",
    fingerprint: str = "",
) -> Edited | NotEdited:
    fingerprint = fingerprint or house.outreach(outreach_id).fingerprint
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    return edit(
        clearance, house.records, house.desk, house.clock, outreach_id, fingerprint, subject, body
    )


def rejected(
    house: OutreachDesk, outreach_id: int, who: Principal = CASEY, why: str = "No."
) -> Any:
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    return reject(clearance, house.records, house.desk, house.clock, outreach_id, why)


def snoozed(
    house: OutreachDesk, outreach_id: int, until: date | int, who: Principal = CASEY
) -> Any:
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    return snooze(clearance, house.records, house.desk, house.clock, outreach_id, until)


def stopped(house: OutreachDesk, outreach_id: int, who: Principal = CASEY) -> Any:
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    return stop(clearance, house.records, house.desk, house.clock, outreach_id)


# edit


def test_an_edit_is_kept_with_its_editor_and_a_new_verdict(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.keep()
    before = house.outreach(outreach_id)
    result = edited(house, outreach_id)
    assert isinstance(result, Edited)
    after = house.outreach(outreach_id)
    assert result.stored.outreach == after
    assert (after.subject, after.body, after.edited_by) == ("Your reports", NEW_BODY, "casey")
    assert after.drafted_body == BODY
    assert after.fingerprint != before.fingerprint
    assert after.verdict == result.verdict.to_json()
    (entry,) = (one.entry for one in house.audit())
    assert (entry.what, entry.who) == ("outreach.edited", "casey")
    assert entry.fingerprint == before.fingerprint
    assert entry.after["fingerprint"] == after.fingerprint


def test_the_card_from_before_the_edit_approves_nothing(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    seen = house.outreach(outreach_id).fingerprint
    edited(house, outreach_id, who=MORGAN)
    with pytest.raises(Conflict, match="changed by Morgan Lee"):
        house.approve(outreach_id, fingerprint=seen)
    with pytest.raises(Conflict, match="changed by Morgan Lee"):
        edited(house, outreach_id, "Hello Jo,\n\nhow are you?", fingerprint=seen)
    assert isinstance(house.approve(outreach_id), Approved)


BAD_EDITS = [
    ("Hello Jo,\n\nwe guarantee a refund.", "commitment"),
    ("Hello Jo,\n\nyour health score fell.", "internal_term"),
    ("Hello Jo,\n\nyou use 83 % of your seats.", "ungrounded"),
    ("Hello Jo,\n\nGlobex does it as well.", "foreign_name"),
    ("Hello Jo,\n\nsee http://bad.example/x", "strange_host"),
]


@pytest.mark.parametrize(("body", "rule"), BAD_EDITS)
def test_an_edit_that_the_guard_minds_changes_nothing_and_says_why(
    house: OutreachDesk, body: str, rule: str
) -> None:
    outreach_id = house.keep()
    before = house.outreach(outreach_id)
    result = edited(house, outreach_id, body)
    assert isinstance(result, NotEdited)
    assert result.words.body == body
    assert rule in {one.rule for one in result.objections}
    assert house.outreach(outreach_id) == before
    (entry,) = (one.entry for one in house.audit())
    assert entry.what == "outreach.edit_refused"
    assert not [word for word in ("refund", "Globex", "bad.example") if word in str(entry)]


def test_an_edit_is_kept_though_it_may_not_go_now(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    house.clock.time = datetime(2027, 7, 3, 9, tzinfo=UTC)  # a Saturday
    assert isinstance(edited(house, outreach_id), Edited)


def test_the_facts_that_an_edit_tells_are_those_that_are_looked_at(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    edited(house, outreach_id, "Hello,\n\nhow are you getting on with your reports?")
    assert house.outreach(outreach_id).used == ()


def test_an_edit_makes_a_delayed_draft_wait_for_a_person(house: OutreachDesk) -> None:
    outreach_id = house.keep(house.draft(tier=Tier.DELAYED, goes_at=START + timedelta(hours=4)))
    edited(house, outreach_id)
    after = house.outreach(outreach_id)
    assert (after.tier, after.goes_at) == (Tier.MANUAL, None)


def test_an_edit_that_changes_nothing_is_none(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    result = edited(house, outreach_id, BODY, subject="Your weekly reports")
    assert isinstance(result, Edited)
    assert house.outreach(outreach_id).edited_by == ""
    assert house.audit() == []


@pytest.mark.parametrize(
    ("subject", "body"), [("", BODY), ("Hi", " \n "), ("x" * 201, BODY), ("Hi", "x" * 8001)]
)
def test_an_edit_needs_words_and_not_too_many(house: OutreachDesk, subject: str, body: str) -> None:
    outreach_id = house.keep()
    with pytest.raises(InvalidInput):
        edited(house, outreach_id, body, subject=subject)


def test_what_is_approved_is_stopped_before_it_is_edited(house: OutreachDesk) -> None:
    outreach_id = house.approved()
    with pytest.raises(Conflict, match="stop it first"):
        edited(house, outreach_id)


MAY_DECIDE = [(CASEY, "", True), (RILEY, "", False), (RILEY, "riley", True), (MORGAN, "", True)]


@pytest.mark.parametrize(("who", "author", "may"), MAY_DECIDE)
def test_who_may_change_a_draft(
    house: OutreachDesk, who: Principal, author: str, *, may: bool
) -> None:
    """Whoever may approve it, and its author, who may not approve it."""
    outreach_id = house.keep(house.draft(author=author))
    if may:
        edited(house, outreach_id, who=who)
        snoozed(house, outreach_id, 3, who)
        rejected(house, outreach_id, who)
        return
    for change in (
        lambda: edited(house, outreach_id, who=who),
        lambda: snoozed(house, outreach_id, 3, who),
        lambda: rejected(house, outreach_id, who),
    ):
        with pytest.raises(Forbidden, match="not by another CSM"):
            change()
    assert house.audit() == []


def test_to_change_one_needs_leave_to_decide(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    reading = staff(CASEY, Capability.READ_ACCOUNTS)
    for decide in (
        lambda: reject(reading, house.records, house.desk, house.clock, outreach_id, "No."),
        lambda: snooze(reading, house.records, house.desk, house.clock, outreach_id, 1),
        lambda: stop(reading, house.records, house.desk, house.clock, outreach_id),
        lambda: edit(reading, house.records, house.desk, house.clock, outreach_id, "", "a", "b"),
    ):
        with pytest.raises(Forbidden):
            decide()


# reject


def test_a_rejected_draft_keeps_its_reason(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    rejected(house, outreach_id, why="  They are\non holiday. ")
    after = house.outreach(outreach_id)
    assert (after.state, after.ended_by, after.ended_at, after.ended_why) == (
        OutreachState.REJECTED,
        "casey",
        START,
        "They are on holiday.",
    )
    (entry,) = (one.entry for one in house.audit())
    assert (entry.what, entry.after["state"]) == ("outreach.rejected", "rejected")
    assert "holiday" not in entry.model_dump_json()
    with pytest.raises(Conflict, match=r"You rejected this on .* They are on holiday\."):
        rejected(house, outreach_id)


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_a_rejection_needs_a_reason(house: OutreachDesk, why: str) -> None:
    outreach_id = house.keep()
    with pytest.raises(InvalidInput, match="Say why"):
        rejected(house, outreach_id, why=why)
    assert house.outreach(outreach_id).state is OutreachState.DRAFTED


# snooze


@pytest.mark.parametrize(("until", "day"), [(1, 1), (date(2027, 7, 5), 5), (60, 60)])
def test_a_draft_is_put_off_until_a_morning(
    house: OutreachDesk, until: date | int, day: int
) -> None:
    outreach_id = house.keep(house.draft(tier=Tier.DELAYED, goes_at=START + timedelta(hours=4)))
    days = day if isinstance(until, int) else 5
    snoozed(house, outreach_id, until)
    after = house.outreach(outreach_id)
    # 9:00 in Berlin, where Casey is.
    assert after.snoozed_until == datetime(2027, 6, 30, 7, tzinfo=UTC) + timedelta(days=days)
    assert (after.state, after.tier, after.goes_at) == (OutreachState.DRAFTED, Tier.MANUAL, None)
    assert house.audit()[-1].entry.what == "outreach.snoozed"


@pytest.mark.parametrize("until", [0, -1, 61, date(2027, 6, 30), date(2027, 8, 30)])
def test_but_not_into_the_past_nor_for_ever(house: OutreachDesk, until: date | int) -> None:
    outreach_id = house.keep()
    with pytest.raises(InvalidInput, match="29 Aug 2027"):
        snoozed(house, outreach_id, until)


def waiting(house: OutreachDesk, who: Principal = CASEY) -> list[int]:
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    found = waiting_for(clearance, house.records, house.desk, house.clock)
    return [stored.id for stored in found]


def test_the_card_comes_again_once_when_the_rest_is_over(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    snoozed(house, outreach_id, 20)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(0)
    assert waiting(house) == []
    house.clock.pass_by(days=20)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(1)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(0)
    (post,) = house.posts_to(CASEY)
    card = Card.model_validate(post.card)
    mark = house.outreach(outreach_id).fingerprint[:12]
    assert any(f"approve:{outreach_id}:{mark}" in one.id for one in buttons_of(card))
    assert house.audit()[-1].entry.what == "outreach.woken"
    assert waiting(house) == [outreach_id]
    # It is as old as its rest is over.
    assert expire(house.records, house.desk, house.clock) == Round(0)


def test_what_came_again_takes_no_more_units_of_work(
    house: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what nobody may approve, until somebody may."""
    outreach_id = house.keep()
    snoozed(house, outreach_id, 3)
    house.clock.pass_by(days=4)
    with monkeypatch.context() as no_manager:
        nobody: Any = lambda *_: None  # noqa: E731 - instead of a function of the same kind
        no_manager.setattr("csm.use_cases.change_outreach.approver_of", nobody)
        no_manager.setattr(SqlRecords, "writing", refuse)
        assert wake_snoozed(house.records, house.desk, house.clock) == Round(0)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(1)
    with monkeypatch.context() as woken:
        woken.setattr(SqlRecords, "writing", refuse)
        assert wake_snoozed(house.records, house.desk, house.clock) == Round(0)
        assert expire(house.records, house.desk, house.clock) == Round(0)
    snoozed(house, outreach_id, 3)
    house.clock.pass_by(days=3)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(1)


def refuse(_records: SqlRecords) -> Any:
    raise AssertionError("a unit of work that writes was begun")


def test_one_that_fails_keeps_none_behind_it_asleep(
    house: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [house.keep(house.draft(key=f"o{number}")) for number in range(3)]
    for outreach_id in ids:
        snoozed(house, outreach_id, 3)
    house.clock.pass_by(days=4)
    broken = fails_with(monkeypatch, "draft_card", lambda stored, *_: stored.id == ids[0])
    went = wake_snoozed(house.records, house.desk, house.clock)
    assert went == Round(2, [Failure(ids[0], broken)])
    monkeypatch.undo()
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(1)


def fails_with(
    monkeypatch: pytest.MonkeyPatch, name: str, is_broken: Callable[..., bool]
) -> Exception:
    """Make a function that drafts are changed by fail for one of them."""
    real, error = getattr(change_outreach, name), ValueError("no such thing")

    def failing(*args: Any, **more: Any) -> Any:
        if is_broken(*args):
            raise error
        return real(*args, **more)

    monkeypatch.setattr(change_outreach, name, failing)
    return error


def test_a_draft_that_was_decided_on_meanwhile_does_not_come_again(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    snoozed(house, outreach_id, 3)
    rejected(house, outreach_id)
    house.clock.pass_by(days=4)
    assert wake_snoozed(house.records, house.desk, house.clock) == Round(0)
    assert house.posts_to(CASEY) == []


# stop


@pytest.mark.parametrize("who", [CASEY, MORGAN, ALEX])
def test_an_approval_is_taken_back_while_it_is_queued(house: OutreachDesk, who: Principal) -> None:
    outreach_id = house.approved(who=MORGAN)
    stopped(house, outreach_id, who)
    after = house.outreach(outreach_id)
    assert after.state is OutreachState.DRAFTED
    assert (after.approved_by, after.approved_at, after.approved_fingerprint) == ("", None, "")
    assert house.post(outreach_id) is None
    assert house.audit()[-1].entry.what == "outreach.stopped"
    assert isinstance(house.approve(outreach_id), Approved)
    assert house.post(outreach_id) is not None


def test_a_held_one_and_one_to_be_tried_again_can_be_stopped(house: OutreachDesk) -> None:
    house.clock.time = datetime(2027, 6, 30, 22, tzinfo=UTC)
    outreach_id = house.approved()
    post = house.post(outreach_id)
    assert post is not None
    assert stand_of(house.outreach(outreach_id), post.post) is Stand.HELD
    with house.records.writing() as writer:
        writer.update_post(post.id, post.post.model_copy(update={"attempts": 2}))
    after = stopped(house, outreach_id).outreach
    assert (after.state, after.held_until) == (OutreachState.DRAFTED, None)


@pytest.mark.parametrize("state", [PostState.SENDING, PostState.SENT, PostState.IN_DOUBT])
def test_what_is_being_sent_cannot_be_stopped(house: OutreachDesk, state: PostState) -> None:
    outreach_id = house.approved()
    post = house.post(outreach_id)
    assert post is not None
    with house.records.writing() as writer:
        writer.update_post(post.id, post.post.model_copy(update={"state": state}))
    with pytest.raises(Conflict, match="being sent this very moment"):
        stopped(house, outreach_id)
    assert house.outreach(outreach_id).state is OutreachState.APPROVED


def test_what_was_sent_or_never_approved_cannot_be_stopped(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    with pytest.raises(Conflict, match="nobody has approved it"):
        stopped(house, outreach_id)
    house.change(
        outreach_id,
        state=OutreachState.SENT,
        approved_by="casey",
        approved_at=START,
        sent_at=START,
    )
    with pytest.raises(Conflict, match="It was sent on 30 Jun 2027"):
        stopped(house, outreach_id)
    with pytest.raises(NotFound):
        stopped(house, outreach_id + 1)


def test_another_csm_may_not_stop_it(house: OutreachDesk) -> None:
    outreach_id = house.approved()
    with pytest.raises(Forbidden):
        stopped(house, outreach_id, RILEY)
    assert house.post(outreach_id) is not None


def test_to_stop_twice_at_once_stops_once(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.approved()
    with pytest.raises(Conflict, match="nobody has approved it"):
        at_once(lambda: stopped(house, outreach_id), lambda: stopped(house, outreach_id, MORGAN))
    assert [one.entry.what for one in house.audit()] == ["outreach.approved", "outreach.stopped"]


# time


def test_a_draft_that_nobody_decides_on_is_withdrawn(house: OutreachDesk) -> None:
    old, decided = house.keep(), house.keep(house.draft(key="2", body=f"{BODY}!"))
    rejected(house, decided)
    house.clock.pass_by(days=14, seconds=-1)
    assert expire(house.records, house.desk, house.clock) == Round(0)
    young = house.keep(house.draft(key="3"))
    house.clock.pass_by(seconds=1)
    assert expire(house.records, house.desk, house.clock) == Round(1)
    after = house.outreach(old)
    assert (after.state, after.ended_by) == (OutreachState.WITHDRAWN, "schedule")
    assert after.ended_why == "Nobody decided on it within 14 days."
    assert house.outreach(decided).state is OutreachState.REJECTED
    assert house.outreach(young).state is OutreachState.DRAFTED
    assert house.audit(f"outreach:{old}")[-1].entry.what == "outreach.expired"


def test_of_many_old_drafts_one_that_fails_keeps_no_other(
    house: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [house.keep(house.draft(key=f"o{number}", body="x" * number)) for number in range(60)]
    house.clock.pass_by(days=14)
    young = house.keep(house.draft(key="young"))
    with monkeypatch.context() as broken:
        error = fails_with(broken, "_ended", lambda _book, stored, *_: stored.id == ids[0])
        went = expire(house.records, house.desk, house.clock)
        assert went == Round(59, [Failure(ids[0], error)])
    assert expire(house.records, house.desk, house.clock) == Round(1)
    assert house.outreach(young).state is OutreachState.DRAFTED


# looking


def test_what_waits_for_whom(house: OutreachDesk) -> None:
    acme = house.keep()
    own = house.keep(house.draft(key="2", author="casey"))
    globex = house.keep(
        house.draft(key="3", account_key="globex", contact_key="sam", person_key="sam")
    )
    house.approved(house.draft(key="4"))
    assert waiting(house, CASEY) == [acme]
    assert waiting(house, RILEY) == [globex]
    assert sorted(waiting(house, MORGAN)) == [acme, own, globex]


def test_those_that_wait_longest_come_first_and_none_of_them_is_lost(
    house: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many others there are that the person may not approve."""
    monkeypatch.setattr("csm.use_cases.see_outreach._PAGE", 2)
    for number in range(5):
        house.keep(house.draft(key=f"own {number}", author="casey"))
    old = [house.keep(house.draft(key=f"old {number}")) for number in range(3)]
    house.clock.pass_by(days=1)
    young = house.keep(house.draft(key="young"))
    assert waiting(house, CASEY) == [*old, young]
    monkeypatch.setattr("csm.use_cases.see_outreach.MOST_WAITING", 2)
    assert waiting(house, CASEY) == old[:2]


def test_the_whole_story_of_one_is_told(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    edited(house, outreach_id, who=MORGAN)
    house.approve(outreach_id)
    clearance = staff(RILEY, Capability.DRAFT_OUTREACH)
    told = why(clearance, house.records, outreach_id)
    assert [one.entry.what for one in told.history] == ["outreach.edited", "outreach.approved"]
    assert told.names == {"casey": "Casey Rivers", "morgan": "Morgan Lee"}
    assert len(told.verdict.results) > 30
    file = see(clearance, house.records, house.desk, house.clock, outreach_id)
    assert file.post is not None
    assert file.names == {"casey": "Casey Rivers", "morgan": "Morgan Lee"}
    looks = (partial(why, records=house.records), partial(seen, house))
    for look in looks:
        with pytest.raises(Forbidden):
            look(staff(CASEY, Capability.READ_ACCOUNTS), outreach_id=outreach_id)
        with pytest.raises(NotFound):
            look(clearance, outreach_id=99)


def seen(house: OutreachDesk, clearance: Clearance, outreach_id: int) -> OutreachFile:
    return see(clearance, house.records, house.desk, house.clock, outreach_id)


def test_a_draft_is_shown_with_the_verdict_of_the_moment(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    clearance = staff(CASEY, Capability.DRAFT_OUTREACH)
    assert seen(house, clearance, outreach_id).stored.outreach.verdict
    with house.records.writing() as writer:
        writer.add_pause(
            Pause(scope=PauseScope.ALL, by="morgan", why="a fair", at=house.clock.now())
        )
    shown = Verdict.from_json(seen(house, clearance, outreach_id).stored.outreach.verdict)
    assert "kill_switch" in {one.rule for one in shown.objections}


def test_who_may_not_approve_is_known_beforehand(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    assert seen(house, staff(CASEY, Capability.DRAFT_OUTREACH), outreach_id).may_approve
    assert not seen(house, staff(RILEY, Capability.DRAFT_OUTREACH), outreach_id).may_approve
