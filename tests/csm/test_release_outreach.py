"""What was approved is judged once more, right before it is sent."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from csm.desk import Desk
from csm.guard.verdict import Verdict
from csm.letter import MAIL
from csm.outreach import OutreachState
from csm.pause import Pause, PauseScope
from csm.people import Principal, Role
from csm.play import Tier
from csm.post import PostState
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.release_outreach import LEASE, MOST_CLEARED, Released, release
from storage.records import SqlRecords
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MO, PAT, PLAY, START, MovingClock, approve, draft


def released(
    records: SqlRecords, clock: MovingClock, desk: Desk | None = None, limit: int = 100
) -> tuple[Released, ...]:
    return release(records, desk or scene.desk(), clock, MAIL, limit).released


def post_state(records: SqlRecords, outreach_id: int) -> PostState | None:
    stored = scene.post_in(records, outreach_id)
    return stored.post.state if stored else None


def held_until(records: SqlRecords, outreach_id: int) -> datetime | None:
    stored = scene.post_in(records, outreach_id)
    assert stored is not None
    return stored.post.not_before


def test_what_passes_is_given_out_once_with_its_proof(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme", "globex"])
    ids = [approve(records, draft(key)) for key in ("acme", "globex")]
    given = released(records, MovingClock())
    assert [one.outreach.id for one in given] == ids
    for one in given:
        one.cleared.demand_exactly(one.outreach.outreach.outgoing)
        assert one.stored.post.state is PostState.CLEARED
    assert [post_state(records, id_) for id_ in ids] == [PostState.CLEARED] * 2
    assert released(records, MovingClock()) == ()


def test_what_nobody_began_in_time_is_judged_anew(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    approve(records, draft("acme"))
    clock = MovingClock()
    assert len(released(records, clock)) == 1
    clock.at += LEASE
    assert released(records, clock) == ()
    clock.pass_by(seconds=1)
    assert len(released(records, clock)) == 1


def test_what_comes_at_night_waits_for_the_morning(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    clock = MovingClock(START.replace(hour=20))
    assert released(records, clock) == ()
    morning = (START + timedelta(days=1)).replace(hour=9, minute=0)
    assert held_until(records, id_) == morning
    kept = scene.outreach_of(records, id_)
    assert (kept.state, kept.held_until) == (OutreachState.APPROVED, morning)
    assert "decent_hours" in {r.rule for r in Verdict.from_json(kept.verdict).objections}
    assert scene.audited(records, id_) == ["outreach.held"]
    clock.at = morning
    assert [one.outreach.id for one in released(records, clock)] == [id_]


def test_the_audit_is_not_filled_by_looking_again(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    clock = MovingClock()
    with records.writing() as writer:
        writer.add_pause(Pause(scope=PauseScope.ALL, by=MO.key, at=START))
    for _ in range(3):
        assert released(records, clock) == ()
        until = held_until(records, id_)
        assert until is not None
        assert until > clock.at
        clock.at = until
    assert scene.audited(records, id_).count("outreach.held") <= 2  # the evening came besides


def test_what_passes_counts_for_what_comes_after_it(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    desk = scene.desk(contact_most=1)
    approve(records, draft("acme"))
    other = draft("acme", "other", play=scene.OTHER_PLAY, body=scene.OTHER_BODY)
    second = approve(records, other)
    clock = MovingClock()
    assert len(released(records, clock, desk)) == 1
    kept = Verdict.from_json(scene.outreach_of(records, second).verdict)
    assert {one.rule for one in kept.objections} == {"frequency_contact"}


def test_what_is_refused_is_withdrawn_and_told(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    with records.writing() as writer:
        kind, said = SuppressionKind.OPT_OUT, {"at": START, "source": "a reply"}
        writer.add_suppression(Suppression(account_key="acme", kind=kind, **said))
    assert released(records, MovingClock()) == ()
    kept = scene.outreach_of(records, id_)
    assert (kept.state, kept.ended_by) == (OutreachState.WITHDRAWN, "guard")
    assert kept.ended_why == "The contact does not want such messages."
    assert scene.post_in(records, id_) is None
    assert scene.audited(records, id_) == ["outreach.withdrawn"]
    (told,) = scene.notices(records)
    assert "Not sent to Zorbex acme" in told
    assert kept.ended_why in told
    assert scene.notices(records, MO) == []


def test_an_approval_that_lapsed_makes_it_a_draft_again(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    clock = MovingClock(START + timedelta(days=5))  # the next Monday
    assert released(records, clock) == ()
    kept = scene.outreach_of(records, id_)
    assert (kept.state, kept.approved_by, kept.approved_at) == (OutreachState.DRAFTED, "", None)
    assert (kept.approved_fingerprint, kept.approval_until) == ("", None)
    assert scene.post_in(records, id_) is None
    assert scene.audited(records, id_) == ["outreach.approval_lapsed"]
    (told,) = scene.notices(records)
    assert told.startswith("Draft ")
    assert "for Zorbex acme" in told


def test_and_a_tiers_leave_that_is_gone_needs_a_person(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    leave: dict[str, Any] = {"tier": Tier.AUTOMATIC, "approved_by": "tier:automatic"}
    id_ = approve(records, draft("acme"), **leave, goes_at=START)
    assert released(records, MovingClock()) == ()
    kept = scene.outreach_of(records, id_)
    assert (kept.state, kept.tier, kept.goes_at) == (OutreachState.DRAFTED, Tier.MANUAL, None)
    assert len(scene.notices(records, PAT)) == 1  # the account's own CSM


def test_somebody_who_left_approves_nothing(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    with records.writing() as writer:
        writer.save_person(Principal(PAT.key, PAT.name, Role.CONTACT, PAT.email, "acme"))
    assert released(records, MovingClock()) == ()
    assert scene.outreach_of(records, id_).state is OutreachState.DRAFTED
    assert len(scene.notices(records, MO)) == 1


def test_an_edit_after_the_approval_voids_it(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"))
    with records.writing() as writer:
        edited = scene.outreach_of(records, id_).model_copy(update={"subject": "Our dashboards"})
        writer.update_outreach(id_, edited)
    assert released(records, MovingClock()) == ()
    assert scene.outreach_of(records, id_).state is OutreachState.DRAFTED


@pytest.mark.parametrize("state", [OutreachState.WITHDRAWN, OutreachState.REJECTED])
def test_what_was_ended_is_not_sent_whatever_waits(
    records: SqlRecords, state: OutreachState
) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, draft("acme"), state=state)
    assert released(records, MovingClock()) == ()
    assert scene.post_in(records, id_) is None
    assert scene.outreach_of(records, id_).state is state


def test_a_flood_stops_the_line_and_calls_a_person_once(records: SqlRecords) -> None:
    names = [f"q{number}" for number in range(5)]
    scene.settle_in(records, names)
    ids = [approve(records, draft(name)) for name in names]
    clock, desk = MovingClock(), scene.desk(least=2)
    assert [one.outreach.id for one in released(records, clock, desk)] == ids[:2]
    with records.reading() as reader:
        assert reader.pauses() == []  # what was let go is no flood yet
    assert released(records, clock, desk) == ()
    with records.reading() as reader:
        (pause,) = reader.pauses()
        (entry,) = reader.audit_of(f"pause:{pause.id}")
    assert (pause.pause.scope, pause.pause.by) == (PauseScope.ALL, "breaker")
    assert entry.entry.who == "breaker"
    assert "2 sent in the last hour" in pause.pause.why
    assert released(records, clock, desk) == ()
    assert [post_state(records, id_) for id_ in ids[2:]] == [PostState.WAITING] * 3
    (told,) = scene.notices(records, MO)
    assert "The machine stopped itself" in told
    with records.reading() as reader:
        assert len(reader.pauses()) == 1


def test_a_line_that_a_person_lets_go_on_is_not_stopped_by_what_they_have_seen(
    records: SqlRecords,
) -> None:
    names = [f"q{number}" for number in range(5)]
    scene.settle_in(records, names)
    ids = [approve(records, draft(name)) for name in names]
    clock, desk = MovingClock(), scene.desk(least=2)
    released(records, clock, desk)
    released(records, clock, desk)
    clock.pass_by(minutes=5)
    with records.writing() as writer:
        (pause,) = writer.lift_pauses(PauseScope.ALL, "", "ada", clock.now())
        writer.wake_held(clock.now())
    assert pause.pause.by == "breaker"
    clock.pass_by(seconds=1)
    assert [one.outreach.id for one in released(records, clock, desk)] == ids[:2]
    released(records, clock, desk)
    with records.reading() as reader:
        assert [one.pause.by for one in reader.pauses()] == ["breaker"]


def test_no_more_are_given_out_than_can_be_begun_in_time(sqlite_records: SqlRecords) -> None:
    names = [f"q{number}" for number in range(MOST_CLEARED + 3)]
    scene.settle_in(sqlite_records, names)
    ids = [approve(sqlite_records, draft(name)) for name in names]
    found = release(sqlite_records, scene.desk(), MovingClock(), MAIL, 500)
    assert [one.outreach.id for one in found.released] == ids[:MOST_CLEARED]
    assert found.taken == len(ids)
    two = release(sqlite_records, scene.desk(), MovingClock(), MAIL, 500, most=2)
    assert [one.outreach.id for one in two.released] == ids[MOST_CLEARED:][:2]
    rest = released(sqlite_records, MovingClock())
    assert [one.outreach.id for one in rest] == ids[MOST_CLEARED + 2 :]


def test_other_platforms_are_left_alone(records: SqlRecords) -> None:
    scene.settle_in(records, ["acme"])
    id_ = approve(records, scene.in_channel("acme"))
    assert released(records, MovingClock()) == ()
    assert post_state(records, id_) is PostState.WAITING
    found = release(records, scene.desk(), MovingClock(), "slack", 10)
    assert [one.outreach.id for one in found.released] == [id_]
    assert found.released[0].outreach.outreach.play == PLAY
