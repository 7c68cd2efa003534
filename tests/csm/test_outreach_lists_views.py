"""Lists of outreach, why, effects, tiers and stops, as people read them."""

import pytest

from bot.render.plain import plain_text
from csm.card import Actions, Tone, buttons_of
from csm.effect import effect_of
from csm.errors import Conflict
from csm.guard import Verdict
from csm.guard_settings import Effect
from csm.outreach import OutreachState, Reaction, Stand
from csm.pause import Pause, PauseScope
from csm.people import Principal, Role
from csm.play import Tier
from csm.ports_outreach import (
    Group,
    Tally,
)
from csm.suppression import SuppressionKind
from csm.use_cases.approve_outreach import Approved, NotApproved
from csm.use_cases.recent_outreach import PausesSeen
from csm.views.draft_choice import asked_to_approve, choose_play_card, not_drafted_card
from csm.views.effect import effect_card, effects_card, long_verdict
from csm.views.outreach_lists import (
    approvals_card,
    approved_together_card,
    outbox_card,
    what_came_of,
)
from csm.views.outreach_news import passed_on_card, reaction_card, stopped_card
from csm.views.outreach_why import why_card
from csm.views.pauses import pauses_card
from csm.views.suppressions import suppressions_card
from csm.views.tiers import lost_card, proposal_card, tier_card, tiers_card
from tests.csm.outreach_cards import (
    BAD,
    BERLIN,
    DONE,
    GOOD,
    HABITS,
    HELD,
    NAMES,
    ON,
    PAUSE,
    PLAYBOOK,
    chained,
    group,
    many,
    sheet,
    stored,
    tier_report,
    verbs,
)
from tests.csm.outreach_desk import START as NOW


def test_nothing_waits() -> None:
    assert "Nothing waits for you" in plain_text(approvals_card([], PLAYBOOK, (), BERLIN))


def test_one_waits() -> None:
    card = approvals_card([stored(verdict=HELD)], PLAYBOOK, (PAUSE,), BERLIN)
    text = plain_text(card)
    assert "1 draft to approve." in text
    assert "to Jo Park by a direct message: “How is it going?”. 1 of 2 rules pass" in text
    assert "18:00 CEST. It is no decent hour" in text
    assert "Paused: everything." in text
    assert verbs(card) == ["open"]


def test_a_long_list_has_pages_and_approves_what_is_seen_and_may_go() -> None:
    waiting = [*many(22), stored(99, BAD)]
    card = approvals_card(waiting, PLAYBOOK, (), BERLIN)
    (all_,) = [button for button in buttons_of(card) if "approve_all" in button.id]
    assert all_.label == "Approve these 5"
    marks = all_.id.partition(":")[2].split(",")
    assert [mark.partition("-")[0] for mark in marks] == list("12345")
    assert len(all_.id) <= 255
    assert "#1, #2, #3, #4, #5" in plain_text(card)
    assert "1 to 10 of 23" in plain_text(card)
    last = approvals_card(waiting, PLAYBOOK, (), BERLIN, page=2)
    assert "21 to 23 of 23" in plain_text(last)
    assert "99" not in next(b.id for b in buttons_of(last) if "approve_all" in b.id)


def test_the_outbox() -> None:
    empty = plain_text(outbox_card([], PLAYBOOK, (), BERLIN))
    assert "Nothing was written yet." in empty
    listed = [(stored(1), Stand.WAITING), (stored(2, **DONE), Stand.SENT), (stored(3), Stand.SENT)]
    account = PAUSE.model_copy(update={"scope": PauseScope.ACCOUNT, "target": "acme"})
    text = plain_text(outbox_card(listed, PLAYBOOK, (account,), BERLIN))
    assert "1 waits for approval, 2 sent." in text
    assert "#2 Acme: Habits decline check-in: sent, 30 Jun 2027, 11:00 CEST" in text
    assert "Paused: the account Acme." in text
    long = outbox_card([(one, Stand.SENT) for one in many(34)], PLAYBOOK, (), BERLIN, page=9)
    assert "31 to 34 of 34" in plain_text(long)


