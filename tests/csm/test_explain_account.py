"""An explanation never says what the facts do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.errors import Unavailable
from csm.grounding import check
from csm.ports import FactLine
from csm.use_cases.explain_account import explain, plain_story

FACTS = [
    FactLine("In short", "health is 32 of 100"),
    FactLine("ARR", "$120,000"),
    FactLine("Renewal", "12 May 2026 (in 40 days)"),
]
STORY = "In short: health is 32 of 100.\nARR: $120,000.\nRenewal: 12 May 2026 (in 40 days)."


class Says:
    """A narrator that says this, or cannot be reached."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def narrate(self, title: str, facts: object) -> str:
        if self._text is None:
            raise Unavailable("no model")
        return self._text


def test_without_a_narrator_the_facts_are_told_as_they_are() -> None:
    told = explain(FACTS, "Acme", None)
    assert (told.text, told.by_model, told.dropped) == (STORY, False, [])


def test_with_a_narrator_out_of_reach_too() -> None:
    told = explain(FACTS, "Acme", Says(None))
    assert (told.text, told.by_model, told.dropped) == (STORY, False, [])


def test_backed_words_are_kept_as_they_are() -> None:
    text = "Acme is at 32 of 100. Its $120,000 renewal is in 40 days!"
    told = explain(FACTS, "Acme", Says(text))
    assert (told.text, told.by_model, told.dropped) == (text, True, [])


def test_a_sentence_that_no_fact_backs_is_left_out() -> None:
    told = explain(FACTS, "Acme", Says("Acme is at 32. Globex pays more. It renews in 40 days."))
    assert told.text == "Acme is at 32. It renews in 40 days."
    assert told.by_model
    assert told.dropped == ["Globex pays more."]


def test_half_of_the_sentences_is_just_enough() -> None:
    assert explain(FACTS, "Acme", Says("Acme is at 32. Globex pays more.")).by_model


@pytest.mark.parametrize(
    "text",
    [
        "Acme is at 33. Globex pays more. It renews in 40 days.",
        "Globex pays more.",
        "Acme renews on 13 May 2026",
        "3\u200b3 of 100. 4\u00ad1 days.",
    ],
)
def test_with_fewer_than_half_left_the_facts_are_told_instead(text: str) -> None:
    told = explain(FACTS, "Acme", Says(text))
    assert (told.text, told.by_model) == (STORY, False)
    assert told.dropped


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_nothing_said_is_nothing_told(text: str) -> None:
    assert explain(FACTS, "Acme", Says(text)).text == STORY


def test_hidden_characters_cannot_make_a_number_of_two() -> None:
    told = explain([*FACTS, FactLine("Note", "1 and 2")], "Acme", Says("There are 1\u200b2 left."))
    assert not told.by_model


def test_decimals_and_abbreviations_do_not_end_a_sentence_in_the_middle() -> None:
    facts = [FactLine("ARR", "$1.25M")]
    text = 'The ARR is $1.25M ("good"). So it is…'
    assert explain(facts, "Acme", Says(text)).text == text


def test_nothing_known_is_said_and_no_narrator_asked() -> None:
    told = explain([], "Acme", Says("Acme is well."))
    assert (told.text, told.by_model) == ("Nothing is known about Acme yet.", False)


def test_the_plain_story_ends_every_sentence_once() -> None:
    facts = [FactLine("Risk", "No usage for 45 days."), FactLine("Note", "Why?\nWho knows")]
    assert plain_story("Acme", facts) == "Risk: No usage for 45 days.\nNote: Why? Who knows."


def test_the_plain_story_is_backed_by_the_facts_it_is_made_of() -> None:
    assert check(plain_story("Acme", FACTS), FACTS, ["Acme"]).is_grounded


@given(st.text(), st.lists(st.builds(FactLine, st.text(), st.text()), max_size=5))
def test_whatever_a_narrator_says_what_is_shown_is_backed(text: str, facts: list[FactLine]) -> None:
    told = explain(facts, "Acme", Says(text))
    if told.by_model:
        assert check(told.text, facts, ["Acme"]).is_grounded
    else:
        assert told.text == plain_story("Acme", facts)
