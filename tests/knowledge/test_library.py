"""What the library finds, and for whom."""

import types
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from csm.knowledge import Found, Query, Said, Shelf, Speaker, StoredChunk
from knowledge.embedder import MiniLm
from knowledge.library import KnowledgeLibrary
from knowledge.passages import LONGEST_PASSAGE
from storage.records import SqlRecords
from tests.knowledge.shelf_double import TODAY, Bag, FixedClock, chunk, delete, put, silent

SECRET = "acme churn risk is secret"


def library_of(records: Any, folder: Path, embedder: Any = None) -> KnowledgeLibrary:
    return KnowledgeLibrary(records, embedder or Bag(), folder, FixedClock(), 700)


@pytest.fixture
def library(records: SqlRecords, tmp_path: Path) -> KnowledgeLibrary:
    return library_of(records, tmp_path)


@pytest.fixture
def plain(sqlite_records: SqlRecords, tmp_path: Path) -> KnowledgeLibrary:
    return library_of(sqlite_records, tmp_path)


def sync(library: KnowledgeLibrary) -> None:
    for shelf in Shelf:
        library.sync(shelf, silent)


def titles(found: Found) -> list[str]:
    return [passage.title for passage in found.passages]


# Who finds what.


def test_staff_find_what_is_on_both_shelves_and_customers_what_is_on_theirs(
    records: SqlRecords, library: KnowledgeLibrary
) -> None:
    put(records, "public", "reset the password of a user")
    put(records, "private", "reset the password of acme", shelf=Shelf.INTERNAL)
    sync(library)
    query = Query("reset the password of acme")
    assert titles(library.for_customers().search(query)) == ["Public"]
    staff = library.for_staff().search(query)
    assert titles(staff) == ["Private", "Public"]
    assert [passage.shelf for passage in staff.passages] == [Shelf.INTERNAL, Shelf.CUSTOMER]


class Spied:
    """Records that keep which shelves were asked for."""

    def __init__(self, records: SqlRecords) -> None:
        self._records = records
        self.asked: set[Shelf] = set()

    @contextmanager
    def reading(self) -> Iterator["Spied"]:
        yield self

    def fingerprints(self, shelf: Shelf) -> set[str]:
        self.asked.add(shelf)
        with self._records.reading() as reader:
            return reader.fingerprints(shelf)

    def chunks_by_fingerprint(
        self, shelf: Shelf, fingerprints: Collection[str]
    ) -> dict[str, StoredChunk]:
        self.asked.add(shelf)
        with self._records.reading() as reader:
            return reader.chunks_by_fingerprint(shelf, fingerprints)

    def all_chunks(self, shelf: Shelf) -> Iterator[tuple[str, str]]:
        self.asked.add(shelf)
        with self._records.reading() as reader:
            yield from list(reader.all_chunks(shelf))

    def shelf_revision(self, shelf: Shelf) -> int:
        self.asked.add(shelf)
        with self._records.reading() as reader:
            return reader.shelf_revision(shelf)


def reachable(start: object, stop: Collection[object]) -> Iterator[object]:
    """All that hangs together with an object: what it holds, and what that holds."""
    known: set[int] = {id(each) for each in stop}
    waiting = [start]
    while waiting:
        thing = waiting.pop()
        if id(thing) in known or isinstance(thing, types.ModuleType | type):
            continue
        known.add(id(thing))
        yield thing
        if not isinstance(thing, Enum):
            waiting += _parts(thing)


def _parts(thing: object) -> list[object]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return list(thing)
    if isinstance(thing, types.FunctionType):
        return [cell.cell_contents for cell in thing.__closure__ or ()]
    if isinstance(thing, types.MethodType):
        return [thing.__self__, thing.__func__]
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    held = [getattr(thing, name) for name in slots if hasattr(thing, name)]
    return [*held, *vars(thing).values()] if hasattr(thing, "__dict__") else held


