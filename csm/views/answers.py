"""What customers are answered, and what colleagues learn from the library."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

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
from csm.question import Feedback
from csm.use_cases.answering_responses import (
    Answered,
    Clarify,
    Drafted,
    FeedbackNoted,
    HandedOver,
    LeftToPeople,
    NotNeeded,
    Response,
    Silent,
    SmallTalk,
    StillWaiting,
    clarification,
)
from csm.use_cases.ask_library import LibraryAnswer
from csm.use_cases.hand_over import HandedTo
from csm.use_cases.place_modes import ModeReport
from csm.views.case_news import (
    handed_over_card,
    left_to_people_card,
    not_needed_card,
    still_waiting_card,
    thanks_card,
)
from csm.views.case_words import first_upper
from csm.views.drafts import feedback_buttons
from csm.views.plain_blocks import excerpt, notice, size_of, text_blocks
from csm.views.sources import source_blocks
from csm.wording import instant_text, listing, percent, shorten

# Characters of one card's answer: what goes beyond it goes into another card.
LONGEST_CARD: Final = 2400
_SUMMARY: Final = 300
_EXCERPT: Final = 400
# What a button can carry of a title, besides what it is for.
_TITLE_IN_BUTTON: Final = 150


_SMALL_TALK: Final = {
    "greeting": (
        "Hello",
        "Hello! Ask me anything about the product. If I do not know, a person takes over.",
    ),
    "thanks": ("Gladly", "You are welcome."),
    "play": (
        "About the product only",
        "I only answer questions about the product. If you want a person, tell me so.",
    ),
    "leave": (
        "I can be switched off",
        "Your customer success manager can switch me off in this channel: /mode off does it.",
    ),
}


def response_cards(response: Response, zone: tzinfo, now: datetime) -> tuple[Card, ...]:
    """What the customer reads, in order; nothing where we are silent. Instants are told in `zone`,
    the reader's."""
    match response:
        case Silent():
            return ()
        case SmallTalk():
            return (small_talk_card(response.kind),)
        case FeedbackNoted():
            return (_feedback_card(response, zone, now),)
        case Answered():
            return answer_cards(response)
        case Drafted():
            return (_drafted_card(response, zone),) if response.tell else ()
        case Clarify():
            return (clarify_card(response),)
        case HandedOver():
            return (_handed_card(response.handed, zone, now),)
        case StillWaiting() | NotNeeded() | LeftToPeople():
            return (_word_card(response, zone, now),)


def _word_card(
    response: StillWaiting | NotNeeded | LeftToPeople, zone: tzinfo, now: datetime
) -> Card:
    match response:
        case StillWaiting():
            return still_waiting_card(response.question, zone, now)
        case NotNeeded():
            return not_needed_card(response.owner_name)
        case LeftToPeople():
            return left_to_people_card(response.owner_name)


def answer_cards(answered: Answered) -> tuple[Card, ...]:
    """The answer, in as many cards as it takes; the last has its sources and asks whether it
    helped."""
    ending: list[Block] = [
        *source_blocks("Sources", answered.sources),
        Note(text=_made(answered.by_model, answered.model_failed, answered.stale)),
        Actions(buttons=feedback_buttons(answered.question_id)),
    ]
    return _cards("Answer", answered.cleared.text, ending)


def clarify_card(clarify: Clarify) -> Card:
    """Asks back, with a button for each thing that may be meant."""
    said = tuple(text_blocks(clarification(clarify.choices)))
    buttons = tuple(
        Button(
            id=f"answer.about:{clarify.question_id}:{title[:_TITLE_IN_BUTTON]}",
            label=shorten(title, 75),
        )
        for title in clarify.choices
    )
    actions = (Actions(buttons=buttons),) if buttons else ()
    return Card(
        title="Which do you mean?" if buttons else "How can I help?",
        summary=notice(said, _SUMMARY),
        blocks=(*said, *actions),
    )


def small_talk_card(kind: str) -> Card:
    """One line for a greeting, for thanks, and for what is no question about the product."""
    title, text = _SMALL_TALK[kind]
    return Card(title=title, summary=text, blocks=(_text(text),))


