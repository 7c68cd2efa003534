"""What is said in a channel without naming us: questions put to the vendor are taken, even where
the library knows nothing of them, and talk among people is left alone."""

import pytest

from csm.knowledge import Found
from csm.question import Mode
from csm.reasons import Reason
from csm.triage import Decision, Situation, Step, on_finding, on_hearing
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().answers
NOTHING_LIKE_IT = Found(similarity=0.0)

TO_THE_VENDOR = (
    "do you support SCIM provisioning?",
    "Do you integrate with Notion?",
    "do you offer a sandbox",
    "Do you have an SDK for Kotlin?",
    "do you have any keyboard shortcuts",
    "Hi all, does it support dark mode?",
    "Does it work offline?",
    "does your API have webhooks?",
    "Does the mobile app have fingerprint login?",
    "Does the API allow bulk deletion?",
    "Can we brand the login page with our logo?",
    "can we turn the watermark off",
    "Can I undo a bulk edit?",
    "Could we use our own SMTP server?",
    "Can users pick their own language?",
    "can guests comment on a board?",
    "Can our auditors have read-only access?",
    "Is there a way to pin a tile?",
    "is there a dark mode",
    "Is there an audit trail?",
    "Is there any limit on custom fields?",
    "Are there any plans for a Linux client?",
    "Are we able to rotate the signing key?",
    "Is LDAP supported?",
    "Is it possible to freeze a column?",
    "Would it be possible to nest folders?",
    "is Safari 15 compatible with the editor?",
    "Quick question: can we embed it in an iframe?",
    "What is the maximum size of an attachment?",
    "Where do we change the favicon?",
    "Can you embed a board in a wiki?",
    "which browsers are supported?",
    "We love it! Does it have a changelog?",
)
AMONG_PEOPLE = (
    "Is the new hire starting Monday?",
    "are you joining the call?",
    "lunch?",
    "Can we meet at three?",
    "can we push the meeting to Thursday?",
    "Can I call you later?",
    "Could we talk tomorrow?",
    "Is there coffee left?",
    "is there a party on Friday?",
    "Is there any cake left in the kitchen?",
    "Are there any drinks in the office?",
    "Did Sam send the slides?",
    "who is taking notes?",
    "When is your flight?",
    "how was the weekend?",
    "Are you around?",
    "do you have a minute?",
    "Do you know Pat from finance?",
    "Do you have any plans for the weekend?",
    "Does it rain in Lisbon in May?",
    "does it suit everyone?",
    "Does Friday work for you?",
    "Can you join us in room 4?",
    "Can you send me the deck?",
    "Will it snow tonight?",
    "Where are you?",
    "What time is the standup?",
    "Is Kim sick?",
    "Did you see the game?",
    "has the parcel arrived?",
    "Should I book the hotel?",
    "Who won?",
    "Where do we meet?",
    "can we go home now",
)


def overheard(text: str) -> Situation:
    return Situation(text, addressed=False, names_others=False, mode=Mode.ANSWER)


@pytest.mark.parametrize("text", TO_THE_VENDOR)
def test_what_is_put_to_the_vendor_gets_a_person_where_the_library_knows_nothing(text: str) -> None:
    assert on_hearing(overheard(text), SETTINGS) == Decision(Step.LOOK_UP)
    found = on_finding(NOTHING_LIKE_IT, overheard(text), SETTINGS)
    assert found == Decision(Step.HAND_OVER, Reason.NOT_FOUND)


@pytest.mark.parametrize("text", AMONG_PEOPLE)
def test_talk_among_people_is_left_alone(text: str) -> None:
    heard = on_hearing(overheard(text), SETTINGS)
    assert heard.step in {Step.SILENT, Step.LOOK_UP}
    silent = Decision(Step.SILENT, Reason.NOT_OUR_BUSINESS)
    assert on_finding(NOTHING_LIKE_IT, overheard(text), SETTINGS) == silent
