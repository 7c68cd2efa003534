"""Cards for answers: nothing is cut off silently, and nothing is said that is not so."""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.block_kit import message
from csm.card import Bullet, Bullets, Card, Note, Table, Text, buttons_of
from csm.fact_line import FactLine
from csm.guard import Cleared, GuardFacts, Outgoing, review
from csm.knowledge import Shelf
from csm.people import Capability
from csm.ports import Records
from csm.ports_answers import Sentence
from csm.question import Feedback, Mode, Source
from csm.reasons import Reason
from csm.use_cases.answering_responses import (
    Answered,
    Clarify,
    Drafted,
    FeedbackNoted,
    HandedOver,
    LeftToPeople,
    NotNeeded,
    Silent,
    SmallTalk,
    clarification,
)
from csm.use_cases.ask_library import LibraryAnswer
from csm.use_cases.hand_over import HandedTo
from csm.use_cases.place_modes import see_mode
from csm.views.answers import LONGEST_CARD, library_cards, mode_card, response_cards
from csm.views.plain_blocks import LONGEST_TEXT, size_of, text_blocks
from tests.csm.answering_scene import RESET, SHARED, START, Scene, passage, staff_clearance
from tests.csm.shipped import shipped_playbook

GUARD = shipped_playbook().answers.guard.model_copy(update={"longest": 12_000})
LINK = "https://help.vendor.example/reset"
HANDED = HandedTo(7, "casey", "Casey Rivers", START + timedelta(hours=4))


def cleared(text: str, links: tuple[str, ...] = ()) -> Cleared:
    facts = GuardFacts([FactLine("", piece) for piece in text.split("\n")], links)
    result = review(Outgoing(text, "acme", links), facts, GUARD)
    assert isinstance(result, Cleared)
    return result


def answered(text: str, **more: object) -> Answered:
    values: dict[str, object] = {
        "question_id": 3,
        "account_key": "acme",
        "sentences": (Sentence(text, ("r",)),),
        "sources": (Source(id="r", title="Reset", link=LINK), Source(id="s", title="Other")),
        "by_model": False,
        "model_failed": False,
        "stale": (),
        "cleared": cleared(text, (LINK,)),
    }
    return Answered(**(values | more))  # type: ignore[arg-type]


def words(card: Card) -> str:
    return card.model_dump_json()


def notes(card: Card) -> str:
    return " ".join(block.text for block in card.blocks if isinstance(block, Note))


def test_an_answer_has_its_sources_and_asks_whether_it_helped() -> None:
    [card] = response_cards(answered("Open it.\n\n1. First.\n2. Then.\n  - inside"), UTC, START)
    assert card.blocks[0] == Text(text="Open it.")
    assert card.blocks[1] == Bullets(items=(Bullet(text="First."), Bullet(text="Then.")), first=1)
    assert card.blocks[2] == Bullets(items=(Bullet(text="– inside"),))
    assert card.blocks[4] == Bullets(items=(Bullet(lead="Reset", link=LINK), Bullet(lead="Other")))
    assert [button.id for button in buttons_of(card)] == [
        "answer.helped:3",
        "answer.not_helped:3",
        "answer.person:3",
    ]
    assert notes(card) == "In the documents' own words."


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"by_model": True}, "Written by a language model and checked against the sources."),
        ({"model_failed": True}, "language model gave nothing fit to show"),
        ({"stale": ("Reset", "Other")}, "out of date: “Reset” and “Other”"),
    ],
)
def test_how_it_was_made_is_told(more: dict[str, object], note: str) -> None:
    [card] = response_cards(answered("Open it.", **more), UTC, START)
    assert note in notes(card)


def test_an_answer_is_only_shown_as_it_was_cleared() -> None:
    with pytest.raises(ValueError, match="not the one that was cleared"):
        answered("Open it.", cleared=cleared("Close it.", (LINK,)))
    with pytest.raises(ValueError, match="not the one that was cleared"):
        answered("Open it.", sources=())
    with pytest.raises(ValueError, match="not the one that was cleared"):
        answered("Open it.", account_key="globex")