def test_nothing_that_a_customers_bookshelf_holds_leads_to_the_internal_shelf(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    put(sqlite_records, "public", "reset the password")
    put(sqlite_records, "private", SECRET, shelf=Shelf.INTERNAL)
    spied = Spied(sqlite_records)
    bag = Bag()
    library = library_of(spied, tmp_path, bag)
    sync(library)
    library.for_staff().search(Query("acme churn risk"))
    spied.asked.clear()
    bag.given.clear()
    customers = library.for_customers()
    found = customers.search(Query("acme secret reset"))
    assert titles(found) == ["Public"]
    assert spied.asked == {Shelf.CUSTOMER}
    # The database itself is left out: it was only ever asked for one shelf.
    things = list(reachable(customers, [spied]))
    assert len(things) > 50
    assert not [each for each in things if each is Shelf.INTERNAL]
    assert not [each for each in things if isinstance(each, str) and "internal" in each.lower()]
    assert not [each for each in things if isinstance(each, str) and "churn" in each]
    # The same walk does find it for staff, so it would have found it here.
    assert any(each is Shelf.INTERNAL for each in reachable(library.for_staff(), [spied]))


def test_no_file_of_the_customer_shelf_holds_words_of_the_internal_one(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary, tmp_path: Path
) -> None:
    put(sqlite_records, "public", "reset the password")
    put(sqlite_records, "private", SECRET, shelf=Shelf.INTERNAL)
    sync(plain)
    files = [file for file in (tmp_path / "customer").rglob("*") if file.is_file()]
    assert len(files) > 2
    assert not [file for file in files if b"churn" in file.read_bytes()]
    assert b"churn" in (tmp_path / "internal" / "words.npz").read_bytes()


# What is there now.


def test_a_deleted_document_is_not_found_though_the_index_still_has_it(
    records: SqlRecords, library: KnowledgeLibrary
) -> None:
    put(records, "kept", "reset the password")
    gone = put(records, "gone", "reset the password of a user")
    sync(library)
    assert titles(library.for_customers().search(Query("reset password"))) == ["Kept", "Gone"]
    delete(records, gone)
    assert titles(library.for_customers().search(Query("reset password"))) == ["Kept"]


def test_a_new_document_is_found_by_its_words_before_it_is_embedded(
    records: SqlRecords, library: KnowledgeLibrary
) -> None:
    put(records, "old", "build a dashboard")
    sync(library)
    put(records, "new", "mute an alert")
    assert titles(library.for_customers().search(Query("mute alert"))) == ["New", "Old"]


def test_two_libraries_on_one_folder_see_each_others_changes(
    records: SqlRecords, tmp_path: Path
) -> None:
    one, other = library_of(records, tmp_path), library_of(records, tmp_path)
    put(records, "first", "build a dashboard")
    sync(one)
    assert titles(other.for_customers().search(Query("dashboard"))) == ["First"]
    put(records, "first", "build a report")
    sync(one)
    assert other.for_customers().search(Query("report")).passages[0].text == "build a report"


# What is shown.


def test_neighbours_that_were_both_found_are_one_passage(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary
) -> None:
    put(
        sqlite_records,
        "passwords",
        chunk("Open the password page.", 0, ("Reset",), "choose"),
        chunk("Choose a new password.", 1, ("Reset",), "choose"),
        chunk("A password has ten letters.", 2, ("Reset", "Rules"), "rules"),
        chunk("Bananas are yellow.", 3, ("Fruit",), "fruit"),
        chunk("A password expires.", 4, ("Age",), "age"),
        address="https://help.example/passwords",
    )
    sync(plain)
    first, second = plain.for_customers().search(Query("choose new password"), most=2).passages
    assert first.text == (
        "Open the password page.\n\nChoose a new password.\n\n"
        "## Rules\n\nA password has ten letters."
    )
    assert first.link == "https://help.example/passwords#choose"
    assert first.title_path == ("Reset",)
    assert first.id == chunk("Choose a new password.", 1, ("Reset",), "choose").fingerprint
    assert second.text == "A password expires."


def test_a_joined_passage_has_its_bounds(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary
) -> None:
    texts = [f"password rule {n} " + f"word{n} " * 150 for n in range(8)]
    put(sqlite_records, "long", *texts)
    sync(plain)
    found = plain.for_customers().search(Query("password rule"), most=8)
    assert len(found.passages) > 1
    assert all(len(passage.text) <= LONGEST_PASSAGE + 50 for passage in found.passages)
    assert sum(passage.text.count("password rule") for passage in found.passages) == 8


def test_what_says_the_same_is_shown_once(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary
) -> None:
    text = "To reset the password, open the settings, choose Security and press Reset."
    put(sqlite_records, "one", text)
    put(sqlite_records, "two", text)
    put(sqlite_records, "three", text.replace("press Reset", "press reset!"))
    put(sqlite_records, "other", "A password has ten letters.")
    put(sqlite_records, "staff", text, shelf=Shelf.INTERNAL)
    sync(plain)
    found = plain.for_staff().search(Query("reset the password"))
    assert len(found.passages) == 2
    assert titles(found)[1] == "Other"


@pytest.mark.parametrize(
    ("address", "anchor", "link"),
    [
        ("https://help.example/a", "b", "https://help.example/a#b"),
        ("https://help.example/a", "", "https://help.example/a"),
        ("https://help.example/a#top", "b", "https://help.example/a#top"),
        ("", "b", ""),
    ],
)
def test_the_link_leads_to_the_place_on_the_page(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary, address: str, anchor: str, link: str
) -> None:
    put(sqlite_records, "page", chunk("reset it", anchor=anchor), address=address)
    assert plain.for_customers().search(Query("reset")).passages[0].link == link


def test_a_document_is_stale_when_it_has_not_changed_for_too_long(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary
) -> None:
    for key, days in (("fresh", 700), ("stale", 701)):
        changed = TODAY - timedelta(days=days)
        put(sqlite_records, key, f"reset {key}", modified_on=changed)
    put(sqlite_records, "undated", "reset undated")
    found = plain.for_customers().search(Query("reset"))
    assert {passage.title: passage.is_stale for passage in found.passages} == {
        "Fresh": False,
        "Stale": True,
        "Undated": False,
    }


# What is asked.


@pytest.mark.parametrize("text", ["", "   ", "🎉👍", "?!…", "\n\t"])
def test_what_asks_nothing_finds_nothing(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary, text: str
) -> None:
    put(sqlite_records, "page", "reset the password")
    thread = [Said(Speaker.CUSTOMER, "how do I reset the password?")]
    assert plain.for_customers().search(Query(text, thread)) == Found()


def test_an_empty_library_finds_nothing_and_embeds_nothing(
    records: SqlRecords, tmp_path: Path
) -> None:
    bag = Bag()
    library = library_of(records, tmp_path, bag)
    assert library.for_staff().search(Query("how do I reset it?")) == Found()
    sync(library)
    assert library.for_staff().search(Query("how do I reset it?")) == Found()
    assert bag.given == [] or set(bag.given) == {"how do I reset it?"}


def test_a_library_that_was_never_indexed_is_searched_by_words(
    records: SqlRecords, library: KnowledgeLibrary
) -> None:
    put(records, "page", "reset the password")
    put(records, "other", "build a dashboard")
    found = library.for_customers().search(Query("password reset"))
    assert titles(found)[0] == "Page"
    assert found.similarity > 0.5


def test_twenty_thousand_characters_are_read_at_both_ends(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    bag = Bag()
    library = library_of(sqlite_records, tmp_path, bag)
    put(sqlite_records, "reset", "reset the password")
    put(sqlite_records, "alerts", "mute an alert")
    sync(library)
    bag.given.clear()
    text = "How do I reset this? " + "log line 12345 " * 1400 + "And how to mute that alert?"
    assert len(text) > 20_000
    assert set(titles(library.for_customers().search(Query(text)))) == {"Reset", "Alerts"}
    assert all(len(given) < 2_100 for given in bag.given)


def test_a_follow_up_is_completed_by_its_thread(
    sqlite_records: SqlRecords, plain: KnowledgeLibrary
) -> None:
    put(sqlite_records, "expiry", "the password reset link expires")
    put(sqlite_records, "single", "sso needs certificates")
    put(sqlite_records, "both", "password expiry for sso users")
    sync(plain)
    thread = [
        Said(Speaker.CUSTOMER, "bananas"),
        Said(Speaker.CUSTOMER, "when does a password expire?"),
        Said(Speaker.STAFF, "the password of a user? expiry is a setting"),
        Said(Speaker.US, "🙂"),
    ]
    assert titles(plain.for_customers().search(Query("and for sso?")))[0] == "Single"
    assert titles(plain.for_customers().search(Query("and for sso?", thread)))[0] == "Both"


def test_many_people_ask_at_once(sqlite_records: SqlRecords, plain: KnowledgeLibrary) -> None:
    topics = [f"topic{number}" for number in range(12)]
    for topic in topics:
        put(sqlite_records, topic, f"how to use {topic}")
    sync(plain)
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda topic: plain.for_staff().search(Query(f"use {topic}")), topics * 3)
        )
    assert [titles(each)[0] for each in found] == [topic.capitalize() for topic in topics] * 3


