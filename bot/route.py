"""Where the answer to a turn goes, worked out from who would hear it, before anything is read."""

from collections.abc import Iterator

from bot.talk import Answer
from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.card import Card
from csm.people import STAFF_ONLY, Capability, Clearance, PlaceKind, clear, is_fit_to_hear
from csm.views import notices


def refusal(turn: Turn, card: Card) -> Reply:
    """What is said where the turn came from, to the person alone: it tells nothing but what they
    could not have."""
    home = turn.kind is TurnKind.HOME
    return Reply(Delivery.HOME if home else Delivery.PRIVATE, turn.reference, card=card)


class Route:
    """The way of the replies to what was asked: the place where it was said, if the answer may be
    heard there; else, for staff, their own direct messages, and the place is told nothing but
    that."""

    def __init__(self, turn: Turn, capability: Capability) -> None:
        self._turn = turn
        self._capability = capability
        self._moved = (
            not is_fit_to_hear(turn.place.audience, capability)
            and turn.who.is_staff
            and turn.place.kind is PlaceKind.CHANNEL
            and turn.kind is not TurnKind.HOME
        )

    @property
    def may_share(self) -> bool:
        """Whether everybody in the place could be shown what only the person sees."""
        place = self._turn.place
        return place.kind is PlaceKind.CHANNEL and place.audience.is_staff_only

    def clear(self) -> Clearance:
        """Proof for the audience that will hear the answer. Raises Forbidden."""
        audience = STAFF_ONLY if self._moved else self._turn.place.audience
        return clear(self._turn.who, self._capability, audience)

    def announcement(self) -> Iterator[Reply]:
        """What the place is told when the answer goes elsewhere."""
        if self._moved:
            yield Reply(
                Delivery.PRIVATE, self._turn.reference, card=notices.answered_in_direct_message()
            )

    def reply(self, answer: Answer) -> Reply:
        """The answer on its way."""
        return Reply(
            delivery=self._delivery(answer),
            reference=self._turn.reference,
            card=answer.card,
            form=answer.form,
            picture=answer.picture,
            progress=answer.progress,
            account_key=self._written_for(answer),
            replaces=answer.replaces and not self._moved,
        )

    def card(self, card: Card) -> Reply:
        """A card on its way, for the person alone."""
        return self.reply(Answer(card=card))

    def _written_for(self, answer: Answer) -> str | None:
        """The customer who may read it besides staff. What only staff may read never gets here
        with one: it is moved, or refused."""
        fit = answer.public and not self._moved
        return self._turn.place.audience.account_key if fit else None

    def _delivery(self, answer: Answer) -> Delivery:
        if answer.progress:
            return Delivery.PROGRESS
        if answer.form is not None:
            return Delivery.FORM
        if self._turn.kind is TurnKind.HOME:
            return Delivery.HOME
        if self._moved:
            return Delivery.DIRECT
        if answer.public and self._turn.place.kind is PlaceKind.CHANNEL:
            return Delivery.PUBLIC
        return Delivery.PRIVATE
