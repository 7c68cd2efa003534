"""Speaking to the product in tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.surfaces.console import ConsoleSurface, Delivered
from bot.surfaces.console_json import to_json
from csm.card import Button, Card, buttons_of


@dataclass(frozen=True)
class Heard:
    """Everything that came back for one turn."""

    replies: list[Delivered]

    @property
    def last(self) -> Delivered:
        return self.replies[-1]

    @property
    def cards(self) -> list[Card]:
        """Every card of every reply, in order."""
        return [reply.reply.card for reply in self.replies if reply.reply.card]

    def seen_by(self, to: str) -> str:
        """Every word that this person ("everyone": a whole place) sees."""
        return Heard([reply for reply in self.replies if reply.to == to]).text

    def seen_in(self, place: str) -> str:
        """Every word that is shown in this place."""
        found = [one for one in self.replies if (one.place.name or one.place.channel) == place]
        return Heard(found).text

    @property
    def thread(self) -> str:
        """The thread to continue."""
        return next(reply.thread for reply in self.replies if reply.thread)

    @property
    def card(self) -> Card:
        card = self.last.reply.card
        assert card is not None, "the last reply is no card"
        return card

    @property
    def text(self) -> str:
        """Every word of every reply, as JSON has it."""
        return json.dumps([to_json(reply) for reply in self.replies], ensure_ascii=False)

    def button(self, start: str) -> Button:
        """The first button whose id begins so."""
        for reply in self.replies:
            for button in buttons_of(reply.reply.card) if reply.reply.card else ():
                if button.id.startswith(start):
                    return button
        raise AssertionError(f"no button {start!r} in {self.text}")

    def offers(self, start: str) -> bool:
        return any(
            button.id.startswith(start)
            for reply in self.replies
            if reply.reply.card
            for button in buttons_of(reply.reply.card)
        )


class Talk:
    """One product, spoken to by anybody anywhere."""

    def __init__(self, surface: ConsoleSurface) -> None:
        self._surface = surface

    def say(self, text: str, who: str = "casey", where: str = "dm", thread: str = "") -> Heard:
        person = self._surface.resolve_person(who)
        place = self._surface.resolve_place(where, person)
        return Heard(self._surface.say(text, person, place, thread))

    def press(
        self,
        button: str,
        who: str = "casey",
        where: str = "dm",
        values: Mapping[str, str] | None = None,
    ) -> Heard:
        person = self._surface.resolve_person(who)
        place = self._surface.resolve_place(where, person)
        return Heard(self._surface.press(button, values or {}, person, place))

    def home(self, who: str) -> Heard:
        return Heard(self._surface.open_home(self._surface.resolve_person(who)))
