"""What may be told a customer, how it is said, and letters filled with it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.account import (
    Account,
    Contact,
    Feature,
    Objective,
    ObjectiveStatus,
    Ticket,
    Training,
)
from csm.health import Snapshot
from csm.outreach import Fact
from csm.outreach_facts import (
    ALWAYS,
    KNOWN,
    MissingFacts,
    Peers,
    Subject,
    facts_of,
    fill,
    first_name,
)
from csm.people import Principal, Role
from csm.play import Letter
from csm.release import Release, news_for
from csm.shareable import SHAREABLE
from csm.signals import SIGNALS

TODAY = date(2026, 3, 9)
CASEY = Principal("casey", "Casey Fennimore", Role.CSM, "casey@vendor.example")
FEATURES = [
    Feature(key="alerts", name="Alerts"),
    Feature(key="imports", name="Data imports"),
    Feature(key="api", name="API access", is_key=False),
]
RELEASE = Release(
    id="news",
    name="Alerts in chat",
    feature="alerts",
    on=date(2026, 3, 2),
    link="https://help.vendor.example/alerts",
    text="An alert can now go to a channel.",
)


def subject(signals: dict[str, float] | None = None, **changes: Any) -> Subject:
    values: dict[str, Any] = {
        "account": Account(key="acme", name="Acme", currency="EUR"),
        "contact": Contact(key="jo", name="Jo Marlowe"),
        "csm": CASEY,
        "product": "Lanternboard",
        "today": TODAY,
    }
    if signals is not None:
        values["snapshot"] = Snapshot(account_id=1, as_of=TODAY, signals=signals)
    return Subject(**{**values, **changes})


def texts(one: Subject) -> dict[str, str]:
    return {name: fact.text for name, fact in facts_of(one).items()}


def test_some_facts_are_always_known() -> None:
    assert texts(subject()) == {
        "account_name": "Acme",
        "contact_name": "Jo Marlowe",
        "contact_first_name": "Jo",
        "csm_name": "Casey Fennimore",
        "csm_first_name": "Casey",
        "product": "Lanternboard",
    }
    assert facts_of(subject()).keys() == ALWAYS.keys()


def test_without_a_csm_the_team_signs() -> None:
    assert texts(subject(csm=None))["csm_name"] == "The Lanternboard team"
    assert texts(subject(csm=None, language="de"))["csm_first_name"] == "Das Lanternboard-Team"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Jo Marlowe", "Jo"),
        ("Dr. Jo Marlowe", "Jo"),
        ("Marlowe, Jo", "Jo"),
        ("Prof Dr Ada Weber", "Ada"),
        ("Jo", "Jo"),
        ("Frau", "Frau"),
        ("Marlowe,", "Marlowe"),
        (",", ","),
    ],
)
def test_first_names(name: str, first: str) -> None:
    assert first_name(name) == first


SIGNAL_VALUES = {
    "active_seats": 41,
    "seats": 1060,
    "seat_use": 0.683,
    "key_features_28d": 1,
    "usage_change_28d": -0.3349,
    "active_days_per_week": 3.5,
    "days_since_usage": 62,
    "days_since_start": 1,
    "milestones_open": 2,
    "training_done_share": 1 / 3,
    "days_to_renewal": 267,
    "unpaid_amount": 125_050,
    "invoice_overdue_days": 14,
    "days_since_review": 120,
}


def test_signals_are_said_in_english() -> None:
    told = texts(subject(SIGNAL_VALUES))
    assert {name: told[name] for name in told if name not in ALWAYS} == {
        "active_seats": "41 of 1,060 seats",
        "seat_use": "68 %",
        "key_features_28d": "1 key feature",
        "usage_change_28d": "fell by 33 %",
        "active_days_per_week": "3.5 days a week",
        "days_since_usage": "62 days",
        "last_used_on": "6 January 2026",
        "days_since_start": "1 day",
        "milestones_open": "2 steps",
        "training_done_share": "33 %",
        "renewal_on": "1 December 2026",
        "unpaid_amount": "€1,250.50",
        "invoice_overdue_days": "14 days",
        "last_review_on": "9 November 2025",
    }


def test_signals_are_said_in_german() -> None:
    told = texts(subject(SIGNAL_VALUES, language="de"))
    assert told["active_seats"] == "41 von 1.060 Plätzen"
    assert told["usage_change_28d"] == "ist um 33 % gesunken"
    assert told["active_days_per_week"] == "3,5 Tagen pro Woche"
    assert told["renewal_on"] == "1. Dezember 2026"
    assert told["unpaid_amount"] == "1.250,50 €"
    francs = subject(
        SIGNAL_VALUES, language="de", account=Account(key="a", name="A", currency="CHF")
    )
    assert texts(francs)["unpaid_amount"] == "1.250,50 CHF"


def test_other_languages_are_told_facts_in_english() -> None:
    assert texts(subject(SIGNAL_VALUES, language="fr")) == texts(subject(SIGNAL_VALUES))


@pytest.mark.parametrize(
    ("change", "said"), [(0.12, "rose by 12 %"), (0.001, "stayed the same"), (-1, "fell by 100 %")]
)
def test_changes(change: float, said: str) -> None:
    assert texts(subject({"usage_change_28d": change}))["usage_change_28d"] == said


def test_a_fact_tells_its_number_its_source_and_its_day() -> None:
    facts = facts_of(subject(SIGNAL_VALUES))
    change = facts["usage_change_28d"]
    assert (change.number, change.source, change.as_of) == (-0.3349, "usage", TODAY)
    # A day stays the same while its distance shrinks.
    assert facts["renewal_on"].number is None


def test_nothing_is_said_of_what_is_not_there() -> None:
    signals: dict[str, float] = {
        "active_seats": 4,  # of unknown seats
        "unpaid_amount": 0,
        "invoice_overdue_days": 0,
        "milestones_open": 0,
    }
    assert facts_of(subject(signals)).keys() == ALWAYS.keys()


def test_no_internal_signal_is_told() -> None:
    """Whatever the signals are, facts rest on those of the table, and none of ours is in it."""
    internal = {"arr", "score", "grade_rank", "quadrant", "stage", "confidence", "outcomes_score"}
    internal |= {name for name in SIGNALS if name.startswith(("nps", "csat", "arr_", "feed_age"))}
    assert not internal & {each.signal for each in SHAREABLE}
    everything = subject(dict.fromkeys(SIGNALS, 7.0))
    assert facts_of(everything).keys() <= KNOWN.keys()
    assert facts_of(subject(dict.fromkeys(internal, 7.0))).keys() == ALWAYS.keys()


def test_facts_have_the_labels_of_the_catalogue() -> None:
    for name, fact in facts_of(subject(SIGNAL_VALUES)).items():
        assert fact.name == name
        assert fact.label == KNOWN[name].label


def test_the_unused_feature_is_the_one_that_most_peers_use() -> None:
    peers = Peers(features_used=[{"imports", "alerts", "api"}, {"alerts"}, {"alerts"}, set()])
    told = texts(subject(features=FEATURES, features_used={"imports"}, peers=peers))
    assert told["unused_feature"] == "Alerts"
    assert told["unused_feature_peers"] == "3 of 4 teams like yours"
    german = subject(features=FEATURES, features_used=set(), peers=peers, language="de")
    assert texts(german)["unused_feature_peers"] == "3 von 4 vergleichbaren Teams"


@pytest.mark.parametrize(
    ("used", "peers"),
    [
        pytest.param(None, Peers(features_used=[{"alerts"}]), id="usage is not known"),
        pytest.param({"alerts"}, Peers(features_used=[{"alerts"}]), id="they use it"),
        pytest.param(set(), Peers(features_used=[{"alerts"}, {"api"}]), id="half is not most"),
        pytest.param(set(), Peers(features_used=[{"api"}]), id="no key feature"),
        pytest.param(set(), Peers(features_used=[{"alerts"}] * 4, fewest=5), id="too few peers"),
        pytest.param(set(), Peers(features_used=[]), id="no peers"),
    ],
)
def test_there_is_not_always_an_unused_feature(used: set[str] | None, peers: Peers) -> None:
    told = facts_of(subject(features=FEATURES, features_used=used, peers=peers))
    assert "unused_feature" not in told
    assert "unused_feature_peers" not in told


def test_benchmarks_tell_the_median_of_enough_peers() -> None:
    peers = Peers(signals=[{"seat_use": 0.5}, {"seat_use": 0.9}, {"seat_use": 0.7}, {}], fewest=3)
    told = texts(subject({"seat_use": 0.68}, peers=peers))
    assert (told["benchmark_own"], told["benchmark_median"]) == ("68 %", "70 %")
    few = Peers(signals=peers.signals, fewest=4)
    assert "benchmark_own" not in facts_of(subject({"seat_use": 0.68}, peers=few))
    assert "benchmark_median" not in facts_of(subject({}, peers=peers))


def test_releases_are_told_by_the_feature_s_name() -> None:
    told = texts(subject(release=RELEASE, features=FEATURES))
    assert told["release_name"] == "Alerts in chat"
    assert told["release_feature"] == "Alerts"
    assert told["release_text"] == RELEASE.text
    assert told["release_link"] == RELEASE.link


def test_records_are_told() -> None:
    at = datetime(2026, 3, 5, tzinfo=UTC)
    later = datetime(2026, 3, 6, tzinfo=UTC)
    told = texts(
        subject(
            trainings=[
                Training(key="1", course="Building dashboards"),
                Training(key="2", course="Automations"),
                Training(key="3", course="Essentials", completed_on=TODAY),
                Training(key="4", course="Automations", contact_email="x@acme.example"),
            ],
            objectives=[
                Objective(key="1", title="Done", status=ObjectiveStatus.ACHIEVED),
                Objective(key="2", title="Later", due_on=date(2026, 9, 1)),
                Objective(key="3", title="Next", due_on=date(2026, 5, 1)),
            ],
            tickets=[
                Ticket(key="1", subject="Imports\nfail  often", opened_at=at, closed_at=later),
                Ticket(key="2", subject="Slow", opened_at=at, closed_at=at),
                Ticket(key="3", subject="Open", opened_at=later),
            ],
        )
    )
    assert told["training_course"] == "Automations and Building dashboards"
    assert told["objective_title"] == "Next"
    assert told["ticket_subject"] == "Imports fail often"


def test_what_others_wrote_is_kept_short() -> None:
    long = Ticket(
        key="1",
        subject="x" * 500,
        opened_at=datetime(2026, 3, 5, tzinfo=UTC),
        closed_at=datetime(2026, 3, 5, tzinfo=UTC),
    )
    assert len(texts(subject(tickets=[long]))["ticket_subject"]) == 200


@pytest.mark.parametrize(
    ("used", "today", "found"),
    [
        ({"alerts"}, date(2026, 3, 2), True),
        ({"alerts"}, date(2026, 3, 16), True),
        ({"alerts"}, date(2026, 3, 17), False),
        ({"alerts"}, date(2026, 3, 1), False),
        ({"imports"}, date(2026, 3, 2), False),
    ],
)
def test_news_are_fresh_and_of_features_in_use(used: set[str], today: date, found: bool) -> None:
    assert (news_for([RELEASE], used, today) is RELEASE) is found


def test_the_newest_release_is_told() -> None:
    newer = RELEASE.model_copy(update={"id": "newer", "on": date(2026, 3, 4)})
    assert news_for([newer, RELEASE], {"alerts"}, TODAY) is newer


def letter(subject: str, body: str) -> Letter:
    return Letter(language="en", subject=subject, body=body)


def facts(**texts: str) -> dict[str, Fact]:
    return {name: Fact(name=name, label=name, text=text) for name, text in texts.items()}


def test_a_letter_is_filled_and_says_what_it_tells() -> None:
    one = letter("About {product}", "Hi {who},\n\n{product} by {who}, {product} again.")
    told = facts(product="P", who="Jo", other="not told")
    assert fill(one, told) == (
        "About P",
        "Hi Jo,\n\nP by Jo, P again.",
        ("product", "who"),
    )


def test_a_line_with_a_fact_that_is_not_known_is_left_out() -> None:
    one = letter("Hello there", "Hi {who},\n\n{gone} of your seats, {who}.\n\nWhat now?\n{gone}")
    assert fill(one, facts(who="Jo")) == ("Hello there", "Hi Jo,\n\nWhat now?", ("who",))


def test_a_subject_with_a_fact_that_is_not_known_spoils_the_letter() -> None:
    one = letter("{gone} and {who} and {lost}", "Hi {who}, how are you today?")
    assert fill(one, facts(who="Jo")) == MissingFacts(("gone", "lost"))


def test_subjects_are_kept_short() -> None:
    filled = fill(letter("About {who}", "Hi {who}, how are you today?"), facts(who="y" * 200))
    assert isinstance(filled, tuple)
    assert len(filled[0]) == 120


@given(st.text(max_size=60))
def test_what_a_fact_says_is_never_filled_in_itself(text: str) -> None:
    """A customer's own words with braces in them stay words."""
    told = facts(who=text + "{secret}", secret="internal")
    filled = fill(letter("For you", "Hello and welcome, {who}!"), told)
    assert isinstance(filled, tuple)
    assert "{secret}" in filled[1]
    assert filled[2] == ("who",)
