"""What questions teach: the log with its counts, the gaps, answers to check.

For colleagues alone.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Fact,
    Fields,
    Heading,
    Note,
    Text,
    Tone,
)
from csm.deflection import FEWEST_CHECKED, DeflectionCounts, is_ours
from csm.gaps import Gap
from csm.money import format_money
from csm.ports_answers import StoredQuestion
from csm.question import Deflection, Question, QuestionState, Review
from csm.use_cases.learn import GAP_DAYS, GapReport, QuestionLog
from csm.views.case_words import reason_text
from csm.views.pages import PAGE, page_buttons, page_of, range_text
from csm.views.plain_blocks import text_blocks
from csm.views.sources import source_blocks
from csm.wording import instant_text, listing, percent, plural, shorten

MOST_ACCOUNTS_NAMED: Final = 4
# A button's id has 200 characters at most.
MOST_QUESTIONS_IN_BUTTON: Final = 12

_VERDICTS: Final = {
    Deflection.CONFIRMED: ("Confirmed: the customer said that it helped", Tone.GOOD),
    Deflection.DURABLE: ("Durable: nothing more was needed", Tone.FAIR),
    Deflection.ASSUMED: ("Assumed: silence", Tone.NEUTRAL),
    Deflection.WRONG_BUT_SILENT: ("Wrong but silent: found by checking", Tone.BAD),
    Deflection.CONTRADICTED: ("Contradicted: a person was needed after all", Tone.WARN),
}


def log_card(log: QuestionLog, settings: AnswerSettings, zone: tzinfo, page: int) -> Card:
    """What customers asked, what became of it, and the four counts."""
    title = f"Questions of the last {plural(log.days, 'day')}"
    if not log.questions:
        text = "No customer has asked anything in that time."
        return Card(title=title, summary=text, blocks=(Text(text=text), _learn_buttons()))
    shown, page = page_of(log.questions, page)
    found = log.counts
    summary = (
        f"{plural(len(log.questions), 'question')}: {found.answered:,} answered by us, "
        f"{found.handed_over:,} handed over to people"
        f"{f', {found.rewritten:,} rewritten by people' if found.rewritten else ''}."
    )
    bullets = tuple(_question_line(stored, settings, zone) for stored in shown)
    blocks: list[Block] = [
        Text(text=summary),
        *counts_blocks(found),
        Heading(text="Newest first"),
        Bullets(items=bullets),
    ]
    if buttons := page_buttons(f"log.show:{log.days}", len(log.questions), page):
        blocks += [Note(text=range_text(len(log.questions), page)), Actions(buttons=buttons)]
    return Card(title=title, summary=summary, blocks=(*blocks, _learn_buttons()))


def counts_blocks(counts: DeflectionCounts) -> tuple[Block, ...]:
    """The four counts, each by itself, and what the sample says of the silent ones."""
    if not counts.answered:
        return (Note(text="We answered none of them, so there is no deflection to count."),)
    return (
        Fields(
            items=(
                Fact(label="Confirmed", value=f"{counts.confirmed:,}", tone=Tone.GOOD),
                Fact(label="Durable", value=f"{counts.durable:,}"),
                Fact(label="Assumed", value=f"{counts.assumed:,}"),
                Fact(label="Wrong but silent", value=f"{counts.wrong_but_silent:,}"),
                Fact(label="Contradicted", value=f"{counts.contradicted:,}"),
                Fact(label="Not judged yet", value=f"{counts.not_judged:,}"),
            )
        ),
        Note(text=sample_text(counts)),
    )


def sample_text(counts: DeflectionCounts) -> str:
    """How many of the silent answers are wrong, as far as the sample tells."""
    checked = f"{plural(counts.checked, 'silent answer', zero='No')} checked by a colleague"
    share = counts.wrong_share
    if share is None:
        return f"{checked}: too few to say how many are wrong ({FEWEST_CHECKED} at least)."
    return (
        f"{checked}: an estimated {percent(share.estimate)} of all silent ones are wrong "
        f"(95 % interval: {percent(share.low)} to {percent(share.high)})."
    )


def gaps_card(report: GapReport, page: int) -> Card:
    """What the library lacks, by accounts and ARR touched."""
    title, gaps = "Knowledge gaps", report.gaps
    if not gaps:
        text = f"No gap: no question of the last {plural(GAP_DAYS, 'day')} lacked a good answer."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(gaps, page)
    asked = sum(len(gap.questions) for gap in gaps)
    summary = (
        f"{plural(len(gaps), 'gap')} behind {plural(asked, 'question')} without a good answer "
        f"in the last {plural(GAP_DAYS, 'day')}."
    )
    first = page * PAGE + 1
    bullets = tuple(gap_line(at, gap) for at, gap in enumerate(shown, start=first))
    buttons = tuple(article_button(at, gap) for at, gap in enumerate(shown, start=first))
    blocks: list[Block] = [
        Text(text=summary),
        Bullets(items=bullets),
        *(Actions(buttons=buttons[at : at + 5]) for at in range(0, len(buttons), 5)),
    ]
    if report.left_out:
        older = plural(report.left_out, "older question")
        blocks.append(Note(text=f"{older} more without a good answer: too many to compare."))
    if paging := page_buttons("gaps.show", len(gaps), page):
        blocks += [Note(text=range_text(len(gaps), page)), Actions(buttons=paging)]
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def review_card(sample: Sequence[StoredQuestion], zone: tzinfo) -> Card:
    """One answer that met with silence, for a colleague to check; how many more there are."""
    title = "Is this answer right?"
    if not sample:
        text = "No silent answer is left to check."
        return Card(title="Answers to check", summary=text, blocks=(Text(text=text),))
    stored = sample[0]
    question = stored.question
    name = stored.account_name or question.asked_name or "A customer"
    summary = f"{name} asked: {shorten(question.text, 200)}"
    blocks: list[Block] = [
        Text(text=f"“{shorten(question.text, 1500)}”"),
        Heading(text="Our answer"),
        *text_blocks(question.answer),
    ]
    blocks += [
        *source_blocks("Sources", question.sources),
        Note(text=f"Asked {instant_text(question.asked_at, zone)}. {_left(len(sample) - 1)}"),
        Actions(buttons=_review_buttons(stored.id)),
    ]
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def verdict_text(question: Question, settings: AnswerSettings) -> tuple[str, Tone]:
    """What became of a question, in words, and how to feel about it."""
    match question.state:
        case QuestionState.ANSWERED:
            if not is_ours(question):
                return "Answered by a colleague, who rewrote our draft", Tone.NEUTRAL
            if question.deflection is None:
                return "Answered: too early to judge", Tone.NEUTRAL
            return _VERDICTS[question.deflection]
        case QuestionState.HANDED_OVER:
            return f"Handed over: {reason_text(question.reason, settings)}", Tone.WARN
        case QuestionState.DRAFTED:
            return "A draft waits for a colleague", Tone.WARN
        case QuestionState.DISCARDED:
            return "The draft was discarded; a colleague took it on", Tone.WARN
        case QuestionState.CLARIFYING:
            return "We asked back", Tone.NEUTRAL
        case QuestionState.OVERTAKEN:
            return "A colleague answered first", Tone.NEUTRAL
        case QuestionState.ASKED:
            return "In work", Tone.NEUTRAL


def _question_line(stored: StoredQuestion, settings: AnswerSettings, zone: tzinfo) -> Bullet:
    question = stored.question
    said, tone = verdict_text(question, settings)
    if question.review is Review.RIGHT:
        said = f"{said}; checked and right"
    name = stored.account_name or question.asked_name or "A customer"
    return Bullet(
        lead=f"{name}: {shorten(question.text, 120)}",
        text=f"{said}. {instant_text(question.asked_at, zone)}",
        tone=tone,
    )


def gap_line(number: int, gap: Gap) -> Bullet:
    """What was asked, and whom it touches."""
    money = " + ".join(format_money(amount, code, short=True) for amount, code in gap.arr)
    shown = list(gap.accounts[:MOST_ACCOUNTS_NAMED])
    if more := len(gap.accounts) - len(shown):
        shown.append(f"{more} more")
    who = f"{plural(len(gap.accounts), 'account')}"
    names = f" ({listing(shown)})" if shown else ""
    return Bullet(
        lead=f"{number}. {gap.name}",
        text=f"{plural(len(gap.questions), 'question')}, {who}{names}, {money or 'no'} ARR.",
    )


def article_button(number: int, gap: Gap) -> Button:
    """Has an article drafted that fills it."""
    ids = ",".join(str(stored.id) for stored in gap.questions[:MOST_QUESTIONS_IN_BUTTON])
    return Button(
        id=f"gap.draft:{ids}",
        label=f"Draft article {number}",
        describe=shorten(f"Draft an article on: {gap.name}", 75),
    )


def _review_buttons(question_id: int) -> tuple[Button, ...]:
    return (
        Button(id=f"review.right:{question_id}", label="Right", describe="The answer is right"),
        Button(
            id=f"review.wrong:{question_id}",
            label="Wrong",
            describe="The answer is wrong: open a case to put it right",
            style=ButtonStyle.DANGER,
        ),
    )


def _left(more: int) -> str:
    return f"{plural(more, 'more answer')} to check." if more else "It is the last one to check."


def _learn_buttons() -> Actions:
    return Actions(
        buttons=(
            Button(id="gaps.show", label="Knowledge gaps", describe="What the library lacks"),
            Button(id="review.show", label="Check answers", describe="Check a random sample"),
        )
    )
