"""The demo's help centre as the library finds it, with the embedding model of the install."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from csm.knowledge import Found, Ingested, Query, Shelf
from csm.ports import Records
from knowledge.embedder import MiniLm
from knowledge.fetch import Fetcher
from knowledge.ingest import Ingest
from knowledge.library import KnowledgeLibrary
from knowledge.places import Places
from knowledge.reading.apart import Apart
from sources.demo_help import (
    ANSWERABLE,
    BASE_ADDRESS,
    GAPS,
    INTERNAL_FACTS,
    SHELF_FOLDERS,
    TOUR_QUESTIONS,
    DemoQuestion,
)
from storage.records import SqlRecords
from tests.databases import copy_of, opened, sqlite_url
from tests.sources.help_pages import settings
from tests.sources.hostile_help import (
    HIDDEN,
    PLANTED,
    READABLE,
    RENAME_FACT,
    RENAME_QUESTION,
    RENAME_TITLE,
    UNREADABLE,
    hostile_help,
)

# The catalogue's words are not the only ones: the pages were written before these were asked.
OTHERS_ANSWERED: Final = (
    ("what's the shortest time a reset link can be valid?", "sign-in/reset-links"),
    ("our SAML certificate runs out soon, what do we do?", "sign-in/sso"),
    (
        "someone typed the wrong password too often and is blocked",
        "sign-in/trouble-signing-in sign-in/reset-password",
    ),
    ("how do I kick a stolen laptop out of my account", "sign-in/sessions"),
    ("who is allowed to switch on SSO?", "sign-in/sso account/roles"),
    ("can I make somebody admin just for next week?", "account/roles"),
    ("only let people with our own email domain be invited", "account/invitations"),
    ("how long do you keep our backups", "account/data-retention"),
    ("stop notifications at night", "account/notifications"),
    ("I want a group for the whole warehouse team", "account/groups"),
    ("how to put a dashboard on the TV in the hall", "dashboards/build-dashboard"),
    ("use our brand colours", "dashboards/chart-colours"),
    ("compare this month with the same month last year", "dashboards/filters"),
    ("report mail bounced", "reports/report-late"),
    ("download the full table, it has 300k lines", "reports/exports getting-started/limits"),
    ("how do I undo an import that went wrong", "data/import-files"),
    (
        "which IP addresses do we have to open in the firewall?",
        "data/data-sources data/import-errors automations/webhooks getting-started/browser-support",
    ),
    ("error I-103", "data/import-errors"),
    ("source says paused", "data/data-out-of-date data/import-errors"),
    (
        "I don't want to hear from an alert again for two hours after it fired",
        "alerts/create-alert alerts/alert-trouble",
    ),
    ("run something every time an import is finished", "automations/build-automation"),
    ("two people have to say yes before it goes on", "approvals/set-up-approvals"),
    (
        "how many months of history does a forecast need?",
        "forecasts/create-forecast forecasts/forecast-trouble",
    ),
    ("how do I get the next page of rows from the API?", "api/api-requests"),
    ("somebody saw our api token, how do I switch it off", "api/api-tokens"),
    ("unlock the app with my face", "mobile/mobile-app"),
    ("keyboard shortcut for undo", "getting-started/keyboard-shortcuts"),
    ("what does row rule mean", "dashboards/view-shows-no-data"),
    ("largest file I can upload?", "getting-started/limits data/import-files data/import-errors"),
    ("where do I see if you are down", "getting-started/status-page"),
)
# Close to what the pages are about, and answered by none of them.
OTHERS_NOT: Final = (
    "can two people edit the same dashboard at the same time?",
    "do you have a plug-in for spreadsheets?",
    "can you print labels?",
    "how do I rename our workspace?",
    "can alerts call my phone and read the message out?",
    "is there an on-premises version we can run ourselves?",
    "which certification for information security do you hold?",
    "can I record a video of a dashboard?",
    "how do I track the time my team spends on projects?",
    "can the forecast take the weather into account?",
)


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 9, 12, tzinfo=UTC)

    def today(self) -> date:
        return self.now().date()


def add(records: Records, shelf: Shelf, folder: Path, base: str = "") -> Ingested:
    with Apart() as apart:
        ingest = Ingest(records, Places(Fetcher(), apart, base), FixedClock(), shelf)
        return ingest.add([str(folder)], lambda _what, _done, _total: None)


def library_of(records: SqlRecords, folder: Path) -> KnowledgeLibrary:
    library = KnowledgeLibrary(records, MiniLm(), folder, FixedClock(), stale_after_days=730)
    for shelf in Shelf:
        library.sync(shelf, lambda _what, _done, _total: None)
    return library


@pytest.fixture(scope="module")
def added(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[KnowledgeLibrary, dict[Shelf, Ingested]]]:
    """A library with the demo's help centre in it, and how it got there."""
    folder = tmp_path_factory.mktemp("help")
    with opened(sqlite_url(copy_of(sqlite_template, folder))) as database:
        records = SqlRecords(database)
        done = {
            shelf: add(records, shelf, path, BASE_ADDRESS if shelf is Shelf.CUSTOMER else "")
            for shelf, path in SHELF_FOLDERS.items()
        }
        yield library_of(records, folder / "index"), done


@pytest.fixture(scope="module")
def library(added: tuple[KnowledgeLibrary, dict[Shelf, Ingested]]) -> KnowledgeLibrary:
    return added[0]


