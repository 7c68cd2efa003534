"""Dealings: all that the guard must know of some accounts, in a fixed number of questions."""

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from csm.account import Contact
from csm.errors import Busy
from csm.guard.sending import Touch
from csm.health import CtaStatus
from csm.open_reason import GONE, OpenReason
from csm.outreach import OutreachState
from csm.people import Principal, Role
from csm.play import Category
from csm.ports_outreach import Dealings, PastOutreach
from csm.post import PostState
from csm.suppression import Suppression, SuppressionKind
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.outreaches import add_outreach, outreach, queue
from tests.storage.portfolio import (
    TODAY,
    at,
    cta,
    keep,
    questions_asked,
    risk,
    snapshot,
    write,
    write_accounts,
)

NOW = at(7, 1)
SINCE = at(6, 1)
DAY = timedelta(days=1)
BEFORE = SINCE - DAY


@pytest.fixture
def ids(records: SqlRecords) -> dict[str, int]:
    return write_accounts(records)


def ask(records: SqlRecords, *keys: str) -> dict[str, Dealings]:
    with records.reading() as reader:
        return reader.dealings(keys, NOW, SINCE)


def of_acme(records: SqlRecords) -> Dealings:
    return ask(records, "a-1")["a-1"]


def test_an_account_of_which_nothing_is_known_but_that_it_is_there(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    found = ask(records, "a-3", "a-1", "a-3", "nobody")
    assert found.keys() == {"a-1", "a-3"}
    initech = found["a-3"]
    assert initech.account.name == "Initech"
    assert initech == Dealings(
        account_id=ids["a-3"],
        account=initech.account,
        contacts=[],
        csm=None,
        snapshot=None,
        suppressions=[],
        touches=[],
        written=[],
        urgent_tickets=[],
        escalated_tickets=[],
        contract_change_at=None,
        renewal_cta_claimed=False,
        last_talk=None,
        open_reasons={},
    )
    assert ask(records) == {}


def test_contacts_the_csm_and_signals_are_those_of_the_account(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    casey = Principal("casey", "Casey", Role.CSM, "casey@x.example", time_zone="Europe/Berlin")
    with records.writing() as writer:
        writer.save_person(casey)
    columns = ("account_key", "key", "name", "email", "role", "consent")
    rows = [
        ("a-1", "jo", "Jo Park", "Jo@acme.example", "champion", False),
        ("a-2", "al", "Al Berg", "", "user", True),
        ("a-1", "al", "Al Ash", "al@acme.example", "admin", True),
    ]
    write(records, "contacts", columns, rows)
    keep(records, snapshots=[snapshot(ids["a-1"], habits=1.5), snapshot(ids["a-2"])])
    found = ask(records, "a-1", "a-3")
    assert found["a-1"].contacts == [
        Contact(key="al", name="Al Ash", email="al@acme.example", role="admin"),
        Contact(key="jo", name="Jo Park", email="jo@acme.example", role="champion", consent=False),
    ]
    assert found["a-1"].csm == casey
    assert found["a-3"].csm is None
    assert found["a-1"].snapshot == snapshot(ids["a-1"], habits=1.5)


def test_only_suppressions_in_force_count(records: SqlRecords, ids: dict[str, int]) -> None:
    def one(**fields: Any) -> Suppression:
        given = {"account_key": "a-1", "kind": SuppressionKind.OPT_OUT, "at": at(6, 2), **fields}
        return Suppression.model_validate({"source": "reply", **given})

    given = one(contact_key="jo", category=Category.PRODUCT), one(contact_key="al", at=at(6, 1))
    with records.writing() as writer:
        for suppression in (*given, one(account_key="a-2")):
            writer.add_suppression(suppression)
        lifted = writer.add_suppression(one())
        assert lifted
        writer.lift_suppression(lifted, "riley", NOW)
    assert of_acme(records).suppressions == [given[1], given[0]]


def test_what_a_person_said_elsewhere_holds_wherever_their_address_is_known(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    """At both accounts of a consultant; but for a colleague's word, which is of one account."""
    rows = [
        ("a-1", "jo", "Jo", "Jo@x.example"),
        ("a-1", "al", "Al", ""),
        ("a-2", "j2", "Jo", "jo@x.example"),
        ("a-1", "jo-again", "Jo", "jo@x.example"),
        ("a-3", "sam", "Sam", "sam@x.example"),
    ]
    write(records, "contacts", ("account_key", "key", "name", "email"), rows)

    def one(kind: SuppressionKind, day: int, **fields: Any) -> Suppression:
        given = {"account_key": "a-2", "contact_key": "j2", "address": "jo@x.example", **fields}
        return Suppression(kind=kind, at=at(6, day), source="reply", **given)

    said = [
        one(SuppressionKind.OPT_OUT, 1, category=Category.PRODUCT),
        one(SuppressionKind.COMPLAINT, 2, account_key="gone"),
        one(SuppressionKind.BOUNCED, 3),
    ]
    others = [
        one(SuppressionKind.DO_NOT_CONTACT, 4),
        one(SuppressionKind.LEGAL, 4),
        one(SuppressionKind.OPT_OUT, 4, address=""),
        one(SuppressionKind.OPT_OUT, 4, address="sam@x.example", account_key="a-3"),
    ]
    with records.writing() as writer:
        for suppression in (*said, *others):
            writer.add_suppression(suppression)
        lifted = writer.add_suppression(one(SuppressionKind.OPT_OUT, 4))
        assert lifted
        writer.lift_suppression(lifted, "riley", NOW)
    found = ask(records, "a-1", "a-2")
    assert found["a-1"].suppressions == said
    assert found["a-2"].suppressions == [said[0], said[2], *others[:3], said[1]]


def test_what_was_sent_or_may_have_been_touches_them(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    sent, in_doubt = OutreachState.SENT, OutreachState.IN_DOUBT
    add_outreach(
        records,
        outreach("sent", state=sent, sent_at=at(6, 9), channel="dm"),
        outreach("doubted long ago", state=in_doubt, approved_at=at(6, 3), contact_key="al"),
        outreach("drafted before, sent since", state=sent, drafted_at=BEFORE, sent_at=at(6, 2)),
        outreach("too old", state=sent, drafted_at=BEFORE, sent_at=BEFORE),
        outreach("draft"),
        outreach("other", account_key="a-2", state=sent, sent_at=at(6, 9)),
    )
    claims = {
        PostState.IN_DOUBT: at(6, 5),
        PostState.SENDING: at(6, 6),
        PostState.CLEARED: at(6, 7),
    }
    for state, claimed_at in claims.items():
        is_over = state is PostState.IN_DOUBT
        given = outreach(state.value, state=in_doubt if is_over else OutreachState.APPROVED)
        queue(records, given, state=state, claimed_at=claimed_at)
    queue(records, outreach("waiting"), claimed_at=None)
    queue(records, outreach("sent, too", state=sent, sent_at=at(6, 8)), state=PostState.SENT,
          claimed_at=at(6, 7))  # fmt: skip
    assert of_acme(records).touches == [
        Touch(at(6, 2), "jo", "email"),
        Touch(at(6, 3), "al", "email"),
        Touch(at(6, 5), "jo", "email"),
        Touch(at(6, 6), "jo", "email"),
        Touch(at(6, 7), "jo", "email"),
        Touch(at(6, 8), "jo", "email"),
        Touch(at(6, 9), "jo", "dm"),
    ]


def test_all_that_was_written_but_the_control_group_newest_first(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    made = {
        state: outreach(state.value, state=state, drafted_at=at(6, day), body=f"Text {day}.")
        for day, state in enumerate(OutreachState, start=2)
    }
    made[OutreachState.SENT] = made[OutreachState.SENT].model_copy(
        update={"sent_at": at(6, 20), "play": "tip"}
    )
    numbers = dict(zip(made, add_outreach(records, *made.values()), strict=True))
    add_outreach(records, outreach("old", drafted_at=BEFORE), outreach("o", account_key="a-2"))
    written = of_acme(records).written
    assert [one.state for one in written] == [
        OutreachState.SENT,
        OutreachState.WITHDRAWN,
        OutreachState.REJECTED,
        OutreachState.DEAD,
        OutreachState.IN_DOUBT,
        OutreachState.APPROVED,
        OutreachState.DRAFTED,
    ]
    assert written[0] == PastOutreach(
        numbers[OutreachState.SENT], "tip", "Text 4.", at(6, 20), OutreachState.SENT
    )
    assert written[-1].at == at(6, 2)


def test_open_tickets_that_are_urgent_or_escalated(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    columns = ("account_key", "key", "priority", "escalated", "opened_at", "closed_at")
    rows = [
        ("a-1", "both", "urgent", True, at(6, 2), None),
        ("a-1", "urgent", "urgent", False, at(6, 1), None),
        ("a-1", "escalated", "low", True, at(6, 3), None),
        ("a-1", "high", "high", False, at(6, 3), None),
        ("a-1", "closed", "urgent", True, at(6, 3), at(6, 4)),
        ("a-1", "not yet", "urgent", True, NOW + DAY, None),
        ("a-2", "other", "urgent", True, at(6, 3), None),
    ]
    write(records, "tickets", columns, rows)
    found = of_acme(records)
    assert found.urgent_tickets == ["urgent", "both"]
    assert found.escalated_tickets == ["both", "escalated"]


def test_reasons_are_open_findings_and_calls_to_action(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    acme, globex = ids["a-1"], ids["a-2"]
    runway = cta(acme, "renewal_90").model_copy(update={"play": "renewal_runway"})
    keep(
        records,
        findings=[risk(acme, "detractor"), risk(acme, "silence"), risk(globex, "sponsor")],
        opened_ctas=[runway, cta(acme, "kick_off"), cta(acme, "over"), cta(globex, "other")],
    )
    keep(records, findings=[risk(acme, "silence", closed_on=TODAY)])
    assert not of_acme(records).renewal_cta_claimed
    with records.writing() as writer:
        stored = {one.cta.reason: one for one in writer.ctas_of(acme)}
        over = {"status": CtaStatus.CLOSED, "closed_at": NOW}
        claimed = {"status": CtaStatus.CLAIMED, "claimed_by": "casey", "claimed_at": NOW}
        for reason, changes in (("over", over), ("kick_off", claimed), ("renewal_90", claimed)):
            found = stored[reason]
            writer.update_cta(found.id, found.cta.model_copy(update=changes))
            is_renewal = reason == "renewal_90"
            assert writer.dealings(["a-1"], NOW, SINCE)["a-1"].renewal_cta_claimed is is_renewal
    moment, seen = OpenReason(TODAY), OpenReason(TODAY, TODAY)
    expected = {"detractor": seen, "kick_off": moment, "renewal_90": moment}
    assert of_acme(records).open_reasons == expected
    with records.writing() as writer:
        evidence = f"{GONE}4 October 2025. Late."
        gone = stored["kick_off"].cta.model_copy(update={"evidence": evidence})
        writer.update_cta(stored["kick_off"].id, gone)
    assert of_acme(records).open_reasons == {"detractor": seen, "renewal_90": moment}


def test_any_number_of_accounts_takes_the_same_few_questions(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    with questions_asked() as one:
        ask(records, "a-1")
    with questions_asked() as many:
        ask(records, *ids, *(f"nobody-{number}" for number in range(2000)))
    assert len(one) == len(many) <= 15


def test_two_who_send_to_one_account_take_turns(
    records: SqlRecords, impatient: SqlRecords, ids: dict[str, int]
) -> None:
    with records.writing() as writer:
        writer.dealings(["a-2", "a-1"], NOW, SINCE)
        with pytest.raises(Busy), impatient.writing() as other:
            other.dealings(["a-1"], NOW, SINCE)
        with impatient.reading() as reader:
            assert reader.dealings(["a-1"], NOW, SINCE)


def test_who_waited_for_an_account_sees_what_was_sent_meanwhile(
    postgres_records: SqlRecords,
) -> None:
    records = postgres_records
    write_accounts(records)
    asks, seen = Event(), list[int]()

    def second() -> None:
        with records.writing() as writer:
            asks.set()
            seen.append(len(writer.dealings(["a-1"], NOW, SINCE)["a-1"].touches))

    thread = Thread(target=second)
    with records.writing() as writer:
        assert writer.dealings(["a-1"], NOW, SINCE)["a-1"].touches == []
        thread.start()
        assert asks.wait(20)
        writer.add_outreach(outreach(state=OutreachState.SENT, sent_at=at(6, 9)))
    thread.join()
    assert seen == [1]


def test_dealings_are_found_by_indexes(sqlite_records: SqlRecords) -> None:
    write_accounts(sqlite_records)
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.dealings(["a-1"], NOW, SINCE)
    small = ("json_each", "erasure_secret")
    parts = [part for plan in plans for part in plan.split("; ") if part.startswith("SCAN")]
    scans = [part for part in parts if not any(name in part for name in small)]
    assert scans == []
    for index in (
        "ix_outreach_account_key_state_drafted_at",
        "uq_post_outreach",
        "ix_ticket_open",
        "ix_interaction_contract_change",
        "ix_support_case_account_key",
        "ix_suppression_address",
        "ix_thread_line_staff",
    ):
        assert any(index in plan for plan in plans), index
