"""What a person finds of a message in doubt: who may say so, and what still counts after it."""

from typing import Any

import pytest

from csm.errors import Conflict, Forbidden, NotFound
from csm.outreach import OutreachState
from csm.people import Capability, Principal, Role
from csm.post import PostState
from csm.use_cases.settle_by_hand import settle_by_hand
from storage.records import SqlRecords
from tests.csm.outreach_desk import BODY, CASEY, MORGAN, RILEY, START, OutreachDesk, staff


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def doubted(house: OutreachDesk, **changes: Any) -> int:
    """Approved, begun to be sent now, and nobody knows whether it arrived."""
    outreach_id = house.approved(house.draft(**changes))
    stored = house.post(outreach_id)
    assert stored is not None
    post = {"state": PostState.IN_DOUBT, "attempts": 1, "claimed_at": house.now}
    with house.records.writing() as writer:
        writer.update_post(stored.id, stored.post.model_copy(update=post))
    ended = {"state": OutreachState.IN_DOUBT, "ended_at": house.now, "ended_why": "No answer."}
    house.change(outreach_id, **ended)
    house.clock.pass_by(hours=1)
    return outreach_id


def settled(house: OutreachDesk, outreach_id: int, who: Principal, *, was_sent: bool) -> Any:
    clearance = staff(who, Capability.APPROVE_OUTREACH)
    given = (clearance, house.records, house.desk, house.clock, outreach_id)
    return settle_by_hand(*given, was_sent=was_sent)


def objections(house: OutreachDesk, **changes: Any) -> set[str]:
    """What the guard has against another message that is to be approved now."""
    result = house.approve(house.keep(house.draft(key="again", **changes)))
    return {one.rule for one in result.verdict.objections}


@pytest.mark.parametrize("was_sent", [True, False])
def test_only_who_may_approve_it_settles_it(house: OutreachDesk, was_sent: bool) -> None:
    outreach_id = doubted(house)
    before = house.outreach(outreach_id)
    with pytest.raises(Forbidden):
        settled(house, outreach_id, RILEY, was_sent=was_sent)
    assert house.outreach(outreach_id) == before
    settled(house, outreach_id, MORGAN, was_sent=was_sent)
    assert house.outreach(outreach_id).state is not OutreachState.IN_DOUBT


def test_somebody_elses_csm_by_that_name_does_not(house: OutreachDesk) -> None:
    outreach_id = doubted(house)
    nobody = Principal("casey2", "Casey Rivers", Role.CSM, "casey2@ours.example")
    with pytest.raises(Forbidden):
        settled(house, outreach_id, nobody, was_sent=True)


def test_what_was_not_found_goes_on_counting(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = doubted(house)
    after = settled(house, outreach_id, CASEY, was_sent=False).outreach
    assert (after.state, after.sent_at, after.ended_by) == (OutreachState.DEAD, START, CASEY.key)
    assert "counts as written" in after.ended_why
    assert {"same_text", "play_cooldown"} <= objections(house)
    with records.reading() as reader:
        dealings = reader.dealings(["acme"], house.now, START)["acme"]
        assert sum(reader.sends_by_hour(START).values()) == 1
    assert [(touch.at, touch.contact_key) for touch in dealings.touches] == [(START, "jo")]


def test_what_could_not_be_delivered_does_not_count(house: OutreachDesk) -> None:
    outreach_id = doubted(house)
    house.change(outreach_id, state=OutreachState.DEAD)
    assert objections(house).isdisjoint({"same_text", "play_cooldown"})


def test_too_many_that_were_not_found_hold_the_next(house: OutreachDesk) -> None:
    """A contact has two in a fortnight, whatever anybody found of them."""
    for number in range(2):
        plays = {"key": str(number), "play": f"check_in_{number}"}
        outreach_id = house.keep(house.draft(**plays, body=f"{BODY}{number}"))
        lost = {"state": OutreachState.IN_DOUBT, "approved_at": house.now, "ended_at": house.now}
        house.change(outreach_id, **lost)
        settled(house, outreach_id, MORGAN, was_sent=False)
    assert "frequency_contact" in objections(house)


def test_it_is_settled_once(house: OutreachDesk) -> None:
    outreach_id = doubted(house)
    settled(house, outreach_id, CASEY, was_sent=False)
    with pytest.raises(Conflict, match="not in doubt any more: it is dead"):
        settled(house, outreach_id, CASEY, was_sent=True)
    with pytest.raises(NotFound):
        settled(house, 99, CASEY, was_sent=True)
