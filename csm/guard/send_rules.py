"""The rules of sending: to whom, when, how often, and by whose leave."""

from typing import Final

from csm.guard import leave, pressure, timing, whom
from csm.guard.mail_lines import mail_lines
from csm.guard.rule import SendRule
from csm.guard.still_true import facts_true

SEND_RULES: Final[tuple[SendRule, ...]] = (
    SendRule("kill_switch", "Sending is paused.", timing.kill_switch),
    SendRule("belongs", "It would not go to a person at this account.", whom.belongs),
    SendRule("place", "Not only this customer would read it there.", whom.place),
    SendRule("reachable", "It would not reach the contact.", whom.reachable),
    SendRule("consent", "The contact does not want such messages.", whom.consent),
    SendRule("account_suppressed", "This customer is not written to.", whom.account_suppressed),
    SendRule(
        "frequency_contact",
        "The contact has had enough messages for now.",
        pressure.frequency_contact,
    ),
    SendRule(
        "frequency_account",
        "The account has had enough messages for now.",
        pressure.frequency_account,
    ),
    SendRule("decent_hours", "It is no decent hour where the contact is.", timing.decent_hours),
    SendRule("ticket", "They wait for help with a ticket.", timing.ticket),
    SendRule("negotiation", "Terms are being negotiated with them.", timing.negotiation),
    SendRule("human_talk", "A person has just talked with them.", timing.human_talk),
    SendRule("play_cooldown", "This play wrote to them not long ago.", pressure.play_cooldown),
    SendRule("same_text", "They have had these very words.", pressure.same_text),
    SendRule("approval", "Nobody who may do so approved it.", leave.approval),
    SendRule("facts_true", "It is no longer true.", facts_true),
    SendRule("holdout", "The account is in the control group, which hears nothing.", leave.holdout),
    SendRule(
        "touch_model", "A high-touch account hears from us through its CSM.", leave.touch_model
    ),
    SendRule("mail_lines", "An e-mail must say who we are and how to refuse it.", mail_lines),
    SendRule("volume", "Far more goes out than in a normal hour.", pressure.volume),
)
