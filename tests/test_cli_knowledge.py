"""`digital-csm knowledge`: what it says, its exit codes, and what it leaves behind."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from csm.errors import Unavailable
from csm.ports_answers import Vectors
from parts.language import Language
from storage.reading import SqlReader
from tests.command_line import CommandLine


class LetterEmbedder:
    """Texts are alike when their letters are: enough to find things, and quick."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                vectors[row, ord(letter) % 64] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1), np.float32)


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setattr(Language, "embedder", LetterEmbedder())
    return CommandLine(monkeypatch, capsys, tmp_path / "home")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "reset.md").write_text(
        "---\nslug: /r\n---\n# Reset your password\n\nPress **Reset**."
    )
    (folder / "sso.md").write_text("# Single sign-on\n\n## Okta\n\nAsk your Okta administrator.")
    return folder


def test_adding_says_what_it_did(line: CommandLine, docs: Path) -> None:
    ran = line.run(
        "knowledge", "add", str(docs), "--shelf", "customer", "--product", "Lanternboard"
    )
    assert ran.code == 0, ran.err
    assert ran.out.strip() == (
        "Documents on the customer shelf: 2 added, 0 updated, 0 unchanged, 0 removed, 0 failed. "
        "Embedded: 2 chunks."
    )
    again = line.run(
        "knowledge", "add", str(docs), "--shelf", "customer", "--product", "Lanternboard"
    )
    assert "0 added, 0 updated, 2 unchanged" in again.out
    assert "Embedded: no chunks." in again.out


@pytest.mark.parametrize("command", [["add", "docs"], ["remove", "docs"]])
def test_the_shelf_must_be_said(line: CommandLine, docs: Path, command: list[str]) -> None:
    ran = line.run("knowledge", *command)
    assert ran.code == 2
    words = " ".join(ran.err.replace("│", " ").split())
    assert "There is no default, because a slip would show customers" in words


def test_failures_are_told_and_the_rest_stays(line: CommandLine, docs: Path) -> None:
    (docs / "bad\x1b[31m.md").write_bytes(b"\x00")
    ran = line.run("knowledge", "add", str(docs), "nowhere", "--shelf", "internal")
    assert ran.code == 1
    assert "2 added, 0 updated, 0 unchanged, 0 removed, 2 failed" in ran.out
    assert "bad [31m.md: it is no text: byte 0 is zero" in ran.err
    assert "nowhere: “nowhere” is no file or folder here" in ran.err
    assert "\x1b[31m.md" not in ran.err + ran.out
    assert "reset.md" in line.run("knowledge", "list", "--shelf", "internal").out


def test_the_list_shows_shelves_keys_and_sources(line: CommandLine, docs: Path) -> None:
    assert "Nothing yet" in line.run("knowledge", "list").out
    line.run("knowledge", "add", str(docs), "--shelf", "customer", "--product", "Lanternboard")
    line.run("knowledge", "add", str(docs / "sso.md"), "--shelf", "internal")
    ran = line.run("knowledge", "list")
    rows = [row for row in ran.out.splitlines() if ".md" in row and "│" in row]
    assert [row.split("│")[1].strip() for row in rows] == ["customer", "customer", "internal"]
    assert "Reset your password" in ran.out
    assert f"2 documents from {docs} (customer)" in ran.out
    assert "customer" not in line.run("knowledge", "list", "--shelf", "internal").out


def test_search_shows_passages_links_and_confidence(line: CommandLine, docs: Path) -> None:
    assert line.run("knowledge", "search", "password").out.strip() == "Nothing found."
    base = ["--base-url", "https://help.example/docs"]
    line.run("knowledge", "add", str(docs), "--shelf", "customer", *base)
    ran = line.run("knowledge", "search", "how do I reset my password?")
    assert ran.code == 0, ran.err
    first, *rest = ran.out.splitlines()
    assert first.startswith("Confidence 0.")
    assert "for an answer (from 0.50 on)" in first
    assert "1. Reset your password" in rest
    assert "customer · https://help.example/docs/r" in ran.out
    assert "Press **Reset**." in ran.out