def ask(library: KnowledgeLibrary, question: DemoQuestion) -> Found:
    return library.for_customers().search(Query(question.text, question.thread))


def pages_of(found: Found) -> list[str]:
    """The pages that were found, best first, as the catalogue names them."""
    links = [passage.link.partition("#")[0] for passage in found.passages]
    paths = [f"{link.removeprefix(BASE_ADDRESS).lstrip('/')}.md" for link in links]
    return list(dict.fromkeys(paths))


def share_found(library: KnowledgeLibrary, asked: list[DemoQuestion], within: int) -> float:
    hits = [
        any(page in question.pages for page in pages_of(ask(library, question))[:within])
        for question in asked
    ]
    return sum(hits) / len(hits)


def others_answered() -> list[DemoQuestion]:
    return [
        DemoQuestion(text, pages=tuple(f"{page}.md" for page in pages.split()))
        for text, pages in OTHERS_ANSWERED
    ]


def test_all_pages_are_taken_without_a_complaint(
    added: tuple[KnowledgeLibrary, dict[Shelf, Ingested]],
) -> None:
    for shelf, done in added[1].items():
        assert done.added == len(list(SHELF_FOLDERS[shelf].rglob("*.md")))
        assert (done.failures, done.warnings) == ([], [])


def test_the_right_page_is_among_the_first_three(library: KnowledgeLibrary) -> None:
    assert share_found(library, list(ANSWERABLE), within=3) >= 0.95
    assert share_found(library, list(ANSWERABLE), within=1) >= 0.85


def test_so_it_is_for_questions_that_the_pages_were_not_written_for(
    library: KnowledgeLibrary,
) -> None:
    assert share_found(library, others_answered(), within=3) >= 0.9


@pytest.mark.parametrize(
    "question", [q for q in ANSWERABLE if q.thread], ids=lambda question: question.text
)
def test_a_follow_up_needs_its_thread(library: KnowledgeLibrary, question: DemoQuestion) -> None:
    assert pages_of(ask(library, question))[0] in question.pages


def test_questions_with_an_answer_stand_out_from_the_gaps(library: KnowledgeLibrary) -> None:
    answerable = [ask(library, question).confidence for question in ANSWERABLE]
    gaps = [ask(library, question).confidence for question in GAPS]
    ahead = [(a > g) + (a == g) / 2 for a in answerable for g in gaps]
    assert sum(ahead) / len(ahead) >= 0.85


def test_at_the_playbook_s_threshold_most_questions_go_where_they_should(
    library: KnowledgeLibrary,
) -> None:
    threshold = settings().threshold
    answered = [ask(library, question).confidence >= threshold for question in ANSWERABLE]
    kept_back = [ask(library, question).confidence < threshold for question in GAPS]
    assert sum(answered) / len(answered) >= 0.85
    assert sum(kept_back) / len(kept_back) >= 0.85


def test_the_tour_s_questions_leave_no_doubt(library: KnowledgeLibrary) -> None:
    jo, sam = TOUR_QUESTIONS["jo"], TOUR_QUESTIONS["sam"]
    assert pages_of(ask(library, jo))[0] == jo.pages[0]
    assert ask(library, jo).confidence >= settings().threshold
    assert ask(library, sam).confidence < settings().clarify_from
    assert ask(library, sam).similarity >= settings().relevance_floor


def test_what_is_found_links_to_the_page_and_tells_its_age(library: KnowledgeLibrary) -> None:
    best = ask(library, ANSWERABLE[0]).passages[0]
    assert best.link.partition("#")[0] == f"{BASE_ADDRESS}/sign-in/reset-links"
    assert best.title == "Password reset links and their expiry"
    assert best.product == "Lanternboard"
    assert best.modified_on == date(2025, 11, 4)
    assert not best.is_stale
    assert ANSWERABLE[0].fact in best.text


def test_customers_never_find_an_internal_page_and_colleagues_do(
    library: KnowledgeLibrary,
) -> None:
    questions = [
        "what do we do when the report queue stands still?",
        "which known issues are not announced?",
        "how can support lengthen an open reset link?",
        "when do failed webhooks get a retry?",
        "what is Snuffer?",
    ]
    for text in questions:
        customers = library.for_customers().search(Query(text), most=20)
        assert {passage.shelf for passage in customers.passages} <= {Shelf.CUSTOMER}
        assert not [fact for fact in INTERNAL_FACTS for p in customers.passages if fact in p.text]
        staff = library.for_staff().search(Query(text))
        assert Shelf.INTERNAL in {passage.shelf for passage in staff.passages[:3]}, text


def test_a_tampered_help_centre_gives_what_readers_see_and_no_more(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    done = add(sqlite_records, Shelf.CUSTOMER, hostile_help(tmp_path / "pages"))
    assert {failure.what for failure in done.failures} == set(UNREADABLE)
    assert done.added == len(READABLE)
    assert any("Two pages, one title" in warning for warning in done.warnings)
    library = library_of(sqlite_records, tmp_path / "index")
    best = library.for_customers().search(Query(RENAME_QUESTION)).passages[0]
    assert best.title == RENAME_TITLE
    assert RENAME_FACT in best.text
    with sqlite_records.reading() as reader:
        texts = [text for _, text in reader.all_chunks(Shelf.CUSTOMER)]
    assert not [word for word in HIDDEN for text in texts if word in text]
    assert any(word in text for word in PLANTED for text in texts)  # the visible line is content
