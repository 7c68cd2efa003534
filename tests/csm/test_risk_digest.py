"""The weekly digest: what is at risk, what changed, what is due, what was sent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.render.block_kit import message
from csm.card import Button, Card, Tone, buttons_of
from csm.health import CtaStatus, Grade, Severity
from csm.outreach import OutreachState, Reaction
from csm.people import Principal
from csm.ports import Records, Table
from csm.told import ToldLine
from csm.use_cases.at_risk_list import list_at_risk
from csm.use_cases.review_book import scope_of
from csm.use_cases.snooze_account import snooze_account
from csm.views.digest import at_risk_card
from tests.contracts.block_kit_rules import problem_with_message
from tests.csm.digest_scene import (
    ACME,
    CASEY,
    GLOBEX,
    HOOLI,
    INITECH,
    MORGAN,
    RILEY,
    DigestScene,
    cleared,
    words,
)
from tests.storage.outreaches import outreach

RED, YELLOW, LIME, GREEN, NONE = Grade.RED, Grade.YELLOW, Grade.LIME, Grade.GREEN, Grade.NONE


@pytest.fixture
def scene(sqlite_records: Records) -> DigestScene:
    return DigestScene(sqlite_records)


def digest(scene: DigestScene, who: Principal = CASEY) -> Card:
    """What comes now."""
    scene.run(who=who)
    return scene.card()


def leads(card: Card) -> list[str]:
    """The accounts, in order."""
    return [block.items[0].lead for block in card.blocks if block.kind == "bullets" and block.first]


def line_of(card: Card, name: str) -> str:
    """What is said of an account."""
    for block in card.blocks:
        if block.kind == "bullets":
            for bullet in block.items:
                if bullet.lead == name:
                    return bullet.text
    raise AssertionError(f"no {name} in {words(card)}")


def button(card: Card, start: str) -> Button:
    return next(button for button in buttons_of(card) if button.id.startswith(start))


def labels(card: Card) -> list[str]:
    return [button.label for button in buttons_of(card)]


def test_accounts_at_risk_come_by_what_is_at_stake(scene: DigestScene) -> None:
    scene.add_account(INITECH, renews=scene.today + timedelta(days=20))
    scene.look(acme=RED, globex=GREEN, initech=YELLOW, hooli=RED)
    card = digest(scene)
    assert leads(card) == ["Initech", "Acme"]
    assert card.title == "Your accounts at risk"
    assert card.summary == "2 of 3 accounts, $180K ARR at risk."
    assert line_of(card, "Initech").startswith(
        "Yellow 55. $60K of $120K ARR at risk, renews 18 Jul 2027 (in 20"
    )


def test_each_line_says_why_and_offers_what_to_do(scene: DigestScene) -> None:
    scene.look(
        scene.risk(ACME),
        acme=RED,
        globex=RED,
        initech=NONE,
        ctas=(
            scene.cta(ACME, severity=Severity.LOW, reason="data_gap"),
            scene.cta(ACME, title="Save them"),
            scene.cta(GLOBEX, status=CtaStatus.CLAIMED),
        ),
    )
    card = digest(scene)
    assert line_of(card, "Acme").endswith("Usage is down 34 % on a month ago.")
    assert line_of(card, "Globex").endswith("Habits holds it down: 30 of 100.")
    assert line_of(card, "Initech").startswith("No grade.")
    assert line_of(card, "Initech").endswith("Nothing fresh enough is known about it.")
    acme, globex = scene.ids[ACME], scene.ids[GLOBEX]
    assert [one.id for one in buttons_of(card)][:7] == [
        f"account.open:{acme}",
        "cta.start:2",
        f"outreach.plays:{acme}",
        f"digest.snooze:{acme}",
        f"account.open:{globex}",
        f"outreach.plays:{globex}",
        f"digest.snooze:{globex}",
    ]
    assert button(card, "cta.start").describe == "Claim #2: Save them"


def test_what_moved_the_grade_is_named_where_no_risk_is(scene: DigestScene) -> None:
    scene.look(acme=GREEN)
    scene.next_week()
    scene.look(acme=40.0)
    assert line_of(digest(scene), "Acme").endswith("Habits moved it by −48 points this week.")


def test_nobody_is_offered_a_colleagues_call_to_action(scene: DigestScene) -> None:
    scene.look(hooli=RED, ctas=(scene.cta(HOOLI, owner=RILEY),))
    scene.appoint(scope="all")
    assert not any(label.startswith("Claim") for label in labels(digest(scene)))
    scene.appoint(who=MORGAN, scope="all")
    assert "Claim CTA #1" in labels(digest(scene, MORGAN))


def test_the_next_one_says_what_changed(scene: DigestScene) -> None:
    scene.add_account("soylent")
    scene.look(acme=50.0, globex=RED, initech=YELLOW, soylent=RED)
    digest(scene)
    scene.next_week()
    scene.add_account("umbrella")
    scene.look(acme=42.0, globex=YELLOW, initech=YELLOW, soylent=NONE, umbrella=RED)
    card = digest(scene)
    assert line_of(card, "Acme").startswith("Red 42, −8 since 28 Jun.")
    assert line_of(card, "Globex").startswith("Yellow 55, was red on 28 Jun: a save.")
    assert line_of(card, "Initech").startswith("Yellow 55, unchanged since 28 Jun.")
    assert line_of(card, "Soylent").startswith("No grade, was red on 28 Jun.")
    assert line_of(card, "Umbrella").startswith("Red 30, new on this list.")
    assert card.summary == "5 of 5 accounts, $432K ARR at risk (+$12K since 28 Jun). 1 new."


def test_the_first_one_says_what_changed_within_a_week(scene: DigestScene) -> None:
    scene.look(acme=GREEN, globex=35.0, initech=RED)
    scene.next_week()
    scene.look(acme=YELLOW, globex=30.0, initech=RED)
    card = digest(scene)
    assert line_of(card, "Acme").startswith("Yellow 55, was green on 28 Jun.")
    assert line_of(card, "Globex").startswith("Red 30, −5 this week.")
    assert line_of(card, "Initech").startswith("Red 30, unchanged this week.")


def test_money_at_risk_is_told_by_currency(scene: DigestScene) -> None:
    scene.add_account(GLOBEX, arr=9_000_000, currency="JPY")
    scene.look(acme=RED, globex=RED, initech=GREEN)
    assert "$120K + ¥9M ARR at risk" in digest(scene).summary
    scene.next_week()
    scene.look(acme=YELLOW, globex=RED, initech=GREEN)
    assert "(−$60K since 28 Jun)" in digest(scene).summary
    scene.next_week()
    scene.look(acme=YELLOW, globex=RED, initech=GREEN)
    assert "(as on 5 Jul)" in digest(scene).summary


def test_who_left_the_list_is_named_saves_first(scene: DigestScene) -> None:
    scene.look(acme=YELLOW, globex=RED, initech=RED, hooli=RED)
    scene.add_account("soylent")
    scene.look(soylent=RED)
    digest(scene)
    scene.next_week()
    scene.add_account(INITECH, status="churned")
    scene.add_account("soylent", RILEY)
    scene.look(acme=LIME, globex=GREEN)
    card = digest(scene)
    assert card.summary == "Nothing is at risk in 2 accounts. Well done."
    off = [block for block in card.blocks if block.kind == "bullets"][-1]
    assert [(one.lead, one.text) for one in off.items] == [
        ("Globex", "Green 88, was red: a save"),
        ("Acme", "Lime 72, was yellow"),
        ("Initech", "churned"),
        ("Soylent", "is in another book now"),
    ]
    assert "Off the list: 4" in words(card)


def test_another_scope_is_compared_with_nothing(scene: DigestScene) -> None:
    scene.look(acme=RED, hooli=RED)
    digest(scene)
    scene.next_week()
    scene.appoint(scope="riley")
    card = digest(scene)
    assert card.title == "Riley Stone's accounts at risk"
    assert leads(card) == ["Hooli"]
    assert "new on this list" not in words(card)
    assert "Off the list" not in words(card)


def test_calls_to_action_that_are_due(scene: DigestScene) -> None:
    late = scene.cta(ACME, due_in=-2, reason="late")
    due = [scene.cta(ACME, due_in=7, reason=f"r{n}", title=f"Task {n}") for n in range(5)]
    later = scene.cta(ACME, due_in=8, reason="later", title="Much later")
    others = scene.cta(HOOLI, owner=RILEY, title="Riley's")
    scene.look(acme=GREEN, globex=GREEN, initech=GREEN, ctas=(late, *due, later, others))
    card = digest(scene)
    assert "Due by Monday, 5 Jul: 6 calls to action, 1 overdue" in words(card)
    assert "Much later" not in words(card)
    assert "Riley's" not in words(card)
    assert "#6 " not in words(card)
    assert button(card, "cta.list:mine").label == "All 6"


def test_what_was_sent_and_what_waits(scene: DigestScene) -> None:
    sent = {"state": OutreachState.SENT, "account_key": ACME, "drafted_at": scene.clock.now()}
    before = scene.clock.now() - timedelta(hours=1)
    with scene.records.writing() as writer:
        writer.add_outreach(outreach("1", play="habits_decline_check_in", sent_at=before, **sent))
        writer.add_outreach(
            outreach(
                "2",
                play="habits_decline_check_in",
                sent_at=before,
                reaction=Reaction.POSITIVE,
                **sent,
            )
        )
        writer.add_outreach(outreach("3", play="gone", sent_at=before, **sent))
        writer.add_outreach(outreach("4", play="gone", sent_at=before - timedelta(days=8), **sent))
        writer.add_outreach(
            outreach("5", play="gone", sent_at=before, **{**sent, "account_key": HOOLI})
        )
        writer.add_outreach(outreach("6", **{**sent, "state": OutreachState.DRAFTED}))
    card = digest(scene)
    name = scene.playbook.plays["habits_decline_check_in"].name
    assert line_of(card, name) == "2 messages, 1 reply"
    assert line_of(card, "gone") == "1 message, no replies"
    assert "Sent for you since 21 Jun" in words(card)
    assert button(card, "outreach.list").label == "1 draft waits for approval"


def test_what_is_snoozed_is_left_out_until_its_day(scene: DigestScene) -> None:
    scene.look(acme=RED, globex=YELLOW)
    snooze_account(cleared(), scene.records, scene.clock, scene.ids[ACME], "in 14 days")
    snooze_account(cleared(RILEY), scene.records, scene.clock, scene.ids[GLOBEX], "in 14 days")
    card = digest(scene)
    assert leads(card) == ["Initech", "Globex"]
    assert card.summary == "2 of 3 accounts, $132K ARR at risk. 1 more is snoozed, $120K."
    assert "Snoozed: 1 account, until 12 Jul 2027 (in 14 days)." in words(card)
    assert button(card, "digest.snoozes")
    assert set(scene.told().lines) == {str(scene.ids[key]) for key in (ACME, GLOBEX, INITECH)}
    scene.next_week()
    scene.look(globex=RED)
    card = digest(scene)
    assert leads(card) == ["Globex", "Initech"]
    assert card.summary == (
        "2 of 3 accounts, $192K ARR at risk. "
        "1 more is snoozed, $120K; with those +$60K since 28 Jun."
    )
    scene.next_week()
    card = digest(scene)
    assert leads(card)[0] == "Acme"
    assert line_of(card, "Acme").startswith("Red 30, unchanged since 5 Jul.")


def test_what_got_worse_is_back_and_says_so(scene: DigestScene) -> None:
    scene.look(acme=YELLOW, globex=GREEN, initech=GREEN)
    snooze_account(cleared(), scene.records, scene.clock, scene.ids[ACME], "30")
    card = digest(scene)
    assert card.summary == "Nothing but what you snoozed: 1 account, $60K."
    assert card.tone is Tone.NEUTRAL
    scene.next_week()
    scene.look(acme=RED)
    text = line_of(digest(scene), "Acme")
    assert text.startswith("Red 30, back early, for it got worse: was yellow on 28 Jun.")


def test_no_more_than_the_playbook_says_and_the_rest_a_click_away(scene: DigestScene) -> None:
    for number in range(20):
        key = f"account-{number:02}"
        scene.add_account(key, arr=(100 - number) * 100_000_00)
        scene.look(**{key: RED}, ctas=(scene.cta(key, reason=f"r{number}"),))
    card = digest(scene)
    assert len(leads(card)) == scene.playbook.digests.most == 10
    assert len(scene.told().lines) == 23
    more = button(card, "digest.more:")
    assert (more.label, more.id) == ("The other 13", "digest.more:mine:1")
    rendered = message(card)
    assert len(rendered.blocks) <= 50
    assert problem_with_message({"blocks": rendered.blocks, "text": rendered.text}) is None
    assert "no room" not in str(rendered.blocks)
    risks = list_at_risk(
        cleared(),
        scene.records,
        scene.playbook.digests,
        scene.today,
        scene.today,
        scope_of(cleared(), scene.records, "mine"),
    )
    page = at_risk_card(risks, scene.playbook, 1)
    assert leads(page)[0] == "Account-10"
    assert [one.id for one in buttons_of(page)][-2:] == ["digest.more:mine:0", "digest.more:mine:2"]
    assert "digest.more:mine:1" in [
        one.id for one in buttons_of(at_risk_card(risks, scene.playbook, 9))
    ]


def test_a_digest_with_nothing_to_say_says_so_in_a_line(scene: DigestScene) -> None:
    scene.look(acme=GREEN, globex=LIME, initech=GREEN)
    outcome = scene.run()
    card = scene.card()
    assert outcome == "no accounts at risk"
    assert card.summary == "Nothing is at risk in 3 accounts. Well done."
    assert len(card.blocks) == 1


def test_or_stays_silent_if_so_set(scene: DigestScene) -> None:
    scene.look(acme=GREEN, globex=LIME, initech=GREEN)
    scene.appoint(wants_empty=False)
    assert scene.run() == "nothing said: no accounts at risk"
    assert scene.posts() == []
    assert scene.told().figures["scope"] == "mine"


def test_what_was_told_is_kept_with_all_accounts(scene: DigestScene) -> None:
    scene.look(scene.risk(ACME), acme=RED, globex=GREEN, initech=GREEN)
    assert scene.run() == "1 account at risk"
    told = scene.told()
    assert told.lines == {
        str(scene.ids[ACME]): ToldLine(
            grade=RED, score=30.0, confidence=1.0, at_stake=120_000, reason="habits_decline"
        )
    }
    assert told.figures == {"scope": "mine", "accounts": 3, "at_risk": {"USD": 120_000_00}}
    assert told.period == "2027-06-28"
    assert date(2027, 6, 28) == told.at.date()
    scene.next_week()
    scene.look(acme=RED, globex=RED)
    assert scene.run() == "2 accounts at risk, 1 new"


def test_a_reader_without_accounts(scene: DigestScene) -> None:
    scene.appoint(who=MORGAN, scope="mine")
    assert digest(scene, MORGAN).summary.startswith("No account here yet.")


def test_the_list_says_when_all_of_it_is_snoozed(scene: DigestScene) -> None:
    scene.look(acme=RED, globex=GREEN, initech=GREEN)
    snooze_account(cleared(), scene.records, scene.clock, scene.ids[ACME], "30")
    scope = scope_of(cleared(), scene.records, "mine")
    today, settings = scene.today, scene.playbook.digests
    risks = list_at_risk(cleared(), scene.records, settings, today, today, scope)
    card = at_risk_card(risks, scene.playbook, 0)
    assert card.summary == "Nothing but what you snoozed: 1 account, $120K."
    assert card.tone is Tone.NEUTRAL
    assert button(card, "digest.snoozes")


def test_data_that_goes_stale_is_no_recovery_and_no_save(scene: DigestScene) -> None:
    scene.look(acme=RED, globex=RED, initech=YELLOW)
    digest(scene)
    scene.next_week()
    stale = {"acme": YELLOW, "globex": GREEN, "initech": RED}
    health = [scene.health(key, grade) for key, grade in stale.items()]
    scene.keep(health=[one.model_copy(update={"confidence": 0.45}) for one in health])
    card = digest(scene)
    acme = line_of(card, "Acme")
    assert acme.startswith("Yellow 55, seen less well than on 28 Jun: confidence fell to 45 %.")
    assert line_of(card, "Initech").startswith("Red 30, was yellow on 28 Jun.")
    assert line_of(card, "Globex") == "not seen any more: confidence fell to 45 %, was red"
    assert "save" not in words(card)
    assert "recovered" not in card.summary


def test_the_first_one_does_not_cheer_at_less_that_is_seen_either(scene: DigestScene) -> None:
    scene.look(acme=RED)
    scene.next_week()
    now = scene.health("acme", YELLOW)
    scene.keep(health=[now.model_copy(update={"confidence": 0.84})])
    text = line_of(digest(scene), "Acme")
    assert text.startswith("Yellow 55, seen less well: confidence fell to 84 %.")


@pytest.mark.parametrize(("age", "is_told"), [(0, False), (3, False), (4, True), (9, True)])
def test_old_usage_data_is_told_of_above_all(scene: DigestScene, age: int, is_told: bool) -> None:
    scene.look(acme=RED)
    newest = scene.today - timedelta(days=age)
    with scene.records.writing() as writer:
        columns = ("account_key", "day", "feature", "active_users", "events")
        row = (ACME, newest, "boards", 1, 1)
        writer.write_table(Table("usage", columns, [row], 1), newest, lambda _: None)
    first = digest(scene).blocks[0]
    assert first.kind == "text"
    assert first.text.startswith("The newest usage data is of") is is_told
    if age == 9:
        assert first.text == "The newest usage data is of 19 Jun, 9 days old."


def test_a_line_counts_the_days_to_a_renewal_once(scene: DigestScene) -> None:
    scene.add_account(ACME, renews=scene.today + timedelta(days=30))
    evidence = "Renews in 31 days and health is red, not green."
    scene.look(scene.risk(ACME, evidence=evidence), acme=RED)
    text = line_of(digest(scene), "Acme")
    assert text == f"Red 30. $120K ARR at risk, renews 28 Jul 2027. {evidence}"


def test_days_are_the_readers_own_and_the_newest_health_is_read(scene: DigestScene) -> None:
    west = replace(CASEY, time_zone="America/Los_Angeles")
    with scene.records.writing() as writer:
        writer.save_person(west)
    # Sunday evening there, and Monday for the product.
    scene.clock.pass_by(hours=-2)
    scene.add_account(ACME, renews=date(2027, 7, 7))
    scene.look(acme=RED, globex=GREEN, initech=GREEN, ctas=(scene.cta(ACME, due_in=0),))
    card = digest(scene, west)
    assert line_of(card, "Acme").startswith("Red 30. $120K ARR at risk, renews 7 Jul 2027 (in 10")
    assert "Due by Sunday, 4 Jul" in words(card)
    assert "(in 1 day)" in words(card)
