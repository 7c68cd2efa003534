"""Customers see where their questions stand, and nobody else's."""

from dataclasses import replace
from typing import Any

import pytest

from csm.errors import Forbidden
from csm.people import (
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Capability,
    Place,
    PlaceKind,
    Principal,
    clear,
)
from csm.question import QuestionState
from csm.use_cases.case_file import OpenQuestion, Waiting
from csm.use_cases.case_status import status_for
from csm.use_cases.work_cases import claim_case, reply_to_case, resolve_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    ACME_SHARED,
    CASEY,
    CS_TEAM,
    JO,
    KIM,
    NOW,
    RILEY,
    SAM,
    asked,
    handed,
    hours,
    keep,
    open_desk,
    settings,
    staff,
)


def status(records: SqlRecords, who: Principal, place: Place) -> list[OpenQuestion]:
    clearance = clear(who, Capability.GET_HELP, place.audience)
    return status_for(clearance, records, settings(), NOW + hours(1), place)


def dm_of(who: Principal) -> Place:
    audience = Audience(AudienceKind.CUSTOMER, who.account_key)
    return Place("slack", "T1", f"D-{who.key}", PlaceKind.DM, audience)


def in_dm(who: Principal, key: str, text: str) -> dict[str, Any]:
    return {"key": key, "who": who, "channel": f"D-{who.key}", "thread": "", "text": text}


def desk(records: SqlRecords) -> None:
    open_desk(records)
    handed(records, asked("m1", JO, text="Jo in the channel?"))
    handed(records, asked("m2", KIM, text="Kim in the channel?"))
    handed(records, asked(**in_dm(JO, "m3", "Jo alone?")))
    handed(records, asked(**in_dm(KIM, "m4", "Kim alone?")))
    handed(records, asked("m5", SAM, channel="C-GLOBEX", text="Sam of Globex?"))


def test_in_a_shared_channel_what_was_asked_there(records: SqlRecords) -> None:
    desk(records)
    for who in (JO, KIM, CASEY):
        shown = [one.text for one in status(records, who, ACME_SHARED)]
        assert shown == ["Jo in the channel?", "Kim in the channel?"]


def test_in_a_direct_message_ones_own(records: SqlRecords) -> None:
    desk(records)
    shown = [one.text for one in status(records, JO, dm_of(JO))]
    assert sorted(shown) == ["Jo alone?", "Jo in the channel?"]
    assert [one.text for one in status(records, SAM, dm_of(SAM))] == ["Sam of Globex?"]


@pytest.mark.parametrize("audience", [UNKNOWN_AUDIENCE, Audience(AudienceKind.CUSTOMER, "globex")])
def test_not_where_others_read(sqlite_records: SqlRecords, audience: Audience) -> None:
    desk(sqlite_records)
    with pytest.raises(Forbidden, match="in a direct message"):
        status(sqlite_records, JO, replace(ACME_SHARED, audience=audience))


def test_a_channel_that_became_another_customers_shows_nothing(sqlite_records: SqlRecords) -> None:
    desk(sqlite_records)
    changed = replace(ACME_SHARED, audience=Audience(AudienceKind.CUSTOMER, "globex"))
    assert status(sqlite_records, SAM, changed) == []
    assert status(sqlite_records, CASEY, CS_TEAM) == []


def test_the_states_in_turn(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    keep(sqlite_records, asked("m0", state=QuestionState.DRAFTED, answer="Perhaps."))
    (drafted,) = status(sqlite_records, JO, ACME_SHARED)
    assert (drafted.waiting, drafted.who) == (Waiting.LOOKED_AT, "Casey Rivers")
    assert drafted.due_at == NOW + hours(4)

    case_id = handed(sqlite_records, asked("m1", asked_at=NOW + hours(0.5))).case_id
    told = status(sqlite_records, JO, ACME_SHARED)[1]
    assert (told.waiting, told.who) == (Waiting.TOLD, "Casey Rivers")
    claim_case(staff(RILEY), sqlite_records, NOW, case_id)
    in_hand = status(sqlite_records, JO, ACME_SHARED)[1]
    assert (in_hand.waiting, in_hand.who) == (Waiting.IN_HAND, "Riley Stone")
    reply_to_case(staff(RILEY), sqlite_records, settings(), NOW, case_id, "Press Save.")
    done = status(sqlite_records, JO, ACME_SHARED)[1]
    assert (done.waiting, done.who) == (Waiting.ANSWERED, "Riley Stone")
    resolve_case(staff(RILEY), sqlite_records, NOW, case_id)
    assert [one.waiting for one in status(sqlite_records, JO, ACME_SHARED)] == [Waiting.LOOKED_AT]
