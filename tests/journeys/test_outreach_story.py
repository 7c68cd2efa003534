"""Outreach in chat, from the risk to the reply: drafted, guarded, approved, sent once."""

import pytest

from bot.surfaces.console import Delivered
from bot.turn import Delivery
from csm.card import Bullets
from csm.outreach import OutreachState, Reaction
from csm.play import ChannelKind
from storage.records import SqlRecords
from tests.journeys.outreach_world import HABITS, MORNING, NIGHT, OutreachWorld
from tests.journeys.talk import Heard

DECISIONS = ("outreach.approve:", "outreach.edit:", "outreach.reject:", "outreach.snooze:")
SUBJECTS = ("How is Lanternboard working for your team?", "Your weekly reports")
SECRETS = ("Usage is down", "rules pass", "/why", "Approved by", "1,234", "outreach.")


@pytest.fixture
def world(sqlite_records: SqlRecords) -> OutreachWorld:
    world = OutreachWorld(sqlite_records)
    world.refresh()
    return world


def shown_to(heard: Heard, to: str) -> list[Delivered]:
    return [reply for reply in heard.replies if reply.to == to]


def letters(heard: Heard, to: str = "jo") -> list[str]:
    """What was written to a customer's person, or to everybody, by subject."""
    cards = [one.reply.card for one in shown_to(heard, to)]
    return [card.title for card in cards if card and card.title in SUBJECTS]


def body_of(world: OutreachWorld, draft: Heard, who: str = "casey") -> tuple[str, str]:
    """The form that changes it, and the words in it."""
    form = world.press(draft, "outreach.edit:", who).last.reply.form
    assert form is not None
    return form.id, next(field.value for field in form.inputs if field.id == "body")


def edited(world: OutreachWorld, draft: Heard, old: str, new: str) -> Heard:
    form, body = body_of(world, draft)
    assert old in body
    values = {"subject": "How is it going?", "body": body.replace(old, new)}
    return world.talk.press(form, values=values)


