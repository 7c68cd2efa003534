"""A world in which one person has been everywhere: in every column of every table that can hold a
text, in the help library, and in files."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from csm.audit import AuditEntry, contact_subject
from csm.knowledge import Shelf
from storage import tables
from storage.database import Database
from storage.privacy_tables import ABOUT, About
from storage.records import SqlRecords
from tests.storage.conversations import chunk, document

NAME: Final = "Jorinde Quillfeather"
ADDRESS: Final = "jorinde@acme.example"
PERSON: Final = "jorinde"
CONTACT: Final = "jorinde@acme.example"  # some systems take the address for a key
USER: Final = "U0QUILL77"
DIRECT: Final = "D0QUILL77"
AT: Final = datetime(2027, 6, 30, 9, tzinfo=UTC)
SAID: Final = f"{NAME.upper()} <{ADDRESS.title()}> said so; see Quillfeather, Jorinde."
OTHER: Final = "Ottokar Bramble"

_ELSEWHERE: Final = frozenset(
    {"audit", "audit_head", "document", "chunk", "erasure", "erased_mark", "erasure_secret"}
)
# What a row needs beyond what its columns say.
_GIVEN: Final[dict[str, dict[str, Any]]] = {
    "account": {"key": "acme", "name": "Acme", "domain": "acme.example", "aliases": ""},
    "account_name": {"folded": "acme", "name": "Acme"},
    "contact": {"key": CONTACT, "name": NAME, "email": ADDRESS},
    "person": {"key": PERSON, "name": NAME, "email": ADDRESS, "role": "contact"},
    "person_link": {"platform": "slack", "workspace": "T1", "user": USER, "person_key": PERSON},
    "place": {"platform": "slack", "workspace": "T1", "channel": DIRECT, "audience": "customer"},
    "place_mode": {"platform": "slack", "workspace": "T1", "channel": DIRECT},
    "question": {
        "platform": "slack",
        "workspace": "T1",
        "channel": DIRECT,
        "thread": "t1",
        "key": f"slack:T1:{DIRECT}:t1",
    },
    "thread_line": {"platform": "slack", "workspace": "T1", "channel": DIRECT, "thread": "t1"},
    "outreach": {"contact_key": CONTACT, "contact_name": NAME, "address": ADDRESS},
    "suppression": {"contact_key": CONTACT, "address": ADDRESS, "lifted_at": None},
    "survey": {"contact_email": ADDRESS, "score": 3},
    "interaction": {"contact_email": ADDRESS},
    "training": {"contact_email": ADDRESS},
    "told": {"lines": {"1": {"grade": "red", "reason": SAID}}},
    "names_state": {"id": 2},
    "pause": {"scope": "account", "target": "acme", "lifted_by": PERSON},
}


def fill(database: Database) -> SqlRecords:
    """The person in every table, and somebody else who must stay."""
    records = SqlRecords(database)
    with database.writing() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in _ELSEWHERE:
                connection.execute(sa.insert(table).values(**_row(table, ABOUT[table.name])))
        contact = {"key": "otto", "name": OTHER, "email": "ottokar@acme.example"}
        values = _row(tables.contact, ABOUT["contact"]) | contact
        connection.execute(sa.insert(tables.contact).values(**values))
    with records.writing() as writer:
        for shelf, key in ((Shelf.INTERNAL, "drafts/jorinde-quillfeather"), (Shelf.CUSTOMER, "x")):
            text = f"# How\n\n{SAID}\n\nPress Reset."
            given = document(key, shelf, title=f"For {NAME}", source=f"/help/{NAME}")
            writer.put_document(given, [chunk(0, "f0" + key, text), chunk(1, "f1" + key)])
        writer.put_document(document("clean"), [chunk(0, "clean", "Press Reset.")])
        writer.audit_all(entries())
    return records


def entries() -> list[AuditEntry]:
    """Of all kinds that name a person, and one that does not."""
    given: list[dict[str, Any]] = [
        {"what": "suppression.opt_out", "subject": contact_subject("acme", CONTACT)},
        {
            "what": "suppression.opt_out",
            "subject": f"contact:acme/{CONTACT}",
            "after": {"source": f"mail of {ADDRESS}", "who": CONTACT},
        },
        {"what": "pause.on", "subject": "pause:1", "who": PERSON},
        {
            "what": "outreach.approved",
            "subject": "outreach:7",
            "verdict": [{"rule": "reachable", "inputs": [f"{NAME} by email", ADDRESS]}],
        },
        {"what": "outreach.approved", "subject": "outreach:8"},
    ]
    return [
        AuditEntry.model_validate({"at": AT, "who": "casey", "account_key": "acme", **one})
        for one in given
    ]


def files(home: Path) -> None:
    """What lies about in a home folder."""
    (home / "exports").mkdir(parents=True)
    (home / "exports" / "export-1.json").write_text(f'{{"name": "{NAME}"}}')
    (home / "exports" / "export-2.json").write_text(f'{{"name": "{OTHER}"}}')
    (home / "rejects.csv").write_text(f"key,email\n1,{ADDRESS}\n")
    (home / "pictures").mkdir()
    (home / "pictures" / "acme.png").write_bytes(b"\x89PNG\r\n")


def _row(table: sa.Table, about: About) -> dict[str, Any]:
    values = {
        column.name: _value(column, about)
        for column in table.c
        if not (column.name == "id" and column.primary_key)
    }
    return values | _GIVEN.get(table.name, {})


def _value(column: sa.Column[Any], about: About) -> Any:
    kind = getattr(column.type, "impl", column.type)
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return PERSON if key.column.table.name == "person" else 1
    if isinstance(column.type, sa.Enum):
        return column.type.enums[0]
    match kind:
        case sa.JSON():
            return _JSON.get(column.name, {"note": SAID, NAME: [{"deep": SAID}]})
        case sa.String():
            return _text(column, about)[: kind.length]
        case sa.DateTime():
            return AT
        case sa.Date():
            return date(2027, 6, 30)
        case sa.Boolean():
            return False
        case _:
            return 1


def _text(column: sa.Column[Any], about: About) -> str:
    if column.name in about.words.split():
        return SAID if (getattr(column.type, "length", None) or 999) >= len(SAID) else ADDRESS
    if column.name in about.keys.split():
        return f"k {ADDRESS}"
    if column.name in about.people.split():
        return PERSON
    if column.name in about.named.split():
        return ""
    return _PLAIN.get(column.name, "x")


_JSON: Final[dict[str, Any]] = {
    "links": [f"https://acme.example/?to={ADDRESS.replace('@', '%40')}"],
    "used": [NAME],
    "facts": [{"name": "contact", "label": "Name", "text": SAID}],
    "sources": [{"id": "f0x", "title": SAID}],
    "verdict": [{"rule": "reachable", "inputs": [SAID]}],
    "measures": {"habits": [45.5, 0.25]},
}
_PLAIN: Final = {
    "account_key": "acme",
    "by": "customer",
    "currency": "USD",
    "days": "mon",
    "at": "08:00",
    "country": "DE",
}
