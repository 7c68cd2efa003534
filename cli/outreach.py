"""Outreach from the command line: the kill switch, and the audit."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app import House
from bot.render.neutral import neutral
from cli.frame import REFUSED, err, house_of, out, say
from cli.knowledge import OPERATOR
from csm.audit import Chained
from csm.errors import InvalidInput
from csm.pause import PauseScope
from csm.people import STAFF_ONLY, Capability, Clearance, clear
from csm.use_cases.outreach_audit import MOST_SHOWN, show, verify
from csm.use_cases.pause_sending import lift, list_pauses
from csm.use_cases.pause_sending import pause as pause_sending
from csm.views.pauses import target_text
from csm.wording import instant_text, plural

audit_cli = typer.Typer(no_args_is_help=True, help="The audit of outreach.")

Scope = Annotated[
    PauseScope | None, typer.Argument(metavar="all|play|account", help="what to stop")
]
Target = Annotated[str, typer.Argument(metavar="[NAME]", help="a play's id or an account's key")]


def pause(
    scope: Scope = None,
    target: Target = "",
    why: Annotated[str, typer.Option(help="what people are told")] = "",
) -> None:
    """Stop outreach, before the next message. Alone, it shows what is stopped."""
    with house_of() as house:
        clearance = _cleared(Capability.PAUSE_SENDING)
        if scope is not None:
            playbook, clock = house.playbook, house.clock
            pause_sending(clearance, house.records, playbook, clock, scope, target, why)
        _say_paused(house, clearance)


def resume(
    scope: Annotated[PauseScope, typer.Argument(metavar="all|play|account")],
    target: Target = "",
) -> None:
    """Let outreach go on that was stopped."""
    with house_of() as house:
        clearance = _cleared(Capability.PAUSE_SENDING)
        lift(clearance, house.records, house.clock, scope, target)
        _say_paused(house, clearance)


@audit_cli.command("verify")
def audit_verify(
    expect: Annotated[
        str, typer.Option(help="a hash that an earlier run gave: it must be in the chain")
    ] = "",
) -> None:
    """Walk the whole chain, and say whether anything was changed, taken out or cut off."""
    with house_of() as house:
        verified = verify(_cleared(Capability.READ_AUDIT), house.records, expect.strip().lower())
        for fault in verified.breaks:
            say(fault, err, style="red")
        if verified.breaks:
            raise typer.Exit(REFUSED)
        say(f"The audit is whole: {plural(verified.count, 'entry', 'entries')}.")
        if verified.redacted:
            redacted = plural(verified.redacted, "of them was", "of them were")
            say(f"{redacted} redacted when a person was erased, as later entries attest.")
        say(f"Its last hash: {verified.head}")


@audit_cli.command("show")
def audit_show(
    subject: Annotated[str, typer.Option(help="only of that, such as outreach:12")] = "",
    since: Annotated[str, typer.Option(help="only from that day on, YYYY-MM-DD")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_SHOWN, help="at most so many")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="all of each entry, one JSON object a line")
    ] = False,
) -> None:
    """The newest entries: who did what, when, to what; with --json also what was before and after,
    the verdict, the fingerprint and the hashes."""
    with house_of() as house:
        clearance = _cleared(Capability.READ_AUDIT)
        found = show(
            clearance, house.records, since=_day(since), subject=subject.strip(), limit=limit
        )
        if as_json:
            for link in found:
                typer.echo(_json(link))
            return
        if not found:
            say("Nothing was noted yet that fits.")
            return
        out.print(_table(found))


def _cleared(capability: Capability) -> Clearance:
    return clear(OPERATOR, capability, STAFF_ONLY)


def _json(link: Chained) -> str:
    chain = {
        "number": link.number,
        "previous": link.previous,
        "hash": link.hash,
        "redacted": link.redacted,
    }
    return json.dumps({**chain, **link.entry.model_dump(mode="json")}, ensure_ascii=False)


def _say_paused(house: House, clearance: Clearance) -> None:
    pauses = list_pauses(clearance, house.records)
    if not pauses:
        say("Sending is on: nothing is paused.")
    for stored in pauses:
        one = stored.pause
        why = f": {one.why}" if one.why else ""
        target = target_text(one, house.playbook, {})
        say(f"Paused: {target}, {instant_text(one.at)} by {one.by}{why}.")


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except ValueError:
        raise InvalidInput(f"“{text}” is no day. Write it like 2027-03-01.") from None


def _table(found: Sequence[Chained]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("No.", "When (UTC)", "Who", "What", "To what", "Account", "Play", "Guard"):
        table.add_column(heading, overflow="fold")
    for link in found:
        one = link.entry
        stopped = [str(result["rule"]) for result in one.verdict if result.get("outcome") != "pass"]
        guard = (", ".join(stopped) or "all pass") if one.verdict else ""
        cells = (one.who, one.what, one.subject, one.account_key, one.play, guard)
        table.add_row(
            str(link.number),
            one.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            *(Text(neutral(cell)) for cell in cells),
        )
    return table
