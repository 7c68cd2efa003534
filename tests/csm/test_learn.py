"""The question log, knowledge gaps, and articles drafted from what people answered."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.articles import Flag, flags_in, is_backed, pieces_of, plain_article, slug, title_in
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from csm.guard import Outgoing, review
from csm.knowledge import Chunk, Shelf
from csm.people import Audience, AudienceKind, Capability, Clearance, clear
from csm.question import Feedback, QuestionState
from csm.reasons import Reason
from csm.use_cases.articles import Article, draft_article, publish_article, see_draft_article
from csm.use_cases.learn import GapReport, find_gaps, read_log
from csm.use_cases.work_cases import reply_to_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    JO,
    NOW,
    RILEY,
    SAM,
    TODAY,
    answered,
    asked,
    handed,
    keep,
    open_desk,
    put,
    settings,
    staff,
)

DAY = timedelta(days=1)
LIBRARIAN = Capability.KEEP_LIBRARY


def chunker(title: str, markdown: str) -> list[Chunk]:
    """One chunk, below the title; none for an empty text."""
    body = "\n".join(line for line in markdown.splitlines() if not line.startswith("# ")).strip()
    if not body:
        return []
    return [Chunk(position=0, title_path=(title,), text=body, fingerprint=f"f-{title[:50]}")]


def no_cluster(texts: Sequence[str]) -> list[list[int]]:
    assert not texts
    return []


class Writer:
    """A scripted model that writes articles."""

    def __init__(self, markdown: str) -> None:
        self.markdown = markdown
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def write(self, question: str, answers: Sequence[str]) -> str:
        self.asked.append((question, tuple(answers)))
        if not self.markdown:
            raise Unavailable("the model is down")
        return self.markdown


def test_the_log_is_newest_first_and_counted(records: SqlRecords) -> None:
    open_desk(records)
    old = keep(records, asked("m1", asked_at=NOW - 31 * DAY))
    first = keep(records, answered("m2", asked_at=NOW - 3 * DAY, feedback=Feedback.HELPED))
    second = keep(records, asked("m3", SAM, asked_at=NOW - DAY, state=QuestionState.HANDED_OVER))
    keep(records, asked("m4", by_staff=True, asked_at=NOW - DAY))
    log = read_log(staff(), records, NOW)
    assert [stored.id for stored in log.questions] == [second, first]
    assert (log.counts.answered, log.counts.confirmed, log.counts.handed_over) == (1, 1, 1)
    assert old in [stored.id for stored in read_log(staff(), records, NOW, 60).questions]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_the_log_has_its_limits(sqlite_records: SqlRecords, days: int) -> None:
    with pytest.raises(InvalidInput, match=f"1 to 365 days back, not {days}"):
        read_log(staff(), sqlite_records, NOW, days)


def test_gaps_from_the_records(records: SqlRecords) -> None:
    open_desk(records)
    columns = ("account_key", "key", "seats", "arr", "started_on")
    started = TODAY - 400 * DAY
    put(records, "subscriptions", columns, ("globex", "s-1", 5, 700_000, started))

    def lacking(key: str, **changes: Any) -> int:
        values = {"state": QuestionState.HANDED_OVER, "reason": Reason.NOT_FOUND, **changes}
        return keep(records, asked(key, asked_at=NOW - DAY, **values))

    lacking("m1", text="export to powerpoint?")
    lacking("m2", text="powerpoint export?")
    keep(records, answered("m3", SAM, asked_at=NOW - DAY, feedback=Feedback.NOT_HELPED))
    lacking("m4", reason="money")
    keep(records, asked("m5", state=QuestionState.DISCARDED, asked_at=NOW - 91 * DAY))

    def cluster(texts: Sequence[str]) -> list[list[int]]:
        power = [at for at, text in enumerate(texts) if "powerpoint" in text]
        return [power, [at for at in range(len(texts)) if at not in power]]

    report = find_gaps(staff(), records, cluster, NOW, TODAY)
    gaps = report.gaps
    assert report.left_out == 0
    assert [(gap.accounts, gap.arr, len(gap.questions)) for gap in gaps] == [
        (("Globex",), ((700_000, "EUR"),), 1),
        (("Acme",), (), 2),
    ]
    assert find_gaps(staff(), records, no_cluster, NOW + 200 * DAY, TODAY) == GapReport([])


SHARED = clear(JO, Capability.GET_HELP, Audience(AudienceKind.CUSTOMER, "acme"))
USES: list[Callable[[Clearance, SqlRecords], object]] = [
    lambda who, records: read_log(who, records, NOW),
    lambda who, records: find_gaps(who, records, no_cluster, NOW, TODAY),
    lambda who, records: draft_article(who, records, None, NOW, [1]),
    lambda who, records: see_draft_article(who, records, 1),
    lambda who, records: publish_article(who, records, settings(), chunker, NOW, 1, ""),
]


@pytest.mark.parametrize("use", USES)
def test_customers_have_no_part_in_it(
    sqlite_records: SqlRecords, use: Callable[[Clearance, SqlRecords], object]
) -> None:
    with pytest.raises(Forbidden):
        use(SHARED, sqlite_records)


REPLY = "Open Reports, choose Schedule and pick Weekly. It runs at 06:00 UTC."


def replied(records: SqlRecords, text: str = REPLY) -> int:
    """A question whose case a colleague has answered."""
    open_desk(records)
    case_id = handed(records).case_id
    reply_to_case(staff(), records, settings(), NOW, case_id, text)
    with records.reading() as reader:
        case = reader.case(case_id)
    assert case is not None
    return case.case.question_id


def draft(records: SqlRecords, question_id: int, writer: Writer | None = None) -> Article:
    who = staff(RILEY, LIBRARIAN)
    return draft_article(who, records, writer, NOW, [question_id])


def publish(
    records: SqlRecords, document_id: int, text: str | None = None, seen: str = ""
) -> Article:
    who = staff(RILEY, LIBRARIAN)
    return publish_article(who, records, settings(), chunker, NOW, document_id, seen, text)


def titles(records: SqlRecords, shelf: Shelf) -> list[tuple[str, str]]:
    with records.reading() as reader:
        return [(one.document.key, one.document.title) for one in reader.documents(shelf)]


def test_a_draft_is_the_persons_own_words_on_the_internal_shelf(records: SqlRecords) -> None:
    question_id = replied(records)
    article = draft(records, question_id)
    assert article.markdown == f"# How do I schedule a weekly report?\n\n{REPLY}"
    assert (article.by_model, article.flags, article.replaced) == (False, (), False)
    assert titles(records, Shelf.CUSTOMER) == []
    assert titles(records, Shelf.INTERNAL) == [
        ("drafts/how-do-i-schedule-a-weekly-report", "How do I schedule a weekly report?")
    ]
    assert draft(records, question_id).replaced
    seen = see_draft_article(staff(RILEY, LIBRARIAN), records, article.document_id)
    assert seen.markdown == article.markdown


def test_without_an_answer_there_is_nothing_to_write_of(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, asked())
    with pytest.raises(Conflict, match="Nobody has answered"):
        draft(sqlite_records, question_id)
    with pytest.raises(NotFound):
        draft(sqlite_records, 999)


def test_a_models_article_is_taken_if_people_said_all_of_it(sqlite_records: SqlRecords) -> None:
    question_id = replied(sqlite_records)
    good = "# Schedule a weekly report\n\n1. Open Reports.\n2. Choose Schedule, then Weekly."
    writer = Writer(good.replace("1. ", "- ").replace("2. ", "- "))
    article = draft(sqlite_records, question_id, writer)
    assert article.by_model
    assert article.title == "Schedule a weekly report"
    assert writer.asked == [("How do I schedule a weekly report?", (REPLY,))]


@pytest.mark.parametrize(
    "markdown",
    [
        "",  # the model is down
        "No heading, so no article.",
        "# Schedule\n\nIt runs at 07:00 UTC.",
        "# Schedule\n\nSee https://evil.example/reports.",
        "# Schedule\n\nAsk Harvey Milton of Initech.",
        "# Schedule\n\nIt costs $5.",
        f"# Schedule\n\n{'word ' * 2000}",
    ],
)
def test_what_nobody_said_is_not_written(sqlite_records: SqlRecords, markdown: str) -> None:
    article = draft(sqlite_records, replied(sqlite_records), Writer(markdown))
    assert not article.by_model
    assert REPLY in article.markdown


def test_what_is_about_one_customer_is_flagged(sqlite_records: SqlRecords) -> None:
    text = "Hi Jo Park, Acme is set up. Mail ops@acme.example or see https://acme.example/x."
    article = draft(sqlite_records, replied(sqlite_records, text))
    assert {flag.text for flag in article.flags} >= {
        "Acme",
        "Jo Park",
        "ops@acme.example",
        "https://acme.example/x",
    }


def test_a_person_publishes(records: SqlRecords) -> None:
    article = draft(records, replied(records))
    published = publish(records, article.document_id)
    assert (published.shelf, published.replaced) == (Shelf.CUSTOMER, False)
    assert titles(records, Shelf.INTERNAL) == []
    assert titles(records, Shelf.CUSTOMER) == [
        ("articles/how-do-i-schedule-a-weekly-report", "How do I schedule a weekly report?")
    ]
    with records.reading() as reader:
        (chunk,) = reader.chunks_of(Shelf.CUSTOMER, published.document_id)
    assert chunk.chunk.text == REPLY
    with pytest.raises(NotFound, match="may be published"):
        publish(records, article.document_id)


def test_an_edited_article_is_published_as_edited(sqlite_records: SqlRecords) -> None:
    article = draft(sqlite_records, replied(sqlite_records))
    text = "# Weekly reports\n\nChoose Weekly."
    assert publish(sqlite_records, article.document_id, text).title == "Weekly reports"
    assert titles(sqlite_records, Shelf.CUSTOMER) == [("articles/weekly-reports", "Weekly reports")]
    again = draft(sqlite_records, 1)
    assert publish(sqlite_records, again.document_id, text).replaced


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Reports\n\nAcme has it, too.", "another customer"),
        ("# Reports at Globex\n\nChoose Weekly.", "another customer"),
        ("# Reports\n\nGood for the health score.", "for us alone"),
        ("# Reports\n\nDear {name}.", "filled in"),
        ("", "empty"),
    ],
)
def test_what_the_guard_minds_is_not_published(
    sqlite_records: SqlRecords, text: str, reason: str
) -> None:
    article = draft(sqlite_records, replied(sqlite_records))
    with pytest.raises(InvalidInput, match=reason):
        publish(sqlite_records, article.document_id, text)
    assert titles(sqlite_records, Shelf.CUSTOMER) == []
    assert len(titles(sqlite_records, Shelf.INTERNAL)) == 1


def test_no_other_internal_document_can_be_published(sqlite_records: SqlRecords) -> None:
    article = draft(sqlite_records, replied(sqlite_records))
    with sqlite_records.writing() as writer:
        stored = writer.document(article.document_id)
        assert stored is not None
        secret = stored.document.model_copy(update={"key": "pricing.md"})
        document_id = writer.put_document(secret, chunker("Pricing", "Our margins."))
    with pytest.raises(NotFound):
        publish(sqlite_records, document_id)
    with pytest.raises(NotFound):
        see_draft_article(staff(RILEY, LIBRARIAN), sqlite_records, document_id)


def test_the_plain_article() -> None:
    assert plain_article("# How?\n\n- now", ["One.", " One. ", "", "Two."]) == (
        "# How? - now\n\nOne.\n\nTwo."
    )
    assert plain_article("\u200b", ["A."]) == "# Untitled\n\nA."


def test_titles_and_slugs() -> None:
    assert title_in("\n## A title \n\nText") == "A title"
    assert title_in("Text\n# Later") == ""
    assert slug("Größe & Ü: how?") == "grosse-u-how"
    assert slug("!!!") == "untitled"
    assert len(slug("word " * 100)) <= 80


def test_backed() -> None:
    assert is_backed("# Reports\n\nIt runs at 06:00 UTC.", "Reports?", [REPLY])
    assert not is_backed("# Reports\n\nIt runs at 06:30 UTC.", "Reports?", [REPLY])


def test_flags() -> None:
    found = flags_in("Ask Bo on 3 July 2027 for $5. Bo knows. Acme Inc.", ["Bo", "Acme Inc", "Al"])
    assert found == (
        Flag("a name", "Acme Inc"),
        Flag("a date", "3 July 2027"),
        Flag("an amount of money", "$5"),
    )


CODE = "\n".join(f"step {number}: run\n" for number in range(180))


def test_a_draft_is_kept_as_it_is_however_long_its_code(records: SqlRecords) -> None:
    reply = f"Run this:\n\n```sh\n{CODE}```\n\n\nThen choose *Save*.\n\n| a | b |\n|---|---|"
    article = draft(records, replied(records, reply))
    seen = see_draft_article(staff(RILEY, LIBRARIAN), records, article.document_id)
    assert seen.markdown == article.markdown
    assert seen.markdown.endswith(reply)
    published = publish(records, article.document_id)
    assert published.markdown == article.markdown


@given(st.text(st.sampled_from("ab \n`~#-"), max_size=400), st.integers(0, 3))
def test_pieces_put_together_are_the_text(text: str, times: int) -> None:
    text = "\n\n".join([text, *("word " * 300,) * times])
    pieces = pieces_of(text)
    assert "".join(pieces) == (text if text.strip() else "")
    assert all(piece.strip() for piece in pieces)


def test_pieces_end_between_paragraphs_and_never_in_code() -> None:
    paragraph = "word " * 150 + "\n\n"
    code = f"~~~\n{paragraph * 9}~~~\n\n"
    pieces = pieces_of(f"{paragraph * 3}{code}{paragraph}")
    assert pieces == [paragraph * 2, paragraph + code, paragraph]


def test_what_was_drafted_anew_is_not_published_as_it_was(sqlite_records: SqlRecords) -> None:
    question_id = replied(sqlite_records)
    article = draft(sqlite_records, question_id)
    reply_to_case(staff(), sqlite_records, settings(), NOW, 1, "Or pick Monthly.")
    again = draft(sqlite_records, question_id)
    assert again.document_id == article.document_id
    with pytest.raises(Conflict, match="drafted anew"):
        publish(sqlite_records, article.document_id, "# Old\n\nWords.", article.fingerprint)
    assert publish(sqlite_records, again.document_id, None, again.fingerprint[:16])


def test_what_is_drafted_anew_while_it_is_published_is_kept(sqlite_records: SqlRecords) -> None:
    question_id = replied(sqlite_records)
    article = draft(sqlite_records, question_id)

    def slow(title: str, markdown: str) -> list[Chunk]:
        reply_to_case(staff(), sqlite_records, settings(), NOW, 1, "Or pick Monthly.")
        draft(sqlite_records, question_id)
        return chunker(title, markdown)

    who = staff(RILEY, LIBRARIAN)
    with pytest.raises(Conflict, match="drafted anew"):
        publish_article(
            who, sqlite_records, settings(), slow, NOW, article.document_id, article.fingerprint
        )
    assert titles(sqlite_records, Shelf.CUSTOMER) == []
    assert len(titles(sqlite_records, Shelf.INTERNAL)) == 1


def test_an_article_is_reviewed_once_however_many_parts_it_has(
    sqlite_records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewed = []

    def counted(outgoing: Outgoing, *rest: Any) -> Any:
        reviewed.append(outgoing.text)
        return review(outgoing, *rest)

    def many(title: str, markdown: str) -> list[Chunk]:
        lines = filter(None, markdown.splitlines())
        return [
            Chunk(position=at, title_path=(title,), text=line, fingerprint=f"f{at}")
            for at, line in enumerate(lines)
        ]

    monkeypatch.setattr("csm.use_cases.outgoing.review", counted)
    document_id = draft(sqlite_records, replied(sqlite_records)).document_id
    reviewed.clear()
    text = "# Reports\n\n" + "Choose *Weekly*, then *Save*.\n\n" * 300
    publish_article(
        staff(RILEY, LIBRARIAN), sqlite_records, settings(), many, NOW, document_id, "", text
    )
    assert len(reviewed) == 1
    assert len(reviewed[0]) > settings().guard.longest


def test_of_too_many_questions_the_oldest_are_left_out(
    sqlite_records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csm.use_cases.learn.MOST_COMPARED", 2)
    open_desk(sqlite_records)
    lacking: dict[str, Any] = {"state": QuestionState.HANDED_OVER, "reason": Reason.NOT_FOUND}
    ids = [
        keep(sqlite_records, asked(f"m{days}", asked_at=NOW - days * DAY, **lacking))
        for days in (3, 2, 1)
    ]

    def together(texts: Sequence[str]) -> list[list[int]]:
        return [list(range(len(texts)))]

    report = find_gaps(staff(), sqlite_records, together, NOW, TODAY)
    assert report.left_out == 1
    assert {stored.id for stored in report.gaps[0].questions} == set(ids[1:])
