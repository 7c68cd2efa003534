"""The demo's help centre: whole, consistent, invented, and fit for customers to read."""

import posixpath
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from csm.knowledge import Shelf
from sources.demo_catalogue import FEATURES, PRODUCT, demo_people
from sources.demo_help import BASE_ADDRESS, INTERNAL_FACTS, SHELF_FOLDERS
from tests.sources.help_pages import PROJECT, HelpPage, has_words, pages, settings

KEYS = {"title", "description", "updated", "product", "slug"}
REAL_NAMES = re.compile(
    r"\b(adobe|android|apple|aws|azure|chrome|confluence|docker|edge|excel|facebook|firefox|github"
    r"|gmail|google|hubspot|intercom|ios|iphone|jira|linux|macs?|macos|microsoft|mysql|office|okta"
    r"|oracle|outlook|postgres(ql)?|powerpoint|safari|salesforce|sap|sharepoint|slack|snowflake"
    r"|tableau|twilio|windows|zapier|zendesk)\b",
    re.IGNORECASE,
)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
PATH = re.compile(r"\*\*((?:Settings|Profile|People|Data|Reports|Alerts|Approvals) > [^*]+)\*\*")


ALL = (*pages(Shelf.CUSTOMER), *pages(Shelf.INTERNAL))
BY_PATH = {page.path: page for page in pages(Shelf.CUSTOMER)}
each_page = pytest.mark.parametrize("page", ALL, ids=lambda page: f"{page.shelf}/{page.path}")


def links(page: HelpPage) -> Iterator[tuple[str, str]]:
    for match in LINK.finditer(page.text):
        yield match[1], match[2]


def test_both_shelves_are_filled() -> None:
    assert 40 <= len(pages(Shelf.CUSTOMER)) <= 50
    assert 5 <= len(pages(Shelf.INTERNAL)) <= 8
    assert {file.suffix for folder in SHELF_FOLDERS.values() for file in folder.rglob("*.*")} == {
        ".md"
    }


@each_page
def test_a_page_says_what_it_is(page: HelpPage) -> None:
    assert page.meta.keys() == KEYS
    assert page.meta["product"] == PRODUCT
    assert page.meta["slug"] == page.slug
    assert isinstance(page.meta["updated"], date)
    assert page.meta["updated"].year == 2025
    assert 20 <= len(page.meta["description"]) <= 120
    assert page.meta["description"].endswith(".")


@each_page
def test_a_page_is_neither_a_note_nor_a_book(page: HelpPage) -> None:
    assert 150 <= len(page.text.split()) <= 500
    assert len(re.findall(r"^## ", page.text, re.MULTILINE)) >= 2
    assert not re.search(r"^# ", page.text, re.MULTILINE)  # the title is the first heading


@each_page
def test_tables_have_as_many_cells_in_every_row(page: HelpPage) -> None:
    for table in re.findall(r"(?:^ *\|.*\|\n)+", page.text + "\n", re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table


@each_page
def test_numbered_steps_count_up(page: HelpPage) -> None:
    for section in re.split(r"^## .*$", page.text, flags=re.MULTILINE):
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", section, re.MULTILINE)]
        for before, after in zip([0, *numbers], numbers, strict=False):
            assert after in {before + 1, 1}, section


def test_titles_and_slugs_are_unique() -> None:
    for key in ("title", "slug", "description"):
        counted = Counter(page.meta[key].casefold() for page in ALL)
        assert [value for value, times in counted.items() if times > 1] == []


@each_page
def test_links_lead_somewhere_on_the_same_shelf(page: HelpPage) -> None:
    known = {other.path for other in pages(page.shelf)}
    inside = [target for _, target in links(page) if "://" not in target]
    assert inside, "a page links to at least one other"
    for target in inside:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        assert path in known, target
        assert path != page.path


def test_every_page_for_customers_can_be_reached_from_another() -> None:
    reached = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        for page in pages(Shelf.CUSTOMER)
        for _, target in links(page)
    }
    assert BY_PATH.keys() <= reached


@each_page
def test_every_address_is_invented(page: HelpPage) -> None:
    hosts = re.findall(r"(?:://|@)([\w.-]+\w)", page.text)
    assert all(host.endswith(".lanternboard.example") for host in hosts), hosts
    for address in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", page.text):
        assert address.startswith("192.0.2.")  # set apart for documentation


