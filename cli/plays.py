"""Plays: whether they are in order, which there are, and what one would write to an account."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.render.neutral import neutral
from cli.frame import REFUSED, AsOf, err, house_of, out, say
from cli.knowledge import OPERATOR
from csm.errors import NotFound
from csm.guard import Verdict
from csm.letter_check import objections
from csm.outreach import Fact
from csm.outreach_facts import KNOWN, MissingFacts
from csm.outreach_plan import Chosen, NoWay
from csm.people import STAFF_ONLY, Capability, clear
from csm.play import Play
from csm.play_trigger import answered
from csm.playbook import Playbook
from csm.use_cases.find_account import find_account
from csm.use_cases.preview_play import Filled, Preview, demanded_play, preview_play
from csm.wording import day_text, listing, percent, plural

plays_cli = typer.Typer(no_args_is_help=True, help="Plays: what to do, and what we may write.")


@plays_cli.command("check")
def plays_check() -> None:
    """Read every play, and hold its letters against the words that the guard minds."""
    with house_of() as house:
        playbook = house.playbook
    faults = [
        f"plays/{play.id}.toml: {fault}"
        for play in playbook.plays.values()
        for fault in objections(play, playbook.guard)
    ]
    for fault in faults:
        say(fault, err, style="red")
    if faults:
        raise typer.Exit(REFUSED)
    writing = [play.outreach for play in playbook.plays.values() if play.outreach]
    letters = [letter for plan in writing for letter in plan.letters]
    languages = listing(sorted({letter.language for letter in letters}))
    say(
        f"{plural(len(playbook.plays), 'play')}, {len(writing)} of them with a message: "
        f"{plural(len(letters), 'letter')} ({languages}). Nothing to mend."
    )


@plays_cli.command("list")
def plays_list() -> None:
    """Every play: when it begins, how it writes, and what it may do by itself at most."""
    with house_of() as house:
        playbook = house.playbook
    table = Table("Play", "Name", "Begins with", "Channels", "At most", "Cooldown", "Control group")
    for play in playbook.plays.values():
        table.add_row(*(Text(neutral(cell)) for cell in _row(play, playbook)))
    out.print(table)


def _row(play: Play, playbook: Playbook) -> tuple[str, ...]:
    plan = play.outreach
    if plan is None:
        asking = [rule.name for rule in playbook.rules() if rule.play == play.id]
        return (play.id, play.name, ", ".join(asking), "people only", "", "", "")
    begins = [rule.name for rule in answered(play, playbook.rules())]
    begins += ["its own test"] if plan.when else []
    begins += ["a person's wish"] if plan.on_request else []
    channels = ", ".join(plan.channels)
    cooldown = plural(plan.cooldown_days, "day")
    held_out = percent(plan.holdout) if plan.holdout else ""
    begins_with = ", ".join(begins)
    return (play.id, play.name, begins_with, channels, plan.highest_tier, cooldown, held_out)


@plays_cli.command("preview")
def plays_preview(
    play: Annotated[str, typer.Argument(metavar="PLAY", help="a play's id, see plays list")],
    account: Annotated[str, typer.Option(help="name or key of an account")],
    language: Annotated[
        str | None, typer.Option(help="of the letter, such as de; the recipient's if left out")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """What the play would write to an account now, to whom, and what the guard says of the words.
    Nothing is drafted or sent."""
    clearance = clear(OPERATOR, Capability.READ_ACCOUNTS, STAFF_ONLY)
    with house_of(as_of) as house:
        wanted = demanded_play(house.playbook.plays, play)
        match = find_account(clearance, house.records, account)
        if match.found is None:
            raise NotFound(
                _which_account(account, [one.shown for one in match.choices or match.nearest])
            )
        preview = preview_play(
            clearance,
            house.records,
            house.desk,
            house.clock.now(),
            house.clock.today(),
            wanted,
            match.found.account_id,
            language,
        )
    _print(preview)


def _which_account(query: str, near: Sequence[str]) -> str:
    rest = f"Did you mean {listing(near, 'or')}?" if near else "See /book in chat for their names."
    return f"No one account is called “{query}”. {rest}"


def _print(preview: Preview) -> None:
    say(f"{preview.play.name}, to {preview.account_name}", style="bold")
    say(_to_whom(preview.way))
    if preview.is_held_out:
        say(
            "The account is in the play's control group: it would not be written to.",
            style="yellow",
        )
    if preview.objection is not None:
        say(f"It would not be drafted now. {preview.objection}", style="yellow")
    match preview.letter:
        case Filled() as letter:
            _print_letter(letter)
        case MissingFacts(names):
            labels = listing([KNOWN[name].label.lower() for name in names])
            say(f"The letter cannot be used: its subject tells what is not known ({labels}).")


def _to_whom(way: Chosen | NoWay) -> str:
    if isinstance(way, NoWay):
        return f"To nobody: {way.why} {way.remedy} This is how it would read:"
    where = way.way.address or way.way.place or way.way.person_key
    platform = "" if way.way.platform == way.channel else f" on {way.way.platform}"
    line = f"To {way.contact.name} ({way.contact.role}) by {way.channel}{platform}: {where}."
    return f"{line} {way.note}".strip()


def _print_letter(letter: Filled) -> None:
    say("")
    say(letter.subject, style="bold")
    say(letter.body)
    say("")
    table = Table("Fact", "Says", "From", "As of")
    for fact in letter.facts:
        table.add_row(*(Text(neutral(cell)) for cell in _fact_row(fact)))
    out.print(table)
    say(_verdict_text(letter.verdict))


def _fact_row(fact: Fact) -> tuple[str, ...]:
    return (fact.name, fact.text, fact.source, day_text(fact.as_of) if fact.as_of else "")


def _verdict_text(verdict: Verdict) -> str:
    minded = [f"{one.rule}: {one.reason} ({'; '.join(one.inputs)})" for one in verdict.objections]
    if not minded:
        return f"The words pass all {plural(len(verdict.results), 'rule')} of the guard."
    return "\n".join(["The guard minds the words:", *minded])
