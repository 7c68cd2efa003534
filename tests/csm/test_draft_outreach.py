"""Drafts: what is kept, in whose words, for whom, and when there is none."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from csm.errors import Forbidden, InvalidInput, NotFound, Unavailable
from csm.guard import Outcome, Verdict
from csm.holdout import is_held_out
from csm.outreach import OutreachState
from csm.people import Place, PlaceKind, Principal, Role
from csm.play import ChannelKind, Tier
from csm.ports import Records
from csm.ports_outreach import PlayTier, Words
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.draft_outreach import Drafted, Hindrance, NotDrafted
from csm.use_cases.outreach_audit import audited
from tests.csm.answering_scene import ACME
from tests.csm.drafting_scene import (
    CASEY,
    CONTACTS,
    FALLING,
    GOOD,
    MORGAN,
    RILEY,
    SECRET_EVIDENCE,
    START,
    TODAY,
    Scene,
    Scripted,
    play_of,
)


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    scene = Scene(sqlite_records)
    scene.signals(**FALLING)
    return scene


def ago(days: int) -> datetime:
    return START - timedelta(days=days)


def hindrance(outcome: Drafted | NotDrafted) -> Hindrance:
    assert isinstance(outcome, NotDrafted)
    return outcome.hindrance


# ---------------------------------------------------------------------------- what is kept


def test_without_a_model_it_is_the_plays_own_letter(scene: Scene) -> None:
    scene.objective("Close the month sooner")
    outreach = scene.drafted().stored.outreach
    assert outreach.subject == "How are you getting on with Lanternboard?"
    assert outreach.body == (
        "Hi Jo,\n\nI noticed that usage at your company fell by 33 % over the last four weeks.\n"
        "You wanted to reach this: Close the month sooner.\n\n"
        "Shall we look at it together?\n\nBest regards,\nCasey Fennimore"
    )
    assert not outreach.by_model
    assert set(outreach.used) == {
        "product",
        "contact_first_name",
        "usage_change_28d",
        "objective_title",
        "csm_name",
    }


def test_a_draft_is_kept_with_all_that_its_approver_needs(scene: Scene) -> None:
    drafted = scene.drafted(MORGAN)
    [stored] = scene.all_outreach()
    assert stored == drafted.stored
    outreach = stored.outreach
    assert outreach.key == "check_in:acme:0"
    assert outreach.state is OutreachState.DRAFTED
    assert outreach.author == "morgan"
    assert outreach.cta_id is None
    assert (outreach.contact_key, outreach.contact_name) == ("jo", "Jo Marlowe")
    assert (outreach.channel, outreach.address) == (ChannelKind.EMAIL, "jo@acme.example")
    assert (outreach.tier, outreach.goes_at) == (Tier.MANUAL, None)
    assert outreach.goal_by == TODAY + timedelta(days=45)
    assert (outreach.drafted_subject, outreach.drafted_body) == (outreach.subject, outreach.body)
    assert outreach.footer == (
        "Lanternboard, 1 Quay Lane, Harbourtown\nIf you would rather not get such messages: "
        "https://lanternboard.example/u/acme-jo-success"
    )
    assert Verdict.from_json(outreach.verdict) == drafted.verdict
    assert "down 33 %" in outreach.evidence


def test_only_facts_that_the_play_names_are_kept_with_it(scene: Scene) -> None:
    scene.signals(**FALLING, unpaid_amount=99_900, seat_use=0.4, seats=60)
    names = {fact.name for fact in scene.drafted().stored.outreach.facts}
    assert {"usage_change_28d", "active_days_per_week", "csm_name"} <= names
    assert not names & {"unpaid_amount", "seat_use", "renewal_on"}


def test_the_draft_is_audited_by_keys_and_fingerprint(scene: Scene) -> None:
    drafted = scene.drafted()
    [link] = scene.audit()
    assert (link.entry.what, link.entry.who) == ("outreach.drafted", "casey")
    assert link.entry.subject == f"outreach:{drafted.stored.id}"
    assert link.entry.fingerprint == drafted.stored.outreach.fingerprint
    assert link.entry.verdict == audited(drafted.verdict)
    assert "Jo Marlowe" not in repr(link.entry)
    assert "usage at your company" not in repr(link.entry)


def test_a_call_to_action_is_tied_to_it(scene: Scene) -> None:
    other = scene.open_cta("acme", play="another_play", reason="other")
    number = scene.open_cta("acme")
    by_itself = scene.drafted().stored.outreach
    assert (by_itself.cta_id, by_itself.evidence) == (number, SECRET_EVIDENCE)
    with pytest.raises(InvalidInput, match=f"#{other} is not an open one"):
        scene.draft(cta=other)
    with pytest.raises(InvalidInput):
        scene.draft(MORGAN, "globex", cta=number)


def test_without_any_reason_the_evidence_is_who_asked(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, play_of(on_request=True))
    scene.signals(usage_change_28d=0.1)
    assert scene.drafted().stored.outreach.evidence == "Casey Fennimore asked for it."


def test_what_nothing_asks_for_is_not_drafted_though_somebody_does(scene: Scene) -> None:
    scene.signals(usage_change_28d=0.1)
    outcome = scene.draft()
    assert hindrance(outcome) is Hindrance.NO_REASON
    assert str(outcome) == (
        "“Check-in” answers “Habits decline” or a test of its own. Nothing of that is so at Acme "
        "now. Write to them yourself, or take a play that fits: /draft Acme shows all."
    )
    assert scene.all_outreach() == []
    scene.open_cta("acme")
    assert isinstance(scene.draft(), Drafted)


def test_a_letter_that_would_not_be_true_is_not_drafted_for_anybody(
    sqlite_records: Records,
) -> None:
    premise = {"signal": "nps_newest", "at_most": 6}
    scene = Scene(sqlite_records, play_of(on_request=True, premise=premise))
    scene.signals(**FALLING | {"nps_newest": 10.0})
    number = scene.open_cta("acme")
    for cta in (None, number):
        outcome = scene.draft(cta=cta)
        assert hindrance(outcome) is Hindrance.NO_REASON
        assert "would not be true of Acme now" in str(outcome)
        assert "10" in str(outcome)
    scene.signals(**FALLING | {"nps_newest": 3.0})
    assert isinstance(scene.draft(), Drafted)


@pytest.mark.parametrize("channel", ["channel", "dm"])
def test_a_direct_message_says_whom_it_is_from_and_how_to_have_no_more(
    sqlite_records: Records, channel: str
) -> None:
    scene = Scene(sqlite_records, play_of(channels=[channel, "email"]))
    scene.signals(**FALLING)
    with sqlite_records.writing() as writer:
        place = Place("console", "demo", "acme-shared", PlaceKind.CHANNEL, ACME, "acme-shared")
        writer.save_place(place, START)
        writer.save_person(Principal("jo", "Jo Marlowe", Role.CONTACT, "jo@acme.example", "acme"))
        writer.link_person("jo", "console", "demo", "u1")
    outreach = scene.drafted().stored.outreach
    footer = "From Casey Fennimore, Lanternboard. Reply “stop” if you would rather not get these."
    assert (outreach.channel.value, outreach.platform) == (channel, "console")
    assert outreach.footer == (footer if channel == "dm" else "")
    assert (outreach.place == "acme-shared") is (channel == "channel")
    assert (outreach.person_key == "jo") is (channel == "dm")


# ---------------------------------------------------------------------------- whose words


def test_a_models_words_are_used_where_the_facts_bear_them_out(scene: Scene) -> None:
    scene.penman = penman = Scripted([GOOD])
    outreach = scene.drafted().stored.outreach
    assert (outreach.subject, outreach.body, outreach.by_model) == (GOOD.subject, GOOD.body, True)
    people = {"contact_first_name", "csm_name", "csm_first_name"}
    assert set(outreach.used) == {"product", "usage_change_28d", *people}
    [(brief, objections)] = penman.given
    assert objections == ()
    assert brief.facts == [
        ("Customer", "Acme"),
        ("Product", "Lanternboard"),
        (
            "Usage in the last four weeks against the four weeks before",
            "fell by 33 % (as of 1 Jul 2026)",
        ),
        (
            "Days on which the product was used, in the last four weeks",
            "2.1 days a week (as of 1 Jul 2026)",
        ),
    ]
    assert (brief.recipient, brief.sender, brief.language) == ("Jo", "Casey Fennimore", "en")
    assert (brief.channel, brief.tone) == ("email", "warm and curious")
    assert brief.longest == 2000 - len(outreach.footer) - 2
    assert brief.example.startswith("Hi Jo,\n\nI noticed that usage")


BAD = {
    "number": replace(GOOD, body=GOOD.body.replace("33 %", "43 %")),
    "date": replace(GOOD, body=GOOD.body.replace("four weeks", "four weeks since 3 May 2026")),
    "name": replace(GOOD, body=GOOD.body.replace("the work", "Quentin Harrowgate")),
    "subject": replace(GOOD, subject="Your 43 % fall"),
    "greeting": replace(GOOD, body=GOOD.body.removeprefix("Hi Jo,\n\n")),
    "signature": replace(GOOD, body=GOOD.body.replace("Casey Fennimore", "Casey")),
    "unsigned": replace(GOOD, body=GOOD.body.removesuffix("\nCasey Fennimore")),
    "length": replace(GOOD, body=GOOD.body.replace("the work", "the work " * 300)),
    "long subject": replace(GOOD, subject="How are you getting on with it? " * 5),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_model_may_mend_its_words_once(scene: Scene, fault: str) -> None:
    scene.penman = penman = Scripted([BAD[fault], GOOD])
    outreach = scene.drafted().stored.outreach
    assert (outreach.body, outreach.by_model) == (GOOD.body, True)
    (_, none), (_, objections) = penman.given
    assert none == ()
    assert len(objections) == 1


@pytest.mark.parametrize("fault", BAD)
def test_words_that_stay_wrong_give_way_to_the_letter(scene: Scene, fault: str) -> None:
    scene.penman = penman = Scripted([BAD[fault]])
    outreach = scene.drafted().stored.outreach
    assert len(penman.given) == 2
    assert not outreach.by_model
    assert "43 %" not in outreach.text
    assert outreach.body.startswith("Hi Jo,\n\nI noticed")


@pytest.mark.parametrize("first", [[], [BAD["number"]]])
def test_a_model_that_does_not_answer_gives_way_to_the_letter(
    scene: Scene, first: list[Words]
) -> None:
    scene.penman = Scripted([*first, Unavailable("down")])
    assert not scene.drafted().stored.outreach.by_model


def test_characters_that_nobody_sees_do_not_get_into_the_text(scene: Scene) -> None:
    hidden = replace(
        GOOD, subject="Getting on\nwith \u200bLanternboard", body=f"\u2060{GOOD.body} "
    )
    scene.penman = Scripted([hidden])
    outreach = scene.drafted().stored.outreach
    assert (outreach.subject, outreach.body) == (GOOD.subject, GOOD.body)


def test_words_that_the_guard_alone_minds_give_way_to_the_letter(scene: Scene) -> None:
    pushy = replace(GOOD, body=GOOD.body.replace("how the work is going", "if you want a refund"))
    scene.penman = Scripted([pushy])
    drafted = scene.drafted()
    assert not drafted.stored.outreach.by_model
    assert "refund" not in drafted.stored.outreach.text
    assert drafted.verdict.outcome is Outcome.PASS


def test_a_letter_that_the_guard_minds_is_not_kept(sqlite_records: Records) -> None:
    letter = {
        "language": "en",
        "subject": "An offer",
        "body": "Hi {contact_first_name},\n\n@everyone at your company, hello.\n\n{csm_name}",
    }
    scene = Scene(sqlite_records, play_of(letter=[letter]))
    scene.penman = Scripted([replace(GOOD, body=GOOD.body.replace("33 %", "34 %"))])
    scene.signals(**FALLING)
    outcome = scene.draft()
    assert hindrance(outcome) is Hindrance.REFUSED
    assert "calls on people" in str(outcome)
    assert (scene.all_outreach(), scene.posts()) == ([], [])
    [link] = scene.audit()
    assert (link.entry.what, link.entry.subject) == ("outreach.not_drafted", "account:acme")
    assert any(one["outcome"] == "refuse" for one in link.entry.verdict)
    assert "@everyone" not in repr(link.entry)


def test_no_session_is_open_while_a_model_writes(scene: Scene) -> None:
    """Somebody else can write meanwhile, and what they did counts."""
    scene.penman = penman = Scripted([GOOD])
    inner: list[Drafted | NotDrafted] = []

    def somebody_else() -> None:
        scene.penman = None
        inner.append(scene.draft(MORGAN))

    penman.meanwhile = somebody_else
    outer = scene.draft()
    assert isinstance(inner[0], Drafted)
    assert hindrance(outer) is Hindrance.RESTS
    assert len(scene.all_outreach()) == 1


def test_what_customers_wrote_is_left_out_where_it_reads_like_a_letter_s_blank(
    scene: Scene,
) -> None:
    scene.objective("Ship {csm_name} sooner")
    outreach = scene.drafted().stored.outreach
    assert "You wanted to reach this" not in outreach.body
    assert "objective_title" not in {fact.name for fact in outreach.facts}


# ---------------------------------------------------------------------------- languages


def speaking(scene: Scene, language: str) -> None:
    columns, rows = CONTACTS
    jo = list(rows[0])
    jo[columns.index("language")] = language
    scene.write("contacts", columns, [tuple(jo)])


def test_a_letter_is_in_the_contacts_language(scene: Scene) -> None:
    speaking(scene, "de")
    outreach = scene.drafted().stored.outreach
    assert outreach.language == "de"
    assert outreach.body.startswith("Guten Tag Jo,\n\nich habe gesehen")
    assert "ist um 33 % gesunken" in outreach.body


def test_where_no_letter_is_in_their_language_it_is_english_and_the_approver_is_told(
    scene: Scene,
) -> None:
    speaking(scene, "fr")
    for penman in (None, Scripted([Unavailable("down")])):
        scene.penman = penman
        outreach = scene.drafted().stored.outreach
        assert (outreach.language, outreach.body[:6]) == ("en", "Hi Jo,")
        assert "language is “fr”" in outreach.evidence
        scene.change(scene.all_outreach()[-1].id, state=OutreachState.REJECTED)


def test_a_model_writes_in_a_language_that_no_letter_is_in(scene: Scene) -> None:
    speaking(scene, "fr")
    french = Words(
        "Bonjour",
        "Bonjour Jo,\n\nj'aimerais savoir comment se passe le travail avec Lanternboard en ce "
        "moment, et si quelque chose vous manque pour en parler ensemble.\n\n"
        "Bien à vous,\nCasey Fennimore",
    )
    scene.penman = penman = Scripted([french])
    outreach = scene.drafted().stored.outreach
    assert penman.given[0][0].language == "fr"
    assert (outreach.language, outreach.by_model) == ("fr", True)


# ---------------------------------------------------------------------------- when there is none


@pytest.mark.parametrize(
    "state",
    [
        OutreachState.DRAFTED,
        OutreachState.APPROVED,
        OutreachState.SENT,
        OutreachState.IN_DOUBT,
        OutreachState.DEAD,
    ],
)
def test_the_same_play_is_not_drafted_twice_within_its_cooldown(
    scene: Scene, state: OutreachState
) -> None:
    number = scene.drafted().stored.id
    scene.change(number, state=state, sent_at=START if state is OutreachState.SENT else None)
    scene.clock.pass_by(days=59)
    scene.penman = penman = Scripted([GOOD])
    outcome = scene.draft(MORGAN)
    assert hindrance(outcome) is Hindrance.RESTS
    assert penman.given == []
    assert "1 Jul 2026" in str(outcome)
    assert len(scene.all_outreach()) == 1
    is_pending = state in {OutreachState.DRAFTED, OutreachState.APPROVED}
    assert (f"#{number}" if is_pending else "from 30 Aug 2026") in str(outcome)
    scene.clock.pass_by(days=1)
    again = scene.draft(MORGAN)
    assert isinstance(again, Drafted) is not is_pending
    if isinstance(again, Drafted):
        assert again.stored.outreach.key == "check_in:acme:1"


@pytest.mark.parametrize("state", [OutreachState.REJECTED, OutreachState.WITHDRAWN])
def test_what_was_rejected_may_be_drafted_again_at_once(scene: Scene, state: OutreachState) -> None:
    scene.change(scene.drafted().stored.id, state=state)
    assert scene.drafted().stored.outreach.key == "check_in:acme:1"


def test_another_play_and_another_account_do_not_count(sqlite_records: Records) -> None:
    other = play_of().model_copy(update={"id": "other", "name": "Other"})
    scene = Scene(sqlite_records, play_of(), other)
    scene.signals(**FALLING)
    scene.drafted()
    assert isinstance(scene.draft(play="other"), Drafted)
    scene.drafted(MORGAN, "orphan")


def test_a_control_account_is_not_written_to_even_where_a_person_asks(
    sqlite_records: Records,
) -> None:
    assert is_held_out("check_in", "orphan", 0.5)
    assert not is_held_out("check_in", "acme", 0.5)
    scene = Scene(sqlite_records, play_of(holdout=0.5))
    scene.signals(**FALLING)
    scene.penman = penman = Scripted([GOOD])
    outcome = scene.draft(MORGAN, "orphan")
    assert hindrance(outcome) is Hindrance.CONTROL_GROUP
    assert "Orphan Works is in the control group of “Check-in”." in str(outcome)
    assert scene.run().held_out == 1
    assert "control group of “Check-in” until 15 Aug 2026." in str(scene.draft(MORGAN, "orphan"))
    assert all(brief.recipient != "Kit" for brief, _ in penman.given)


def test_nobody_to_write_to(scene: Scene) -> None:
    columns, rows = CONTACTS
    without_consent = [(*row[:-1], False) for row in rows]
    scene.write("contacts", columns, without_consent)
    outcome = scene.draft()
    assert hindrance(outcome) is Hindrance.NO_WAY
    assert "consent" in str(outcome)
    assert scene.all_outreach() == []


def test_a_fact_in_the_subject_that_is_not_known(sqlite_records: Records) -> None:
    letter = {
        "language": "en",
        "subject": "On “{ticket_subject}”",
        "body": "Hi {contact_first_name},\n\nhow is it now?\n\n{csm_name}",
    }
    scene = Scene(sqlite_records, play_of(letter=[letter]))
    scene.signals(**FALLING)
    outcome = scene.draft()
    assert hindrance(outcome) is Hindrance.MISSING_FACTS
    assert "Hard ticket that was closed last" in str(outcome)
    scene.write(
        "tickets",
        ("account_key", "key", "subject", "priority", "opened_at", "closed_at", "escalated"),
        [
            ("acme", "t1", "Slow", "normal", ago(9), ago(1), False),
            ("acme", "t2", "Imports fail", "urgent", ago(9), ago(2), False),
            ("acme", "t3", "Long ago", "urgent", ago(99), ago(90), True),
        ],
    )
    assert scene.drafted().stored.outreach.subject == "On “Imports fail”"


def test_a_play_for_people_only(sqlite_records: Records) -> None:
    plain = play_of().model_copy(update={"outreach": None})
    outcome = Scene(sqlite_records, plain).draft()
    assert hindrance(outcome) is Hindrance.NO_WAY
    assert "for people only" in str(outcome)


def test_the_guard_is_asked_in_the_same_unit_of_work(scene: Scene) -> None:
    """A dispute that begins while the model writes still stops the draft."""
    scene.penman = penman = Scripted([GOOD])

    def dispute() -> None:
        with scene.records.writing() as writer:
            writer.add_suppression(
                Suppression(account_key="acme", kind=SuppressionKind.LEGAL, at=START, source="ada")
            )

    penman.meanwhile = dispute
    assert hindrance(scene.draft()) is Hindrance.REFUSED
    assert scene.all_outreach() == []


def test_what_may_not_go_now_is_drafted_all_the_same(scene: Scene) -> None:
    scene.clock.pass_by(hours=12)
    drafted = scene.drafted()
    assert drafted.verdict.outcome is Outcome.HOLD
    assert drafted.verdict.held_until == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


def test_unknown_things_are_named(scene: Scene) -> None:
    with pytest.raises(NotFound, match='did you mean "check_in"'):
        scene.draft(play="chek_in")
    with pytest.raises(NotFound, match="no account with the key “nobody”"):
        scene.draft(account="nobody")


def test_other_csms_accounts_are_read_only(scene: Scene) -> None:
    with pytest.raises(Forbidden, match=r"riley@vendor\.example"):
        scene.draft(CASEY, "globex")
    assert isinstance(scene.draft(MORGAN, "globex"), Drafted)
    assert isinstance(scene.draft(RILEY, "orphan"), Drafted)


# ---------------------------------------------------------------------------- who is told


@pytest.mark.parametrize(
    ("asks", "account", "approver", "told"),
    [
        (MORGAN, "acme", "csm", "casey"),
        (CASEY, "acme", "csm", "morgan"),  # nobody approves what they asked for
        (RILEY, "orphan", "csm", "morgan"),
        (CASEY, "acme", "manager", "morgan"),
        (MORGAN, "acme", "manager", ""),
    ],
)
def test_the_card_goes_to_whoever_may_approve(
    sqlite_records: Records, asks: Principal, account: str, approver: str, told: str
) -> None:
    scene = Scene(sqlite_records, play_of(approver=approver))
    scene.signals(**FALLING)
    drafted = scene.drafted(asks, account)
    assert (drafted.told.key if drafted.told else "") == told
    assert [post.person_key for post in scene.posts()] == ([told] if told else [])
    for post in scene.posts():
        assert (post.account_key, post.outreach_id) == (None, None)
        assert drafted.stored.outreach.body.splitlines()[0] in repr(post.card)
        assert f"outreach.approve:{drafted.stored.id}:" in repr(post.card)


@pytest.mark.parametrize(
    ("tier", "goes_at"),
    [
        (Tier.MANUAL, None),
        (Tier.DELAYED, START + timedelta(hours=4)),
        (Tier.AUTOMATIC, START),
    ],
)
def test_a_play_goes_by_itself_as_its_tier_says(
    sqlite_records: Records, tier: Tier, goes_at: datetime | None
) -> None:
    scene = Scene(sqlite_records, play_of(highest_tier="automatic"))
    scene.signals(**FALLING)
    with sqlite_records.writing() as writer:
        writer.set_play_tier(PlayTier("check_in", tier, START, "ada"))
    outreach = scene.drafted().stored.outreach
    assert (outreach.tier, outreach.goes_at) == (tier, goes_at)
    high_touch = scene.drafted(MORGAN, "globex").stored.outreach
    assert (high_touch.tier, high_touch.goes_at) == (Tier.MANUAL, None)


def test_no_tier_is_above_what_the_file_allows(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, play_of(highest_tier="delayed"))
    scene.signals(**FALLING)
    with sqlite_records.writing() as writer:
        writer.set_play_tier(PlayTier("check_in", Tier.AUTOMATIC, START, "ada"))
    scene.clock.time = datetime(2026, 7, 3, 15, 0, tzinfo=UTC)  # a Friday, two hours to go
    outreach = scene.drafted().stored.outreach
    assert outreach.tier is Tier.DELAYED
    assert outreach.goes_at == datetime(2026, 7, 6, 11, 0, tzinfo=UTC)
    assert outreach.goal_by == date(2026, 8, 17)
