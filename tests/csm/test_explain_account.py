"""An explanation never says what the facts do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.claims import LONGEST_TEXT
from csm.errors import Unavailable
from csm.fact_line import FactLine
from csm.grounding import check
from csm.use_cases.explain_account import explain, plain_story
from csm.visible_text import visible

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


SHARP = [
    FactLine("ARR", "$500,000"),
    FactLine("Renewal", "12 May 2027 (in 171 days)"),
    FactLine("Support", "3 open tickets, 1 urgent; 12 closed in 90 days"),
    FactLine("Usage", "345 logins in 28 days"),
    FactLine("Confidence", "85%"),
]


@pytest.mark.parametrize(
    "text",
    """ARR is $1 million.|ARR is $1M.|ARR is $500,000 trillion.|ARR is 85 mil.|ARR is 85 mn.
ARR is 85 grand.|ARR is 85 lakh.|ARR is 85 crore.|ARR is 85 m.|ARR is 85 zillion.
ARR is three million.|ARR is three grand.|ARR is 500000 yen.|ARR is 500,000 francs.|ARR is 2027.
Usage rose by 2027.|Since 2027 users left.|It renews today.|It renews in a week.
It renews in a month.
It left a week ago.|It called an hour ago.|It renews at year-end.
It renews in a fortnight.
It renews in march.|It renews in mar.|It renews in april.|Confidence is 3 pct.
Confidence is three per cent.|Usage fell by a third.|Usage fell by a quarter.|Usage fell by half.
There are 3\ufe0f1 open tickets.|There are 4\u034f5 tickets.|3\u0301\u20e31 tickets are open.
Ⅻ tickets are open.|❾ tickets are open.|㉑ tickets are open.|🔟 tickets are open.
12'345 logins.|12 345 logins.|12’345 logins.|There are 3 171 open tickets.|3 1 tickets.
""".replace("\n", "|")
    .strip("|")
    .split("|"),
)
def test_no_figure_is_shown_that_the_facts_do_not_state(text: str) -> None:
    assert not explain(SHARP, "Acme", Says(text)).by_model


@pytest.mark.parametrize(
    "text",
    [
        "ARR is $0.5M, $500k, $500 thousand or 500,000 dollars.",
        "It renews in May 2027, in 2027, in may.",
        "There are three open tickets, and they may march on.",
        "Confidence is 85 pct, 85 percent.",
        "There were 345 logins in 28 days.",
    ],
)
def test_the_same_figures_in_other_words_are(text: str) -> None:
    assert explain(SHARP, "Acme", Says(text)).by_model


def test_a_title_is_no_fact() -> None:
    title = "Grade green, ARR $9,999,999"
    assert not explain(SHARP, title, Says(f"{title}.")).by_model
    assert not explain(SHARP, title, Says("ARR is $9,999,999.")).by_model
    assert explain(SHARP, "Studio 77", Says("Studio 77 renews in 2027.")).by_model
    assert not explain(SHARP, "Studio 77", Says("It has 77 tickets.")).by_model


def test_what_is_too_long_to_be_checked_is_not_shown() -> None:
    assert not explain(SHARP, "Acme", Says("All is well. " * 1000)).by_model
    long = [*SHARP, FactLine("Note", "well " * 5000 + "77")]
    assert explain(long, "Acme", Says("ARR is $500,000.")).by_model
    with pytest.raises(ValueError, match="too long to be checked"):
        check("a" * (LONGEST_TEXT + 1), SHARP)


def test_letters_keep_their_marks() -> None:
    assert visible("Ame\u0301lie हिन्दी 3\ufe0f\u20e3") == "Amélie हिन्दी 3"