def test_customers_do_not_find_what_is_internal(line: CommandLine, docs: Path) -> None:
    line.run("knowledge", "add", str(docs), "--shelf", "internal")
    assert line.run("knowledge", "search", "reset password").out.strip() == "Nothing found."
    staff = line.run("knowledge", "search", "reset password", "--for", "staff")
    assert "internal · no link" in staff.out


@pytest.mark.parametrize(
    ("name", "told"), [("docs", "2 documents taken off"), ("sso.md", "1 document taken off")]
)
def test_removing_by_key_or_source(line: CommandLine, docs: Path, name: str, told: str) -> None:
    line.run("knowledge", "add", str(docs), "--shelf", "customer")
    ran = line.run("knowledge", "remove", name, "--shelf", "customer")
    assert ran.code == 0, ran.err
    assert told in ran.out
    assert "sso.md" not in line.run("knowledge", "list").out
    assert "Okta" not in line.run("knowledge", "search", "okta administrator").out


def test_removing_what_is_not_there(line: CommandLine, docs: Path) -> None:
    line.run("knowledge", "add", str(docs), "--shelf", "customer")
    ran = line.run("knowledge", "remove", "ssso.md", "--shelf", "customer")
    assert ran.code == 1
    assert 'Did you mean "sso.md"?' in ran.err
    ran = line.run("knowledge", "remove", "sso.md", "--shelf", "internal")
    assert "Nothing on the internal shelf" in ran.err
    assert "See digital-csm knowledge list." in ran.err


@pytest.mark.parametrize(
    ("meant", "told"),
    [("nope.md", "See digital-csm knowledge list."), ("/elsewhere/rest.md", 'mean "reset.md"?')],
)
def test_only_a_near_name_is_offered(line: CommandLine, docs: Path, meant: str, told: str) -> None:
    (docs / "none-of-these.md").write_text("# Other\n\nWords.")
    line.run("knowledge", "add", str(docs), "--shelf", "customer")
    assert told in line.run("knowledge", "remove", meant, "--shelf", "customer").err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["list", "--shelf", "custmer"],
            "“custmer” is neither customer nor internal; did you mean",
        ),
        (["search", "x", "--for", "internal"], "“internal” is neither customer nor staff"),
        (["add", "ftp://x/y", "--shelf", "customer"], "begins with https:// or http://"),
        (["search", " "], "Say in words what to look for"),
    ],
)
def test_slips_are_told_in_plain_words(line: CommandLine, arguments: list[str], told: str) -> None:
    ran = line.run("knowledge", *arguments)
    assert ran.code in (1, 2)
    words = " ".join(ran.err.replace("│", " ").split())
    assert told in words
    assert "Value error" not in words


