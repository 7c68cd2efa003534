"""Approving: the text that was seen, by somebody who may; and drafts that go by themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from csm.errors import Conflict, Forbidden, NotFound, Unavailable
from csm.guard import Verdict
from csm.letter import post_of
from csm.outreach import OutreachState
from csm.pause import Pause, PauseScope
from csm.people import STAFF_ONLY, Capability, Principal, clear
from csm.play import Approver, Tier
from csm.ports_outreach import PlayTier
from csm.post import Post, PostState
from csm.use_cases.approve_outreach import (
    Approved,
    NotApproved,
    approve_due,
    approve_many,
)
from csm.use_cases.one_by_one import Failure, Round
from storage.records import SqlRecords
from tests.csm.outreach_desk import (
    ALEX,
    BODY,
    CASEY,
    CHECK_IN,
    JO,
    MORGAN,
    PLAN,
    RILEY,
    START,
    OutreachDesk,
    desk_with,
    put,
    staff,
)

NIGHT = datetime(2027, 6, 30, 22, tzinfo=UTC)
MORNING = datetime(2027, 7, 1, 7, tzinfo=UTC)  # 9:00 in Berlin


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def play_with(**changes: Any) -> Any:
    return CHECK_IN.model_copy(update={"outreach": PLAN.model_copy(update=changes)})


def test_an_approved_draft_lies_in_the_outbox(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.keep()
    result = house.approve(outreach_id)
    assert isinstance(result, Approved)
    assert result.held_until is None
    approved = house.outreach(outreach_id)
    assert result.stored.outreach == approved
    assert approved.state is OutreachState.APPROVED
    assert (approved.approved_by, approved.approved_at) == ("casey", START)
    assert approved.approval_until == START + timedelta(hours=72)
    assert approved.approved_fingerprint == approved.fingerprint
    post = house.post(outreach_id)
    assert post is not None
    assert (post.post.state, post.post.not_before) == (PostState.WAITING, None)
    assert (post.post.person_key, post.post.account_key) == ("jo", "acme")


def test_the_audit_says_who_approved_what_and_none_of_its_words(house: OutreachDesk) -> None:
    outreach_id = house.approved()
    (entry,) = (one.entry for one in house.audit(f"outreach:{outreach_id}"))
    assert (entry.who, entry.what, entry.at) == ("casey", "outreach.approved", START)
    assert entry.fingerprint == house.outreach(outreach_id).fingerprint
    assert (entry.before["state"], entry.after["state"]) == ("drafted", "approved")
    assert {one["outcome"] for one in entry.verdict} == {"pass"}
    whole = entry.model_dump_json()
    assert not [word for word in ("weekly reports", "Jo Park", "Casey") if word in whole]


def test_what_is_held_is_approved_and_waits(house: OutreachDesk) -> None:
    house.clock.time = NIGHT
    outreach_id = house.keep()
    result = house.approve(outreach_id)
    assert isinstance(result, Approved)
    assert result.held_until == MORNING
    assert house.outreach(outreach_id).held_until == MORNING
    post = house.post(outreach_id)
    assert post is not None
    assert post.post.not_before == MORNING
    (entry,) = (one.entry for one in house.audit())
    assert entry.after["held_until"] == MORNING.isoformat()


def test_what_the_guard_refuses_stays_a_draft_and_says_why(house: OutreachDesk) -> None:
    outreach_id = house.keep(house.draft(body="Hello Jo,\n\nyour churn risk is high."))
    result = house.approve(outreach_id)
    assert isinstance(result, NotApproved)
    kept = house.outreach(outreach_id)
    assert kept.state is OutreachState.DRAFTED
    assert kept.approved_by == ""
    assert Verdict.from_json(kept.verdict) == result.verdict
    assert "internal_term" in {one.rule for one in result.verdict.objections}
    assert house.post(outreach_id) is None
    (entry,) = (one.entry for one in house.audit())
    assert entry.what == "outreach.refused"


WHO_MAY = [
    # who, approver of the play, author, may
    (CASEY, Approver.CSM, "", True),
    (RILEY, Approver.CSM, "", False),
    (MORGAN, Approver.CSM, "", True),
    (ALEX, Approver.CSM, "", True),
    (CASEY, Approver.MANAGER, "", False),
    (MORGAN, Approver.MANAGER, "", True),
    (CASEY, Approver.CSM, "casey", False),
    (MORGAN, Approver.CSM, "casey", True),
]


@pytest.mark.parametrize(("who", "approver", "author", "may"), WHO_MAY)
def test_who_may_approve(
    sqlite_records: SqlRecords, who: Principal, approver: Approver, author: str, *, may: bool
) -> None:
    house = OutreachDesk(sqlite_records, desk_with(play_with(approver=approver)))
    outreach_id = house.keep(house.draft(author=author))
    result = house.approve(outreach_id, who)
    assert isinstance(result, Approved) is may
    if not may:
        assert [one.rule for one in result.verdict.objections] == ["approval"]
        # The guard has not stopped the message: somebody else may let it go.
        assert [one.entry.what for one in house.audit()] == ["outreach.no_leave"]
        assert house.outreach(outreach_id).verdict == []


def test_nobody_else_gets_as_far_as_the_guard(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    with pytest.raises(Forbidden):
        clear(JO, Capability.APPROVE_OUTREACH, STAFF_ONLY)
    with pytest.raises(Forbidden):
        approve_many(
            staff(CASEY, Capability.READ_ACCOUNTS),
            house.records,
            house.desk,
            house.clock,
            [(outreach_id, house.outreach(outreach_id).fingerprint)],
        )


def test_the_beginning_of_the_fingerprint_will_do(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    start = house.outreach(outreach_id).fingerprint[:12]
    assert isinstance(house.approve(outreach_id, fingerprint=start), Approved)


@pytest.mark.parametrize("length", [11, 0])
def test_but_not_less_of_it(house: OutreachDesk, length: int) -> None:
    outreach_id = house.keep()
    start = house.outreach(outreach_id).fingerprint[:length] or "no print"
    with pytest.raises(Conflict, match="look at it again"):
        house.approve(outreach_id, fingerprint=start)


def test_another_text_than_the_one_that_was_seen_is_not_approved(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    seen = house.outreach(outreach_id).fingerprint
    house.change(outreach_id, body=f"{BODY} See you.", edited_by="morgan")
    with pytest.raises(Conflict, match="changed by Morgan Lee since you saw it"):
        house.approve(outreach_id, fingerprint=seen)
    assert house.outreach(outreach_id).state is OutreachState.DRAFTED


@pytest.mark.parametrize(
    "changes",
    [
        {"contact_key": "kim"},
        {"person_key": "kim"},
        {"subject": "Another"},
        {"links": ("https://lanternboard.example/x",)},
    ],
)
def test_nor_one_to_somebody_else(house: OutreachDesk, changes: dict[str, Any]) -> None:
    outreach_id = house.keep()
    seen = house.outreach(outreach_id).fingerprint
    house.change(outreach_id, **changes)
    with pytest.raises(Conflict, match="look at it again"):
        house.approve(outreach_id, fingerprint=seen)


ENDINGS: list[tuple[dict[str, Any], str]] = [
    ({"state": "rejected", "ended_by": "morgan", "ended_at": START, "ended_why": "Too long."},
     r"Morgan Lee rejected this on 30 Jun 2027, 11:00 CEST\. Too long\."),
    ({"state": "withdrawn", "ended_by": "guard", "ended_at": START, "ended_why": "They churned."},
     r"withdrawn on 30 Jun 2027, 11:00 CEST\. They churned\. Draft it anew"),
    ({"state": "sent", "approved_by": "casey", "approved_at": START, "sent_at": START},
     r"You approved this on .*\. It was sent on 30 Jun 2027, 11:00 CEST\."),
    ({"state": "in_doubt", "approved_by": "tier:delayed", "approved_at": START},
     r"The play by itself approved this on .* in doubt"),
    ({"state": "dead", "approved_by": "morgan", "approved_at": START, "ended_why": "No such user."},
     r"Morgan Lee approved this on .* could not be delivered\. No such user\."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), ENDINGS)
def test_whoever_comes_later_is_told_what_became_of_it(
    house: OutreachDesk, changes: dict[str, Any], said: str
) -> None:
    outreach_id = house.keep()
    house.change(outreach_id, **{**changes, "state": OutreachState(changes["state"])})
    with pytest.raises(Conflict, match=said):
        house.approve(outreach_id)
    assert house.post(outreach_id) is None


def test_whoever_clicks_second_is_told_who_was_first(house: OutreachDesk) -> None:
    outreach_id = house.approved(who=MORGAN)
    with pytest.raises(Conflict, match=r"Morgan Lee approved this on 30 Jun 2027, 11:00 CEST\."):
        house.approve(outreach_id, CASEY)
    assert house.outreach(outreach_id).approved_by == "morgan"
    assert len(house.audit()) == 1


def test_the_control_group_has_no_messages(house: OutreachDesk) -> None:
    outreach_id = house.keep(house.draft(state=OutreachState.HOLDOUT))
    with pytest.raises(NotFound):
        house.approve(outreach_id)
    with pytest.raises(NotFound):
        house.approve(outreach_id + 1, fingerprint="0" * 64)


def test_one_that_was_put_off_may_be_approved(house: OutreachDesk) -> None:
    outreach_id = house.keep(house.draft(snoozed_until=START + timedelta(days=3)))
    assert isinstance(house.approve(outreach_id), Approved)
    assert house.outreach(outreach_id).snoozed_until is None


def test_several_at_once_are_each_for_themselves(house: OutreachDesk) -> None:
    ids = [house.keep(house.draft(key=f"check_in:{n}", body=f"{BODY}{'.' * n}")) for n in range(3)]
    house.change(ids[1], body="We guarantee a refund.")
    seen = [(one, house.outreach(one).fingerprint) for one in ids]
    seen.insert(1, (99, "f" * 64))
    clearance = staff(CASEY, Capability.APPROVE_OUTREACH)
    results = approve_many(clearance, house.records, house.desk, house.clock, seen)
    # The last is the same play again.
    kinds = [type(result) for result in results]
    assert kinds == [Approved, NotFound, NotApproved, NotApproved]
    last = results[3]
    assert isinstance(last, NotApproved)
    assert "play_cooldown" in {one.rule for one in last.verdict.objections}


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each gave or raised, run in threads that set out together."""
    all_there, results = Barrier(len(tasks)), list[object]()

    def run(task: Callable[[], object]) -> None:
        all_there.wait(20)
        try:
            results.append(task())
        except Exception as error:  # noqa: BLE001 - looked at by the test
            results.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.keep()
    results = at_once(
        lambda: house.approve(outreach_id, CASEY), lambda: house.approve(outreach_id, MORGAN)
    )
    (won,) = (one for one in results if isinstance(one, Approved))
    (lost,) = (one for one in results if isinstance(one, Conflict))
    first = "Casey Rivers" if won.stored.outreach.approved_by == "casey" else "Morgan Lee"
    assert f"{first} approved this" in str(lost)
    assert [one.entry.what for one in house.audit()] == ["outreach.approved"]