def test_the_whole_story(world: OutreachWorld) -> None:
    world.clock.at = NIGHT
    listed = world.talk.say("/cta")
    assert "Check in about falling usage" in listed.text
    cta = world.talk.press(listed.button("cta.open:1").id)
    assert "Habits decline check-in" in cta.text

    draft = world.press(cta, "outreach.draft_cta:1")
    card = draft.seen_by("casey")
    for told in (
        "Draft #1 for Acme: Habits decline check-in",
        "Why now: Usage is down 50 % on their own 12-week normal",
        "Jo Park",
        "Direct message on the console",
        "your team's use of Lanternboard fell by 50 % in the last four weeks",
        "fell by 50 % (usage, as of 10 Mar 2026)",
        "42 of 43 rules pass; held, and looked at again on 10 Mar 2026, 17:00 CET.",
        "It is no decent hour where the contact is",
        "Tue 02:00 (America/Los_Angeles)",
        "Morgan Lee was asked to approve it.",
    ):
        assert told in card
    assert "10 Mar 2026, 16:00 GMT" in draft.seen_by("morgan")
    assert not shown_to(draft, "jo")

    refused = edited(world, draft, "What has", "You get a discount of 77 %. What has")
    assert "Not changed" in refused.card.title
    assert "It makes a promise: discount." in refused.text
    assert "It states what no source does: 77 %." in refused.text
    assert "You get a discount of 77 %." in refused.text, "the words are not lost"
    good = edited(world, draft, "quiet season", "busy season")
    assert good.last.reply.replaces
    assert "It may be a busy season" in good.text
    assert "edited by Casey Rivers" in good.text

    assert not good.offers("outreach.approve:"), "who may not approve is not offered to"
    approve = good.button("outreach.edit:").id.replace("edit", "approve")
    own = world.talk.press(approve)
    assert "Whoever asked for a message may not approve it: another person must." in own.text
    colleague = world.talk.press(approve, who="riley")
    assert "not by another CSM" in colleague.text
    late = world.press(draft, "outreach.approve:", "morgan")
    assert "It was changed by Casey Rivers since you saw it" in late.text
    assert "It may be a busy season" in late.text, "and sees it as it is now"

    approved = world.press(late, "outreach.approve:", "morgan")
    assert approved.last.reply.replaces
    assert "Approved by Morgan Lee on 10 Mar 2026, 09:00 GMT." in approved.text
    assert "looked at again on 10 Mar 2026, 16:00 GMT" in approved.text
    assert not any(approved.offers(button) for button in DECISIONS)
    assert approved.offers("outreach.stop:1")
    assert not shown_to(approved, "jo")
    second = world.press(late, "outreach.approve:", "ada")
    assert "Morgan Lee approved this on 10 Mar 2026, 09:00 UTC." in second.text
    assert second.last.reply.replaces
    assert not any(second.offers(button) for button in DECISIONS)

    world.clock.pass_by(hours=6)
    assert not world.posts().replies, "15:00 in London is 08:00 in Los Angeles"
    world.clock.at = MORNING
    arrived = world.posts()
    (sent,) = arrived.replies
    assert (sent.to, sent.reply.delivery) == ("jo", Delivery.DIRECT)
    assert "It may be a busy season" in arrived.text
    assert not any(secret in arrived.text for secret in SECRETS)
    assert not world.posts().replies
    assert "Sent on 10 Mar 2026, 18:30 CET." in world.talk.say("/outreach 1").text

    reply = world.talk.say("Sounds good!", who="jo")
    assert "Casey Rivers has your reply." in reply.seen_by("jo")
    assert "replied, and sounds pleased" in reply.seen_by("casey")
    assert "“Sounds good!”" in reply.seen_by("casey")
    assert "They reacted well." in world.talk.say("/outreach 1").text
    assert "Sounds good" not in reply.seen_by("jo")

    effect = world.talk.say("/effect habits")
    assert "Too little data to tell yet" in effect.text
    why = world.talk.say("/why 1")
    assert "All 43 rules pass." in why.text
    assert "Decent hours passes" in why.text
    for step in (
        "Casey Rivers: drafted",
        "Casey Rivers: edit refused by the guard",
        "Casey Rivers: edited",
        "Riley Stone: tried to approve it, without the leave to",
        "Morgan Lee: approved",
        "the outbox: sent",
        "the customer: reacted",
    ):
        assert step in why.text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("You get a discount.", "It makes a promise: discount."),
        ("That is 87 hours less.", "87"),
        ("Globex works like that, too.", "It names another customer"),
        ("Sam Ito works like that, too.", "Sam Ito works like that, too."),
        ("Your health score is low.", "It uses words that are for us alone: health score"),
        ("See https://evil.example/x for more.", "https://evil.example/x"),
        ("Dear {contact_first_name}!", "{contact_first_name}"),
    ],
)
def test_an_edit_that_the_guard_refuses_says_why_and_changes_nothing(
    world: OutreachWorld, words: str, why: str
) -> None:
    draft = world.draft()
    before = world.outreach().outreach
    heard = edited(world, draft, "What has", f"{words} What has")
    assert why in heard.text
    assert words in heard.text
    assert world.outreach().outreach == before
    assert heard.offers("outreach.edit:1:")


def test_the_machine_s_own_draft_goes_to_the_csm_who_may_approve_it(world: OutreachWorld) -> None:
    assert world.night().drafted == 1
    heard = world.posts()
    assert "Draft #1 for Acme" in heard.seen_by("casey")
    sent = world.press(heard, "outreach.approve:")
    assert letters(sent) == ["How is Lanternboard working for your team?"]
    assert "Approved by Casey Rivers" in sent.seen_by("casey")


def test_it_is_sent_once_however_often_it_is_approved(world: OutreachWorld) -> None:
    draft = world.draft()
    first = world.press(draft, "outreach.approve:", "morgan")
    again = world.press(draft, "outreach.approve:", "morgan")
    assert len(letters(first)) == 1
    assert not letters(again)
    assert "You approved this" in again.text
    assert not world.posts().replies


def test_in_the_customer_s_channel(world: OutreachWorld) -> None:
    world.prefer(ChannelKind.CHANNEL)
    draft = world.draft()
    assert "Shared channel on the console" in draft.text
    sent = world.press(draft, "outreach.approve:", "morgan")
    assert letters(sent, "everyone") == ["How is Lanternboard working for your team?"]
    thread = world.outreach().outreach.message
    said = world.talk.say("Thank you, let us talk.", who="kim", where="acme-shared", thread=thread)
    assert [reply.to for reply in said.replies] == ["casey"]
    assert "Kim Nash (Acme) replied" in said.seen_by("casey")
    assert world.outreach().outreach.reaction is Reaction.POSITIVE


