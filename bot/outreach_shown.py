"""One message that the machine drafted, as the answer to a turn."""

from bot.talk import Answer, Asked, Services
from csm.card import Tone
from csm.use_cases.see_outreach import see
from csm.views.outreach import outreach_card


def shown(
    services: Services,
    asked: Asked,
    outreach_id: int,
    *,
    replaces: bool = False,
    lead: str = "",
    tone: Tone = Tone.WARN,
) -> Answer:
    """One message as a card, however it stands; `lead` is what its reader is told first."""
    file = see(asked.clearance, services.records, services.desk, services.clock, outreach_id)
    card = outreach_card(
        file.stored,
        file.post,
        services.playbook,
        file.pauses,
        asked.turn.who.zone,
        services.clock.now(),
        names=file.names,
        lead=lead,
        lead_tone=tone,
        may_approve=file.may_approve,
    )
    return Answer(card=card, replaces=replaces)
