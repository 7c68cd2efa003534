"""Outreach in every state, to be shown."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from csm.account import Contact
from csm.audit import GENESIS, AuditEntry, Chained
from csm.card import Card, buttons_of
from csm.guard import Outcome, RuleResult, Verdict
from csm.outreach import Fact, Outreach, OutreachState, Reaction
from csm.pause import Pause, PauseScope
from csm.play import Category, ChannelKind, Tier
from csm.ports_answers import StoredPost
from csm.ports_outreach import (
    Group,
    PlayTier,
    StoredOutreach,
    StoredSuppression,
    Tally,
)
from csm.post import Post, PostState
from csm.suppression import Suppression, SuppressionKind
from csm.tiers import TierReport
from csm.use_cases.suppression_sheet import SuppressionSheet
from csm.views.outreach import draft_card, outreach_card
from tests.csm.outreach_desk import START as NOW
from tests.csm.shipped import shipped_playbook

PLAYBOOK = shipped_playbook()
HABITS = PLAYBOOK.plays["habits_decline_check_in"]
BERLIN = ZoneInfo("Europe/Berlin")

NAMES = {"casey": "Casey Rivers", "morgan": "Morgan Lee"}
PAUSE = Pause(scope=PauseScope.ALL, by="morgan", why="Wrong prices.", at=NOW)
PASSES = RuleResult("consent", Outcome.PASS, "Fine.", ("consent is given",))
NOTHING = RuleResult("commitment", Outcome.PASS, "Nothing found.")
HOLDS = RuleResult(
    "decent_hours",
    Outcome.HOLD,
    "It is no decent hour where the contact is.",
    ("there it is Wed 02:00", "09:00 to 17:00"),
    NOW + timedelta(hours=7),
)
REFUSES = RuleResult("commitment", Outcome.REFUSE, "It makes a promise.", ("discount",))
GOOD, HELD = Verdict((PASSES, NOTHING)), Verdict((PASSES, HOLDS))
BAD = Verdict((PASSES, HOLDS, REFUSES))


def stored(number: int = 12, verdict: Verdict = GOOD, **changes: Any) -> StoredOutreach:
    values: dict[str, Any] = {
        "key": "k",
        "account_key": "acme",
        "play": HABITS.id,
        "category": Category.SUCCESS,
        "evidence": "Usage is down 34 %.",
        "contact_key": "jo",
        "contact_name": "Jo Park",
        "channel": ChannelKind.DM,
        "platform": "slack",
        "person_key": "jo",
        "subject": "How is it going?",
        "body": "Hi Jo,\n\nusage fell by 34 %.\n\nCasey",
        "facts": (
            Fact(name="contact_first_name", label="First name", text="Jo", source="contacts"),
            Fact(
                name="usage_change_28d",
                label="Usage",
                text="fell by 34 %",
                source="usage",
                as_of=date(2027, 6, 29),
            ),
        ),
        "used": ("contact_first_name", "usage_change_28d"),
        "verdict": verdict.to_json(),
        "state": OutreachState.DRAFTED,
        "drafted_at": NOW,
        "goal_by": NOW.date(),
        **changes,
    }
    return StoredOutreach(number, "Acme", Outreach(**values))


def post(**changes: Any) -> StoredPost:
    values: dict[str, Any] = {"key": "p", "platform": "slack", "card": {}, "created_at": NOW}
    return StoredPost(1, Post(**{**values, **changes}))


APPROVED: dict[str, Any] = {
    "state": OutreachState.APPROVED,
    "approved_by": "morgan",
    "approved_at": NOW,
}
ENDED: dict[str, Any] = {"ended_by": "morgan", "ended_at": NOW, "ended_why": "They merge."}
DONE: dict[str, Any] = {**APPROVED, "state": OutreachState.SENT, "sent_at": NOW}
ON = "on 30 Jun 2027, 11:00 CEST"
STATES: list[tuple[dict[str, Any], StoredPost | None, str, list[str]]] = [
    (APPROVED, post(), f"Approved by Morgan Lee {ON}. It is on its way.", ["stop", "why"]),
    (
        {**APPROVED, "held_until": NOW, "verdict": HELD},
        post(),
        f"It is held, and looked at again {ON}. It is no decent hour where the contact is.",
        ["stop", "why"],
    ),
    (APPROVED, post(state=PostState.SENDING), "It is being sent.", ["why"]),
    (
        APPROVED,
        post(attempts=1, problem="Slack could not be reached."),
        "It could not be sent yet and is tried again: Slack could not be reached.",
        ["stop", "why"],
    ),
    (DONE, post(state=PostState.SENT), f"Approved by Morgan Lee {ON}. Sent {ON}.", ["why"]),
    ({**DONE, "approved_by": "tier:delayed"}, None, "Approved by the play itself", ["why"]),
    ({**DONE, "reaction": Reaction.POSITIVE}, None, "They reacted well.", ["why"]),
    ({**DONE, "reaction": Reaction.OPTED_OUT}, None, "They asked for no more", ["why"]),
    (
        {**DONE, "goal_reached_on": NOW.date()},
        None,
        "The goal was reached on 30 Jun 2027.",
        ["why"],
    ),
    (
        {**ENDED, "state": OutreachState.REJECTED},
        None,
        f"Rejected by Morgan Lee {ON}: They merge.",
        ["why"],
    ),
    (
        {**ENDED, "state": OutreachState.WITHDRAWN, "ended_by": "guard"},
        None,
        "Withdrawn by the guard",
        ["why"],
    ),
    (
        {**ENDED, "state": OutreachState.DEAD, "ended_by": "outbox"},
        None,
        "Could not be delivered",
        ["why"],
    ),
    (
        {**ENDED, "state": OutreachState.IN_DOUBT, "ended_by": "outbox"},
        None,
        "In doubt",
        ["arrived", "lost", "why"],
    ),
    (
        {"state": OutreachState.HOLDOUT, "subject": "", "body": "", "contact_name": ""},
        None,
        "in the control group of the play until 30 Jun 2027",
        ["why"],
    ),
]


def as_it_stands(
    changes: dict[str, Any], row: StoredPost | None, *pauses: Pause, lead: str = ""
) -> Card:
    one = stored(**changes)
    return outreach_card(one, row, PLAYBOOK, pauses, BERLIN, NOW, names=NAMES, lead=lead)


def drafted(verdict: Verdict = GOOD, *pauses: Pause, **changes: Any) -> Card:
    lead = changes.pop("lead", "")
    one = stored(12, verdict, **changes)
    return draft_card(one, PLAYBOOK, pauses, BERLIN, NOW, names=NAMES, lead=lead)


def verbs(card: Card) -> list[str]:
    return [button.id.partition(".")[2].partition(":")[0] for button in buttons_of(card)]


def many(count: int) -> list[StoredOutreach]:
    return [stored(number, body=f"Letter {number}, long enough.") for number in range(1, count + 1)]


def chained(number: int, what: str, who: str) -> Chained:
    entry = AuditEntry(at=NOW, who=who, what=what, subject="outreach:12")
    return Chained(number, entry, GENESIS, GENESIS)


def group(accounts: int, reached: int) -> Group:
    return Group(accounts, reached)


def tier_report(tier: Tier, *faults: str) -> TierReport:
    return TierReport(HABITS, PlayTier(HABITS.id, tier, NOW, "alex"), Tally(), faults)


def sheet(*kinds: SuppressionKind) -> SuppressionSheet:
    contacts = [Contact(key="jo", name="Jo Park"), Contact(key="kim", name="Kim Nash")]
    found = [
        StoredSuppression(
            number,
            Suppression(
                account_key="acme",
                contact_key="jo" if number % 2 else "",
                kind=kind,
                at=NOW,
                source="casey",
                why="They said so.",
            ),
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    return SuppressionSheet(3, "Acme", contacts, found)
