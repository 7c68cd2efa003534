"""The kill switch: who may pull it, what it stops, and how it is let go."""

import pytest

from csm.errors import Forbidden, InvalidInput, NotFound
from csm.pause import Pause, PauseScope
from csm.people import Capability, Principal
from csm.ports_outreach import StoredPause
from csm.use_cases.pause_sending import Paused, lift, list_pauses, pause, pauses_covering
from storage.records import SqlRecords
from tests.csm.outreach_desk import (
    ALEX,
    CASEY,
    MORGAN,
    RILEY,
    START,
    OutreachDesk,
    staff,
)

ALL, PLAY, ACCOUNT = PauseScope.ALL, PauseScope.PLAY, PauseScope.ACCOUNT


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def paused(
    house: OutreachDesk,
    scope: PauseScope = ACCOUNT,
    target: str = "",
    who: Principal = MORGAN,
    why: str = "",
) -> Paused:
    clearance = staff(who, Capability.PAUSE_SENDING)
    playbook = house.desk.playbook
    return pause(clearance, house.records, playbook, house.clock, scope, target, why)


def lifted(
    house: OutreachDesk, scope: PauseScope, target: str = "", who: Principal = MORGAN
) -> list[StoredPause]:
    clearance = staff(who, Capability.PAUSE_SENDING)
    return lift(clearance, house.records, house.clock, scope, target)


def in_force(house: OutreachDesk) -> list[Pause]:
    found = list_pauses(staff(CASEY, Capability.PAUSE_SENDING), house.records)
    return [stored.pause for stored in found]


def test_a_pause_says_who_and_why(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    result = paused(house, PLAY, "check_in", why="The letter is wrong.")
    assert result.is_new
    (pulled,) = in_force(house)
    assert (pulled.by, pulled.why, pulled.at) == ("morgan", "The letter is wrong.", START)
    (entry,) = (one.entry for one in house.audit(f"pause:{result.stored.id}"))
    assert (entry.what, entry.who, entry.play) == ("pause.added", "morgan", "check_in")
    assert entry.after == {"scope": "play"}  # the pause has the words, the audit none


def test_what_is_paused_stays_so_by_whoever_was_first(house: OutreachDesk) -> None:
    first = paused(house, ALL, why="A flood.")
    second = paused(house, ALL, who=ALEX, why="Another reason.")
    assert not second.is_new
    assert second.stored == first.stored
    assert len(house.audit()) == 1


MAY_PAUSE = [
    # who, scope, target, may pause, may lift
    (CASEY, ACCOUNT, "acme", True, True),
    (CASEY, ACCOUNT, "globex", False, False),
    (CASEY, PLAY, "check_in", False, False),
    (CASEY, ALL, "", False, False),
    (MORGAN, ACCOUNT, "globex", True, True),
    (MORGAN, PLAY, "check_in", True, True),
    (MORGAN, ALL, "", True, False),
    (ALEX, ACCOUNT, "acme", True, True),
    (ALEX, PLAY, "check_in", True, True),
    (ALEX, ALL, "", True, True),
]


@pytest.mark.parametrize(("who", "scope", "target", "may_pause", "may_lift"), MAY_PAUSE)
def test_who_may_pause_and_lift(
    house: OutreachDesk,
    who: Principal,
    scope: PauseScope,
    target: str,
    *,
    may_pause: bool,
    may_lift: bool,
) -> None:
    if may_pause:
        assert paused(house, scope, target, who).is_new
    else:
        with pytest.raises(Forbidden):
            paused(house, scope, target, who)
        assert in_force(house) == []
        paused(house, scope, target, ALEX)
    if may_lift:
        assert len(lifted(house, scope, target, who)) == 1
        assert in_force(house) == []
    else:
        with pytest.raises(Forbidden):
            lifted(house, scope, target, who)
        assert len(in_force(house)) == 1


@pytest.mark.parametrize(
    ("scope", "target", "error"),
    [
        (ALL, "acme", InvalidInput),
        (PLAY, "chek_in", NotFound),
        (PLAY, "", NotFound),
        (ACCOUNT, "hooli", NotFound),
    ],
)
def test_what_is_not_there_cannot_be_paused(
    house: OutreachDesk, scope: PauseScope, target: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        paused(house, scope, target, ALEX)
    with pytest.raises(InvalidInput, match="Say why in 500"):
        paused(house, ALL, why="x" * 501)


def test_to_lift_lets_what_was_held_be_looked_at_again(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    paused(house, ACCOUNT, "acme")
    outreach_id = house.approved()
    post = house.post(outreach_id)
    assert post is not None
    assert post.post.not_before is not None
    assert post.post.not_before > START
    lifted_at = house.clock.pass_by(minutes=5)
    (gone,) = lifted(house, ACCOUNT, "acme")
    assert (gone.pause.lifted_by, gone.pause.lifted_at) == ("morgan", lifted_at)
    post = house.post(outreach_id)
    assert post is not None
    assert post.post.not_before is None or post.post.not_before <= lifted_at
    entry = house.audit(f"pause:{gone.id}")[-1].entry
    assert (entry.what, entry.who, entry.at) == ("pause.lifted", "morgan", lifted_at)
    assert entry.account_key == "acme"


def test_there_must_be_something_to_lift(house: OutreachDesk) -> None:
    paused(house, PLAY, "check_in")
    with pytest.raises(NotFound, match="is not paused"):
        lifted(house, ACCOUNT, "acme")
    assert len(in_force(house)) == 1


def test_the_pauses_that_stop_a_message_are_shown_with_it(house: OutreachDesk) -> None:
    for scope, target in ((ACCOUNT, "globex"), (PLAY, "check_in"), (ALL, "")):
        paused(house, scope, target)
    with house.records.reading() as reader:
        covering = pauses_covering(reader, house.draft())
    assert [one.scope for one in covering] == [PLAY, ALL]


def test_it_takes_leave_to_pause(house: OutreachDesk) -> None:
    reading = staff(RILEY, Capability.READ_ACCOUNTS)
    with pytest.raises(Forbidden):
        pause(reading, house.records, house.desk.playbook, house.clock, ACCOUNT, "globex")
    with pytest.raises(Forbidden):
        lift(reading, house.records, house.clock, ACCOUNT, "globex")
    with pytest.raises(Forbidden):
        list_pauses(reading, house.records)
