"""The question log, the gaps, the sample and articles, as colleagues see them."""

from datetime import UTC
from typing import Any

import pytest

from csm.articles import Flag
from csm.card import Bullets, Card, Fields, Tone
from csm.deflection import DeflectionCounts, Share, counts
from csm.gaps import Gap
from csm.knowledge import Shelf
from csm.ports_answers import StoredQuestion
from csm.question import Deflection, Question, QuestionState, Review
from csm.use_cases.articles import Article
from csm.use_cases.learn import GapReport, QuestionLog
from csm.views.articles import article_card, article_form
from csm.views.learning import (
    counts_blocks,
    gaps_card,
    log_card,
    review_card,
    sample_text,
    verdict_text,
)
from tests.csm.help_desk import SOURCE, answered, asked, buttons, settings, words


def log(*questions: Question, days: int = 30, page: int = 0) -> Card:
    stored = [StoredQuestion(at, "Acme", one) for at, one in enumerate(questions, start=1)]
    found = QuestionLog(days, stored, counts(questions))
    return log_card(found, settings(), UTC, page)


def test_an_empty_log_is_a_sentence() -> None:
    shown = log(days=1)
    assert shown.title == "Questions of the last 1 day"
    assert shown.summary == "No customer has asked anything in that time."
    assert buttons(shown) == ["gaps.show", "review.show"]


def test_the_log() -> None:
    shown = log(
        answered(deflection=Deflection.DURABLE, review=Review.RIGHT),
        asked(state=QuestionState.HANDED_OVER, reason="contract"),
        answered(),
    )
    assert shown.summary == "3 questions: 2 answered by us, 1 handed over to people."
    said = words(shown)
    for part in (
        "Acme: How do I schedule a weekly report?",
        "Durable: nothing more was needed; checked and right. 30 Jun 2027, 09:00 UTC",
        "Handed over: Topic: Contract and renewal. 30 Jun 2027, 09:00 UTC",
        "Answered: too early to judge",
    ):
        assert part in said


def test_a_long_log_has_pages() -> None:
    shown = log(*[answered()] * 25, page=1)
    assert buttons(shown)[:2] == ["log.show:30:0", "log.show:30:2"]
    (bullets,) = [block for block in shown.blocks if isinstance(block, Bullets)]
    assert len(bullets.items) == 10


@pytest.mark.parametrize("state", QuestionState)
def test_every_state_has_words(state: QuestionState) -> None:
    said, _ = verdict_text(asked(state=state, reason="not_found"), settings())
    assert said[0].isupper()


@pytest.mark.parametrize("deflection", Deflection)
def test_every_verdict_has_words_of_its_own(deflection: Deflection) -> None:
    said, _ = verdict_text(answered(deflection=deflection), settings())
    assert said.startswith(deflection.replace("_", " ").capitalize())


def test_the_counts_are_never_added_up() -> None:
    found = DeflectionCounts(
        answered=22,
        confirmed=3,
        durable=5,
        assumed=7,
        wrong_but_silent=1,
        contradicted=4,
        not_judged=2,
    )
    (fields, _) = counts_blocks(found)
    assert isinstance(fields, Fields)
    assert {fact.label: fact.value for fact in fields.items} == {
        "Confirmed": "3",
        "Durable": "5",
        "Assumed": "7",
        "Wrong but silent": "1",
        "Contradicted": "4",
        "Not judged yet": "2",
    }
    assert "no deflection to count" in words(
        Card(title="", summary="", blocks=counts_blocks(DeflectionCounts()))
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            DeflectionCounts(),
            "No silent answers checked by a colleague: too few to say how many are wrong",
        ),
        (
            DeflectionCounts(checked=1),
            "1 silent answer checked by a colleague: too few to say how many are wrong",
        ),
        (
            DeflectionCounts(checked=10, wrong_share=Share(0.2, 0.0567, 0.5098)),
            "an estimated 20 % of all silent ones are wrong (95 % interval: 6 % to 51 %).",
        ),
    ],
)
def test_what_the_sample_says(found: DeflectionCounts, said: str) -> None:
    assert said in sample_text(found)


def gap(name: str = "Export to PowerPoint", **changes: Any) -> Gap:
    questions = tuple(StoredQuestion(n, "Acme", asked(f"m{n}")) for n in (4, 9))
    values = {"questions": questions, "accounts": ("Acme",), "arr": ((1_200_000_00, "USD"),)}
    return Gap(name=name, **{**values, **changes})