def due(house: OutreachDesk, tier: Tier = Tier.DELAYED, **changes: Any) -> int:
    """A draft that goes by itself now, of a play that has that tier."""
    with house.records.writing() as writer:
        writer.set_play_tier(PlayTier("check_in", tier, START, "alex"))
    return house.keep(house.draft(tier=tier, goes_at=START, **changes))


@pytest.fixture
def trusting(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records, desk_with(play_with(highest_tier=Tier.AUTOMATIC)))


@pytest.mark.parametrize("tier", [Tier.DELAYED, Tier.AUTOMATIC])
def test_a_draft_whose_time_is_over_goes_by_itself(trusting: OutreachDesk, tier: Tier) -> None:
    outreach_id = due(trusting, tier)
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(1)
    went = trusting.outreach(outreach_id)
    assert (went.state, went.approved_by) == (OutreachState.APPROVED, f"tier:{tier}")
    assert trusting.post(outreach_id) is not None
    assert trusting.audit()[-1].entry.who == f"tier:{tier}"
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(0)


def test_but_not_before_its_time(trusting: OutreachDesk) -> None:
    outreach_id = due(trusting)
    trusting.clock.pass_by(seconds=-1)
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(0)
    assert trusting.post(outreach_id) is None


def test_one_that_is_held_goes_by_itself_later(trusting: OutreachDesk) -> None:
    outreach_id = due(trusting)
    trusting.clock.time = NIGHT
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(1)
    assert trusting.outreach(outreach_id).held_until == MORNING


