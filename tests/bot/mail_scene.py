"""A message that was cleared, and whoever brings it."""

from datetime import UTC, date, datetime
from typing import Any

from bot.mail.courier import MailCourier
from bot.mail.links import MailLinks
from bot.mail.message import Sender
from bot.mail.server import MailServer
from csm.guard.verdict import Cleared, Outcome, RuleResult, Verdict, issue
from csm.letter import post_of
from csm.outreach import Outreach, OutreachState
from csm.play import Category
from csm.post import Post
from tests.bot.slack_records import FixedClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "not-so-secret-but-long-enough-for-this"
LINKS = MailLinks(SECRET, "https://csm.vendor.example/")
SENDER = Sender("success@vendor.example", "Lanternboard", "kim@vendor.example", b"key")
UNSUBSCRIBE = LINKS.unsubscribe("acme", "c-1", Category.SUCCESS)
PASSED = Verdict((RuleResult("all", Outcome.PASS, "Nothing found."),))


def outreach(**changes: Any) -> Outreach:
    known = {
        "key": "dormant:acme:2026-03-02",
        "account_key": "acme",
        "play": "dormant",
        "category": Category.SUCCESS,
        "contact_key": "c-1",
        "contact_name": "Jo Park",
        "platform": "email",
        "address": "jo@acme.example",
        "language": "en",
        "subject": "Your dashboards",
        "body": "Hello Jo,\n\nshall we look at https://help.vendor.example/start together?\n\nKim",
        "footer": f"Lanternboard, 1 Quay Lane\nNo such messages: {UNSUBSCRIBE}",
        "state": OutreachState.APPROVED,
        "drafted_at": NOW,
        "goal_by": date(2026, 4, 1),
    }
    return Outreach(**{**known, **changes})


def cleared_post(number: int = 1, **changes: Any) -> tuple[Post, Cleared]:
    """As they come out of a release."""
    made = outreach(**changes)
    return post_of(number, made, NOW), issue(made.outgoing, PASSED)


def courier(server: MailServer, sender: Sender = SENDER) -> MailCourier:
    return MailCourier(server, sender, LINKS, FixedClock())