def test_gaps() -> None:
    rich = gap(arr=((1_200_000_00, "USD"), (300_000_00, "EUR")), accounts=("Acme", "Globex"))
    shown = gaps_card(GapReport([rich, gap("SSO", arr=(), accounts=())]), 0)
    assert shown.summary == ("2 gaps behind 4 questions without a good answer in the last 90 days.")
    said = words(shown)
    assert "2 questions, 2 accounts (Acme and Globex), $1.2M + €300K ARR." in said
    assert "2 questions, no accounts, no ARR." in said
    assert buttons(shown) == ["gap.draft:4,9", "gap.draft:4,9"]


def test_a_gap_of_many_still_fits_its_button() -> None:
    many = tuple(StoredQuestion(10**12 + n, "Acme", asked(f"m{n}")) for n in range(50))
    accounts = tuple(f"Account {n}" for n in range(9))
    shown = gaps_card(GapReport([gap(questions=many, accounts=accounts)]), 0)
    (button,) = buttons(shown)
    assert len(button) <= 200
    assert "9 accounts (Account 0, Account 1, Account 2, Account 3 and 5 more)" in words(shown)


def test_gaps_have_pages_and_go_on_counting() -> None:
    shown = gaps_card(GapReport([gap(f"Gap {n}") for n in range(1, 13)]), 1)
    assert "11. Gap 11" in words(shown)
    assert buttons(shown)[-1] == "gaps.show:0"


def test_no_gap_is_a_sentence() -> None:
    assert "3 older questions more" in words(gaps_card(GapReport([gap()], left_out=3), 0))
    assert gaps_card(GapReport([]), 0).summary == (
        "No gap: no question of the last 90 days lacked a good answer."
    )


def test_the_sample_one_at_a_time() -> None:
    sample = [StoredQuestion(n, "Acme", answered(f"m{n}")) for n in (5, 6, 7)]
    shown = review_card(sample, UTC)
    assert buttons(shown) == ["review.right:5", "review.wrong:5"]
    said = words(shown)
    for part in ("Open Reports and choose Schedule.", SOURCE.link, "2 more answers to check."):
        assert part in said
    assert "It is the last one to check." in words(review_card(sample[:1], UTC))
    assert review_card([], UTC).summary == "No silent answer is left to check."


def article(**changes: Any) -> Article:
    values: dict[str, Any] = {
        "document_id": 3,
        "fingerprint": "0123456789abcdef" * 4,
        "shelf": Shelf.INTERNAL,
        "title": "Weekly reports",
        "markdown": "# Weekly reports\n\n- Choose Weekly.",
    }
    return Article(**{**values, **changes})


def test_a_drafted_article() -> None:
    flags = (Flag("a name", "Acme"), Flag("an e-mail address", "jo@acme.example"))
    shown = article_card(article(flags=flags), is_findable=True)
    said = words(shown)
    assert "a name (Acme) and an e-mail address (jo@acme.example)" in said
    assert "the words of your colleagues' answers" in said
    assert "Choose Weekly." in said
    assert buttons(shown) == ["article.publish:3"]
    assert "a language model, from your colleagues' answers" in words(
        article_card(article(by_model=True), is_findable=True)
    )
    many = tuple(Flag("a name", f"N{n}") for n in range(20))
    assert "and 5 more." in words(article_card(article(flags=many), is_findable=True))


def test_a_published_article() -> None:
    shown = article_card(article(shelf=Shelf.CUSTOMER), is_findable=True)
    assert (shown.tone, buttons(shown)) == (Tone.GOOD, [])
    assert "It replaced" not in shown.summary
    again = article_card(article(shelf=Shelf.CUSTOMER, replaced=True), is_findable=True)
    assert "It replaced" in again.summary


@pytest.mark.parametrize("shelf", list(Shelf))
def test_what_is_not_found_by_its_meaning_yet_says_so(shelf: Shelf) -> None:
    now = article_card(article(shelf=shelf), is_findable=True).summary
    later = article_card(article(shelf=shelf), is_findable=False).summary
    assert "by its words now" in later
    assert "by its words" not in now


def test_the_form_to_publish() -> None:
    form = article_form(article())
    assert form.id == "article.published:3:0123456789abcdef"
    assert form.inputs[0].value == article().markdown
    assert form.intro == "Nothing in it seems to be about one customer alone."
    long = article_form(article(markdown="# T\n\n" + "word " * 1000))
    assert (long.inputs[0].value, long.inputs[0].required) == ("", False)