@each_page
def test_nobody_real_is_named(page: HelpPage) -> None:
    text = f"{page.meta['title']} {page.meta['description']} {page.text}"
    assert not REAL_NAMES.search(text)
    for name in (name for person in demo_people() for name in person.name.split()):
        assert not has_words(text, name), name


def test_no_menu_path_is_spelt_in_two_ways() -> None:
    found: dict[str, set[str]] = {}
    for page in ALL:
        for path in PATH.findall(page.text):
            found.setdefault(path.casefold(), set()).add(path)
    assert len(found) > 30
    assert [ways for ways in found.values() if len(ways) > 1] == []


@pytest.mark.parametrize(
    ("fact", "least"),
    [
        ("reset link", 5),
        ("60 minutes", 4),
        ("5,000 rows", 1),
        ("365 days", 3),
        ("14 days", 3),
        ("600 requests a minute", 1),
        ("192.0.2.10", 3),
    ],
)
def test_facts_that_several_pages_share_are_there(fact: str, least: int) -> None:
    assert sum(fact in page.text for page in pages(Shelf.CUSTOMER)) >= least


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("reset link expires after", {"60 minutes"}),
        (r"invitation works for|Invitations are not reset links: they work for", {"7 days"}),
        (r"Entries are kept for|\| Audit log \|", {"365 days"}),
        (
            r"direct download has at most|\| Direct download \||Rows of a direct export \|",
            {"5,000"},
        ),
        (r"Background export \||Rows of a background export \|", {"1,000,000"}),
        (r"token may send|\| Requests \|", {"600"}),
        (r"(?:workspace can have|a workspace) up to|Data sources in a workspace \|", {"25", "100"}),
        (r"files of up to|Size of an imported file \||\| I-106 \| larger than", {"200 MB"}),
        (r"approval that nobody decides runs out after|approval ran out after", {"14 days"}),
        (r"locked for|Ten wrong passwords \| Wait", {"15 minutes"}),
        (r"page of up to|Charts on a dashboard \|", {"40"}),
        (r"and up to|Steps in an automation \|", {"20"}),
        (r"at least one and at most|\| Owners \|", {"5", "five"}),
        (r"history\*?\*? shows each run for|History of automation runs \|", {"90 days"}),
    ],
)
def test_pages_do_not_contradict_one_another(what: str, said: set[str]) -> None:
    pattern = re.compile(
        rf"(?:{what})\s+({'|'.join(map(re.escape, sorted(said)))})?", re.IGNORECASE
    )
    found = [match[1] for page in BY_PATH.values() for match in pattern.finditer(page.text)]
    assert found, what
    assert set(found) <= said


def test_every_feature_of_the_product_has_a_page() -> None:
    titles = " ".join(page.meta["title"] for page in BY_PATH.values()).casefold()
    words = {"reports": "report", "imports": "import", "sharing": "share", "api": "api"}
    for key, _name, _is_key in FEATURES:
        assert words.get(key, key.removesuffix("s")) in titles, key


def test_customers_pages_say_nothing_that_may_not_reach_a_customer() -> None:
    guard = settings().guard
    for page in BY_PATH.values():
        text = f"{page.meta['title']} {page.meta['description']} {page.text}"
        for phrase in (*guard.internal_terms, *guard.commitments):
            assert not has_words(text, phrase), (page.path, phrase)


def test_every_internal_fact_is_on_the_internal_shelf_and_only_there() -> None:
    internal = " ".join(page.text for page in pages(Shelf.INTERNAL))
    customers = " ".join(f"{page.meta} {page.text}" for page in BY_PATH.values())
    for fact in INTERNAL_FACTS:
        assert has_words(internal, fact), fact
        assert not has_words(customers, fact), fact
    for page in pages(Shelf.INTERNAL):
        assert page.text.startswith("Internal."), page.path
        assert any(has_words(page.text, fact) for fact in INTERNAL_FACTS), page.path


def test_the_base_address_can_be_followed_by_a_slug() -> None:
    assert re.fullmatch(r"https://[\w.]+\.example", BASE_ADDRESS)


def test_the_pages_are_installed_with_the_package() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["tool"]["hatch"]["build"]
    assert "sources" in build["targets"]["wheel"]["only-include"]
    assert "exclude" not in build["targets"]["wheel"]
    for folder in SHELF_FOLDERS.values():
        assert folder.is_relative_to(PROJECT / "sources")
