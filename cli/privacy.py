"""Privacy requests: what is held about an account or a contact, and erasing a contact."""

from pathlib import Path
from typing import Annotated

import typer

from app import House
from cli.frame import REFUSED, house_of, say
from cli.knowledge import OPERATOR
from csm.errors import InvalidInput
from csm.people import STAFF_ONLY, Capability, Clearance, clear
from csm.use_cases.erase_again import finish_erasures
from csm.use_cases.erase_contact import Footprint, erase, look
from csm.use_cases.export_data import export
from csm.wording import day_text, listing, plural

Contact = Annotated[
    str | None,
    typer.Argument(metavar="CONTACT", help="e-mail address, account/contact-key, or full name"),
]


def export_(
    who: Annotated[
        str,
        typer.Argument(
            metavar="ACCOUNT|CONTACT",
            help="an account's key or name; or a contact's e-mail address, account/contact-key or "
            "full name",
        ),
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="where to; else into the home folder")
    ] = None,
) -> None:
    """Write everything that is held about an account or a contact into one JSON file."""
    with house_of() as house:
        content = export(_cleared(), house.records, house.clock, who)
        path = house.privacy.write_export(content, to)
        rows = sum(section["count"] for section in content["sections"])
        say(f"{plural(rows, 'record')} on {content['about']}: {path}")
        say("Only you can read that file. Delete it when it was handed over.")


def erase_(
    who: Contact = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="finish what was interrupted, or restored")
    ] = False,
) -> None:
    """Erase a contact everywhere, for good, and write a certificate of it."""
    if (who is None) != unfinished:
        raise InvalidInput("Either whom to erase, or --unfinished: digital-csm erase CONTACT.")
    with house_of() as house:
        if who is None:
            if not finish(house):
                say("No erasure is unfinished.")
            return
        footprint = look(_cleared(), house.records, house.clock, who)
        _say_footprint(footprint, who)
        if not (yes or typer.confirm("Erase all of it, for good?")):
            say("Nothing was erased.")
            raise typer.Exit(REFUSED)
        done = erase(_cleared(), house.records, house.clock, house.privacy.around, who)
        path = house.privacy.write_certificate(done.certificate)
        if done.is_new:
            say("Erased.")
        else:
            say("Nothing was left to erase: this is the certificate of then.")
        for line in (*done.certificate["home_folder"], *done.certificate["older_backups"]):
            say(f"  {line}")
        say(f"Certificate: {path}")
        say(f"Its SHA-256: {done.certificate['sha256']}")


def finish(house: House) -> bool:
    """Finish the erasures that are not, and say so; whether there were any."""
    done = finish_erasures(_cleared(), house.records, house.clock, house.privacy.around)
    if done.people:
        people = plural(done.people, "person", "people")
        say(f"Erased again, since the records held them again: {people}.")
    for certificate in done.certificates:
        say(f"Certificate: {house.privacy.write_certificate(certificate)}")
    if done.count:
        say(f"{plural(done.count, 'erasure')} looked at again and finished.")
    return done.count > 0


def _cleared() -> Clearance:
    return clear(OPERATOR, Capability.KEEP_PRIVACY, STAFF_ONLY)


def _say_footprint(footprint: Footprint, who: str) -> None:
    would = footprint.would
    about = listing([one.label for one in footprint.subject.contacts]) or who
    if footprint.before is not None:
        say(f"Erased before, on {day_text(footprint.before.erasure.at.date())}.")
    if would.is_nothing:
        say(f"Nothing more is held about {about}.")
        return
    say(f"To be erased: {about}")
    for table, count in sorted(would.counts.items()):
        say(f"  {table}: {plural(count, 'change')}")
    if would.documents:
        say(f"  help library: {plural(len(would.documents), 'document')}")
    if would.redacted:
        say(f"  audit: {plural(len(would.redacted), 'entry', 'entries')} redacted")