# How sure it is, with the model that comes along.

HELP = (
    "To reset your password, open Sign in and choose Forgot password. A reset link is sent to you.",
    "An alert tells you when a number crosses a limit. Open a chart and choose Add alert.",
    "Scheduled reports are sent by e-mail every day or week to the people that you choose.",
    "Single sign-on uses SAML. An admin uploads the certificate of your identity provider.",
    "Import a CSV file under Data. The first line holds the names of the columns.",
)


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm()


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_tiny_library_is_sure_of_what_it_holds_and_of_what_it_lacks(
    sqlite_records: SqlRecords, tmp_path: Path, model: MiniLm, size: int
) -> None:
    library = library_of(sqlite_records, tmp_path, model)
    for number, text in enumerate(HELP[:size]):
        put(sqlite_records, f"page{number}", text)
    sync(library)
    books = library.for_customers()
    assert books.search(Query("How do I reset my password?")).confidence > 0.8
    assert books.search(Query("I forgot my password, where is the reset link?")).confidence > 0.8
    for nonsense in ("What do bananas cost in Norway?", "xyzzy plugh", "Quelle heure est-il ?"):
        assert books.search(Query(nonsense)).confidence < 0.1


def test_likeness_is_of_all_pairs(plain: KnowledgeLibrary) -> None:
    alike = plain.likeness(["reset password", "reset password", "bananas"])
    assert alike.shape == (3, 3)
    assert alike[0, 1] == pytest.approx(1)
    assert alike[0, 2] == pytest.approx(alike[2, 0])
    assert alike[0, 2] < 0.5
