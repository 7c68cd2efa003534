"""Whoever was erased does not come back: not by an import, nor by any other way to a message."""

from datetime import timedelta

import pytest

from csm.people import Capability
from csm.play import Category
from csm.ports import Table
from csm.privacy import (
    Erased,
    KnownContact,
    Subject,
    address_mark,
    contact_mark,
    marks_of,
    token_of,
)
from csm.suppression import SuppressionKind, is_against
from csm.use_cases.erase_contact import Around, erase
from csm.use_cases.import_portfolio import import_portfolio
from csm.use_cases.leave_out_erased import leave_out_erased
from storage.records import SqlRecords
from tests.csm.outreach_desk import ALEX, START, OutreachDesk, staff

SECRET = "s" * 64
KEEPING = staff(ALEX, Capability.KEEP_PRIVACY)


class NoLibrary:
    def purge(self, _shelf: object) -> None:
        raise AssertionError("no document names them")


AROUND = Around(NoLibrary(), lambda _tables: "nothing")


class Source:
    """A source that always brings the same."""

    warnings = ()
    rejected = 0

    def read(self, _known: set[str]) -> list[Table]:
        contacts = [("acme", "new", "Jo Park", "JO@acme.example"), ("acme", "pat", "Pat", "")]
        surveys = [
            ("acme", "s1", "nps", 9, START.date(), "jo@acme.example"),
            ("acme", "s2", "nps", 9, START.date(), "pat@acme.example"),
        ]
        return [
            Table("contacts", ("account_key", "key", "name", "email"), contacts, 2),
            Table(
                "surveys",
                ("account_key", "key", "kind", "score", "answered_on", "contact_email"),
                surveys,
                2,
            ),
        ]


def test_nobody_erased_means_nothing_is_touched() -> None:
    rows = iter([("acme", "jo", "Jo", "jo@acme.example")])
    given = Table("contacts", ("account_key", "key", "name", "email"), rows, 1)
    (kept,), said = leave_out_erased([given], Erased())
    assert kept is given
    assert said == []


@pytest.mark.parametrize(
    ("row", "stays"),
    [
        (("acme", "jo", "Jo", ""), False),
        (("globex", "jo", "Jo", ""), True),
        (("globex", "x", "Jo", "Jo@Acme.example"), False),
        (("globex", "x", "Jo", "jo+work@acme.example"), False),
        (("acme", "x", "Jo", "joe@acme.example"), True),
    ],
)
def test_rows_are_known_by_address_and_by_key(row: tuple[str, ...], stays: bool) -> None:
    marks = {address_mark(SECRET, "jo@acme.example"), contact_mark(SECRET, "acme", "jo")}
    given = Table("contacts", ("account_key", "key", "name", "email"), [row], 1)
    (kept,), said = leave_out_erased([given], Erased((SECRET,), frozenset(marks)))
    assert (kept.count == 1) == stays == (not said)


def test_an_import_leaves_them_out_and_says_how_many(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    erase(KEEPING, records, house.clock, AROUND, "jo@acme.example")
    report = import_portfolio(Source(), records, START.date(), lambda *_: None)  # type: ignore[arg-type] # reads alike
    assert report.warnings == (
        "1 row of contacts and 1 row of surveys left out: these people were erased.",
    )
    with records.reading() as reader:
        assert reader.contacts_called("jo@acme.example") == []


def test_whoever_comes_back_by_another_way_is_not_written_to(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    erase(KEEPING, records, house.clock, AROUND, "jo@acme.example")
    columns = ("account_key", "key", "name", "email")
    house.put("contacts", columns, ("globex", "again", "Jo Park", "jo@acme.example"))
    house.put("contacts", columns, ("globex", "pat", "Pat Li", "pat@globex.example"))
    now = house.clock.now()
    with records.reading() as reader:
        dealings = reader.dealings(["globex"], now, now - timedelta(days=1))["globex"]
    (objection,) = [one for one in dealings.suppressions if one.source == "erasure"]
    assert objection.kind is SuppressionKind.OPT_OUT
    (back,) = [one for one in dealings.contacts if one.key == "again"]
    (pat,) = [one for one in dealings.contacts if one.key == "pat"]
    for category in Category:
        assert is_against(objection, "globex", back, {back.email}, category)
        assert not is_against(objection, "globex", pat, {pat.email}, category)


def test_what_is_on_its_way_to_them_is_withdrawn(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach_id = house.approved()
    erase(KEEPING, records, house.clock, AROUND, "jo@acme.example")
    with records.reading() as reader:
        stored = reader.outreach(outreach_id)
        assert reader.outreach_post(outreach_id) is None
    assert stored is not None
    assert stored.outreach.state == "withdrawn"
    assert "Jo" not in stored.outreach.model_dump_json()
    entry = house.audit()[-1].entry
    assert (entry.what, entry.after["why"]) == ("outreach.ended", "erasure")


def test_marks_tell_nothing_and_differ_by_secret() -> None:
    mark = address_mark(SECRET, " Jo@Acme.example ")
    assert mark == address_mark(SECRET, "jo@acme.example")
    assert mark != address_mark("t" * 64, "jo@acme.example")
    assert contact_mark(SECRET, "a", "b/c") != contact_mark(SECRET, "a/b", "c")


def test_a_person_without_an_address_is_known_by_key() -> None:

    subject = Subject(contacts=(KnownContact(1, 1, "acme", "jo", "Jo Park", ""),))
    assert marks_of(subject, SECRET) == (contact_mark(SECRET, "acme", "jo"),)
    assert token_of(subject, SECRET).startswith("erased-")
