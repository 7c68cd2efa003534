"""What is said in a thread after the question."""

import pytest

from csm.follow_up import (
    Word,
    asks_for_news,
    follows,
    is_complaint,
    promises_to_answer,
    word_of,
)
from csm.question_words import banter_in, feedback_in, small_talk_in, topic_of
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().answers
TALK, FOLLOW_UPS = SETTINGS.small_talk, SETTINGS.follow_ups
ASKED = "How do I share a view with my team?"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("that did not help", Word.COMPLAINT),
        ("it still does not work", Word.COMPLAINT),
        ("That didn't help at all, I still cannot see the share button", Word.COMPLAINT),
        ("still the same error", Word.COMPLAINT),
        ("Why doesn't it work?", Word.QUESTION),
        ("not solved", Word.COMPLAINT),
        ("solved the first, but the export still fails", Word.COMPLAINT),
        ("It did not work at first, but now it works", Word.SETTLED),
        ("and for Ubuntu?", Word.QUESTION),
        ("Thanks but how about Ubuntu?", Word.QUESTION),
        ("What if the export doesn't work for CSV files?", Word.QUESTION),
        ("please send me the offer by tomorrow", Word.QUESTION),
        ("is this solved?", Word.QUESTION),
        ("We found it broken again", Word.QUESTION),
        ("any news on the mobile app release and forecasts?", Word.QUESTION),
        ("any news on this?", Word.NEWS),
        ("any update?", Word.NEWS),
        ("Any update from the team?", Word.NEWS),
        ("please hurry", Word.NEWS),
        ("I am still waiting for an answer here", Word.NEWS),
        ("still nothing?", Word.NEWS),
        ("forget it, solved", Word.SETTLED),
        ("never mind, I found it in the settings, thanks", Word.SETTLED),
        ("it's solved now, thank you all!", Word.SETTLED),
        ("thanks, that worked", Word.SETTLED),
        ("problem solved", Word.SETTLED),
        ("ok thanks, will try that", Word.TALK),
        ("Perfect, thank you for your help Casey", Word.TALK),
        ("no problem, thanks", Word.TALK),
        ("that's all I need, thanks", Word.TALK),
        ("I'll let you know if anything is wrong", Word.TALK),
        ("no", Word.TALK),
        ("no, that's fine", Word.TALK),
        ("Ubuntu shows another dialog", Word.TALK),
        ("👍", Word.TALK),
        ("", Word.TALK),
    ],
)
def test_words(text: str, word: Word) -> None:
    assert word_of(text, TALK, FOLLOW_UPS, ASKED) is word


@pytest.mark.parametrize("text", ["no", "Wrong!", "nope", "didn't work", "it doesn't help"])
def test_after_our_answer_a_single_word_complains_too(text: str) -> None:
    assert is_complaint(text, TALK)
    assert not small_talk_in(text, TALK)


@pytest.mark.parametrize(
    "text",
    [
        "no thanks",
        "No, that's fine",
        "what is wrong with my chart?",
        "what if the import doesn't work for XLSX files?",
        "It did not work at first, but now it works",
        "",
    ],
)
def test_what_only_sounds_like_a_complaint_is_none(text: str) -> None:
    assert not is_complaint(text, TALK)


@pytest.mark.parametrize("phrase", [p for p in TALK.not_helped if " " in p])
def test_every_phrase_complains_among_other_words(phrase: str) -> None:
    assert is_complaint(f"Sorry, {phrase}, I see no button.", TALK)
    assert feedback_in(phrase, TALK) == "not_helped"


@pytest.mark.parametrize("phrase", FOLLOW_UPS.news)
def test_every_phrase_asks_for_news(phrase: str) -> None:
    assert asks_for_news(f"{phrase}?", FOLLOW_UPS, "")


@pytest.mark.parametrize("phrase", FOLLOW_UPS.settled)
def test_every_phrase_settles(phrase: str) -> None:
    assert word_of(f"{phrase}, thanks", TALK, FOLLOW_UPS, ASKED) is Word.SETTLED


@pytest.mark.parametrize("phrase", FOLLOW_UPS.later)
def test_every_phrase_promises(phrase: str) -> None:
    assert promises_to_answer(f"Hi Jo, {phrase}", FOLLOW_UPS)


def test_news_of_something_by_name_is_not_news_of_anything() -> None:
    assert not asks_for_news("any news on the import?", FOLLOW_UPS, "")
    assert asks_for_news("any news on the import?", FOLLOW_UPS, "Why does the import fail?")


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        ("not yet, I'll come back to you", True),
        ("I'm on it", True),
        ("Hi Jo, let me check and get back to you", True),
        ("I'll check with engineering", True),
        ("Click on it, then choose Share.", False),
        ("Take a look at Settings, there is a Share button.", False),
        ("You can check it under Settings", False),
        ("It is not yet released, plan for May", False),
        ("Ten more are 900 a month.", False),
        ("I'll check. " + "Open Settings and choose Share. " * 6, False),
    ],
)
def test_a_promise_is_no_answer(text: str, promises: bool) -> None:
    assert promises_to_answer(text, FOLLOW_UPS) is promises


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("and for Ubuntu?", True),
        ("what about guests?", True),
        ("how do I share it?", True),
        ("How do I delete an alert?", False),
    ],
)
def test_a_follow_up_leans_on_what_was_asked(text: str, again: bool) -> None:
    assert follows(text, ASKED) is again


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("you're useless", "play"),
        ("can you tell me a joke?", "play"),
        ("what's the weather like in Berlin today?", "play"),
        ("please stop answering here", "leave"),
        ("you're useless, my import fails", ""),
        ("how do I write a poem into a text box of a dashboard page?", ""),
        ("how do I share a view?", ""),
    ],
)
def test_banter_is_told_from_questions(text: str, kind: str) -> None:
    assert banter_in(text, TALK) == kind


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("human", "a_person"),
        ("A human, please!", "a_person"),
        ("agent", "a_person"),
        ("the human resources dashboard", ""),
        ("how do I build the human resources dashboard", ""),
        ("can I filter by agent", ""),
        ("speak with my account manager", "a_person"),
        ("can I talk to my CSM?", "a_person"),
        ("a person please", "a_person"),
        ("real human", "a_person"),
        ("filter by the payment column", ""),
        ("can we bill a customer through your product?", ""),
        ("the pay gap chart", ""),
        ("how do we pay?", "money"),
        ("what do we pay for seats", "money"),
        ("our last bill is wrong", "money"),
        ("Bill", "money"),
    ],
)
def test_topics_are_told_from_the_product(text: str, topic: str) -> None:
    found = topic_of(text, SETTINGS.topics)
    assert (found.id if found else "") == topic
