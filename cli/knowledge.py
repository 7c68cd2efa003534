"""The help library: what is in it, what it finds, and how good it is at that."""

import json
import shlex
from collections.abc import Callable
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app import House
from bot.render.neutral import neutral
from cli.frame import REFUSED, err, house_of, out, progress_bar, say
from csm.errors import InvalidInput, NotFound
from csm.knowledge import Found, Ingested, Passage, Query, Shelf, StoredDocument
from csm.money import format_money
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.playbook_part import nearest
from csm.use_cases.library_sources import remember_sources, take_off
from csm.wording import day_text, instant_text, listing, plural, shorten

knowledge_cli = typer.Typer(no_args_is_help=True, help="The help library.")

_SHELF_WANTED = (
    "Which shelf? --shelf customer: customers may read it. --shelf internal: only our own people "
    "may. There is no default, because a slip would show customers what is not for them."
)
_MOST_WARNINGS = 20
# From this likeness (0 to 1) on, a name was meant to be another.
_SLIP = 0.75

# Whoever can run this command can read the database.
OPERATOR = Principal(key="operator", name="the operator", role=Role.ADMIN)


class Reader(StrEnum):
    """Who searches."""

    CUSTOMER = "customer"
    STAFF = "staff"


def _one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Reads one of a few words, and says which there are."""

    def read(text: str) -> StrEnum:
        try:
            return choices(text.strip().lower())
        except ValueError:
            words = listing([choice.value for choice in choices], "nor")
            near = nearest(text, [choice.value for choice in choices])
            raise typer.BadParameter(f"“{text}” is neither {words}{near}") from None

    return read


ShelfOption = Annotated[
    Shelf | None,
    typer.Option(
        parser=_one_of(Shelf),
        metavar="customer|internal",
        help="customer: customers may read it; internal: only we may",
    ),
]


def _demanded(shelf: Shelf | None) -> Shelf:
    if shelf is None:
        raise typer.BadParameter(_SHELF_WANTED, param_hint="--shelf")
    return shelf


@knowledge_cli.command("add")
def knowledge_add(
    places: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL...", help="files, folders, site maps (….xml), pages"),
    ],
    shelf: ShelfOption = None,
    product: Annotated[
        str, typer.Option(help="the product it is about, where a document does not say")
    ] = "",
    base_url: Annotated[
        str, typer.Option(help="for files: the address that their paths continue, for links")
    ] = "",
) -> None:
    """Add documents, or bring them up to date: only what changed is replaced, and what is no longer
    at its source is removed. From then on they are read again every night, wherever that is done:
    see `knowledge sources`."""
    wanted = _demanded(shelf)
    with house_of() as house:
        with progress_bar("Reading") as tell:
            done = house.intake.add(places, wanted, product, base_url, tell)
        now = house.clock.now()
        remember_sources(house.records, wanted, product, base_url, done.read, now)
        try:
            done.embedded = _index(house, wanted)
        finally:
            # What was stored stays, also when the embedding model cannot be reached just now.
            _print_ingested(done, wanted)
        if done.failures:
            raise typer.Exit(REFUSED)


def _index(house: House, shelf: Shelf) -> int:
    """Make a shelf's changes ready to be found; how many chunks were embedded."""
    with progress_bar("Indexing") as tell:
        synced = house.library.sync(shelf, tell)
    for warning in synced.warnings:
        say(f"Note: {warning}", style="yellow")
    return synced.embedded


def _print_ingested(done: Ingested, shelf: Shelf) -> None:
    counts = {
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "failed": len(done.failures),
    }
    summary = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    say(f"Documents on the {shelf} shelf: {summary}. Embedded: {plural(done.embedded, 'chunk')}.")
    for warning in done.warnings[:_MOST_WARNINGS]:
        say(f"Note: {warning}", style="yellow")
    if len(done.warnings) > _MOST_WARNINGS:
        say(f"… and {plural(len(done.warnings) - _MOST_WARNINGS, 'more note')}.", style="yellow")
    for failure in done.failures:
        say(f"{failure.what}: {failure.reason}", err, style="red")