def test_a_long_answer_goes_on_in_more_cards() -> None:
    text = "\n\n".join(
        f"the paragraph {n} says " + "a little more " * 30 for n in range(20)
    ).strip()
    cards = response_cards(answered(text), UTC, START)
    assert len(cards) > 2
    assert [bool(buttons_of(card)) for card in cards] == [False] * (len(cards) - 1) + [True]
    assert cards[1].title == "Answer (continued)"
    for card in cards:
        assert sum(size_of(block) for block in card.blocks) <= LONGEST_CARD
    shown = " ".join(words(card) for card in cards)
    for number in range(20):
        assert f"the paragraph {number} says" in shown


PIECES = st.sampled_from(
    [
        "A sentence. " * 5,
        "endless" * 500,
        "- an item",
        "1. a step",
        "  - inside " + "long " * 150,
        "| a | b |",
        "| c | d |",
        "```",
        "  code(x)",
        "",
        "word",
        "“quoted” text, more",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=40))
def test_whatever_an_answer_looks_like_every_word_of_it_is_shown(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    blocks = list(text_blocks(text))
    shown = "".join(_letters(blocks))
    assert shown == _only_letters(text)
    for block in blocks:
        assert size_of(block) <= max(LONGEST_TEXT, LONGEST_CARD * 5)
        if isinstance(block, Text):
            assert len(block.text) <= LONGEST_TEXT
        if isinstance(block, Bullets):
            assert len(block.items) <= 20
            assert all(len(item.text) <= 510 for item in block.items)


def _letters(blocks: Sequence[object]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Text():
                yield _only_letters(block.text)
            case Bullets():
                yield from (_only_letters(item.lead + item.text) for item in block.items)
            case Table():
                rows = (block.columns, *block.rows)
                yield from (_only_letters("".join(row)) for row in rows)


def _only_letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def test_slack_cuts_nothing_off_an_answer() -> None:
    text = "\n".join(f"{n}. Do step{n}x " + "and wait " * 20 for n in range(1, 61)).strip()
    cards = response_cards(answered(text), UTC, START)
    shown = " ".join(str(message(card)) for card in cards)
    assert all(f"step{n}x" in shown for n in range(1, 61))
    assert "more" not in shown


def test_a_table_too_wide_for_one_becomes_lines() -> None:
    wide = "| Role | May |\n| Admin | " + "do " * 50 + "|\n| Viewer | look |"
    [first, second] = text_blocks(wide)
    assert isinstance(first, Bullets)
    assert first.items[0].text.startswith("Admin. May: do do")
    assert isinstance(second, Bullets)
    narrow = "| Role | May |\n| Admin | all |"
    assert list(text_blocks(narrow)) == [Table(columns=("Role", "May"), rows=(("Admin", "all"),))]


def test_asking_back_offers_the_titles() -> None:
    choices = ("Alerts", "Reports " * 20)
    clarify = Clarify(5, "acme", choices, cleared(clarification(choices)))
    [card] = response_cards(clarify, UTC, START)
    first, second = buttons_of(card)
    assert (first.id, first.label) == ("answer.about:5:Alerts", "Alerts")
    assert len(second.id) <= 200
    assert second.id.startswith("answer.about:5:Reports Reports")
    [vague] = response_cards(Clarify(5, "acme", (), cleared(clarification(()))), UTC, START)
    assert buttons_of(vague) == ()
    assert "What would you like to know?" in words(vague)
    with pytest.raises(ValueError, match="cleared"):
        Clarify(5, "acme", ("Other",), cleared(clarification(choices)))


def test_the_rest_is_short() -> None:
    def card(response: object) -> Card:
        [only] = response_cards(response, UTC, START)  # type: ignore[arg-type]
        return only

    assert response_cards(Silent(Reason.FOR_OTHERS), UTC, START) == ()
    assert "You are welcome." in words(card(SmallTalk("thanks")))
    assert "Hello!" in words(card(SmallTalk("greeting")))
    assert "Casey Rivers has your question" in words(card(HandedOver(3, HANDED)))
    assert "14:00 UTC" in words(card(HandedOver(3, HANDED)))
    assert "Good to hear" in words(card(FeedbackNoted(3, Feedback.HELPED)))
    assert "Casey Rivers" in words(card(FeedbackNoted(3, Feedback.NOT_HELPED, HANDED)))
    drafted = words(card(Drafted(3, "Casey Rivers", HANDED.due_at, tell=True)))
    assert "Casey Rivers is looking" in drafted
    assert "14:00 UTC" in drafted
    assert response_cards(Drafted(3, "Casey", HANDED.due_at, tell=False), UTC, START) == ()
    assert "questions about the product" in words(card(SmallTalk("play")))
    assert "/mode off" in words(card(SmallTalk("leave")))
    assert "Casey Rivers is the one to ask" in words(card(LeftToPeople("Casey Rivers")))
    assert "Casey Rivers knows" in words(card(NotNeeded("Casey Rivers")))


def test_a_colleague_sees_what_is_internal_and_how_sure_we_are() -> None:
    answer = LibraryAnswer(
        question="How are refunds decided?",
        both_shelves=True,
        confidence=0.82,
        sentences=(Sentence("Up to $500 by yourself.", ("x",)),),
        sources=(Source(id="x", title="Refunds"), Source(id="y", title="Reset", link=LINK)),
        internal=frozenset({"x"}),
    )
    [card] = library_cards(answer)
    assert card.title == "How are refunds decided?"
    assert "Refunds (internal)" in words(card)
    assert "Reset (internal)" not in words(card)
    assert "Confidence 82 %" in notes(card)
    assert "for colleagues only" in notes(card)


def test_a_colleague_is_told_when_we_are_not_sure() -> None:
    internal = passage("**Ask** Morgan.", "Refunds", shelf=Shelf.INTERNAL)
    answer = LibraryAnswer("Why?", False, 0.2, nearest=(RESET, internal))
    [card] = library_cards(answer)
    assert "I am not sure" in words(card)
    assert "Refunds (internal)" in words(card)
    assert "Ask Morgan." in words(card)
    assert "customers' shelf only" in notes(card)
    [nothing] = library_cards(LibraryAnswer("Why?", True, 0.0))
    assert "The library holds nothing on this." in words(nothing)


def test_a_mode_is_told_with_the_others_to_choose(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, mode=Mode.OFF)
    leave = staff_clearance(Capability.ANSWER_CUSTOMERS)
    card = mode_card(see_mode(leave, scene.records, scene.settings, SHARED), UTC)
    assert card.title == "Mode of acme-shared"
    assert [button.id for button in buttons_of(card)] == [
        "mode.set:acme-shared:answer",
        "mode.set:acme-shared:draft",
    ]
    assert notes(card) == "Set by Casey Rivers on 1 Jul 2026, 10:00 UTC."
    assert "left to people" in words(card)


def test_a_notification_says_the_words_and_shows_no_form() -> None:
    table, steps = "| What | Kept |\n| Trash | 30 days |", "1. Open it.\n2. Save it."
    text = f"It is kept:\n\n{table}\n\n{steps}\n\n```\nx = 1\n```"
    [card] = response_cards(answered(text), UTC, START)
    assert card.summary == "It is kept: Trash: 30 days. Open it. Save it. x = 1"
    shown = [block["type"] for block in message(card).blocks]
    assert shown[:3] == ["header", "rich_text", "table"]
    asked = Clarify(5, "acme", ("Alerts", "Roles"), cleared(clarification(("Alerts", "Roles"))))
    [back] = response_cards(asked, UTC, START)
    assert back.summary.endswith("Which of these is it about? Alerts Roles")
    assert str(message(back).blocks).count("That could mean") == 1


def test_a_colleague_sees_sentences_of_what_is_near_and_no_flattened_table() -> None:
    page = (
        "# Kept\n\nThings are kept. For how long:\n\n| What | Kept |\n|---|---|\n| Log | 365 days |"
    )
    lists = passage("## Do\n\n1. Open it.\n2. Save it.", "Steps")
    answer = LibraryAnswer("Why?", True, 0.2, nearest=(passage(page, "Kept"), lists))
    [card] = library_cards(answer)
    [near] = [block for block in card.blocks if isinstance(block, Bullets)]
    assert [item.text for item in near.items] == ["Things are kept.", "Open it. Save it."]
