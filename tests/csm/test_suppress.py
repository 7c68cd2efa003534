"""Whom we do not write to because a colleague says so."""

from typing import Any

import pytest

from csm.audit import contact_subject
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.people import Capability, Principal
from csm.play import Category
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.approve_outreach import Approved, NotApproved
from csm.use_cases.suppress import (
    Suppressed,
    lift_suppression,
    suppress,
)
from storage.records import SqlRecords
from tests.csm.outreach_desk import ALEX, CASEY, MORGAN, RILEY, START, OutreachDesk, staff

QUIET, LEGAL = SuppressionKind.DO_NOT_CONTACT, SuppressionKind.LEGAL
OPT_OUT = SuppressionKind.OPT_OUT


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def suppressed(
    house: OutreachDesk,
    account_key: str = "acme",
    kind: SuppressionKind = QUIET,
    who: Principal = CASEY,
    **more: Any,
) -> Suppressed:
    clearance = staff(who, Capability.SUPPRESS)
    return suppress(clearance, house.records, house.clock, account_key, kind, **more)


def listed(house: OutreachDesk, account_key: str = "acme") -> list[tuple[int, Suppression]]:
    with house.records.reading() as reader:
        return [(stored.id, stored.suppression) for stored in reader.suppressions(account_key)]


def lifted(house: OutreachDesk, suppression_id: int, who: Principal = CASEY) -> None:
    clearance = staff(who, Capability.SUPPRESS)
    lift_suppression(clearance, house.records, house.clock, "acme", suppression_id)


