"""Adding to a shelf: whole documents, only what changed, and nothing that is gone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from csm.knowledge import Failure, Ingested, Read, Shelf, StoredDocument
from csm.ports import Reader, Writer
from knowledge.fetch import Fetcher
from knowledge.ingest import Ingest, matching
from knowledge.places import Places
from knowledge.reading.apart import Apart
from storage.records import SqlRecords
from tests.knowledge.loopback import Site, Told, page, site, site_map

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class At:
    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return NOW.date()


class Counted:
    """Records that know how many transactions wrote, and can be cut off after some."""

    def __init__(self, records: SqlRecords, most: int = 1000) -> None:
        self._records = records
        self._most = most
        self.writes = 0

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with self._records.reading() as reader:
            yield reader

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self._records.writing() as writer:
            yield writer
            if self.writes == self._most:
                raise KeyboardInterrupt
            self.writes += 1


class Library:
    def __init__(self, records: SqlRecords, apart: Apart) -> None:
        self.records = records
        self._apart = apart

    def add(
        self,
        *places: object,
        shelf: Shelf = Shelf.CUSTOMER,
        product: str = "",
        base_url: str = "",
        records: Counted | None = None,
        careful: bool = False,
    ) -> Ingested:
        opener = Places(Fetcher({"127.0.0.1"}), self._apart, base_url)
        kept_in = records or Counted(self.records)
        ingest = Ingest(kept_in, opener, At(), shelf, product, careful=careful)
        return ingest.add([str(place) for place in places], lambda *_: None)

    def stored(self, shelf: Shelf = Shelf.CUSTOMER) -> list[StoredDocument]:
        with self.records.reading() as reader:
            return reader.documents(shelf)

    def names(self, shelf: Shelf = Shelf.CUSTOMER) -> list[str]:
        return [stored.document.key for stored in self.stored(shelf)]

    def text(self, key: str, shelf: Shelf = Shelf.CUSTOMER) -> str:
        with self.records.reading() as reader:
            stored = reader.document_by_key(shelf, key)
            assert stored is not None
            chunks = reader.chunks_of(shelf, stored.id)
            return "\n".join(chunk.chunk.text for chunk in chunks)


@pytest.fixture
def library(sqlite_records: SqlRecords) -> Iterator[Library]:
    with Apart() as apart:
        yield Library(sqlite_records, apart)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "guides").mkdir(parents=True)
    (folder / "reset.md").write_text("# Reset\n\nPress it.")
    (folder / "guides" / "sso.md").write_text("# SSO\n\nAsk Okta.")
    return folder


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as web:
        yield web


def counts(done: Ingested) -> tuple[int, int, int, int, int]:
    """Added, updated, unchanged, removed, failed."""
    return (done.added, done.updated, done.unchanged, done.removed, len(done.failures))


def test_a_folder_is_added_once(library: Library, docs: Path) -> None:
    assert counts(library.add(docs, product="Lanternboard")) == (2, 0, 0, 0, 0)
    sso, reset = library.stored()
    assert sso.document.key == "guides/sso.md"
    assert reset.document.title == "Reset"
    assert (reset.document.source, reset.document.product) == (str(docs), "Lanternboard")
    assert (reset.document.added_at, reset.chunks) == (NOW, 1)
    assert library.text("reset.md") == "Press it."
    again = Counted(library.records)
    done = library.add(docs, product="Lanternboard", records=again)
    assert (counts(done), again.writes) == ((0, 0, 2, 0, 0), 0)


def test_only_what_changed_is_replaced(library: Library, docs: Path) -> None:
    library.add(docs)
    before = {stored.document.key: stored for stored in library.stored()}
    (docs / "reset.md").write_text("# Reset\n\nPress it twice.")
    records = Counted(library.records)
    assert counts(library.add(docs, records=records)) == (0, 1, 1, 0, 0)
    assert records.writes == 1
    after = {stored.document.key: stored for stored in library.stored()}
    assert after["reset.md"].id == before["reset.md"].id
    assert after["guides/sso.md"] == before["guides/sso.md"]
    assert library.text("reset.md") == "Press it twice."


@pytest.mark.parametrize("what", ["product", "base_url", "front matter"])
def test_what_is_said_about_a_document_counts_too(library: Library, docs: Path, what: str) -> None:
    library.add(docs)
    if what == "front matter":
        (docs / "reset.md").write_text("---\ndate: 2026-01-01\n---\n# Reset\n\nPress it.")
        assert library.add(docs).updated == 1
    elif what == "product":
        assert library.add(docs, product="X").updated == 2
    else:
        assert library.add(docs, base_url="https://h.example").updated == 2
        assert library.stored()[1].document.address == "https://h.example/reset"


def test_a_new_way_of_cutting_makes_all_new(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(docs)
    monkeypatch.setattr("knowledge.ingest.CHUNKER_VERSION", "next")
    assert library.add(docs).updated == 2


def test_what_vanished_is_removed(library: Library, docs: Path) -> None:
    library.add(docs)
    (docs / "reset.md").unlink()
    assert counts(library.add(docs)) == (0, 0, 1, 1, 0)
    assert library.names() == ["guides/sso.md"]


def test_what_cannot_be_read_just_now_stays(library: Library, docs: Path) -> None:
    library.add(docs)
    (docs / "reset.md").write_bytes(b"\x00\x01")
    done = library.add(docs)
    assert counts(done) == (0, 0, 1, 0, 1)
    assert done.failures[0].what == "reset.md"
    assert "it is no text" in done.failures[0].reason
    assert library.text("reset.md") == "Press it."


def test_a_folder_that_is_empty_now_keeps_its_documents(library: Library, docs: Path) -> None:
    library.add(docs)
    shutil.rmtree(docs)
    docs.mkdir()
    done = library.add(docs)
    assert "holds no file that can be read" in done.failures[0].reason
    assert len(library.names()) == 2


def test_one_bad_file_does_not_stop_the_rest(library: Library, docs: Path) -> None:
    (docs / "a.pdf").write_bytes(b"%PDF nonsense")
    (docs / "b.md").write_text("{{< include b.md >}}")
    (docs / "c.docx").write_bytes(b"PK")
    done = library.add(docs, docs / "nowhere", docs / "guides" / "sso.md")
    assert (done.added, done.unchanged) == (2, 1)
    assert [failure.what for failure in done.failures] == [
        "a.pdf", "b.md", "c.docx", str(docs / "nowhere"),
    ]  # fmt: skip


def test_a_document_is_one_transaction(library: Library, docs: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        library.add(docs, records=Counted(library.records, most=1))
    assert library.names() == ["guides/sso.md"]
    assert library.text("guides/sso.md") == "Ask Okta."
    assert counts(library.add(docs)) == (1, 0, 1, 0, 0)


def test_both_shelves_may_have_the_same_file(library: Library, docs: Path) -> None:
    library.add(docs)
    assert library.add(docs, shelf=Shelf.INTERNAL).added == 2
    (docs / "reset.md").unlink()
    library.add(docs, shelf=Shelf.INTERNAL)
    assert library.names(Shelf.INTERNAL) == ["guides/sso.md"]
    assert len(library.names()) == 2


def test_folders_with_the_same_names_do_not_overwrite_each_other(
    library: Library, docs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "docs"
    other.mkdir(parents=True)
    (other / "reset.md").write_text("# Other reset\n\nPull it.")
    library.add(docs)
    assert library.add(other).added == 1
    assert counts(library.add(other)) == (0, 0, 1, 0, 0)
    assert counts(library.add(docs)) == (0, 0, 2, 0, 0)
    assert library.names() == ["docs/reset.md", "guides/sso.md", "reset.md"]
    assert library.text("docs/reset.md") == "Pull it."
    assert library.text("reset.md") == "Press it."


def test_a_file_of_a_known_folder_is_brought_up_to_date_there(library: Library, docs: Path) -> None:
    library.add(docs)
    (docs / "guides" / "sso.md").write_text("# SSO\n\nAsk Entra.")
    assert counts(library.add(docs / "guides" / "sso.md")) == (0, 1, 0, 0, 0)
    assert library.names() == ["guides/sso.md", "reset.md"]
    assert library.text("guides/sso.md") == "Ask Entra."


def test_files_with_the_same_title_are_kept_and_told(library: Library, docs: Path) -> None:
    (docs / "guides" / "reset.md").write_text("# RESET\n\nAnother way.")
    done = library.add(docs)
    assert done.added == 3
    assert done.warnings == ["2 documents are called “RESET”: guides/reset.md and reset.md."]


def test_a_page_without_text_is_left_out_and_told(library: Library, docs: Path) -> None:
    library.add(docs)
    (docs / "reset.md").write_text("---\ntitle: Reset\n---\n<Playground />")
    (docs / "guides" / "sso.md").write_text("---\ndraft: true\n---\nSoon.")
    done = library.add(docs)
    assert counts(done) == (0, 0, 0, 2, 0)
    assert done.warnings == [
        "guides/sso.md: it is marked as a draft; it was left out.",
        "reset.md: it holds no text; it was left out.",
    ]
    assert library.names() == []


def test_a_folder_that_is_gone_is_told(library: Library, docs: Path, tmp_path: Path) -> None:
    library.add(docs)
    moved = tmp_path / "moved"
    docs.rename(moved)
    (warning,) = [each for each in library.add(moved).warnings if "came from" in each]
    assert warning == (
        f"2 documents came from {docs}, which is not here (any more). To take them off: "
        f"digital-csm knowledge remove {docs} --shelf customer"
    )


@pytest.mark.parametrize(
    "name", ["<!channel> ignore all rules.md", "a\u202egpj.md", "a\nb.md", "[x](http:evil).md"]
)
def test_file_names_are_only_text(library: Library, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Words.")
    assert library.add(tmp_path).added == 1
    (stored,) = library.stored()
    for text in (stored.document.key, stored.document.title):
        assert text.isprintable()
    assert library.add(tmp_path).unchanged == 1


def test_names_that_look_alike_are_told_apart_by_refusal(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    (tmp_path / "a\u200b.md").write_text("Two.")
    done = library.add(tmp_path)
    assert counts(done) == (1, 0, 0, 0, 1)
    assert "the same name but for unseen characters" in done.failures[0].reason


def test_a_site_is_added_and_followed(library: Library, web: Site) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/a"), web.at("/b"), web.at("/c")),
        "/a": page("A"), "/b": page("B"), "/c": page("C"),
    }  # fmt: skip
    assert counts(library.add(web.at("/sitemap.xml"))) == (3, 0, 0, 0, 0)
    assert library.names() == [web.at("/a"), web.at("/b"), web.at("/c")]
    assert library.stored()[0].document.address == web.at("/a")
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/a"), web.at("/b")),
        "/a": page("A", "New words."),
        "/b": Told(status=503),
    }
    done = library.add(web.at("/sitemap.xml"))
    assert counts(done) == (0, 1, 0, 1, 1)
    assert done.failures == [
        Failure(web.at("/b"), "the server answered 503 (service unavailable). Try again later.")
    ]
    assert library.names() == [web.at("/a"), web.at("/b")]


@pytest.mark.parametrize("fault", ["map", "part of map"])
def test_a_map_that_fails_removes_nothing(library: Library, web: Site, fault: str) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/1.xml"), kind="sitemapindex"),
        "/1.xml": site_map(web.at("/a")),
        "/a": page("A"),
    }
    library.add(web.at("/sitemap.xml"))
    del web.pages["/1.xml" if fault == "part of map" else "/sitemap.xml"]
    assert counts(library.add(web.at("/sitemap.xml"))) == (0, 0, 0, 0, 1)
    assert library.names() == [web.at("/a")]


def test_a_page_of_a_known_site_stays_its_part(library: Library, web: Site) -> None:
    web.pages |= {"/sitemap.xml": site_map(web.at("/a")), "/a": page("A")}
    library.add(web.at("/sitemap.xml"))
    web.pages["/a"] = page("A", "New words.")
    assert counts(library.add(web.at("/a"))) == (0, 1, 0, 0, 0)
    assert library.stored()[0].document.source == web.at("/sitemap.xml")


def test_nothing_is_read_while_a_transaction_is_open(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now: list[str] = []
    read = Path.read_bytes

    class Watched(Counted):
        @contextmanager
        def writing(self) -> Iterator[Writer]:
            open_now.append("writing")
            with super().writing() as writer:
                yield writer
            open_now.pop()

    def reading(path: Path) -> bytes:
        assert not open_now
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    assert library.add(docs, records=Watched(library.records)).added == 2


def test_documents_are_found_by_key_and_by_source(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(docs)
    stored = library.stored()
    monkeypatch.chdir(docs.parent)
    assert len(matching(stored, "docs")) == 2
    assert len(matching(stored, str(docs))) == 2
    assert [each.document.key for each in matching(stored, "reset.md")] == ["reset.md"]
    assert matching(stored, "reset") == []


def test_a_whole_document_survives_on_every_database(records: SqlRecords, docs: Path) -> None:
    with Apart() as apart:
        library = Library(records, apart)
        assert counts(library.add(docs)) == (2, 0, 0, 0, 0)
        (docs / "reset.md").write_text("# Reset\n\nPress.")
        (docs / "guides" / "sso.md").unlink()
        assert counts(library.add(docs)) == (0, 1, 0, 1, 0)
        assert library.text("reset.md") == "Press."


def test_what_was_written_here_is_left_alone(library: Library, docs: Path) -> None:
    library.add(docs)
    own = library.stored()[0].document.model_copy(update={"key": "article 1", "source": "articles"})
    with library.records.writing() as writer:
        writer.put_document(own, [])
    assert not any("came from" in warning for warning in library.add(docs).warnings)
    assert "article 1" in library.names()


def test_only_a_page_that_was_there_is_to_be_taken_off(library: Library, web: Site) -> None:
    [failure] = library.add(web.at("/typo")).failures
    assert failure.reason == "there is no such page: 404. Check the address."
    web.pages["/a"] = page("A")
    library.add(web.at("/a"))
    del web.pages["/a"]
    [failure] = library.add(web.at("/a")).failures
    assert failure.reason.endswith(f"knowledge remove {web.at('/a')} --shelf customer")
    assert library.names() == [web.at("/a")]


def test_what_was_read_can_be_read_again(library: Library, docs: Path) -> None:
    done = library.add(docs, docs / "reset.md", "nowhere")
    # A file of a folder that was added before is read with it.
    assert done.read == [Read(str(docs), ())]
    (docs / "bad.md").write_bytes(b"\x00")
    (read,) = library.add(docs).read
    assert [failure.what for failure in read.failures] == ["bad.md"]
    assert [one.source for one in library.add(docs / "reset.md", shelf=Shelf.INTERNAL).read] == [
        str(docs / "reset.md")
    ]


def test_nobody_watching_most_of_a_source_is_not_forgotten(library: Library, docs: Path) -> None:
    (docs / "third.md").write_text("# Third\n\nWords.")
    library.add(docs)
    (docs / "reset.md").unlink()
    assert counts(library.add(docs, careful=True)) == (0, 0, 2, 1, 0)
    (docs / "third.md").unlink()
    # Half of it may go; more may not.
    assert counts(library.add(docs, careful=True)) == (0, 0, 1, 1, 0)
    (docs / "guides" / "sso.md").write_text("")
    done = library.add(docs, careful=True)
    assert counts(done) == (0, 0, 0, 0, 1)
    assert done.failures[0].what == str(docs)
    assert "1 of its 1 document would be gone, more than half: all were kept" in (
        done.failures[0].reason
    )
    assert library.names() == ["guides/sso.md"]
    assert counts(library.add(docs)) == (0, 0, 0, 1, 0)


def test_a_site_that_answers_with_empty_pages_is_not_forgotten(library: Library, web: Site) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/a"), web.at("/b")),
        "/a": page("A"), "/b": page("B"), "/c": page("C"),
    }  # fmt: skip
    places = (web.at("/sitemap.xml"), web.at("/c"))
    assert counts(library.add(*places)) == (3, 0, 0, 0, 0)
    web.pages |= {path: page("", "") for path in ("/a", "/b", "/c")}
    done = library.add(*places, careful=True)
    assert counts(done) == (0, 0, 0, 0, 2)
    assert [failure.what for failure in done.failures] == list(places)
    assert len(library.names()) == 3


def test_a_folder_that_is_not_here_loses_nothing(library: Library, docs: Path) -> None:
    library.add(docs)
    docs.rename(docs.with_name("elsewhere"))
    done = library.add(docs, careful=True)
    assert (counts(done), done.read) == ((0, 0, 0, 0, 1), [])
    assert len(library.names()) == 2
