"""Turns about sending as a whole: stop it, let it go on, whom not to write to."""

from collections.abc import Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.errors import InvalidInput, NotFound
from csm.matching import Match
from csm.pause import PauseScope
from csm.people import STAFF_ONLY, Capability, clear
from csm.play_names import plays_meant, plays_named
from csm.ports import AccountName
from csm.suppression import SuppressionKind
from csm.use_cases.choose_play import writing_plays
from csm.use_cases.find_account import find_account
from csm.use_cases.pause_sending import lift, pause
from csm.use_cases.recent_outreach import see_pauses
from csm.use_cases.suppress import lift_suppression, suppress
from csm.use_cases.suppression_sheet import account_key_of, suppression_sheet
from csm.views import notices
from csm.views.pauses import pauses_card
from csm.views.suppressions import suppress_form, suppressions_card

_PAUSE = "Try /pause all, /pause play renewal runway: WHY, or /pause account acme: WHY."
_RESUME = "Try /resume all, /resume play renewal runway, or /resume account acme."


class SendingTalk:
    """The kill switch, and the people whom nothing is sent to."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """Buttons of those who say whom not to write to."""
        return {
            "suppress.show": self._sheet_pressed,
            "suppress.add": self._ask_whom,
            "suppress.added": self._suppress,
            "suppress.lift": self._lift_suppression,
        }

    def pause(self, asked: Asked) -> Iterator[Answer]:
        """`/pause [all | play NAME | account NAME][: WHY]`; alone, it shows what is paused."""
        was_paused = False
        if asked.argument:
            services = self._services
            scope, target, why = self._meant(asked, _PAUSE)
            playbook, clock = services.playbook, services.clock
            done = pause(asked.clearance, services.records, playbook, clock, scope, target, why)
            was_paused = not done.is_new
        yield self._paused(asked, was_paused=was_paused)

    def resume(self, asked: Asked) -> Iterator[Answer]:
        """`/resume all | play NAME | account NAME`."""
        if not asked.argument:
            raise InvalidInput(f"What is to go on? {_RESUME}")
        scope, target, _ = self._meant(asked, _RESUME)
        lift(asked.clearance, self._services.records, self._services.clock, scope, target)
        yield self._paused(asked)

    def suppressions(self, asked: Asked) -> Iterator[Answer]:
        """`/suppress ACCOUNT`."""
        if not asked.argument:
            raise InvalidInput("Whom not to write to? Name an account: /suppress acme.")
        match = self._match(asked, asked.argument)
        if match.found is None:
            yield Answer(card=notices.which_account(asked.argument, match, "suppress.show"))
        else:
            yield self._sheet(asked, match.found.account_id)

    def _paused(self, asked: Asked, *, was_paused: bool = False) -> Answer:
        seen = see_pauses(asked.clearance, self._services.records)
        playbook, zone = self._services.playbook, asked.turn.who.zone
        return Answer(card=pauses_card(seen, playbook, zone, was_paused=was_paused))

    def _meant(self, asked: Asked, usage: str) -> tuple[PauseScope, str, str]:
        """What to stop or let go on, and why. Raises InvalidInput."""
        word, _, rest = asked.argument.partition(" ")
        name, _, why = (part.strip() for part in rest.partition(":"))
        match word.lower().rstrip(":"):
            case PauseScope.ALL:
                return PauseScope.ALL, "", (why or name)
            case PauseScope.PLAY if name:
                return PauseScope.PLAY, self._play(name), why
            case PauseScope.ACCOUNT if name:
                return PauseScope.ACCOUNT, self._account_key(asked, name), why
        raise InvalidInput(f"I do not know what to do with “{asked.argument[:60]}”. {usage}")

    def _play(self, name: str) -> str:
        writing = writing_plays(self._services.playbook)
        meant = plays_named(name, writing)
        if len(meant) != 1:
            known = meant or plays_meant(name, writing) or writing
            names = ", ".join(play.id for play in known)
            raise NotFound(f"“{name[:60]}” is not one play. Choose one of: {names}.")
        return meant[0].id

    def _account_key(self, asked: Asked, name: str) -> str:
        match = self._match(asked, name)
        if match.found is None:
            near = ", ".join(one.shown for one in (*match.choices, *match.nearest))
            hint = f" Did you mean {near}?" if near else " /portfolio lists yours."
            raise NotFound(f"“{name[:60]}” is not one account.{hint}")
        return self._key_of(asked, match.found)

    def _key_of(self, asked: Asked, found: AccountName) -> str:
        return account_key_of(asked.clearance, self._services.records, found.account_id)

    def _match(self, asked: Asked, name: str) -> Match:
        clearance = clear(asked.turn.who, Capability.READ_ACCOUNTS, STAFF_ONLY)
        return find_account(clearance, self._services.records, name[:200])

    def _sheet(self, asked: Asked, account_id: int, *, replaces: bool = False) -> Answer:
        services = self._services
        sheet = suppression_sheet(
            asked.clearance, services.records, services.clock.now(), account_id
        )
        card = suppressions_card(sheet, asked.turn.who.zone)
        return Answer(card=card, replaces=replaces)

    def _sheet_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._sheet(asked, number_in(asked.argument))

    def _ask_whom(self, asked: Asked) -> Iterator[Answer]:
        services, account_id = self._services, number_in(asked.argument)
        sheet = suppression_sheet(
            asked.clearance, services.records, services.clock.now(), account_id
        )
        yield Answer(form=suppress_form(sheet))

    def _suppress(self, asked: Asked) -> Iterator[Answer]:
        services, account_id = self._services, number_in(asked.argument)
        values = asked.turn.values
        suppress(
            asked.clearance,
            services.records,
            services.clock,
            account_key_of(asked.clearance, services.records, account_id),
            _kind(values.get("kind", "")),
            values.get("contact", "").removeprefix("contact:"),
            why=values.get("why", "").strip(),
        )
        yield self._sheet(asked, account_id, replaces=True)

    def _lift_suppression(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        account, _, number = asked.argument.partition(":")
        account_id = number_in(account)
        key = account_key_of(asked.clearance, services.records, account_id)
        lift_suppression(asked.clearance, services.records, services.clock, key, number_in(number))
        yield self._sheet(asked, account_id, replaces=True)


def _kind(text: str) -> SuppressionKind:
    try:
        return SuppressionKind(text.strip().lower())
    except ValueError:
        raise InvalidInput(f"“{text.strip()[:40]}” is no reason that I know.") from None
