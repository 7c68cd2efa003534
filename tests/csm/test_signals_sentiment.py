"""Signals of surveys, against examples worked out by hand."""

import math

import pytest

from csm.signal_settings import SentimentSettings, SignalSettings
from tests.csm.builders import Customer, csat, nps, signal


def test_newest_answers_weigh_most() -> None:
    # Weight 1 for today, one half for 90 days ago.
    who = Customer(surveys=[nps(10, 0), nps(4, 90)])
    assert signal("nps_mean", who) == pytest.approx((10 + 2) / 1.5)
    assert signal("nps", who) == pytest.approx((100 - 50) / 1.5)
    assert signal("nps_answers", who) == 2


def test_the_half_life_can_be_set() -> None:
    settings = SignalSettings(sentiment=SentimentSettings(half_life_days=30))
    who = Customer(surveys=[csat(5, 0), csat(1, 60)])
    assert signal("csat_mean", who, settings=settings) == pytest.approx((5 + 0.25) / 1.25)


def test_passives_count_for_neither_side() -> None:
    assert signal("nps", Customer(surveys=[nps(7, 1), nps(8, 1)])) == 0


def test_the_newest_answer_and_the_lowest_of_its_day() -> None:
    who = Customer(surveys=[nps(2, 40), nps(9, 5), nps(3, 5)])
    assert signal("nps_newest", who) == 3
    assert signal("days_since_nps", who) == 5
    assert signal("detractors_30d", who) == 1


def test_without_answers_sentiment_is_missing_and_the_last_answer_never() -> None:
    assert math.isnan(signal("nps_mean", Customer()))
    assert math.isnan(signal("nps_newest", Customer()))
    assert signal("nps_answers", Customer()) == 0
    assert math.isinf(signal("days_since_survey", Customer()))


def test_old_answers_are_left_out() -> None:
    who = Customer(surveys=[nps(1, 366), csat(4, 10)])
    assert math.isnan(signal("nps_mean", who))
    assert signal("days_since_survey", who) == 10
    assert signal("csat_answers", who) == 1