def test_one_that_the_guard_refuses_waits_for_a_person(trusting: OutreachDesk) -> None:
    outreach_id = due(trusting, body="Hello Jo,\n\nwe promise a discount.")
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(0)
    kept = trusting.outreach(outreach_id)
    assert (kept.state, kept.tier, kept.goes_at) == (OutreachState.DRAFTED, Tier.MANUAL, None)
    (card,) = trusting.posts_to(CASEY)
    assert "waits for you" in str(card.card)
    assert card.account_key is None
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(0)
    assert len(trusting.posts_to(CASEY)) == 1


def test_one_that_fails_keeps_none_behind_it(
    trusting: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam: dict[str, Any] = {
        "account_key": "globex",
        "contact_key": "sam",
        "person_key": "sam",
        "body": "Hello,\n\nhow are you getting on with your reports?",
        "used": (),
    }
    ids = [due(trusting), due(trusting, key="globex", **sam)]
    # An hour at which both of them are at work.
    trusting.clock.time = START.replace(hour=14)
    broken = ValueError("no such thing")

    def failing(outreach_id: int, *rest: Any) -> Post:
        if outreach_id == ids[0]:
            raise broken
        return post_of(outreach_id, *rest)

    monkeypatch.setattr("csm.use_cases.approve_outreach.post_of", failing)
    went = approve_due(trusting.records, trusting.desk, trusting.clock)
    assert went == Round(1, [Failure(ids[0], broken)])
    assert trusting.outreach(ids[0]).state is OutreachState.DRAFTED
    monkeypatch.undo()
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(1)


def test_where_the_records_are_gone_nothing_more_is_tried(
    trusting: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(trusting)
    asked: list[int] = []

    def gone(outreach_id: int, *_rest: Any) -> Post:
        asked.append(outreach_id)
        raise Unavailable("The database is gone.")

    due(trusting, key="other", body=f"{BODY}!")
    monkeypatch.setattr("csm.use_cases.approve_outreach.post_of", gone)
    with pytest.raises(Unavailable):
        approve_due(trusting.records, trusting.desk, trusting.clock)
    assert len(asked) == 1


def test_a_play_that_lost_its_tier_sends_nothing_by_itself(trusting: OutreachDesk) -> None:
    outreach_id = due(trusting)
    with trusting.records.writing() as writer:
        writer.set_play_tier(PlayTier("check_in", Tier.MANUAL, START, "schedule"))
    assert approve_due(trusting.records, trusting.desk, trusting.clock) == Round(0)
    assert trusting.post(outreach_id) is None
    assert len(trusting.posts_to(CASEY)) == 1


def test_what_is_paused_waits_though_it_is_approved(house: OutreachDesk) -> None:
    with house.records.writing() as writer:
        writer.add_pause(Pause(scope=PauseScope.PLAY, target="check_in", by="morgan", at=START))
    outreach_id = house.approved()
    assert house.outreach(outreach_id).held_until is not None


def test_the_approver_of_a_refused_one_is_no_author(trusting: OutreachDesk) -> None:
    due(trusting, body="We guarantee a refund.", author="casey")
    approve_due(trusting.records, trusting.desk, trusting.clock)
    assert not trusting.posts_to(CASEY)
    assert len(trusting.posts_to(MORGAN)) == 1


def test_the_approver_is_judged_as_they_are_now(house: OutreachDesk) -> None:
    """And so is what it tells: the sender is another one by now."""
    outreach_id = house.keep()
    put(house.records, "accounts", ("key", "name", "csm_email"), ("acme", "Acme", RILEY.email))
    results = [house.approve(outreach_id, who) for who in (CASEY, RILEY)]
    minded = [{one.rule for one in result.verdict.objections} for result in results]
    assert minded == [{"approval", "facts_true"}, {"facts_true"}]
