"""The numbers in playbook/signals.toml that signals are worked out with."""

from typing import Annotated

from pydantic import Field

from csm.playbook_part import Number, Part, Whole

Days = Annotated[Whole, Field(ge=1, le=3650)]


class FreshForDays(Part):
    """For each kind of record, for how many days after its last import it may be relied on."""

    # The windows of usage reach 112 days back from the day the feed reaches to, and 126 days are
    # read: a feed older than 14 days would leave them half empty.
    usage: Annotated[Whole, Field(ge=1, le=14)] = 14
    contacts: Days = 120
    subscriptions: Days = 400
    tickets: Days = 30
    surveys: Days = 400
    invoices: Days = 60
    objectives: Days = 120
    interactions: Days = 45
    milestones: Days = 120
    trainings: Days = 400


class SentimentSettings(Part):
    half_life_days: Days = 90
    look_back_days: Days = 365


class FirstResponseMinutes(Part):
    """By when a ticket should have had its first answer, by priority."""

    urgent: Annotated[Whole, Field(ge=1)] = 60
    high: Annotated[Whole, Field(ge=1)] = 240
    normal: Annotated[Whole, Field(ge=1)] = 480
    low: Annotated[Whole, Field(ge=1)] = 1440


class InitialValue(Part):
    """What good habits are, for the initial value moment: so many active days a week, so many
    weeks in a row."""

    active_days_a_week: Annotated[Number, Field(gt=0, le=7)] = 3
    weeks_in_a_row: Annotated[Whole, Field(ge=1, le=8)] = 2


class EarlyAdoption(Part):
    first_days: Annotated[Whole, Field(ge=1, le=365)] = 60


class SuccessPlan(Part):
    """An objective that was due longer ago than `look_back_days` belongs to an older plan."""

    look_back_days: Days = 365


class SignalSettings(Part):
    fresh_for_days: FreshForDays = FreshForDays()
    sentiment: SentimentSettings = SentimentSettings()
    first_response_minutes: FirstResponseMinutes = FirstResponseMinutes()
    initial_value: InitialValue = InitialValue()
    early_adoption: EarlyAdoption = EarlyAdoption()
    success_plan: SuccessPlan = SuccessPlan()