@knowledge_cli.command("list")
def knowledge_list(shelf: ShelfOption = None) -> None:
    """Every document, by shelf."""
    with house_of() as house:
        stored = [each for one in _shelves(shelf) for each in _documents(house, one)]
        if not stored:
            say("Nothing yet. Add something: digital-csm knowledge add --help")
            return
        table = Table("Shelf", "Key", "Title", "Product", "Changed", "Chunks")
        for each in stored:
            table.add_row(*(Text(neutral(cell)) for cell in _row(each)))
        out.print(table)
        for source, count in sorted(_by_source(stored).items()):
            say(f"{plural(count, 'document')} from {source[1]} ({source[0]})")


def _shelves(shelf: Shelf | None) -> list[Shelf]:
    return [shelf] if shelf else list(Shelf)


def _documents(house: House, shelf: Shelf) -> list[StoredDocument]:
    with house.records.reading() as reader:
        return reader.documents(shelf)


def _row(stored: StoredDocument) -> tuple[str, ...]:
    document = stored.document
    changed = day_text(document.modified_on) if document.modified_on else ""
    names = (document.shelf.value, document.key, document.title, document.product)
    return (*names, changed, f"{stored.chunks:,}")


def _by_source(stored: list[StoredDocument]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for document in (each.document for each in stored):
        source = (document.shelf.value, document.source)
        counts[source] = counts.get(source, 0) + 1
    return counts


@knowledge_cli.command("sources")
def knowledge_sources(shelf: ShelfOption = None) -> None:
    """What is read again every night, when it was read last, and what went wrong."""
    with house_of() as house:
        with house.records.reading() as reader:
            known = [stored.source for stored in reader.sources()]
        found = [one for one in known if shelf in (None, one.shelf)]
        if not found:
            say("Nothing is read again at night. Whatever is added will be: knowledge add --help")
            return
        for one in found:
            read = instant_text(one.read_at) if one.read_at else "never"
            say(f"{neutral(one.place)} ({one.shelf}), last read: {read}")
            if one.problem:
                say(f"  {neutral(one.problem)}", style="yellow")


@knowledge_cli.command("remove")
def knowledge_remove(
    name: Annotated[
        str, typer.Argument(metavar="KEY|SOURCE", help="a document's key, or what was added")
    ],
    shelf: ShelfOption = None,
) -> None:
    """Take a document off a shelf, or everything that came from one source.

    A source that is removed, or of which nothing is left, is no longer read at night. A document
    of a source that stays comes back the next night, unless it is taken away there, too.
    """
    from knowledge.ingest import matching, sources_meant

    wanted = _demanded(shelf)
    with house_of() as house:
        documents = _documents(house, wanted)
        found, meant = matching(documents, name), sources_meant(name)
        done = take_off(house.records, wanted, found, meant)
        if not found and not done.forgotten:
            raise NotFound(_nothing_of_that_name(name, wanted, documents))
        say(f"{plural(done.count, 'document', zero='No')} taken off the {wanted} shelf.")
        for place in done.forgotten:
            say(f"No longer read at night: {neutral(place)}")
        for place in done.still_read:
            again = f"digital-csm knowledge remove {shlex.quote(neutral(place))} --shelf {wanted}"
            say(
                f"Note: {neutral(place)} is read again every night and brings it back, unless it "
                f"is taken away there. To have it left alone: {again}",
                style="yellow",
            )
        _index(house, wanted)


def _nothing_of_that_name(name: str, shelf: Shelf, stored: list[StoredDocument]) -> str:
    known = sorted({part for each in stored for part in (each.document.key, each.document.source)})
    near = _nearest_of(name, known)
    rest = f'Did you mean "{near}"?' if near else "See digital-csm knowledge list."
    return f"Nothing on the {shelf} shelf has the key or source “{shorten(name, 200)}”. {rest}"


def _nearest_of(name: str, known: list[str]) -> str:
    """The key or source that a slip of the pen was meant to be, by its last part; or nothing."""
    by_end = {one.rstrip("/").rpartition("/")[2]: one for one in reversed(known)}
    ends = get_close_matches(name.rstrip("/").rpartition("/")[2], by_end, n=1, cutoff=_SLIP)
    return by_end[ends[0]] if ends else ""


@knowledge_cli.command("search")
def knowledge_search(
    query: Annotated[str, typer.Argument(help="a question")],
    reader: Annotated[
        Reader,
        typer.Option(
            "--for",
            parser=_one_of(Reader),
            metavar="customer|staff",
            help="who asks: customers search their shelf, staff both",
        ),
    ] = Reader.CUSTOMER,
) -> None:
    """What the library finds for a question."""
    from knowledge.wanted import is_question

    if not is_question(query):
        raise InvalidInput(
            'Say in words what to look for: digital-csm knowledge search "how do I share a view?"'
        )
    with house_of() as house:
        library = house.library
        books = library.for_customers() if reader is Reader.CUSTOMER else library.for_staff()
        found = books.search(Query(query))
        _print_found(found, house.playbook.answers.threshold)


def _print_found(found: Found, threshold: float) -> None:
    if not found.passages:
        say("Nothing found.")
        return
    verdict = "good enough" if found.confidence >= threshold else "not good enough"
    say(f"Confidence {found.confidence:.2f}: {verdict} for an answer (from {threshold:.2f} on).")
    for number, passage in enumerate(found.passages, 1):
        say("")
        say(f"{number}. {' > '.join(passage.title_path) or passage.title}", style="bold")
        say(_about(passage), style="dim")
        say(passage.text)


def _about(passage: Passage) -> str:
    about = [passage.shelf.value, passage.link or "no link"]
    if passage.product:
        about.append(passage.product)
    if passage.modified_on:
        stale = ", may be out of date" if passage.is_stale else ""
        about.append(f"changed {day_text(passage.modified_on)}{stale}")
    return " · ".join(about)


@knowledge_cli.command("gaps")
def knowledge_gaps() -> None:
    """What customers asked and the library did not answer; most accounts and ARR first."""
    from csm.use_cases.learn import GAP_DAYS, find_gaps

    clearance = clear(OPERATOR, Capability.ANSWER_CUSTOMERS, STAFF_ONLY)
    with house_of() as house:
        now, today = house.clock.now(), house.clock.today()
        report = find_gaps(clearance, house.records, house.shelves.cluster, now, today)
    if not report.gaps:
        say(f"No question of the last {GAP_DAYS} days went without a good answer.")
        return
    table = Table("Asked", "Questions", "Accounts", "ARR")
    for gap in report.gaps:
        money = " + ".join(format_money(amount, code, short=True) for amount, code in gap.arr)
        names = neutral(", ".join(gap.accounts))
        table.add_row(Text(neutral(gap.name)), f"{len(gap.questions):,}", Text(names), money)
    out.print(table)
    if report.left_out:
        say(f"Besides, {report.left_out:,} older questions that were too many to compare.")
    say("/gaps in chat drafts an article for each of them.")


@knowledge_cli.command("eval")
def knowledge_eval(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a test set in the BEIR layout")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
) -> None:
    """Measure the search on questions whose answers are known, and what each threshold costs."""
    from knowledge.evaluate import evaluate

    with house_of() as house:
        with progress_bar("Evaluating") as tell:
            evaluation = evaluate(folder, house.language.embedder, tell)
        if as_json:
            typer.echo(json.dumps(evaluation.to_json(), indent=2))
            return
        from cli.evaluation import print_evaluation

        print_evaluation(evaluation)
