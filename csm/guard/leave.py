"""Rules of leave: who let the message go, and whether the account is one to write to at all."""

from datetime import UTC

from csm.account import Account, Touch
from csm.guard.look import now_of, passed, refused
from csm.guard.rule import Look
from csm.guard.sending import Approval, Moment, Sending
from csm.guard_settings import SendGuard
from csm.people import Principal, Role
from csm.play import Approver, Tier
from csm.wording import day_text, instant_text

_LEADS = frozenset({Role.MANAGER, Role.ADMIN})


def approval(sending: Sending, settings: SendGuard) -> Look:
    """Somebody who may do so let exactly this message go, and not too long ago."""
    given = sending.approval
    if sending.moment is Moment.DRAFTING:
        return passed("a draft", reason="Nobody has approved it yet.")
    if given is None:
        return refused("there is no approval", reason="Nobody has approved it.")
    inputs = (_approver_text(given), f"good until {instant_text(given.until)}")
    return (
        refused(*inputs, reason=fault)
        if (fault := _fault_of_approval(sending, settings, given))
        else passed(*inputs)
    )


def touch_model(sending: Sending, _settings: SendGuard) -> Look:
    """The play is for such accounts, and a high-touch one hears from us by its own CSM's leave."""
    if sending.account is None:
        return refused("there is no such account")
    touch = sending.account.touch
    inputs = (
        f"the account is {touch} touch",
        f"the play is for {' and '.join(sending.allowed_touch)} touch",
    )
    if touch.value not in sending.allowed_touch:
        return refused(*inputs, reason="The play is not for accounts of this touch.")
    if touch is not Touch.HIGH or sending.moment is Moment.DRAFTING:
        return passed(*inputs)
    by = sending.approval.by if sending.approval else None
    if by is not None and (_is_own_csm(sending, by) or _stands_in(sending, sending.account, by)):
        return passed(*inputs, "its CSM approved, or a manager who stands in")
    return refused(*inputs, "neither its CSM nor a manager who may stand in approved")


def holdout(sending: Sending, _settings: SendGuard) -> Look:
    """The account is not in the control group, without which no effect can be told."""
    if sending.is_holdout:
        return refused("in the control group")
    return passed("not in the control group")


def _fault_of_approval(sending: Sending, settings: SendGuard, given: Approval) -> str:
    if given.fingerprint != sending.fingerprint:
        return "What was approved is not this message: it was changed since."
    if given.until <= now_of(sending):
        return "The approval has expired."
    if given.by is None:
        return _fault_of_tier(sending, given.tier)
    return _fault_of_approver(sending, settings, given.by)


def _fault_of_tier(sending: Sending, tier: Tier) -> str:
    if tier is Tier.MANUAL:
        return "The play has no tier to send by itself: a person must approve."
    if sending.play_tier.rank < tier.rank:
        return f"The play's tier is {sending.play_tier} now: it may no longer send like this."
    return ""


def _fault_of_approver(sending: Sending, settings: SendGuard, by: Principal) -> str:
    if not by.is_staff:
        return "Whoever approved it is not one of us."
    if by.key == sending.author and not settings.author_may_approve:
        return "Whoever asked for a message may not approve it: another person must."
    if by.role in _LEADS:
        return ""
    if sending.approver is not Approver.CSM:
        return "The play's messages need a manager's approval."
    if not _is_own_csm(sending, by):
        return "It can be approved by the account's own CSM or a manager, not by another CSM."
    return ""


def _is_own_csm(sending: Sending, by: Principal) -> bool:
    email = sending.account.csm_email if sending.account else ""
    return by.is_staff and bool(email) and by.email.lower() == email.lower()


def _stands_in(sending: Sending, account: Account, by: Principal) -> bool:
    """A manager does where there is no CSM, where the CSM asked for the message and so cannot be
    the second to look at it, and where the play is the managers' to approve."""
    wanted = not account.csm_email or sending.is_by_own_csm or sending.approver is Approver.MANAGER
    return by.role in _LEADS and wanted


def _approver_text(given: Approval) -> str:
    who = f"{given.by.key} ({given.by.role})" if given.by else f"the tier {given.tier}"
    return f"approved by {who} on {day_text(given.at.astimezone(UTC))}"
