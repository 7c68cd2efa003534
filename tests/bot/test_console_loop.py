"""The interactive console: who says what where, and that nothing but leaving ends it."""

import builtins
import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from bot.surfaces.console import ConsoleSurface
from bot.surfaces.console_loop import line_reader, run_console
from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.card import Actions, Button, Card, Form, Input, Option, Picture, Text
from csm.errors import Busy
from tests.bot.desks import desk
from tests.bot.scripted import JO, FewRecords, ScriptedChat
from tests.bot.slack_records import FixedClock

FORM = Form(
    id="cta.close:7",
    title="Close the CTA",
    inputs=(
        Input(
            id="outcome",
            label="Outcome",
            options=(Option(value="done", label="Done"), Option(value="lost", label="Lost it")),
        ),
        Input(id="note", label="Note", required=False, max_length=10),
    ),
)
BUTTONS = Actions(
    buttons=(Button(id="account.trend:acme", label="Trend"), Button(id="help.show", label="Help"))
)


def card(title: str, *blocks: Text | Actions) -> Card:
    return Card(title=title, summary=title, blocks=blocks)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was typed, and what came of it."""

    output: str
    prompts: list[str]
    turns: list[Turn]


def talk(
    tmp_path: Path,
    typed: Iterable[str | BaseException],
    answer: Callable[[Turn], Iterable[Reply]] = lambda turn: [
        Reply(Delivery.PRIVATE, turn.reference, card=card("Answered", BUTTONS))
    ],
    person: str = "casey",
    place: str = "cs-team",
) -> Talk:
    lines, prompts = iter(typed), []
    out = io.StringIO()
    chat = ScriptedChat(answer)

    def read_line(prompt: str) -> str:
        prompts.append(prompt)
        line = next(lines, EOFError())
        if isinstance(line, BaseException):
            raise line
        return line

    console = Console(file=out, width=100, color_system=None, _environ={})
    surface = ConsoleSurface(chat, FewRecords(), desk(), FixedClock())
    run_console(surface, console, read_line, person, place, tmp_path / "pictures")
    return Talk(out.getvalue(), prompts, chat.turns)


def test_what_is_typed_is_said_and_the_answer_printed(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/account acme", "", "  ", "how are they?"])
    assert [(turn.kind, turn.text) for turn in done.turns] == [
        (TurnKind.COMMAND, "/account acme"),
        (TurnKind.MESSAGE, "how are they?"),
    ]
    assert done.output.count("Only casey sees this, in cs-team\nAnswered\n") == 2
    assert done.prompts[0] == "casey in cs-team> "


@pytest.mark.parametrize("leave", ["/quit", EOFError(), KeyboardInterrupt()])
def test_leaving_is_polite(tmp_path: Path, leave: str | BaseException) -> None:
    done = talk(tmp_path, [leave, "/account acme"])
    assert done.output.endswith("Goodbye.\n")
    assert done.turns == []


def test_another_person_and_another_place(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/as jo", "/in acme-shared", "hello", "/in dm", "hello"])
    assert [(turn.who, turn.place.channel) for turn in done.turns] == [
        (JO, "acme-shared"),
        (JO, "dm:jo"),
    ]
    assert "You are now Jo Park (contact)." in done.output
    assert "You are now in acme-shared. Audience: customer:acme." in done.output
    assert done.prompts[-1] == "jo in dm> "


def test_direct_messages_change_with_the_person(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/in dm", "/as mallory", "hello"])
    assert done.turns[0].place.channel == "dm:stranger"
    assert "You are now somebody nobody knows." in done.output


@pytest.mark.parametrize("words", ["/as", "/in", "/press"])
def test_a_command_without_its_argument_says_how_it_goes(tmp_path: Path, words: str) -> None:
    done = talk(tmp_path, [words])
    assert "like this:" in done.output
    assert done.turns == []


def test_help_is_a_question_mark_away(tmp_path: Path) -> None:
    done = talk(tmp_path, ["?"])
    assert "/press BUTTON_ID" in done.output
    assert done.turns == []


def test_a_number_presses_that_button_of_the_last_card(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/account acme", "2"])
    assert (done.turns[1].kind, done.turns[1].text) == (TurnKind.PRESS, "help.show")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["1"], "The last card has no buttons to press."),
        (["/account acme", "3"], "The last card has 2 buttons: 1 to 2."),
        (["/account acme", "0"], "The last card has 2 buttons: 1 to 2."),
    ],
)
def test_a_number_without_a_button_says_what_there_is(
    tmp_path: Path, typed: list[str], words: str
) -> None:
    done = talk(tmp_path, typed)
    assert words in done.output
    assert not [turn for turn in done.turns if turn.kind is TurnKind.PRESS]


def test_any_button_can_be_pressed_with_values(tmp_path: Path) -> None:
    done = talk(tmp_path, ['/press cta.close:7 {"outcome": "done"}', "/press help.show"])
    assert [(turn.text, turn.values) for turn in done.turns] == [
        ("cta.close:7", {"outcome": "done"}),
        ("help.show", {}),
    ]


def test_values_that_are_no_json_are_refused_kindly(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/press cta.close:7 outcome=done"])
    assert "not valid JSON" in done.output
    assert done.turns == []


def test_the_start_page(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/home"], lambda _: [Reply(Delivery.HOME, "ref", card=card("My book"))])
    assert done.turns[0].kind is TurnKind.HOME
    assert "On casey's start page" in done.output


def answer_with_form(turn: Turn) -> Iterable[Reply]:
    if turn.kind is TurnKind.PRESS:
        return [Reply(Delivery.PRIVATE, turn.reference, card=card("Closed"), replaces=True)]
    return [Reply(Delivery.FORM, turn.reference, form=FORM)]


@pytest.mark.parametrize(
    ("answers", "values"),
    [
        (["1", "all good"], {"outcome": "done", "note": "all good"}),
        (["lost IT", ""], {"outcome": "lost", "note": ""}),
        (
            ["9", "what?", "done", "far too long a note", "short"],
            {"outcome": "done", "note": "short"},
        ),
    ],
)
def test_a_form_is_asked_question_by_question(
    tmp_path: Path, answers: list[str], values: dict[str, str]
) -> None:
    done = talk(tmp_path, ["/cta close 7", *answers], answer_with_form)
    assert (done.turns[1].text, done.turns[1].values) == ("cta.close:7", values)
    assert done.prompts[1] == "Outcome: "
    assert "Note (optional): " in done.prompts
    assert "instead of the card you pressed" in done.output


def test_what_is_there_already_stays_when_nothing_is_typed(tmp_path: Path) -> None:
    draft = Form(id="draft.edited:1", title="Edit", inputs=(Input(id="text", label="Text",
                 value="As it is."),))  # fmt: skip

    def answer(turn: Turn) -> Iterable[Reply]:
        return [] if turn.values else [Reply(Delivery.FORM, "ref", form=draft)]

    for typed, sent in (("", "As it is."), ("Better.", "Better.")):
        done = talk(tmp_path, ["/press draft.edit:1", typed], answer)
        assert done.turns[1].values == {"text": sent}
        assert "As it is." in done.output


def test_a_thread_is_continued_until_another_place_is_entered(tmp_path: Path) -> None:
    done = talk(
        tmp_path,
        ["/in acme-shared", "/thread t1", "and for SSO?", "/in cs-team", "hello", "/thread"],
        lambda _: [],
    )
    first, second = done.turns
    assert (first.thread, first.kind) == ("t1", TurnKind.OVERHEARD)
    assert second.thread == second.message
    assert "casey in acme-shared, thread t1> " in done.prompts
    assert "New threads from now on." in done.output


def test_progress_is_shown(tmp_path: Path) -> None:
    looking = Reply(Delivery.PROGRESS, "ref", progress="Looking that up…")
    assert "… Looking that up…" in talk(tmp_path, ["how?"], lambda _: [looking]).output


def test_wrong_answers_are_told_what_would_be_right(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/cta close 7", "9", "1", "far too long a note", ""], answer_with_form)
    assert "Please choose 1 to 2." in done.output
    assert "That is 19 characters; at most 10 fit." in done.output


def test_an_empty_answer_to_a_required_question_cancels(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/cta close 7", ""], answer_with_form)
    assert "Cancelled: nothing was sent." in done.output
    assert len(done.turns) == 1


def test_leaving_in_the_middle_of_a_form_sends_nothing(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/cta close 7", KeyboardInterrupt()], answer_with_form)
    assert done.output.endswith("Goodbye.\n")
    assert len(done.turns) == 1


def test_a_picture_is_written_and_its_path_and_words_printed(tmp_path: Path) -> None:
    picture = Picture(name="trend.png", alt="Health fell.", png=b"png")
    done = talk(
        tmp_path,
        ["/account acme"],
        lambda _: [Reply(Delivery.PUBLIC, "ref", card=card("Trend"), picture=picture)],
    )
    assert (tmp_path / "pictures" / "trend-ref.png").read_bytes() == b"png"
    squeezed = done.output.replace("\n", "")
    assert str(tmp_path / "pictures" / "trend-ref.png") in squeezed
    assert "Health fell." in done.output
    assert "Everyone in cs-team sees this" in done.output


def test_an_answer_that_moved_says_where_it_went(tmp_path: Path) -> None:
    done = talk(
        tmp_path,
        ["/account acme"],
        lambda _: [Reply(Delivery.DIRECT, "ref", card=card("Acme"))],
        place="acme-shared",
    )
    assert "In casey's direct messages" in done.output


def test_a_fault_is_told_with_a_reference_and_the_loop_lives(tmp_path: Path) -> None:
    def fail(turn: Turn) -> Iterable[Reply]:
        if turn.text == "bad":
            raise RuntimeError("secret inner state")
        return [Reply(Delivery.PRIVATE, "ref", card=card("Fine"))]

    with capture_logs() as logs:
        done = talk(tmp_path, ["bad", "good"], fail)
    assert "That went wrong on our side. The log has it under " in done.output
    assert "secret inner state" not in done.output
    assert "Fine" in done.output
    [entry] = logs
    assert entry["event"] == "console turn failed"
    assert entry["reference"] in done.output


def test_trouble_that_a_person_can_understand_is_told_in_its_own_words(tmp_path: Path) -> None:
    def busy(_: Turn) -> Iterable[Reply]:
        raise Busy("The records are busy; please try again.")

    done = talk(tmp_path, ["/account acme"], busy)
    assert "The records are busy; please try again." in done.output


def test_hostile_names_are_shown_and_nothing_more(tmp_path: Path) -> None:
    done = talk(tmp_path, ["/as \x1b[31m[bold]mallory", "/in \x1b]8;;http://x\x07here", "hello"])
    assert "\x1b" not in done.output + "".join(done.prompts)
    assert done.prompts[-1] == "[31m[bold]mallory in ]8;;http://xhere> "


def test_lines_are_read_with_history_where_there_is_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert line_reader() is builtins.input
    monkeypatch.setitem(sys.modules, "readline", None)
    assert line_reader() is builtins.input