def test_what_came_of_approving_several() -> None:
    lines = [
        (1, what_came_of(Approved(stored(), GOOD, None), BERLIN)),
        (2, what_came_of(Approved(stored(), HELD, NOW), BERLIN)),
        (3, what_came_of(NotApproved(stored(), BAD), BERLIN)),
        (4, what_came_of(Conflict("Casey was first."), BERLIN)),
    ]
    text = plain_text(approved_together_card(lines))
    assert "4 drafts looked at." in text
    assert "#1: approved, and on its way" in text
    assert f"#2: approved, and held, looked at again {ON}" in text
    assert "#3: Not approved: the guard refuses it. It makes a promise." in text
    assert "#4: Casey was first." in text


def test_why() -> None:
    history = [
        chained(3, "outreach.drafted", "schedule"),
        chained(4, "outreach.refused", "casey"),
        chained(9, "outreach.strange", "gone"),
    ]
    text = plain_text(why_card(stored(verdict=BAD), history, PLAYBOOK, NAMES, BERLIN))
    assert "Commitment refuses (alert): It makes a promise: discount." in text
    assert text.index("Commitment refuses") < text.index("Decent hours holds"), "worst first"
    assert "Consent passes: consent is given" in text
    assert "30 Jun 2027, 11:00 CEST: the schedule: drafted (audit 3)" in text
    assert "Casey Rivers: approval refused by the guard (audit 4)" in text
    assert "gone: outreach.strange" in text
    assert "First name: Jo" in text, "here every fact is told"
    good = plain_text(why_card(stored(), [], PLAYBOOK, NAMES, BERLIN))
    assert "Found nothing to mind: Commitment." in good
    held_out = stored(verdict=Verdict(()), state=OutreachState.HOLDOUT, subject="", body="")
    assert "Nothing was written" in plain_text(why_card(held_out, [], PLAYBOOK, NAMES, BERLIN))


@pytest.mark.parametrize("reaction", Reaction)
def test_a_reply_is_told_in_their_words(reaction: Reaction) -> None:
    card = reaction_card(stored(), "Jo Park", reaction, " Sounds good! ")
    assert "“Sounds good!”" in plain_text(card)
    assert verbs(card) == ["open"]
    is_gone = reaction is Reaction.OPTED_OUT
    assert ("theirs alone" in plain_text(card)) is is_gone


def test_what_customers_read() -> None:
    assert "Casey Rivers knows." in plain_text(stopped_card("Casey Rivers"))
    assert "knows" not in plain_text(stopped_card(""))
    assert "Casey Rivers has your reply." in plain_text(passed_on_card("Casey Rivers"))
    assert "The customer success team has your reply." in plain_text(passed_on_card(""))


def test_no_draft_and_which() -> None:
    text = plain_text(not_drafted_card("Acme", HABITS, "It rests.", "Wait until May.", BAD))
    for told in ("No draft for Acme: Habits decline check-in", "It rests.", "Wait until May."):
        assert told in text
    assert "It makes a promise: discount." in text
    plays = [play for play in PLAYBOOK.plays.values() if play.outreach]
    card = choose_play_card(7, "Acme", plays)
    assert len(buttons_of(card)) == len(plays)
    rows = [block for block in card.blocks if isinstance(block, Actions)]
    assert all(len(row.buttons) <= 5 for row in rows)
    guess = plain_text(choose_play_card(7, "Acme", plays[:1], is_guess=True))
    assert "No play is called that." in guess


def test_who_decides_on_what_i_asked_for() -> None:
    casey, morgan = (Principal(key, name, Role.CSM) for key, name in NAMES.items())
    assert asked_to_approve(morgan, casey) == ("Morgan Lee was asked to approve it.", Tone.NEUTRAL)
    assert asked_to_approve(casey, casey)[0] == ""
    assert asked_to_approve(None, casey)[1] is Tone.BAD


