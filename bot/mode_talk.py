"""Turns about modes: what we do with questions in a place."""

from collections.abc import Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services
from csm.errors import InvalidInput
from csm.people import Place
from csm.use_cases.place_modes import ModeReport, place_named, see_mode, set_mode
from csm.views.answers import mode_card

USAGE = "Try /mode, /mode draft or /mode answer #acme-shared."


class ModeTalk:
    """Everything about `/mode`. It applies to the place where it is typed, wherever the answer
    goes, or to the one that is named."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.playbook.answers

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here. They carry their channel and the mode."""
        return {"mode.set": self._pressed}

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/mode [MODE] [#CHANNEL]`."""
        words = asked.argument.split()
        named = [word for word in words if word.startswith("#")]
        modes = [word for word in words if word not in named]
        if len(modes) > 1 or len(named) > 1:
            raise InvalidInput(f"I need one mode and at most one channel. {USAGE}")
        place = asked.turn.place
        if named:
            place = place_named(self._services.records, named[0], place)
        yield self._set(asked, place, modes[0]) if modes else self._seen(asked, place)

    def _pressed(self, asked: Asked) -> Iterator[Answer]:
        channel, _, mode = asked.argument.rpartition(":")
        place = place_named(self._services.records, channel, asked.turn.place)
        answer = self._set(asked, place, mode)
        yield Answer(card=answer.card, replaces=True)

    def _seen(self, asked: Asked, place: Place) -> Answer:
        report = see_mode(asked.clearance, self._services.records, self._settings, place)
        return _shown(asked, report)

    def _set(self, asked: Asked, place: Place, mode: str) -> Answer:
        services, now = self._services, self._services.clock.now()
        report = set_mode(asked.clearance, services.records, self._settings, now, place, mode)
        return _shown(asked, report)


def _shown(asked: Asked, report: ModeReport) -> Answer:
    return Answer(card=mode_card(report, asked.turn.who.zone))
