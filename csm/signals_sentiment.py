"""Signals of what customers say in surveys: the newest answers weigh most."""

from typing import Final

import numpy as np

from csm.columns import count, least, ratio, total
from csm.signal_inputs import Bools, Floats, SignalInputs, SurveyColumns
from csm.signal_scope import Scope
from csm.signal_settings import SentimentSettings
from csm.signal_table import Signal, Unit

SURVEYS: Final = ("surveys",)
PROMOTER_FROM: Final = 9
DETRACTOR_TO: Final = 6

SIGNALS: Final = (
    Signal("nps", Unit.NUMBER, "Net promoter score, -100 to 100, newest answers weighted most",
           SURVEYS),
    Signal("nps_mean", Unit.NUMBER, "Mean NPS answer, 0 to 10, newest weighted most", SURVEYS),
    Signal("nps_newest", Unit.NUMBER, "Newest NPS answer; the lowest of one day", SURVEYS),
    Signal("nps_answers", Unit.COUNT, "NPS answers within the look-back time", SURVEYS),
    Signal("detractors_30d", Unit.COUNT, "NPS answers of 6 or less in the last 30 days", SURVEYS),
    Signal("days_since_nps", Unit.DAYS, "Days since the newest NPS answer; never without one",
           SURVEYS),
    Signal("csat_mean", Unit.NUMBER, "Mean CSAT answer, 1 to 5, newest weighted most", SURVEYS),
    Signal("csat_answers", Unit.COUNT, "CSAT answers within the look-back time", SURVEYS),
    Signal("days_since_csat", Unit.DAYS, "Days since the newest CSAT answer; never without one",
           SURVEYS),
    Signal("days_since_survey", Unit.DAYS, "Days since the newest answer to any survey; never"
           " without one", SURVEYS),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    answers = inputs.surveys
    age = scope.days_since(answers.answered_on)
    nps = (answers.kind == "nps") & (age >= 0)
    csat = (answers.kind == "csat") & (age >= 0)
    since_nps = least(answers.account, age, nps, scope.size, empty=np.inf)
    since_csat = least(answers.account, age, csat, scope.size, empty=np.inf)
    return {
        **_nps(answers, scope, scope.settings.sentiment, nps, age),
        "nps_newest": _newest(answers, scope, nps, age, since_nps),
        "days_since_nps": since_nps,
        "csat_mean": _weighted_mean(
            answers, answers.score, csat, age, scope, scope.settings.sentiment
        ),
        "csat_answers": count(
            answers.account, csat & (age <= scope.settings.sentiment.look_back_days), scope.size
        ),
        "days_since_csat": since_csat,
        "days_since_survey": np.minimum(since_nps, since_csat),
    }


def _nps(
    answers: SurveyColumns, scope: Scope, settings: SentimentSettings, nps: Bools, age: Floats
) -> dict[str, Floats]:
    detractor = answers.score <= DETRACTOR_TO
    side = np.where(answers.score >= PROMOTER_FROM, 100.0, np.where(detractor, -100.0, 0.0))
    return {
        "nps": _weighted_mean(answers, side, nps, age, scope, settings),
        "nps_mean": _weighted_mean(answers, answers.score, nps, age, scope, settings),
        "nps_answers": count(answers.account, nps & (age <= settings.look_back_days), scope.size),
        "detractors_30d": count(answers.account, nps & detractor & (age <= 30), scope.size),
    }


def _weighted_mean(
    answers: SurveyColumns,
    values: Floats,
    where: Bools,
    age: Floats,
    scope: Scope,
    settings: SentimentSettings,
) -> Floats:
    """The mean, where an answer counts half as much as one that is a half-life younger."""
    counted = where & (age <= settings.look_back_days)
    weight = 0.5 ** (age / settings.half_life_days)
    return ratio(
        total(answers.account, values * weight, counted, scope.size),
        total(answers.account, weight, counted, scope.size),
    )


def _newest(
    answers: SurveyColumns, scope: Scope, nps: Bools, age: Floats, newest_age: Floats
) -> Floats:
    """The newest answer. A promoter must not hide a detractor of the same day."""
    is_newest = nps & (age == newest_age[answers.account])
    return least(answers.account, answers.score, is_newest, scope.size)
