"""`knowledge eval`: what it reads, what it measures, and what it says of bad files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csm.errors import InvalidInput
from csm.knowledge import Chunk
from knowledge.evaluate import MEASURES, Evaluation, evaluate
from knowledge.ranking import Method
from tests.knowledge.shelf_double import Bag, chunk, silent

CORPUS = [
    {"_id": "reset", "title": "Passwords", "text": "Reset the password with a link."},
    {"_id": "alerts", "title": "Alerts", "text": "Mute an alert for two hours."},
    {"_id": "sso", "title": "", "text": "Single sign-on uses long SAML certificates."},
    {"_id": "twin", "title": "Alerts", "text": "Mute an alert for two hours."},
    {"_id": "empty", "title": "", "text": ""},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "reset password"},
    {"_id": "q2", "text": "mute alert", "answerable": True},
    {
        "_id": "q3",
        "text": "how long?",
        "thread": [
            {"speaker": "user", "text": "can I mute an alert?"},
            {"speaker": "agent", "text": "yes, mute an alert for two hours"},
        ],
    },
    {"_id": "q4", "text": "banana prices in norway", "answerable": False},
    {"_id": "q5", "text": "unjudged saml question"},
]
QRELS = (
    "query-id\tcorpus-id\tscore\n"
    "q1\treset\t1\nq2\talerts\t1\nq2\ttwin\t2\nq3\talerts\t1\nq1\tsso\t0\n"
)


def one_chunk(title: str, text: str) -> list[Chunk]:
    return [chunk(text, path=(title,) if title else ())] if text else []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    (folder / "qrels" / "test.tsv").write_text(QRELS)
    return folder


def measured(folder: Path) -> Evaluation:
    return evaluate(folder, Bag(), silent, one_chunk)


def test_every_way_to_search_is_measured_over_the_judged_questions(folder: Path) -> None:
    found = measured(folder)
    assert list(found.measured) == [Method.BM25, Method.DENSE, Method.HYBRID]
    for each in found.measured.values():
        assert set(each.measures) == set(MEASURES)
        assert each.measures["recall@10"] == each.measures["hit@5"] == 1
        assert each.measures["mrr@10"] == 1
        # Of the two equal texts that answer q2, only one can be first.
        assert each.measures["recall@1"] == pytest.approx((1 + 0.5 + 1) / 3)
        assert each.auroc == 1
        assert 0 < each.p50_ms <= each.p95_ms


def test_equal_texts_are_both_found(folder: Path) -> None:
    """The index has them once; q2 is answered by both."""
    assert measured(folder).measured[Method.HYBRID].measures["recall@5"] == 1


def test_a_threshold_is_chosen_and_others_are_priced(folder: Path) -> None:
    found = measured(folder)
    assert found.chosen is not None
    assert (found.chosen.unanswerable, found.chosen.answerable) == (1, 0)
    assert [offer.threshold for offer in found.offers] == [n / 10 for n in range(1, 10)]
    shares = [offer.answerable for offer in found.offers]
    assert shares == sorted(shares)


def test_follow_ups_are_measured_with_their_thread_and_without(folder: Path) -> None:
    follow_ups = measured(folder).follow_ups
    assert follow_ups is not None
    assert follow_ups.count == 1
    assert follow_ups.with_thread["ndcg@10"] > follow_ups.without["ndcg@10"]


def test_the_json_has_these_keys_and_no_others(folder: Path) -> None:
    found = json.loads(json.dumps(measured(folder).to_json()))
    assert list(found) == ["bm25", "dense", "hybrid", "threshold"]
    for name in ("bm25", "dense", "hybrid"):
        assert list(found[name]) == [*MEASURES, "auroc", "p50_ms", "p95_ms"]
    assert list(found["threshold"]) == ["value", "abstained_unanswerable", "abstained_answerable"]
    assert found["threshold"]["abstained_unanswerable"] == 1


def test_without_unanswerable_questions_there_is_no_threshold(folder: Path) -> None:
    rows = [row for row in QUERIES if row["_id"] in ("q1", "q2")]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "qrels" / "test.tsv").write_text("q1\treset\t1\nq2\talerts\t1\n")
    found = measured(folder)
    assert (found.chosen, found.follow_ups, list(found.offers)) == (None, None, [])
    said = found.to_json()
    assert said["hybrid"]["auroc"] is None
    assert set(said["threshold"].values()) == {None}


def test_progress_is_told(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(folder, Bag(), lambda *step: told.append(step), one_chunk)
    assert ("hybrid", 5, 5) in told
    assert ("embedding", 3, 3) in told


def _edit(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        file = folder / name
        file.write_text(change(file.read_text()))

    return edit


BROKEN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no corpus": (lambda folder: (folder / "corpus.jsonl").unlink(), "corpus.jsonl cannot be read"),
    "no judgements": (lambda f: (f / "qrels" / "test.tsv").unlink(), "test.tsv cannot be read"),
    "not JSON": (_edit("corpus.jsonl", lambda text: text + "{oops"), "corpus.jsonl, line 7: not"),
    "no text": (
        _edit("queries.jsonl", lambda t: '{"_id": "a"}\n' + t),
        "queries.jsonl, line 1: text",
    ),
    "no object": (_edit("queries.jsonl", lambda text: "[1]\n" + text), "queries.jsonl, line 1: "),
    "odd speaker": (
        _edit("queries.jsonl", lambda text: text.replace('"agent"', '"robot"')),
        r"queries.jsonl, line 3: thread.1.speaker",
    ),
    "no tabs": (_edit("qrels/test.tsv", lambda text: text + "q1 reset 1\n"), "test.tsv, line 7: "),
    "odd gain": (_edit("qrels/test.tsv", lambda text: text + "q1\treset\tyes\n"), "line 7: "),
    "unknown document": (
        _edit("qrels/test.tsv", lambda text: text + "q1\tnone\t1\n"),
        "line 7: none is not in corpus.jsonl",
    ),
    "unknown query": (
        _edit("qrels/test.tsv", lambda text: text + "q9\treset\t1\n"),
        "line 7: q9 is not in queries.jsonl",
    ),
    "nothing relevant": (
        _edit("qrels/test.tsv", lambda _text: "q1\treset\t0\n"),
        "no query has a relevant document",
    ),
    "not UTF-8": (
        lambda folder: (folder / "corpus.jsonl").write_bytes(b"\xff\xfe\x00"),
        "corpus.jsonl, after line 0: not UTF-8",
    ),
}


@pytest.mark.parametrize(("spoil", "complaint"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_with_a_test_set_is_said(
    folder: Path, spoil: Callable[[Path], Any], complaint: str
) -> None:
    spoil(folder)
    with pytest.raises(InvalidInput, match=complaint):
        measured(folder)
