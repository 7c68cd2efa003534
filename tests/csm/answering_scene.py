"""A vendor with two customers, a library of two shelves, and models that say what a test wrote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from csm.answer_settings import AnswerSettings
from csm.errors import Unavailable
from csm.knowledge import Found, Passage, Query, Shelf
from csm.people import (
    STAFF_ONLY,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Capability,
    Clearance,
    Place,
    PlaceKind,
    Principal,
    Role,
    clear,
)
from csm.plain_words import content
from csm.ports import Records, Table
from csm.ports_answers import Answerer, Bookshelf, Library, Sentence, StoredQuestion, Vectors
from csm.question import Mode, PlaceMode
from csm.use_cases.answer_question import Answering, Heard, Plan, Response
from tests.csm.shipped import shipped_playbook

START = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # a Wednesday

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@vendor.example")
RILEY = Principal("riley", "Riley Stone", Role.CSM, "riley@vendor.example")
MORGAN = Principal("morgan", "Morgan Reed", Role.MANAGER, "morgan@vendor.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", account_key="acme")
SAM = Principal("sam", "Sam Hill", Role.CONTACT, "sam@globex.example", account_key="globex")

ACME = Audience(AudienceKind.CUSTOMER, "acme")
SHARED = Place("console", "demo", "acme-shared", PlaceKind.CHANNEL, ACME, "acme-shared")
GLOBEX = Audience(AudienceKind.CUSTOMER, "globex")
GLOBEX_SHARED = Place(
    "console", "demo", "globex-shared", PlaceKind.CHANNEL, GLOBEX, "globex-shared"
)
TEAM = Place("console", "demo", "cs-team", PlaceKind.CHANNEL, STAFF_ONLY, "cs-team")
LOBBY = Place("console", "demo", "lobby", PlaceKind.CHANNEL, UNKNOWN_AUDIENCE, "lobby")
JO_DM = Place("console", "demo", "dm-jo", PlaceKind.DM, ACME)


def passage(
    text: str, title: str, name: str = "", shelf: Shelf = Shelf.CUSTOMER, **more: object
) -> Passage:
    name = name or title.lower().replace(" ", "-")
    known = {"link": f"https://help.lanternboard.example/{name}", "title_path": (title,)} | more
    return Passage(id=name, shelf=shelf, title=title, text=text, **known)  # type: ignore[arg-type]


RESET = passage(
    "An admin can reset the password of a member.\n\n"
    "1. Open **Settings > Members**.\n2. Choose the member.\n3. Click *Send reset link*.\n\n"
    "The reset link expires after 24 hours. You cannot reuse your last 5 passwords.",
    "Reset a password",
)
REPORTS = passage(
    "A scheduled report is sent by e-mail every Monday at 08:00. "
    "You can add up to 20 recipients to a scheduled report.",
    "Scheduled reports",
)
ALERTS = passage(
    "An alert tells you when a number leaves its limits. Set the limits of an alert in its panel.",
    "Alerts",
)
IMPORTS = passage(
    "A data import reads a CSV file of up to 200 MB. Columns are matched by their names.",
    "Data imports",
)
SHELF = (RESET, REPORTS, ALERTS, IMPORTS)


@dataclass
class Shelved(Bookshelf):
    """Finds by shared words. `confidence` and `similarity` are the share of the question's words
    in the best passage, unless a test sets them."""

    passages: Sequence[Passage]
    confidence: float | None = None
    similarity: float | None = None
    down: bool = False
    queries: list[Query] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def search(self, query: Query, most: int = 6) -> Found:
        self.queries.append(query)
        self.meanwhile()
        if self.down:
            raise Unavailable("The library cannot be searched right now. Try again shortly.")
        asked = content(" ".join([query.text, *(said.text for said in query.thread)]))
        shares = {p.id: len(asked & content(f"{p.title} {p.text}")) for p in self.passages}
        best = sorted((p for p in self.passages if shares[p.id]), key=lambda p: -shares[p.id])
        top = shares[best[0].id] / max(1, len(content(query.text))) if best else 0.0
        return Found(
            tuple(best[:most]),
            min(1.0, top) if self.confidence is None else self.confidence,
            min(1.0, top) if self.similarity is None else self.similarity,
        )


@dataclass
class Shelves(Library):
    customer: Shelved
    internal: Sequence[Passage] = ()
    staff_asked: int = 0

    def for_customers(self) -> Bookshelf:
        return self.customer

    def for_staff(self) -> Bookshelf:
        self.staff_asked += 1
        both = (*self.customer.passages, *self.internal)
        return Shelved(both, self.customer.confidence, self.customer.similarity)

    def renew(self, shelf: Shelf) -> None:
        raise AssertionError("nobody writes here")

    def likeness(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("nobody compares texts here")


@dataclass
class Scripted(Answerer):
    """Gives its answers one after the other, the last for ever, and keeps what it was given."""

    answers: Sequence[Sequence[Sentence] | Exception]
    given: list[tuple[Query, tuple[Passage, ...], tuple[str, ...]]] = field(default_factory=list)

    def answer(
        self, query: Query, passages: Sequence[Passage], faults: Sequence[str] = ()
    ) -> tuple[Sentence, ...]:
        answer = self.answers[min(len(self.given), len(self.answers) - 1)]
        self.given.append((query, tuple(passages), tuple(faults)))
        if isinstance(answer, Exception):
            raise answer
        return tuple(answer)


class Ticking:
    """A clock that moves only when a test says so."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def today(self) -> date:
        return self.time.date()

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