def test_rejected_with_a_reason(world: OutreachWorld) -> None:
    draft = world.draft()
    heard = world.press(draft, "outreach.reject:", "morgan", why="They merge with Globex.")
    assert heard.last.reply.replaces
    assert "Rejected by Morgan Lee on 10 Mar 2026" in heard.text
    assert "They merge with Globex." in heard.text
    assert not any(heard.offers(button) for button in DECISIONS)
    late = world.press(draft, "outreach.approve:", "ada")
    assert "Morgan Lee rejected this" in late.text
    form = world.press(draft, "outreach.reject:", "ada")
    assert form.last.reply.form is None, "nothing is asked for in vain"
    assert not world.posts().replies


def test_a_reason_must_be_given(world: OutreachWorld) -> None:
    heard = world.press(world.draft(), "outreach.reject:", "morgan", why="  ")
    assert "Say why" in heard.card.summary
    assert world.outreach().outreach.state is OutreachState.DRAFTED


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("3", "Snoozed until 13 Mar 2026"),
        ("1 day", "Snoozed until 11 Mar 2026"),
        ("2026-03-20", "Snoozed until 20 Mar 2026"),
        ("soon", "“soon” is no day"),
        ("61", "by 1 to 60 days"),
        ("0", "by 1 to 60 days"),
        ("2026-03-01", "by 1 to 60 days"),
        ("9" * 50, "by 1 to 60 days"),
    ],
)
def test_snooze(world: OutreachWorld, until: str, told: str) -> None:
    heard = world.press(world.draft(), "outreach.snooze:", "morgan", until=until)
    assert told in heard.text
    is_snoozed = told.startswith("Snoozed")
    assert ("Nothing waits" in world.talk.say("/approvals", who="morgan").text) is is_snoozed


def test_stopped_in_time(world: OutreachWorld) -> None:
    world.clock.at = NIGHT
    approved = world.press(world.draft(), "outreach.approve:", "morgan")
    stopped = world.press(approved, "outreach.stop:1", "morgan")
    assert stopped.offers("outreach.approve:1:"), "it is a draft again"
    world.clock.at = MORNING
    assert not world.posts().replies
    again = world.press(approved, "outreach.stop:1", "morgan")
    assert "nobody has approved it" in again.text
    assert letters(world.press(stopped, "outreach.approve:", "morgan"))


def test_what_was_sent_cannot_be_stopped(world: OutreachWorld) -> None:
    world.sent()
    heard = world.talk.press("outreach.stop:1", who="morgan")
    assert "It was sent on" in heard.text


def test_several_at_once_with_each_verdict_in_sight(world: OutreachWorld) -> None:
    world.draft()
    world.draft("riley", "/draft globex check_in")
    heard = world.talk.say("/approvals", who="morgan")
    assert "2 drafts to approve." in heard.text
    (listed,) = [block for block in heard.card.blocks if isinstance(block, Bullets)]
    assert ["rules pass" in line.text for line in listed.items] == [True, True]
    done = world.press(heard, "outreach.approve_all:", "morgan")
    assert done.last.reply.replaces or done.replies[0].reply.replaces
    assert "#1: " in done.text or "#1" in done.seen_by("morgan")
    assert "approved, and on its way" in done.seen_by("morgan")
    assert letters(done, "jo")
    assert world.outreach(1).outreach.state is OutreachState.SENT
    assert world.outreach(2).outreach.state is OutreachState.APPROVED, "it is evening in Berlin"
    again = world.press(heard, "outreach.approve_all:", "ada")
    assert "Morgan Lee approved this" in again.text
    assert "Nothing waits for you" in world.talk.say("/approvals", who="morgan").text


def test_a_csm_sees_what_they_may_approve_and_nothing_else(world: OutreachWorld) -> None:
    world.night()
    assert "1 draft to approve." in world.talk.say("/approvals", who="casey").text
    assert "Nothing waits for you" in world.talk.say("/approvals", who="riley").text


def test_a_restart_loses_nothing(world: OutreachWorld) -> None:
    world.clock.at = NIGHT
    draft = world.draft()
    world.start()
    approved = world.press(draft, "outreach.approve:", "morgan")
    assert "Approved by Morgan Lee" in approved.text
    world.start()
    world.clock.at = MORNING
    assert len(letters(world.posts())) == 1
    world.start()
    assert not world.posts().replies
    assert "sounds pleased" in world.talk.say("Great, thanks", who="jo").seen_by("casey")


def test_paused_while_it_is_approved(world: OutreachWorld) -> None:
    paused = world.talk.say("/pause account acme: they merge", who="casey")
    assert "they merge" in paused.text
    draft = world.draft()
    assert "Sending is paused for this account" in draft.text
    assert "by Casey Rivers: they merge" in draft.text
    approved = world.press(draft, "outreach.approve:", "morgan")
    assert "Sending is paused." in approved.text
    assert "Sending is paused for this account" in approved.text
    assert not letters(approved)
    world.clock.pass_by(hours=1)
    resumed = world.talk.say("/resume account acme", who="casey")
    assert "nothing is paused" in resumed.text
    assert len(letters(resumed)) == 1