def library_cards(answer: LibraryAnswer) -> tuple[Card, ...]:
    """What a colleague asked for, or, where we are not sure, the nearest that there is."""
    if not answer.sentences:
        return (_not_sure_card(answer),)
    made = _made(answer.by_model, answer.model_failed, answer.stale)
    ending: list[Block] = [
        *source_blocks("Sources", answer.sources, answer.internal),
        Note(text=f"{made} Confidence {percent(answer.confidence)}. {_reach(answer)}"),
    ]
    return _cards(shorten(answer.question, 120), answer.text, ending)


def mode_card(report: ModeReport, zone: tzinfo) -> Card:
    """What we do in a place, since when, and what else there is to choose."""
    name = report.place.name or report.place.channel
    mode = report.mode or "none"
    since = "Nobody has set it: the default."
    if report.set_at:
        since = f"Set by {report.set_by} on {instant_text(report.set_at, zone)}."
    buttons = tuple(
        Button(
            id=f"mode.set:{report.place.channel[:120]}:{choice}",
            label=first_upper(choice),
            style=ButtonStyle.DEFAULT,
            describe=shorten(f"Set the mode of {name} to {choice}", 75),
        )
        for choice in report.choices
        if choice != report.mode
    )
    return Card(
        title=f"Mode of {name}",
        summary=f"{name}: {mode}. {report.meaning}",
        blocks=(
            Fields(items=(Fact(label="Mode", value=first_upper(mode)),)),
            Text(text=report.meaning),
            Note(text=since),
            Actions(buttons=buttons),
        ),
    )


def _cards(title: str, text: str, ending: Sequence[Block]) -> tuple[Card, ...]:
    said = list(text_blocks(text))
    parts = list(_portions(said))
    parts[-1] = [*parts[-1], *ending]
    return tuple(
        Card(
            title=title if number == 0 else f"{title} (continued)",
            summary=notice(said, _SUMMARY) if number == 0 else f"{title}, continued.",
            blocks=tuple(part),
        )
        for number, part in enumerate(parts)
    )


def _portions(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The blocks in runs that fit into one card each."""
    portion: list[Block] = []
    size = 0
    for block in blocks:
        if portion and size + size_of(block) > LONGEST_CARD:
            yield portion
            portion, size = [], 0
        portion.append(block)
        size += size_of(block)
    yield portion


def _made(by_model: bool, model_failed: bool, stale: Sequence[str]) -> str:
    if by_model:
        made = "Written by a language model and checked against the sources."
    elif model_failed:
        made = "In the documents' own words: the language model gave nothing fit to show."
    else:
        made = "In the documents' own words."
    if not stale:
        return made
    titles = listing([f"“{title}”" for title in stale])
    return f"{made} It may be out of date: {titles} has not changed for long."


def _not_sure_card(answer: LibraryAnswer) -> Card:
    text = "I am not sure that the library answers this."
    if not answer.nearest:
        text = "The library holds nothing on this."
    items = tuple(
        Bullet(
            lead=f"{p.title} (internal)" if p.shelf == "internal" else p.title,
            text=excerpt(p.text, _EXCERPT),
            link=p.link,
        )
        for p in answer.nearest
    )
    nearest = [Heading(text="The nearest that it holds"), Bullets(items=items)] if items else []
    note = f"Confidence {percent(answer.confidence)}. {_reach(answer)}"
    return Card(
        title=shorten(answer.question, 120),
        summary=text,
        tone=Tone.WARN,
        blocks=(_text(text), *nearest, Note(text=note)),
    )


def _reach(answer: LibraryAnswer) -> str:
    if answer.both_shelves:
        return "From both shelves: for colleagues only."
    return "From the customers' shelf only, because of who reads this place."


def _feedback_card(noted: FeedbackNoted, zone: tzinfo, now: datetime) -> Card:
    if noted.feedback is Feedback.NOT_HELPED and noted.handed:
        return _handed_card(noted.handed, zone, now)
    return thanks_card()


def _handed_card(handed: HandedTo, zone: tzinfo, now: datetime) -> Card:
    return handed_over_card(handed.owner_name, handed.due_at, zone, now)


def _drafted_card(drafted: Drafted, zone: tzinfo) -> Card:
    text = (
        f"{first_upper(drafted.owner_name)} is looking at your question and will answer here by "
        f"{instant_text(drafted.due_at, zone)}."
    )
    return Card(title="A person will answer", summary=text, blocks=(_text(text),))


def _text(text: str) -> Text:
    return Text(text=text)
