"""Signals of the relationship, against examples worked out by hand."""

import math

import pytest

from csm.account import Contact, Direction, Topic
from tests.csm.builders import Customer, ago, every_feed_fresh, moment, signal, sponsor, talk


def test_only_what_they_say_is_contact() -> None:
    who = Customer(
        interactions=[
            talk(2, direction=Direction.OUTBOUND),
            talk(3, direction=Direction.INTERNAL),
            talk(20, direction=Direction.INBOUND),
            talk(30),
        ]
    )
    assert signal("days_since_contact", who) == 20


def test_never_heard_of_counts_from_the_start() -> None:
    note = talk(3, direction=Direction.OUTBOUND)
    assert signal("days_since_contact", Customer(started_on=ago(50), interactions=[note])) == 50


def test_an_empty_timeline_tells_nothing() -> None:
    assert math.isnan(signal("days_since_contact", Customer(started_on=ago(50))))


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        (Topic.REVIEW, "days_since_review"),
        (Topic.COMPANY_EVENT, "days_since_company_event"),
        (Topic.CONTRACT_CHANGE, "days_since_contract_change"),
        (Topic.SPONSOR_CHANGE, "days_since_sponsor_change"),
        (Topic.CHURN, "days_since_churn_notice"),
    ],
)
def test_news(topic: Topic, name: str) -> None:
    assert signal(name, Customer(interactions=[talk(90, topic), talk(9, topic)])) == 9
    assert math.isinf(signal(name, Customer()))


def test_the_oldest_open_question_of_theirs() -> None:
    who = Customer(
        interactions=[
            talk(3, Topic.QUESTION, answered_at=moment(2)),
            talk(2, Topic.QUESTION),
            talk(1, Topic.QUESTION),
            talk(9, Topic.QUESTION, Direction.OUTBOUND),
        ]
    )
    # Noon two days ago to midnight tonight.
    assert signal("question_age_hours", who) == pytest.approx(60)
    assert signal("question_age_hours", who, as_of=ago(3)) == pytest.approx(12)
    assert signal("question_age_hours", Customer()) == 0


def test_sponsor_in_place() -> None:
    assert signal("sponsor_in_place", Customer(contacts=[sponsor()])) == 1
    assert signal("sponsor_in_place", Customer(contacts=[sponsor(left_on=ago(1))])) == 0
    assert signal("sponsor_in_place", Customer(contacts=[sponsor(left_on=ago(-5))])) == 1
    assert signal("sponsor_in_place", Customer(contacts=[Contact(key="u", name="Uma User")])) == 0


def test_sponsor_left() -> None:
    who = Customer(contacts=[sponsor(left_on=ago(40)), sponsor(left_on=ago(70))])
    assert signal("days_since_sponsor_left", who) == 40
    assert math.isinf(signal("days_since_sponsor_left", Customer(contacts=[sponsor()])))


def test_sponsor_activity_is_use_or_touch() -> None:
    who = Customer(
        contacts=[sponsor(last_active_on=ago(60))],
        interactions=[talk(25, contact_email="sal@acme.example")],
    )
    assert signal("sponsor_days_inactive", who) == 25
    assert math.isnan(signal("sponsor_days_inactive", Customer(contacts=[sponsor()])))


def test_executive_adoption_is_use_or_reviews() -> None:
    review = talk(33, Topic.REVIEW, contact_email="sal@acme.example")
    chat = talk(3, contact_email="sal@acme.example")
    who = Customer(contacts=[sponsor(last_active_on=ago(80))], interactions=[review, chat])
    assert signal("executive_days_quiet", who) == 33


def test_executive_adoption_without_a_sponsor() -> None:
    gone = Customer(contacts=[sponsor(left_on=ago(9), last_active_on=ago(9))])
    assert math.isinf(signal("executive_days_quiet", gone))
    assert math.isnan(signal("executive_days_quiet", Customer()))
    assert math.isnan(signal("executive_days_quiet", Customer(contacts=[sponsor()])))


def test_people_engaged() -> None:
    who = Customer(
        contacts=[
            sponsor(),
            Contact(key="b", name="Bo Tester", email="bo@acme.example"),
            Contact(key="c", name="Cy Tester", email="cy@acme.example", left_on=ago(2)),
            Contact(key="d", name="Di Tester", email="di@acme.example"),
        ],
        interactions=[
            talk(5, contact_email="sal@acme.example"),
            talk(90, contact_email="bo@acme.example"),
            talk(5, contact_email="cy@acme.example"),
            talk(91, contact_email="di@acme.example"),
        ],
    )
    assert signal("contacts_engaged_90d", who) == 2


def test_people_engaged_needs_the_timeline() -> None:
    feeds = {**every_feed_fresh()}
    del feeds["interactions"]
    who = Customer(contacts=[sponsor()])
    assert math.isnan(signal("contacts_engaged_90d", who, feeds=feeds))
    assert signal("sponsor_in_place", who, feeds=feeds) == 1