def test_paused_after_it_was_approved(world: OutreachWorld) -> None:
    world.clock.at = NIGHT
    world.press(world.draft(), "outreach.approve:", "morgan")
    world.talk.say("/pause all: wrong prices on the web site", who="morgan")
    world.clock.at = MORNING
    assert not world.posts().replies
    assert "wrong prices" in world.talk.say("/outreach 1").text
    refused = world.talk.say("/resume all", who="morgan")
    assert "Only an administrator" in refused.text
    assert len(letters(world.talk.say("/resume all", who="ada"))) == 1


def test_pauses_are_for_those_who_may(world: OutreachWorld) -> None:
    assert "a manager decides on that" in world.talk.say("/pause all", who="casey").text
    assert "a manager decides on that" in world.talk.say("/pause account globex").text
    assert "nothing is paused" in world.talk.say("/pause", who="casey").text
    assert "nothing is paused" not in world.talk.say("/pause play habits: odd", who="morgan").text


def test_what_is_paused_already_keeps_its_reason_and_says_so(world: OutreachWorld) -> None:
    world.talk.say("/pause account acme: they merge", who="casey")
    again = world.talk.say("/pause account acme: another reason", who="casey")
    assert "That was paused already" in again.text
    assert "they merge" in again.text
    assert "another reason" not in again.text


def test_please_stop_is_honoured_at_once(world: OutreachWorld) -> None:
    world.sent()
    heard = world.talk.say("Please stop.", who="jo")
    assert "you will get no more messages like this one" in heard.seen_by("jo")
    assert "asked for no more such messages" in heard.seen_by("casey")
    assert (
        "They asked for no more such messages, and get none." in world.talk.say("/outreach 1").text
    )
    world.clock.pass_by(days=60)
    other = world.draft(text="/draft acme check_in")
    assert "Jo Park does not want such messages." in other.seen_by("casey")
    sheet = world.talk.say("/suppress acme")
    assert "Jo Park" in sheet.text
    assert not sheet.offers("suppress.lift:"), "that is theirs alone to take back"


def test_an_approved_one_is_not_sent_once_they_opt_out(world: OutreachWorld) -> None:
    world.sent()
    world.draft(text="/draft acme check_in")
    world.clock.at = NIGHT.replace(day=11)
    draft = world.talk.say("/outreach 2", who="morgan")
    world.press(draft, "outreach.approve:", "morgan")
    world.talk.say("unsubscribe", who="jo")
    world.clock.at = MORNING.replace(day=11)
    heard = world.posts()
    assert not letters(heard)
    assert world.outreach(2).outreach.state is OutreachState.WITHDRAWN
    assert "Not sent to Acme" in world.posts().seen_by("morgan")


def test_whom_not_to_write_to(world: OutreachWorld) -> None:
    sheet = world.talk.say("/suppress acme")
    assert "Everybody at Acme may be written to." in sheet.text
    values = {"contact": "contact:jo", "kind": "do_not_contact", "why": "On leave."}
    kept = world.press(sheet, "suppress.add:", "casey", **values)
    assert "Jo Park" in kept.text
    assert "On leave." in kept.text
    assert "Kim Nash" in world.draft().seen_by("casey"), "the next role of the play"
    lifted = world.press(kept, "suppress.lift:")
    assert "Everybody at Acme may be written to." in lifted.text


def test_a_question_in_a_reply_goes_on_to_be_answered(world: OutreachWorld) -> None:
    world.sent()
    heard = world.talk.say("Thanks! How do I share a view?", who="jo")
    assert "choose Share" in heard.seen_by("jo")
    assert "How do I share a view?" in heard.seen_by("casey")


def test_the_control_group_is_left_alone(world: OutreachWorld) -> None:
    heard = world.draft(text="/draft acme trial")
    assert "Acme is in the control group of “Trial”" in heard.text
    assert "Nothing is written there" in heard.text


def test_what_is_only_near_to_a_play_is_asked_about(world: OutreachWorld) -> None:
    heard = world.draft(text="/draft acme habbits declin")
    assert "No play is called that" in heard.text
    drafted = world.press(heard, f"outreach.draft:1:{HABITS}")
    assert "Draft #1 for Acme" in drafted.text