class Scene:
    """Everything that answering needs, on the records of the test."""

    def __init__(self, records: Records, *, mode: Mode | None = Mode.ANSWER) -> None:
        self.records = records
        self.clock = Ticking()
        self.shelf = Shelved(SHELF)
        self.library = Shelves(self.shelf)
        self.settings: AnswerSettings = shipped_playbook().answers
        self.answerer: Answerer | None = None
        self._messages = 0
        _people_and_accounts(records)
        if mode is not None:
            self.set_mode(SHARED, mode)

    def set_mode(self, place: Place, mode: Mode) -> None:
        with self.records.writing() as writer:
            writer.set_place_mode(
                PlaceMode(
                    platform=place.platform,
                    workspace=place.workspace,
                    channel=place.channel,
                    mode=mode,
                    set_by="casey",
                    set_at=START,
                )
            )

    @property
    def answering(self) -> Answering:
        return Answering(self.records, self.library, self.answerer, self.settings, self.clock)

    def heard(
        self,
        text: str,
        who: Principal = JO,
        place: Place = SHARED,
        *,
        thread: str = "",
        addressed: bool = False,
        names_others: bool = False,
    ) -> Heard:
        self._messages += 1
        message = f"m{self._messages}"
        key = f"{place.platform}:{place.workspace}:{place.channel}:{message}"
        return Heard(key, place, thread or message, message, who, text, addressed, names_others)

    def hear(self, heard: Heard) -> Plan | Response:
        return self.answering.hear(clearance(heard.who, heard.place), heard)

    def say(
        self,
        text: str,
        who: Principal = JO,
        place: Place = SHARED,
        *,
        thread: str = "",
        addressed: bool = False,
        names_others: bool = False,
    ) -> Response:
        """Both halves, one after the other, a minute after whatever was before."""
        self.clock.pass_by(minutes=1)
        heard = self.heard(
            text, who, place, thread=thread, addressed=addressed, names_others=names_others
        )
        plan = self.hear(heard)
        if not isinstance(plan, Plan):
            return plan
        return self.answering.respond(clearance(who, place), plan)

    def questions(self) -> list[StoredQuestion]:
        """All of them, oldest first."""
        with self.records.reading() as reader:
            ids = range(1, 50)
            return [stored for i in ids if (stored := reader.question(i)) is not None]

    def last(self) -> StoredQuestion:
        return self.questions()[-1]


def clearance(who: Principal, place: Place) -> Clearance:
    return clear(who, Capability.GET_HELP, place.audience)


def staff_clearance(capability: Capability, who: Principal = CASEY) -> Clearance:
    return clear(who, capability, STAFF_ONLY)


def said(*texts: str, of: Passage = RESET) -> list[Sentence]:
    """Sentences that rest on one passage."""
    return [Sentence(text, (of.id,)) for text in texts]


def _people_and_accounts(records: Records) -> None:
    columns = ("key", "name", "aliases", "domain", "segment", "csm_email", "status")
    rows = [
        ("acme", "Acme", "", "acme.example", "smb", "casey@vendor.example", "customer"),
        (
            "globex",
            "Globex",
            "Globex Trading",
            "globex.example",
            "smb",
            "riley@vendor.example",
            "customer",
        ),
    ]
    with records.writing() as writer:
        writer.write_table(Table("accounts", columns, rows, len(rows)), None, lambda _done: None)
        for person in (CASEY, RILEY, MORGAN, JO, SAM):
            writer.save_person(person)
        for place in (SHARED, GLOBEX_SHARED, TEAM, LOBBY, JO_DM):
            writer.save_place(place, START)
