"""Signals of the relationship: who talks with us, who is there, what they told us."""

from typing import Final

import numpy as np

from csm.columns import count, flag, greatest, least
from csm.signal_inputs import Bools, Floats, SignalInputs
from csm.signal_scope import Scope
from csm.signal_table import Signal, Unit

TIMELINE: Final = ("interactions",)
CONTACTS: Final = ("contacts",)
# No setting of the playbook: the id and the text of contacts_engaged_90d name this number.
ENGAGED_DAYS: Final = 90

SIGNALS: Final = (
    Signal("days_since_contact", Unit.DAYS, "Days since they last spoke with us; what we sent"
           " alone does not count. If they never did, days since the contract start; missing where"
           " nothing at all was recorded", TIMELINE),
    Signal("days_since_review", Unit.DAYS, "Days since the last business review; never without"
           " one", TIMELINE),
    Signal("question_age_hours", Unit.HOURS, "Age of their oldest unanswered question at the end"
           " of the day; 0 where none is open", TIMELINE),
    Signal("days_since_company_event", Unit.DAYS, "Days since news of an acquisition, a merger or"
           " the like", TIMELINE),
    Signal("days_since_contract_change", Unit.DAYS, "Days since they asked to change the contract",
           TIMELINE),
    Signal("days_since_sponsor_change", Unit.DAYS, "Days since news of a change of sponsor",
           TIMELINE),
    Signal("days_since_churn_notice", Unit.DAYS, "Days since a churn was recorded", TIMELINE),
    Signal("sponsor_in_place", Unit.FLAG, "A sponsor is named and has not left", CONTACTS),
    Signal("days_since_sponsor_left", Unit.DAYS, "Days since a sponsor left; never where none"
           " did", CONTACTS),
    Signal("sponsor_days_inactive", Unit.DAYS, "Days since a sponsor in place used the product or"
           " was in touch; missing where nothing was ever recorded", CONTACTS),
    Signal("executive_days_quiet", Unit.DAYS, "Days since a sponsor used the product or came to a"
           " review; never where the sponsor left", ("contacts", "interactions")),
    Signal("contacts_engaged_90d", Unit.COUNT, "People there who were in touch in the last 90"
           " days", ("contacts", "interactions")),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    return {**_timeline(inputs, scope), **_people(inputs, scope)}


def _timeline(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    entries = inputs.interactions
    age = scope.days_since(entries.at)
    theirs = (entries.direction == "inbound") | (entries.direction == "both")

    def since(where: Bools, empty: float = np.inf) -> Floats:
        return least(entries.account, age, where, scope.size, empty)

    # An empty timeline is one that nobody keeps, rather than a customer who never spoke.
    kept = count(entries.account, scope.happened(entries.at), scope.size) > 0
    contact = scope.silence(since(theirs, empty=np.nan))
    waiting = (entries.topic == "question") & theirs & ~scope.happened(entries.answered_at)
    hours = np.maximum(scope.now - entries.at, 0) * 24
    return {
        "days_since_contact": np.where(kept, contact, np.nan),
        "days_since_review": since(entries.topic == "review"),
        "question_age_hours": greatest(entries.account, hours, waiting, scope.size, empty=0.0),
        "days_since_company_event": since(entries.topic == "company_event"),
        "days_since_contract_change": since(entries.topic == "contract_change"),
        "days_since_sponsor_change": since(entries.topic == "sponsor_change"),
        "days_since_churn_notice": since(entries.topic == "churn"),
    }


def _people(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    people = inputs.contacts
    sponsor = people.role == "sponsor"
    left = scope.happened(people.left_on)
    in_place = sponsor & ~left
    since_use = scope.days_since(people.last_active_on)
    since_touch = scope.days_since(people.last_interaction_at)
    engaged = ~left & (since_touch <= ENGAGED_DAYS)
    inactive = least(people.account, np.fmin(since_use, since_touch), in_place, scope.size)
    return {
        "sponsor_in_place": flag(count(people.account, in_place, scope.size) > 0),
        "days_since_sponsor_left": least(
            people.account, scope.days_since(people.left_on), sponsor & left, scope.size, np.inf
        ),
        "sponsor_days_inactive": np.maximum(inactive, 0),
        "executive_days_quiet": _executive_silence(inputs, scope, in_place, sponsor & left),
        "contacts_engaged_90d": count(people.account, engaged, scope.size),
    }


def _executive_silence(inputs: SignalInputs, scope: Scope, in_place: Bools, gone: Bools) -> Floats:
    people, entries = inputs.contacts, inputs.interactions
    reviewed = (entries.topic == "review") & entries.contact_is_sponsor
    since_review = least(entries.account, scope.days_since(entries.at), reviewed, scope.size)
    since_use = least(people.account, scope.days_since(people.last_active_on), in_place, scope.size)
    here = count(people.account, in_place, scope.size) > 0
    left = count(people.account, gone, scope.size) > 0
    # With nobody ever named we do not know; with the only sponsor gone we do.
    return np.where(here, np.fmin(since_review, since_use), np.where(left, np.inf, np.nan))