def test_a_list_reads_no_chunks(
    line: CommandLine, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.run("knowledge", "add", str(docs), "--shelf", "customer")

    def fail(*_: object) -> None:
        raise AssertionError("chunks were read")

    for name in ("all_chunks", "chunks_of", "chunks_by_fingerprint", "fingerprints"):
        monkeypatch.setattr(SqlReader, name, fail)
    assert "reset.md" in line.run("knowledge", "list").out


def test_doctor_looks_at_the_library(
    line: CommandLine, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "every question goes to people" in line.run("doctor").out
    line.run("knowledge", "add", str(docs), "--shelf", "customer")
    assert "2 documents for customers and no documents for colleagues" in line.run("doctor").out

    class Renamed(LetterEmbedder):
        name = "others"

    monkeypatch.setattr(Language, "embedder", Renamed())
    assert "2 chunks not found by meaning yet" in line.run("doctor").out

    class Down(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise Unavailable("The embedding model cannot be reached.")

    monkeypatch.setattr(Language, "embedder", Down())
    ran = line.run("doctor")
    assert ran.code == 1
    assert "The embedding model cannot be reached." in ran.out


def test_an_unreachable_model_loses_nothing(
    line: CommandLine, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise Unavailable("The embedding model cannot be reached.")

    monkeypatch.setattr(Language, "embedder", Down())
    ran = line.run("knowledge", "add", str(docs), "--shelf", "customer")
    assert ran.code == 3
    assert "2 added" in ran.out
    assert "The embedding model cannot be reached." in ran.err
    monkeypatch.setattr(Language, "embedder", LetterEmbedder())
    ran = line.run("knowledge", "add", str(docs), "--shelf", "customer")
    assert ran.code == 0
    assert "2 unchanged" in ran.out
    assert "Embedded: 2 chunks." in ran.out


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    words = ["reset your password", "invite a colleague", "export a report", "change the plan"]
    rows = [{"_id": f"d{n}", "title": "", "text": text} for n, text in enumerate(words)]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    asked = [{"_id": f"q{n}", "text": f"how to {text}"} for n, text in enumerate(words)]
    asked += [{"_id": "q9", "text": "zzz qqq", "answerable": False}]  # type: ignore[dict-item]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in asked))
    judged = "".join(f"q{n}\td{n}\t1\n" for n in range(4))
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}")
    return folder


def test_figures_as_json_and_nothing_else(line: CommandLine, questions: Path) -> None:
    ran = line.run("knowledge", "eval", str(questions), "--json")
    assert ran.code == 0, ran.err
    figures = json.loads(ran.out)
    assert set(figures) == {"bm25", "dense", "hybrid", "threshold"}
    assert figures["bm25"]["recall@5"] == 1.0
    assert {"ndcg@10", "auroc", "p95_ms"} <= set(figures["hybrid"])


def test_figures_as_tables_with_the_trade_off(line: CommandLine, questions: Path) -> None:
    ran = line.run("knowledge", "eval", str(questions))
    assert ran.code == 0, ran.err
    for word in ("bm25", "dense", "hybrid", "ndcg@10", "AUROC", "p95 ms"):
        assert word in ran.out
    assert "of the unanswerable questions, and from" in ran.out
    assert "playbook/answers.toml" in ran.out


def test_a_folder_that_is_no_test_set(line: CommandLine, docs: Path) -> None:
    ran = line.run("knowledge", "eval", str(docs))
    assert ran.code == 1
    assert "corpus.jsonl" in ran.err


@pytest.mark.parametrize("command", [[], ["add"], ["list"], ["remove"], ["search"], ["eval"]])
def test_every_command_explains_itself(line: CommandLine, command: list[str]) -> None:
    ran = line.run("knowledge", *command, "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_what_was_added_is_read_again_and_listed(line: CommandLine, docs: Path) -> None:
    assert "Nothing is read again at night." in line.run("knowledge", "sources").out
    (docs / "bad.md").write_bytes(b"\x00")
    line.run("knowledge", "add", "docs", "nowhere", "--shelf", "customer")
    ran = line.run("knowledge", "sources")
    assert ran.code == 0, ran.err
    first, problem = ran.out.splitlines()
    assert first.startswith(f"{docs} (customer), last read: 9 Mar 2026, ")
    assert problem.startswith("  bad.md: it is no text")
    assert "Nothing is read" in line.run("knowledge", "sources", "--shelf", "internal").out


def test_a_removed_source_is_not_read_again(line: CommandLine, docs: Path) -> None:
    line.run("knowledge", "add", str(docs), "--shelf", "customer")
    ran = line.run("knowledge", "remove", "reset.md", "--shelf", "customer")
    words = " ".join(ran.out.split())
    assert f"{docs} is read again every night and brings it back" in words
    assert f"digital-csm knowledge remove {docs} --shelf customer" in words
    ran = line.run("knowledge", "remove", "docs", "--shelf", "customer")
    assert "1 document taken off" in ran.out
    assert f"No longer read at night: {docs}" in " ".join(ran.out.split())
    assert "Nothing is read again" in line.run("knowledge", "sources").out
    assert line.run("knowledge", "remove", "docs", "--shelf", "customer").code == 1
