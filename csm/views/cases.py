"""Cases as colleagues see them: one, a list of them, and the form for a reply."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from csm import case_rules as rules
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
    Form,
    Heading,
    Input,
    Note,
    Text,
    Tone,
)
from csm.case import Case, CaseStatus
from csm.knowledge import Speaker
from csm.ports_answers import StoredCase
from csm.question import Source, ThreadLine
from csm.use_cases.case_file import CaseFile, CaseList
from csm.views.case_words import case_state, due_text, first_upper, reason_text, tried_text
from csm.views.pages import page_buttons, page_of, range_text
from csm.views.sources import source_blocks
from csm.wording import instant_text, percent, plural, shorten

LONGEST_REPLY: Final = 3000
LINES_SHOWN: Final = 6
QUESTION_SHOWN: Final = 1500

_SPEAKERS: Final = {
    Speaker.CUSTOMER: "The customer",
    Speaker.STAFF: "A colleague",
    Speaker.US: "Digital CSM",
}


def case_card(
    file: CaseFile, settings: AnswerSettings, zone: tzinfo, now: datetime, lead: str = ""
) -> Card:
    """One case: the question, why a person is asked, what is known, what to do. For colleagues
    alone. Times are in the reader's `zone`; `lead` says why they are told, where that is not plain.
    """
    case, question = file.stored.case, file.stored.question
    asker = _asker(file.stored, file.names)
    account = f" ({file.stored.account_name})" if file.stored.account_name else ""
    blocks: list[Block] = [Text(text=lead, tone=Tone.WARN)] if lead else []
    blocks += [
        Text(text=f"“{shorten(question.text, QUESTION_SHOWN)}”"),
        _facts(file, settings, zone, now),
        Heading(text="What was tried"),
        Text(text=tried_text(case, question, file.names)),
        *_found(question.sources),
        *_thread(file, zone),
        Actions(buttons=_buttons(file.id, case)),
    ]
    return Card(
        title=f"Case #{file.id}: {file.stored.account_name or asker}",
        summary=f"{asker}{account} asks: {shorten(question.text, 200)}",
        tone=_tone(case, now),
        blocks=tuple(blocks),
    )


def case_list_card(listed: CaseList, zone: tzinfo, now: datetime, *, everybody: bool) -> Card:
    """Cases that are not resolved, soonest due first."""
    title = "Everybody's open cases" if everybody else "Your open cases"
    cases = listed.cases
    if not cases:
        other = "" if everybody else " /cases all shows everybody's."
        text = f"No customer is waiting: no case is open.{other}"
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(cases, listed.page)
    late = sum(rules.is_overdue(stored.case, now) for stored in cases)
    summary = f"{plural(len(cases), 'open case')}, {late or 'none'} overdue."
    blocks: list[Block] = [
        Text(text=summary),
        Bullets(items=tuple(_line(stored, listed.names, zone, now) for stored in shown)),
    ]
    blocks += [
        Actions(buttons=tuple(_show_button(stored) for stored in shown[start : start + 5]))
        for start in range(0, len(shown), 5)
    ]
    scope = "all" if everybody else "mine"
    if buttons := page_buttons(f"case.list:{scope}", len(cases), page):
        blocks += [Note(text=range_text(len(cases), page)), Actions(buttons=buttons)]
    tone = Tone.BAD if late else Tone.NEUTRAL
    return Card(title=title, summary=summary, tone=tone, blocks=tuple(blocks))


def reply_form(stored: StoredCase) -> Form:
    """Asks for the words that the customer gets."""
    name = stored.account_name or stored.question.asked_name or "the customer"
    return Form(
        id=f"case.replied:{stored.id}",
        title="Reply to the customer",
        submit="Send",
        intro=shorten(f"{name} asks: {stored.question.text}", 300),
        inputs=(
            Input(
                id="text",
                label="Your reply",
                multiline=True,
                max_length=LONGEST_REPLY,
                hint=f"Goes to the customer's thread under your name. {name} reads it.",
            ),
        ),
    )


def _asker(stored: StoredCase, names: Mapping[str, str]) -> str:
    question = stored.question
    return question.asked_name or names.get(question.asked_by, "A customer")


def _facts(file: CaseFile, settings: AnswerSettings, zone: tzinfo, now: datetime) -> Fields:
    case, question = file.stored.case, file.stored.question
    late = Tone.BAD if rules.is_overdue(case, now) else Tone.NEUTRAL
    why = reason_text(case.reason, settings)
    if question.confidence is not None:
        why = f"{why} (confidence {percent(question.confidence)})"
    told = file.names.get(case.owner_key, case.owner_key) or "Nobody is on call"
    return Fields(
        items=(
            Fact(label="Status", value=first_upper(case_state(case, file.names, zone))),
            Fact(label="Reply due", value=due_text(case, zone, now), tone=late),
            Fact(label="Why a person", value=why),
            Fact(label="Asked by", value=_asker(file.stored, file.names)),
            Fact(label="Account", value=file.stored.account_name or "Not known"),
            Fact(label="Where", value=file.place),
            Fact(label="Asked", value=instant_text(question.asked_at, zone)),
            Fact(label="Told first", value=told),
        )
    )


def _found(sources: Sequence[Source]) -> list[Block]:
    found = source_blocks("Passages found", sources)
    return found or [Note(text="The library held no passage on it.")]


def _thread(file: CaseFile, zone: tzinfo) -> list[Block]:
    """What was said around the question; the replies alone where the thread is not kept."""
    items = [_said(line, file, zone) for line in file.thread[-LINES_SHOWN:]] or [
        Bullet(
            lead=f"{file.names.get(reply.by, reply.by)}, {instant_text(reply.at, zone)}:",
            text=shorten(reply.text, 300),
        )
        for reply in file.replies[-LINES_SHOWN:]
    ]
    return [Heading(text="In the thread"), Bullets(items=tuple(items))] if items else []


def _said(line: ThreadLine, file: CaseFile, zone: tzinfo) -> Bullet:
    if line.person == file.stored.question.asked_by:
        name = _asker(file.stored, file.names)
    else:
        name = file.names.get(line.person) or _SPEAKERS[Speaker(line.by)]
    return Bullet(lead=f"{name}, {instant_text(line.at, zone)}:", text=shorten(line.text, 300))


def _tone(case: Case, now: datetime) -> Tone:
    if rules.is_overdue(case, now):
        return Tone.BAD
    return Tone.WARN if rules.waits_for_a_reply(case) else Tone.NEUTRAL


def _line(stored: StoredCase, names: Mapping[str, str], zone: tzinfo, now: datetime) -> Bullet:
    case = stored.case
    due = f"reply due {due_text(case, zone, now)}, " if rules.waits_for_a_reply(case) else ""
    return Bullet(
        lead=f"#{stored.id} {stored.account_name or _asker(stored, names)}: "
        f"{shorten(stored.question.text, 100)}",
        text=f"{due}{case_state(case, names, zone)}",
        tone=_tone(case, now),
    )


def _show_button(stored: StoredCase) -> Button:
    label = shorten(f"#{stored.id} {stored.account_name}", 40)
    return Button(id=f"case.show:{stored.id}", label=label, describe=f"See case {stored.id}")


def _buttons(case_id: int, case: Case) -> tuple[Button, ...]:
    def button(verb: str, label: str, *, form: bool = False, first: bool = False) -> Button:
        return Button(
            id=f"case.{verb}:{case_id}",
            label=label,
            describe=f"{label}: case {case_id}",
            opens_form=form,
            style=ButtonStyle.PRIMARY if first else ButtonStyle.DEFAULT,
        )

    match case.status:
        case CaseStatus.OPEN:
            return (
                button("claim", "Claim", first=True),
                button("reply", "Reply", form=True),
                button("resolve", "Resolve"),
            )
        case CaseStatus.CLAIMED:
            return (
                button("reply", "Reply", form=True, first=True),
                button("resolve", "Resolve"),
                button("release", "Give back"),
            )
        case CaseStatus.ANSWERED:
            return (
                button("resolve", "Resolve", first=True),
                button("reply", "Reply again", form=True),
            )
        case CaseStatus.RESOLVED:
            return (button("reopen", "Reopen"),)
