"""A letter that every rule of words lets pass, and whatever is to be different about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from csm.customer_names import CustomerNames, ForeignNames
from csm.fact_line import FactLine
from csm.guard import Addressed, Cleared, GuardFacts, Outgoing, review_outreach
from csm.play import Category, ChannelKind
from tests.csm.sending_builder import IDENTITY, UNSUBSCRIBE, guard_settings, sending

FOOTER: Final = f"{IDENTITY}\nIf you would rather not get such messages: {UNSUBSCRIBE}"
PAGE: Final = "https://help.lanternboard.example/share"
SUBJECT: Final = "Sharing a dashboard"
BODY: Final = f"""Hello Bo,

17 people of your team used Dashboards in the last 28 days, and most of them alone.

This page shows how to share one with the others: {PAGE}

Would it help if I showed you on an example from Acme?

Kind regards
Pat Rivers"""

FACTS: Final = (
    FactLine("Account", "Acme"),
    FactLine("Contact", "Bo Tester"),
    FactLine("Sender", "Pat Rivers"),
    FactLine("Active people", "17 people used Dashboards in the last 28 days", "usage"),
    FactLine("Identity", IDENTITY),
    FactLine("Feature", "Sharing"),
)
FOREIGN: Final = ForeignNames(CustomerNames([("globex", "globex"), ("acme", "acme")]), "acme")
PEOPLE: Final = ForeignNames(
    CustomerNames(
        [
            ("globex", "Riley Stone"),
            ("globex", "will"),
            ("globex", "riley@globex-mail.example"),
            ("globex", "Bo Tester"),
            ("initech", "quinn ash"),
        ]
    )
)


def letter(body: str = BODY, subject: str = SUBJECT, **changes: Any) -> Outgoing:
    """The letter as it goes out by e-mail; `changes` are of Outgoing and Addressed."""
    of_address = {key: changes.pop(key) for key in ("language", "channel") if key in changes}
    addressed = Addressed(
        contact_key="bo",
        channel=ChannelKind.EMAIL,
        recipient="email:bo@acme.example",
        subject=subject,
        play="habits_check_in",
        category=Category.SUCCESS,
        language="en",
    )
    text = f"{body}\n\n{FOOTER}" if body.strip() else body
    return replace(
        Outgoing(text, "acme", addressed=replace(addressed, **of_address)),
        **changes,
    )


def facts_for(outgoing: Outgoing, *, more: Sequence[str] = (), **changes: Any) -> GuardFacts:
    """What the letter is held against: its facts and, each as one more of them, `more`."""
    facts = GuardFacts(
        facts=(*FACTS, *(FactLine("Note", text) for text in more)),
        allowed_links=(UNSUBSCRIBE,),
        allowed_names=("Lanternboard",),
        foreign_names=FOREIGN,
        foreign_contacts=PEOPLE,
        sending=sending(fingerprint=outgoing.fingerprint, body=outgoing.text),
    )
    return replace(facts, **changes)


def minded(outgoing: Outgoing, *, more: Sequence[str] = (), **changes: Any) -> list[str]:
    """The ids of the rules that object to the letter."""
    facts = facts_for(outgoing, more=more, **changes)
    result = review_outreach(outgoing, facts, guard_settings())
    if isinstance(result, Cleared):
        return []
    return [objection.rule for objection in result.verdict.objections]
