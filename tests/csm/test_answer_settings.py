"""The settings of answering: what is right loads, and what is wrong is named."""

from typing import Any

import pytest
from pydantic import ValidationError

from csm.answer_settings import WANTS_A_PERSON, AnswerSettings
from csm.plain_words import bare
from csm.question_words import feedback_in, small_talk_in, topic_of
from tests.csm.shipped import shipped_playbook

SHIPPED = shipped_playbook().answers


def changed(**changes: Any) -> dict[str, Any]:
    whole = SHIPPED.model_dump(mode="json", by_alias=True)
    for path, value in changes.items():
        *above, key = path.split("__")
        inner = whole
        for name in above:
            inner = inner[name]
        inner[key] = value
    return whole


def test_the_shipped_settings_survive_being_written_and_read() -> None:
    assert AnswerSettings.model_validate(changed()) == SHIPPED


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"default_mode": "cases"}, "must be answer, draft or off"),
        ({"clarify_from": 0.9, "threshold": 0.5}, "must not be above"),
        ({"threshold": 1.1}, "less than or equal to 1"),
        ({"most_clarifications": 6}, "less than or equal to 5"),
        ({"longest_answer": 100}, "greater than or equal to 200"),
        ({"hours__days": []}, "at least 1 item"),
        ({"hours__starts": "17:00"}, "must be later than"),
        ({"hours__starts": "9:00"}, "match pattern"),
        ({"hours__holidays": "ZZ"}, "public holidays are not known"),
        ({"hours__holidays": "de"}, "match pattern"),
        ({"hand_over__first_reply_hours": 0.0}, "greater than 0"),
        ({"hand_over__first_reply_hours": "4"}, "valid number"),
        ({"topic": []}, "at least 1 item"),
        ({"topic": [{"id": "money", "name": "Money", "phrases": ["price"]}]}, WANTS_A_PERSON),
        ({"topic": [{"id": WANTS_A_PERSON, "name": "Person", "phrases": []}]}, "at least 1 item"),
        ({"small_talks": {}}, "did you mean"),
    ],
)
def test_a_slip_is_named(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        AnswerSettings.model_validate(changed(**change))


@pytest.mark.parametrize("name", ["not_found", "guard_refused", "not_helped", "discarded"])
def test_a_topic_is_not_called_like_a_reason_of_our_own(name: str) -> None:
    topics = [*changed()["topic"], {"id": name, "name": "Mine", "phrases": ["my thing"]}]
    with pytest.raises(ValidationError, match=f'no topic may have the id "{name}"'):
        AnswerSettings.model_validate(changed(topic=topics))


def test_a_country_whose_holidays_are_known_is_taken() -> None:
    assert AnswerSettings.model_validate(changed(hours__holidays="DE")).hours.holidays == "DE"


def test_every_shipped_phrase_does_what_its_list_says() -> None:
    talk = SHIPPED.small_talk
    assert {small_talk_in(phrase, talk) for phrase in talk.greetings} == {"greeting"}
    assert {small_talk_in(phrase, talk) for phrase in talk.thanks} == {"thanks"}
    assert {feedback_in(phrase, talk) for phrase in talk.helped} == {"helped"}
    assert {feedback_in(phrase, talk) for phrase in talk.not_helped} == {"not_helped"}
    assert {feedback_in(phrase, talk) for phrase in (*talk.thanks, *talk.greetings)} == {None}
    for topic in SHIPPED.topics:
        assert all(topic_of(f"well, {phrase}!", [topic]) is topic for phrase in topic.phrases)


def test_no_phrase_is_in_two_lists() -> None:
    lists = {topic.id: topic.phrases for topic in SHIPPED.topics}
    phrases = [bare(phrase) for several in lists.values() for phrase in several]
    assert len(phrases) == len(set(phrases))
