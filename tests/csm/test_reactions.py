"""How customers' words and emoji are understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.outreach import Reaction
from csm.reactions import Understood, reaction_of, stronger, understood
from tests.csm.shipped import shipped_playbook

REPLIES = shipped_playbook().guard.replies

# For certain: honoured at once.
NO_MORE = (
    "Please unsubscribe me from these emails",
    "STOP. I do not want any more of these mails from you.",
    "Could you please stop sending me these?",
    "Can you take me off this list?",
    "stop!!! leave me alone, ok?",
    "I asked you to stop. Why do you still write?",
    "Please don't send me any more of these.",
    "Remove my address please",
    "optout please",
    "Bitte abmelden",
    "Bitte keine weiteren Mails.",
    "Arrêtez de m'écrire",
    "No more of these, thanks",
    "I don't want to get these any more.",
    "Not interested, stop it",
    "Stop emailing me.",
    "Please cease and desist contacting me.",
    "unsubscribe",
    "Opt-out",
    "Please remove me from your mailing list",
    "Please stop.",
    "STOP",
    "Unsubscribe me please",
    "Hi Casey, I get too much mail already. Please take me off your list.",
    "Please don’t contact me about this again, we have decided.",
    "Thanks but please stop",
    "I want to stop receiving these",
    "You must stop sending me emails",
    "This has to stop.",
    "stop mailing us",
    "Please remove me, add Kim instead?",
    "Hi Casey stop please",
    "stop these emails now",
    "No more emails please",
    "Enough of these mails",
    "Don't send me anything",
    "we'd like to opt out",
    "Stopp bitte",
    "Hören Sie auf!",
    "Bitte schreiben Sie mir nicht mehr",
    "Ich möchte keine E-Mails mehr",
    "Nehmen Sie mich aus dem Verteiler",
    "Merci d'arrêter",
    "Je veux me désabonner",
    "Ne m'écrivez plus",
    "Por favor, no me escriban más",
    "Quiero darme de baja",
    "No más correos, gracias",
    "Basta",
    "Would you kindly stop writing to me?",
    "STOP STOP STOP",
    "Please, stop!",
    "ok, stop",
    "I said stop.",
    "stop the emails",
    "PLEASE STOP EMAILING!!!",
    "Kindly remove us",
    "enough emails",
    "Arrêtez",
    "Stop it!",
    "don't send me these mails",
    "Stop spamming",
    "I'd like you to stop messaging us",
)

# Perhaps: honoured until a colleague has read it.
PERHAPS = (
    "How do I unsubscribe?",
    "Where is the unsubscribe button?",
    "The unsubscribe link does not work",
    "Stop sending me these reports",
    "How do I stop these emails?",
    "I never signed up for these emails",
    "Why do you not stop emailing me?",
    "Please remove me from the account",
    "Wie kann ich mich abmelden?",
    "Please stop your report emails",
    "stop with the nonsense",
    "They won't stop emailing me",
)

# The word is there, and something else is meant.
SOMETHING_ELSE = (
    "How to stop alerts?",
    "stop weekly report emails?",
    "The job won't stop",
    "Non-stop great service!",
    "don't stop",
    "can't stop smiling, great",
    "Sounds good, please stop by",
    "Please stop the export job, it is broken",
    "Do not contact me by phone, mail is fine",
    "We had to stop, great tool",
    "ok stop worrying",
    "not great",
    "Not a good idea",
    "This is not very helpful",
    "How do I stop an alert from being sent to the whole team?",
    "Can we opt out of the new layout for one team?",
    "please stop by on Tuesday, we would love to see you",
    "Please don't unsubscribe me",
    "Don't remove me, I like them",
    "No more questions from my side",
    "We want to stop the sync",
    "I don't want this to break",
    "Please don't send me a link, just tell me",
    "Our users cannot unsubscribe",
    "We will stop using it in May",
    "Can you stop the pipeline for us today?",
    "How do I send messages to the team?",
    "Stop over in Berlin if you can",
    "No more errors, great",
    "it never stops",
    "We don't want more seats",
    "The sync stopped",
    "thank you, no more problems with emails",
    "Can the app stop an import half way?",
    "I did not ask for a call",
    "Great, keep them coming",
    "Did you stop the job?",
    "when you stop the server it fails",
    "no problem, sounds good",
    "Please stop them from crashing",
    "the bus stop",
    "a full stop is missing in your text there",
)

MOODS = (
    ("Sounds good, Tuesday it is", Reaction.POSITIVE),
    ("Thank you, that helps a lot!", Reaction.POSITIVE),
    ("great", Reaction.POSITIVE),
    ("no problem, sounds good", Reaction.POSITIVE),
    ("Non-stop great service!", Reaction.POSITIVE),
    ("can't stop smiling, great", Reaction.POSITIVE),
    ("Sounds good, please stop by", Reaction.POSITIVE),
    ("I can't log in, thanks", Reaction.POSITIVE),
    ("Not only great but cheap", Reaction.POSITIVE),
    ("Gerne, danke", Reaction.POSITIVE),
    ("Avec plaisir", Reaction.POSITIVE),
    ("not great", Reaction.NEGATIVE),
    ("Not a good idea", Reaction.NEGATIVE),
    ("This is not very helpful", Reaction.NEGATIVE),
    ("It wasn't all that great", Reaction.NEGATIVE),
    ("I don't think that sounds good", Reaction.NEGATIVE),
    ("Das ist nicht so prima", Reaction.NEGATIVE),
    ("No thanks, not interested.", Reaction.NEGATIVE),
    ("Thanks, but no thanks", Reaction.NEGATIVE),
    ("Thanks but we are unhappy", Reaction.NEGATIVE),
    ("Nein danke", Reaction.NEGATIVE),
    ("Non merci", Reaction.NEGATIVE),
    ("No, gracias", Reaction.NEGATIVE),
    ("Do not contact me by phone, mail is fine", Reaction.REPLIED),
    ("The job won't stop", Reaction.REPLIED),
    ("don't stop", Reaction.REPLIED),
    ("I will ask Bo about it.", Reaction.REPLIED),
    ("", Reaction.REPLIED),
)


@pytest.mark.parametrize("text", NO_MORE)
def test_who_wants_no_more_is_understood(text: str) -> None:
    assert understood(text, REPLIES) == Understood(Reaction.OPTED_OUT)


@pytest.mark.parametrize("text", PERHAPS)
def test_what_may_mean_that_is_for_a_person_to_read(text: str) -> None:
    assert understood(text, REPLIES) == Understood(Reaction.NEGATIVE, is_unclear=True)


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_who_speaks_of_something_else_still_gets_messages(text: str) -> None:
    meant = understood(text, REPLIES)
    assert not meant.is_unclear
    assert meant.reaction is not Reaction.OPTED_OUT


@pytest.mark.parametrize(("text", "reaction"), MOODS)
def test_moods(text: str, reaction: Reaction) -> None:
    assert understood(text, REPLIES) == Understood(reaction)


@pytest.mark.parametrize("text", ["Please stop mailing me", "unsubscribe", "Bitte abmelden"])
@pytest.mark.parametrize(
    "around", ["{}", "Hello Casey,\n\n{}\n\nJo", "I like it. {}!", "{} (thanks)"]
)
def test_what_stands_around_it_changes_nothing(text: str, around: str) -> None:
    assert understood(around.format(text), REPLIES).reaction is Reaction.OPTED_OUT
    assert understood(around.format(text.upper()), REPLIES).reaction is Reaction.OPTED_OUT


@given(st.text(max_size=200))
def test_any_text_is_understood_somehow(text: str) -> None:
    meant = understood(text, REPLIES)
    assert meant.reaction in Reaction
    assert understood(f"{text}\nPlease stop mailing me.", REPLIES).reaction is Reaction.OPTED_OUT


@pytest.mark.parametrize(
    ("emoji", "reaction"),
    [
        ("+1", Reaction.POSITIVE),
        ("+1::skin-tone-3", Reaction.POSITIVE),
        (":tada:", Reaction.POSITIVE),
        ("thumbsdown", Reaction.NEGATIVE),
        ("eyes", None),
    ],
)
def test_emoji(emoji: str, reaction: Reaction | None) -> None:
    assert reaction_of(emoji, REPLIES) is reaction


def test_the_strongest_reaction_is_kept() -> None:
    assert stronger(None, Reaction.REPLIED) is Reaction.REPLIED
    assert stronger(Reaction.POSITIVE, Reaction.REPLIED) is Reaction.POSITIVE
    assert stronger(Reaction.POSITIVE, Reaction.OPTED_OUT) is Reaction.OPTED_OUT
    assert stronger(Reaction.OPTED_OUT, Reaction.POSITIVE) is Reaction.OPTED_OUT