def test_one_person_is_written_to_no_more(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.keep()
    result = suppressed(house, contact_key="jo", why="She is on leave.")
    assert result.is_new
    ((_, kept),) = listed(house)
    assert kept == result.suppression
    assert (kept.contact_key, kept.address, kept.source, kept.at) == (
        "jo",
        "jo@acme.example",
        "casey",
        START,
    )
    (entry,) = (one.entry for one in house.audit(contact_subject("acme", "jo")))
    assert (entry.what, entry.who) == ("suppression.do_not_contact", "casey")
    assert entry.after == {"kind": "do_not_contact", "category": "all"}
    assert not [word for word in ("leave", "@") if word in entry.model_dump_json()]
    assert not isinstance(house.approve(outreach_id), Approved)


def test_to_say_it_twice_changes_nothing(house: OutreachDesk) -> None:
    suppressed(house, contact_key="jo")
    assert not suppressed(house, contact_key="jo", who=MORGAN).is_new
    assert len(listed(house)) == 1
    assert len(house.audit()) == 1
    assert suppressed(house, contact_key="jo", category=Category.PRODUCT).is_new


def test_a_whole_account_is_written_to_no_more(house: OutreachDesk) -> None:
    outreach_id = house.keep()
    suppressed(house, kind=LEGAL, who=MORGAN)
    assert house.audit()[0].entry.subject == "contact:acme"
    assert not isinstance(house.approve(outreach_id), Approved)


MAY = [
    (CASEY, "acme", True),
    (CASEY, "globex", False),
    (RILEY, "globex", True),
    (MORGAN, "globex", True),
    (ALEX, "acme", True),
]


@pytest.mark.parametrize(("who", "account_key", "may"), MAY)
def test_who_may_say_so(
    house: OutreachDesk, who: Principal, account_key: str, *, may: bool
) -> None:
    if may:
        assert suppressed(house, account_key, who=who).is_new
        return
    with pytest.raises(Forbidden, match="own CSM"):
        suppressed(house, account_key, who=who)
    assert listed(house, account_key) == []


@pytest.mark.parametrize("kind", [SuppressionKind.BOUNCED, SuppressionKind.COMPLAINT])
def test_some_things_are_not_for_colleagues_to_say(
    house: OutreachDesk, kind: SuppressionKind
) -> None:
    with pytest.raises(InvalidInput, match="for mail servers to say"):
        suppressed(house, kind=kind, who=ALEX)


def test_it_must_be_about_somebody(house: OutreachDesk) -> None:
    with pytest.raises(NotFound, match="no account"):
        suppressed(house, "hooli", who=MORGAN)
    with pytest.raises(NotFound, match="nobody"):
        suppressed(house, contact_key="sam")
    with pytest.raises(InvalidInput, match="Say why"):
        suppressed(house, why="x" * 501)
    assert house.audit() == []


MAY_LIFT = [
    (QUIET, CASEY, True),
    (QUIET, RILEY, False),
    (QUIET, MORGAN, True),
    (LEGAL, CASEY, False),
    (LEGAL, MORGAN, True),
    (OPT_OUT, CASEY, False),  # though she may have written it down herself
    (OPT_OUT, MORGAN, True),
    (OPT_OUT, ALEX, True),
]


@pytest.mark.parametrize(("kind", "who", "may"), MAY_LIFT)
def test_who_may_take_it_back(
    house: OutreachDesk, kind: SuppressionKind, who: Principal, *, may: bool
) -> None:
    suppressed(house, kind=kind, who=ALEX, contact_key="jo")
    ((number, _),) = listed(house)
    if may:
        lifted(house, number, who)
        assert listed(house) == []
        entry = house.audit()[-1].entry
        assert (entry.what, entry.who, entry.after["kind"]) == (
            "suppression.lifted",
            who.key,
            kind.value,
        )
        with pytest.raises(NotFound):
            lifted(house, number, who)
        return
    with pytest.raises(Forbidden):
        lifted(house, number, who)
    assert len(listed(house)) == 1


@pytest.mark.parametrize("source", ["a reply", "jo"])
@pytest.mark.parametrize("kind", [OPT_OUT, SuppressionKind.COMPLAINT])
def test_what_a_customer_said_nobody_of_ours_takes_back(
    house: OutreachDesk, kind: SuppressionKind, source: str
) -> None:
    """Nor where it is kept under their own key."""
    said = Suppression(account_key="acme", contact_key="jo", kind=kind, at=START, source=source)
    with house.records.writing() as writer:
        number = writer.add_suppression(said)
    assert number
    for who in (CASEY, MORGAN, ALEX):
        with pytest.raises(Forbidden, match="only they can"):
            lifted(house, number, who)
    assert len(listed(house)) == 1


def test_what_somebody_said_holds_at_every_account_that_knows_their_address(
    house: OutreachDesk,
) -> None:
    columns = ("account_key", "key", "name", "email", "role", "consent")
    house.put("contacts", columns, ("globex", "j2", "Jo Park", "Jo@acme.example", "user", True))
    outreach_id = house.keep()
    suppressed(house, "globex", OPT_OUT, who=RILEY, contact_key="j2")
    result = house.approve(outreach_id)
    assert isinstance(result, NotApproved)
    assert [one.rule for one in result.verdict.objections] == ["consent"]
    lines = {"contact_key": "kim", "address": "kim@acme.example", "footer": house.mail().footer}
    kim = house.approve(house.keep(house.mail(key="2", **lines)))
    assert "consent" not in {one.rule for one in kim.verdict.objections}


def test_no_key_of_a_person_stands_in_the_audit(house: OutreachDesk) -> None:
    """However long it is, and though it is an address."""
    key = f"{'j' * 60}@acme.example"
    columns = ("account_key", "key", "name", "email")
    house.put("contacts", columns, ("acme", key, "Jay", "jay@acme.example"))
    suppressed(house, contact_key=key)
    (entry,) = (one.entry for one in house.audit())
    assert "@" not in entry.model_dump_json()
    assert entry.subject == contact_subject("acme", key)
    assert entry.subject != contact_subject("acme", f"x{key}")
    assert len(contact_subject("a" * 80, key)) <= 120


def test_one_of_another_account_is_not_taken_back_by_the_way(house: OutreachDesk) -> None:
    suppressed(house, "globex", who=RILEY)
    ((number, _),) = listed(house, "globex")
    with pytest.raises(NotFound):
        lifted(house, number, CASEY)
    assert len(listed(house, "globex")) == 1


def test_it_takes_leave(house: OutreachDesk) -> None:
    reading = staff(CASEY, Capability.READ_ACCOUNTS)
    with pytest.raises(Forbidden):
        suppress(reading, house.records, house.clock, "acme", QUIET)
    with pytest.raises(Forbidden):
        lift_suppression(reading, house.records, house.clock, "acme", 1)