@pytest.mark.parametrize(
    ("written", "control", "told"),
    [
        (group(0, 0), group(0, 0), "30 more accounts must come to the end of their time"),
        (group(90, 9), group(29, 9), "1 more account must come to the end of their time"),
        (group(100, 80), group(100, 20), "The goal is reached 60 points more often"),
        (group(100, 20), group(100, 80), "The goal is reached 60 points less often"),
        (group(40, 21), group(40, 20), "No effect can be told from chance"),
    ],
)
def test_an_effect_is_claimed_only_where_there_is_one(
    written: Group, control: Group, told: str
) -> None:
    report = effect_of(
        HABITS.id, Tally(sent=1), written, control, Effect(least=30, confidence=0.95)
    )
    assert told in long_verdict(report)
    assert told in plain_text(effect_card(report, PLAYBOOK))
    assert "Usage no longer falls, within 28 days." in plain_text(effect_card(report, PLAYBOOK))
    assert "1 play, 1 message sent." in plain_text(effects_card([report], PLAYBOOK))


def test_no_play_has_written_yet() -> None:
    report = effect_of(HABITS.id, Tally(), Group(), Group(), Effect(least=30, confidence=0.95))
    assert "No play has written to anybody yet" in plain_text(effects_card([report], PLAYBOOK))


def test_tiers() -> None:
    reports = [
        tier_report(Tier.MANUAL, "3 of 20 decisions", "2 bad reactions"),
        tier_report(Tier.MANUAL),
        tier_report(Tier.DELAYED),
    ]
    text = plain_text(tiers_card(reports))
    assert "3 plays may write to customers." in text
    assert "3 of 20 decisions and 2 bad" in text
    assert "a grant" in text
    assert "nothing: it has the most" in text
    assert "Habits decline check-in is delayed now, by Ada" in plain_text(
        tier_card(HABITS, Tier.DELAYED, "Ada")
    )
    proposal = proposal_card(HABITS, Tier.MANUAL, Tier.DELAYED, Tally(20, 19, 19, 1))
    assert "19 of 20 drafts approved, 19 as drafted (95 %)" in plain_text(proposal)
    assert [button.id for button in buttons_of(proposal)] == [f"play.tier:{HABITS.id}:delayed"]
    lost = plain_text(lost_card(HABITS, Tier.DELAYED, ["3 bad reactions", "the guard stopped 2"]))
    assert "no longer delayed: 3 bad reactions and the guard stopped 2." in lost


def test_pauses() -> None:
    nothing = pauses_card(PausesSeen((), {}, {}), PLAYBOOK, BERLIN)
    assert "Sending is on: nothing is paused." in plain_text(nothing)
    pauses = (
        PAUSE,
        Pause(scope=PauseScope.PLAY, target=HABITS.id, by="breaker", at=NOW),
        Pause(scope=PauseScope.ACCOUNT, target="acme", by="gone", at=NOW),
    )
    text = plain_text(pauses_card(PausesSeen(pauses, NAMES, {"acme": "Acme"}), PLAYBOOK, BERLIN))
    assert "3 pauses in force" in text
    assert "Everything (alert): since 30 Jun 2027, 11:00 CEST, by Morgan Lee: Wrong prices." in text
    assert "The play Habits decline check-in (alert): since" in text
    assert "by the volume breaker" in text
    assert "The account Acme (alert)" in text


def test_suppressions() -> None:
    assert "Everybody at Acme may be written to." in plain_text(suppressions_card(sheet(), BERLIN))
    assert "1 reason not to write." in plain_text(
        suppressions_card(sheet(SuppressionKind.OPT_OUT), BERLIN)
    )
    card = suppressions_card(sheet(*SuppressionKind), BERLIN)
    assert "5 reasons not to write." in plain_text(card)
    assert "#1 Jo Park: asked for no more messages, 30 Jun 2027" in plain_text(card)
    assert "#2 Everybody: reported a message as spam" in plain_text(card)
    lifts = [button.id for button in buttons_of(card) if "lift" in button.id]
    assert lifts == ["suppress.lift:3:3", "suppress.lift:3:4", "suppress.lift:3:5"]
