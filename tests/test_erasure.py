"""A person who has been everywhere is erased: nothing of them is left, and the rest still works."""

import json
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import House
from csm.audit import ERASURE, SEALS, AuditEntry, Chained, seal
from csm.backup import backup_name
from csm.errors import Busy, Conflict, InvalidInput, NotFound
from csm.knowledge import Shelf
from csm.naming import fold
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.privacy import Erasure, address_mark, sealed
from csm.use_cases.erase_again import Finished, bring_along, finish_erasures, remember
from csm.use_cases.erase_contact import Done, erase, look
from csm.use_cases.export_data import export
from csm.use_cases.outreach_audit import verify
from settings import Settings
from storage import tables
from tests.databases import KINDS
from tests.everywhere import ADDRESS, AT, CONTACT, DIRECT, NAME, OTHER, USER, files, fill
from tests.storage.conversations import chunk, document

ADMIN = Principal("alex", "Alex Moss", Role.ADMIN, "alex@ours.example")
KEEPING = clear(ADMIN, Capability.KEEP_PRIVACY, STAFF_ONLY)
READING = clear(ADMIN, Capability.READ_AUDIT, STAFF_ONLY)
TRACES = [ADDRESS, NAME, "Quillfeather", USER, DIRECT]


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A home folder with that person everywhere, on both databases."""
    home = tmp_path / "home"
    given: dict[str, Any] = {"DIGITAL_CSM_HOME": home}
    if request.param == "postgresql":
        request.getfixturevalue("postgres_database")
        given["DATABASE_URL"] = request.getfixturevalue("postgres_template")
    house = House(Settings(**given))
    _ = house.records
    fill(house.database)
    files(home)
    yield house
    house.close()


def erased(house: House, who: str = ADDRESS) -> Done:
    return erase(KEEPING, house.records, house.clock, house.privacy.around, who)


def everything(house: House) -> str:
    """Every value of every row."""
    with house.database.reading() as connection:
        return "\n".join(
            json.dumps([str(value) for value in row], ensure_ascii=False)
            for table in tables.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def traces(text: str) -> list[str]:
    return [one for one in TRACES if one.casefold() in text.casefold()]


def test_nothing_is_left_in_any_table(house: House) -> None:
    assert set(traces(everything(house))) == set(TRACES)
    erased(house)
    left = everything(house)
    assert traces(left) == []
    assert not re.search(r"\bjorinde\b", left, re.IGNORECASE)
    assert OTHER in left


def test_no_byte_is_left_in_the_home_folder(house: House) -> None:
    for shelf in Shelf:
        house.shelves.renew(shelf)
    found = erased(house)
    path = house.privacy.write_certificate(found.certificate)
    house.close()
    home = house.settings.home
    kept = [file for file in home.rglob("*") if file.is_file()]
    assert path in kept
    assert any("vectors" in file.parts for file in kept)
    for file in kept:
        raw = file.read_bytes()
        for trace in TRACES:
            for form in {trace, trace.lower(), trace.upper(), trace.title(), fold(trace)}:
                assert form.encode() not in raw, (file, form)
                assert form.encode("utf-16-le") not in raw, (file, form)


def test_the_audit_is_whole_and_says_how_many_were_redacted(house: House) -> None:
    assert verify(READING, house.records).breaks == ()
    before = verify(READING, house.records).count
    done = erased(house)
    verified = verify(READING, house.records)
    assert verified.breaks == ()
    assert verified.redacted == 4 == done.certificate["audit_entries_redacted"]
    assert verified.count == before + 2  # the draft that was withdrawn, and the attestation


def test_a_look_says_what_an_erasure_does_and_changes_nothing(house: House) -> None:
    before = everything(house)
    would = look(KEEPING, house.records, house.clock, ADDRESS).would
    assert everything(house) == before
    rows = erased(house).certificate["changes_by_table"]
    assert rows == would.counts


def test_the_certificate_names_nobody_and_seals_itself(house: House) -> None:
    done = erased(house)
    text = json.dumps(done.certificate)
    assert traces(text) == []
    assert done.certificate["sha256"] == sealed(done.certificate)
    assert done.certificate["asked_by"] == "alex"
    path = house.privacy.write_certificate(done.certificate)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with house.records.reading() as reader:
        (kept,) = reader.erasures()
    assert kept.erasure.certificate == done.certificate
    assert kept.erasure.seal == done.certificate["sha256"]


def test_again_is_harmless_and_says_so(house: House) -> None:
    first = erased(house)
    before = everything(house)
    for who in (ADDRESS, f"acme/{CONTACT}"):
        footprint = look(KEEPING, house.records, house.clock, who)
        assert footprint.would.is_nothing
        assert footprint.before is not None
        again = erased(house, who)
        assert not again.is_new
        assert again.certificate == first.certificate
    assert everything(house) == before
    with pytest.raises(NotFound):
        erased(house, NAME)


def test_whoever_is_not_known_is_not_erased(house: House) -> None:
    with pytest.raises(NotFound, match="Nothing is held"):
        erased(house, "nobody@nowhere.example")
    with house.records.reading() as reader:
        assert reader.erasures() == []
        assert reader.erased().secrets == ()


def test_an_interrupted_erasure_is_completed(house: House) -> None:
    around = house.privacy.around
    scrub, around.scrub = around.scrub, broken
    with pytest.raises(Busy):
        erased(house)
    assert traces(everything(house)) == []
    with house.records.reading() as reader:
        assert reader.erasures()[0].erasure.certificate is None
    around.scrub = scrub
    done = erased(house)
    assert done.is_new
    assert "contact" in done.certificate["changes_by_table"]


def broken(_tables: object) -> str:
    raise Busy("Not now.")


def test_what_is_being_sent_stops_an_erasure(house: House) -> None:
    before = everything(house).count(ADDRESS)
    with house.database.writing() as connection:
        connection.execute(sa.update(tables.post).values(state="sending"))
    with pytest.raises(Busy, match="in a minute"):
        erased(house)
    assert everything(house).count(ADDRESS) == before


def test_colleagues_are_not_erased(house: House) -> None:
    with house.database.writing() as connection:
        connection.execute(sa.update(tables.person).values(role="csm"))
    with pytest.raises(InvalidInput, match="your own people"):
        erased(house)


def forget(house: House) -> None:
    """What a restore of a backup from before all erasures does to them."""
    with house.database.writing() as connection:
        for table in (tables.erased_mark, tables.erasure, tables.erasure_secret):
            connection.execute(sa.delete(table))


def put_contact(house: House) -> None:
    with house.database.writing() as connection:
        row = {"account_id": 1, "key": CONTACT, "name": NAME, "email": ADDRESS, "consent": True}
        more = {"title": "", "role": "user", "language": "en", "time_zone": ""}
        connection.execute(sa.insert(tables.contact).values(**row, **more))
        connection.execute(sa.update(tables.cta).values(note=f"{NAME} called"))


def put_person(house: House) -> None:
    with house.database.writing() as connection:
        row = {"key": "jq", "name": NAME, "email": ADDRESS, "role": "contact"}
        more = {"account_key": "acme", "time_zone": ""}
        connection.execute(sa.insert(tables.person).values(**row, **more))
        connection.execute(sa.update(tables.question).values(asked_by="jq", asked_name=NAME))


def put_survey(house: House) -> None:
    with house.database.writing() as connection:
        connection.execute(sa.update(tables.survey).values(contact_email=ADDRESS.upper()))


def put_suppression(house: House) -> None:
    with house.database.writing() as connection:
        connection.execute(sa.update(tables.suppression).values(contact_key=CONTACT))


def finished(house: House) -> Finished:
    return finish_erasures(KEEPING, house.records, house.clock, house.privacy.around)


BACK = (put_contact, put_person, put_survey, put_suppression)


@pytest.mark.parametrize("put", BACK, ids=[one.__name__ for one in BACK])
def test_whoever_a_restore_brought_back_is_erased_again(
    house: House, put: Callable[[House], None]
) -> None:
    first = erased(house)
    known = remember(house.records)
    forget(house)
    put(house)
    with house.records.writing() as writer:
        bring_along(writer, known)
    # The process dies here, and somebody else does the rest, which fails at first.
    around = house.privacy.around
    scrub, around.scrub = around.scrub, broken
    with pytest.raises(Busy):
        finished(house)
    around.scrub = scrub
    assert finished(house).count == 2
    assert traces(everything(house)) == []
    assert finished(house) == Finished(0, 0, ())
    with house.records.reading() as reader:
        assert reader.erased().is_address(ADDRESS)
        assert reader.erasures()[0].erasure.certificate == first.certificate
    assert verify(READING, house.records).breaks == ()


def test_only_those_who_came_back_are_counted(house: House) -> None:
    erased(house)
    known = remember(house.records)
    forget(house)
    with house.records.writing() as writer:
        bring_along(writer, known)
    assert finished(house) == Finished(1, 0, ())
    with house.records.writing() as writer:
        bring_along(writer, known)
        assert len(writer.erasures()) == 1


def test_marks_of_another_database_stay_valid_beside_its_own(house: House) -> None:
    erased(house)
    known = remember(house.records)
    forget(house)
    put_contact(house)
    with house.records.writing() as writer:
        own = writer.erasure_secret()
        of_otto = Erasure(at=AT, by="alex", subject="contact:x", finished_at=AT)
        marks = (address_mark(own, "ottokar@globex.example"),)
        writer.keep_erasure(of_otto.model_copy(update={"marks": marks}))
        bring_along(writer, known)
        assert writer.erasure_secret() == own
    assert finished(house).people == 1
    assert traces(everything(house)) == []
    with house.records.reading() as reader:
        known_now = reader.erased()
    assert len(known_now.secrets) == 2
    assert known_now.is_address(ADDRESS)
    assert known_now.is_address("ottokar@globex.example")


def test_files_that_name_the_person_go_and_others_stay(house: House) -> None:
    (house.settings.home / "notes.txt").write_text(f"Ask {NAME}")
    said = erased(house).certificate["home_folder"]
    left = {file.name for file in (house.settings.home / "exports").iterdir()}
    assert left == {"export-2.json"}
    assert not (house.settings.home / "rejects.csv").exists()
    assert any("notes.txt: names the person and was left" in line for line in said)


def test_backups_are_told_without_a_name_and_with_their_end(house: House) -> None:
    folder = house.settings.backup_folder
    folder.mkdir(parents=True)
    made = datetime(2027, 6, 1, 3, tzinfo=UTC)
    nightly = backup_name(made)
    gone = (made + timedelta(days=house.playbook.keep.backups)).date()
    for name in (nightly, "before-Jorinde.backup", f"a-{ADDRESS}.backup", "digital-csm-1.backup"):
        (folder / name).write_text("x")
    certificate = erased(house).certificate
    by_itself, *others = sorted(certificate["older_backups"], key=lambda one: "after" not in one)
    assert by_itself.startswith(nightly)
    assert by_itself.endswith(f"deletes it after {gone}")
    assert len(others) == 3
    assert all("never goes by itself: delete it" in one for one in others)
    text = json.dumps(certificate)
    assert traces(text) == []
    assert "jorinde" not in text.lower()


def test_where_no_backup_can_be_seen_that_is_said(house: House) -> None:
    (said,) = erased(house).certificate["older_backups"]
    assert "not visible from here" in said


def test_a_name_that_nobody_knows_any_more_is_in_no_certificate(house: House) -> None:
    """Interrupted, and finished by somebody who has the address alone, or not even that."""
    around = house.privacy.around
    folder = house.settings.backup_folder
    folder.mkdir(parents=True)
    (folder / "quillfeather.backup").write_text("x")
    scrub, around.scrub = around.scrub, broken
    with pytest.raises(Busy):
        erased(house)
    around.scrub = scrub
    (house.settings.home / "quillfeather.txt").write_text(ADDRESS)
    (unknown,) = finished(house).certificates
    assert "Not searched" in unknown["home_folder"][0]
    with house.database.writing() as connection:
        connection.execute(sa.update(tables.erasure).values(certificate=None))
    known = erased(house).certificate
    assert any("left: look at it" in one for one in known["home_folder"])
    assert traces(json.dumps([known, unknown])) == []


def test_a_contacts_export_holds_what_is_theirs_alone(house: House) -> None:
    content = export(KEEPING, house.records, house.clock, ADDRESS)
    sections = {one["title"]: one for one in content["sections"]}
    assert {"contacts", "questions", "outreach", "surveys", "audit", "mentions"} <= set(sections)
    assert not {"account", "health", "invoices", "subscriptions"} & set(sections)
    assert OTHER not in json.dumps(content)
    assert all(one["meaning"] for one in content["sections"])
    (asked,) = sections["questions"]["rows"]
    assert asked["asked_by"] == "jorinde"
    assert sections["audit"]["count"] == 3
    assert any(one["where"] == "support tickets" for one in sections["mentions"]["rows"])


def test_an_accounts_export_holds_every_table_of_it(house: House) -> None:
    content = export(KEEPING, house.records, house.clock, "acme")
    sections = {one["title"]: one["count"] for one in content["sections"]}
    assert all(sections.values()), sections
    assert sections["contacts"] == 2
    path = house.privacy.write_export(content, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == content


@pytest.mark.parametrize("who", [ADDRESS.upper(), f"acme/{CONTACT}", "jorinde  QUILLFEATHER"])
def test_a_contact_is_found_by_address_key_and_name(house: House, who: str) -> None:
    subject = look(KEEPING, house.records, house.clock, who).subject
    assert subject.pairs == (("acme", CONTACT),)
    assert subject.addresses == (ADDRESS,)


def test_several_of_a_name_are_listed(house: House) -> None:
    with house.database.writing() as connection:
        connection.execute(
            sa.update(tables.contact).where(tables.contact.c.key == "otto").values(name=NAME)
        )
    with pytest.raises(InvalidInput, match="acme/otto"):
        look(KEEPING, house.records, house.clock, NAME)


def forge(house: House, who: str, *, is_kept: bool) -> list[str]:
    """What `verify` says of an entry that somebody with access to the database has rewritten, and
    attested as if a person had been erased."""
    with house.records.reading() as reader:
        last = list(reader.audit_chain())[-1]
    forged = last.entry.model_copy(update={"who": who, "after": {"forged": "yes"}})
    with house.database.writing() as connection:
        values = {"who": who, "after": forged.after, "redacted": last.redacted + 1}
        own = tables.audit
        connection.execute(sa.update(own).where(own.c.number == last.number).values(**values))
    said = seal(Chained(last.number, forged, last.previous, last.hash, last.redacted + 1))
    with house.records.writing() as writer:
        subject, after = "contact:acme/erased-1", {SEALS: {str(last.number): said}}
        writer.audit(AuditEntry(at=AT, who="alex", what=ERASURE, subject=subject, after=after))
        if is_kept:
            counts = {"redacted": 1}
            writer.keep_erasure(Erasure(at=AT, by="alex", subject=subject, counts=counts))
    return list(verify(READING, house.records).breaks)


def test_a_redaction_for_an_erasure_that_nobody_asked_for_is_a_break(house: House) -> None:
    (said,) = forge(house, "erased-1", is_kept=False)
    assert "attests redactions for an erasure of contact:acme/erased-1 that is not kept" in said


def test_a_redaction_that_took_nobody_out_is_a_break(house: House) -> None:
    (said,) = forge(house, "morgan", is_kept=True)
    assert "nobody was erased from it" in said


def test_the_trigger_still_refuses_everything_but_a_redaction(house: House) -> None:
    erased(house)
    for change in ("redacted = 0", "redacted = redacted", "redacted = redacted + 2, who = 'x'"):
        with pytest.raises((sa.exc.DatabaseError, Conflict)), house.database.writing() as one:
            one.exec_driver_sql(f"UPDATE audit SET {change} WHERE number = 1")


def test_two_drafts_of_one_name_stay_two(house: House) -> None:
    with house.records.writing() as writer:
        given = document("drafts/jorinde.quillfeather", Shelf.INTERNAL)
        parts = [chunk(0, "p0", "Ask Jorinde "), chunk(1, "p1", "Quillfeather for it.")]
        document_id = writer.put_document(given, parts)
    done = erased(house).certificate
    assert len(done["documents_cleaned_and_indexed_anew"]) == 3
    with house.records.reading() as reader:
        stored = reader.document(document_id)
        texts = [one.chunk.text for one in reader.chunks_of(Shelf.INTERNAL, document_id)]
    assert stored is not None
    assert stored.document.key == f"drafts/erased-{document_id}"
    assert texts == ["Ask [erased] for it."]
    assert stored.document.fingerprint != given.fingerprint


def test_a_namesake_elsewhere_keeps_their_name(house: House) -> None:
    with house.database.writing() as connection:
        account = tables.account
        other = {"key": "globex", "name": "Globex", "domain": "", "aliases": "", "id": 2}
        row = connection.execute(sa.select(account)).mappings().one()
        connection.execute(sa.insert(account).values(**{**row, **other}))
        known = (
            connection.execute(sa.select(tables.contact).where(tables.contact.c.key == "otto"))
            .mappings()
            .one()
        )
        namesake = {
            **known,
            "account_id": 2,
            "key": "j",
            "name": NAME,
            "email": "jq@globex.example",
        }
        namesake.pop("id")
        connection.execute(sa.insert(tables.contact).values(**namesake))
        ticket = connection.execute(sa.select(tables.ticket)).mappings().one()
        theirs = {**ticket, "account_id": 2, "key": "t2", "subject": f"{NAME} asks"}
        theirs.pop("id")
        connection.execute(sa.insert(tables.ticket).values(**theirs))
    erased(house)
    left = everything(house)
    assert f"{NAME} asks" in left
    assert "jq@globex.example" in left
    assert ADDRESS.casefold() not in left.casefold()
    with house.database.reading() as connection:
        subjects = set(connection.execute(sa.select(tables.ticket.c.subject)).scalars())
    assert len([one for one in subjects if NAME in one]) == 1
