"""Turns about calls to action: list, see, claim, give back, close with an outcome, undo."""

from collections.abc import Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.errors import InvalidInput
from csm.health import CtaStatus
from csm.ports import StoredCta
from csm.use_cases.work_ctas import (
    claim_cta,
    close_cta,
    list_ctas,
    outcome_of,
    release_cta,
    reopen_cta,
    resume_cta,
    see_cta,
)
from csm.views.ctas import close_form, cta_card, cta_list_card

USAGE = "Try /cta, /cta 12, /cta claim 12 or /cta close 12 done."


class CtaTalk:
    """Everything people can do with calls to action."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here. `cta.start` and `cta.resume` come from other cards; the rest
        change a CTA's own card, so the new state takes its place."""
        return {
            "cta.list": self._list_pressed,
            "cta.open": self._open,
            "cta.start": self._start,
            "cta.resume": self._resume,
            "cta.claim": self._claim,
            "cta.release": self._release,
            "cta.close": self._ask_how_it_ended,
            "cta.closed": self._close_submitted,
            "cta.reopen": self._reopen,
        }

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/cta …`."""
        verb, _, rest = asked.argument.partition(" ")
        match verb.lower():
            case "" | "list" | "mine":
                yield self._list(asked, everybody=False)
            case "all" | "everybody" | "team":
                yield self._list(asked, everybody=True)
            case "claim" | "release" | "close" | "reopen":
                yield self._change(asked, verb.lower(), rest.strip())
            case _ if verb.removeprefix("#").isdigit():
                yield self._shown(see_cta(asked.clearance, self._services.records, number_in(verb)))
            case _:
                raise InvalidInput(f"I cannot “{verb[:40]}” a call to action. {USAGE}")

    def _change(self, asked: Asked, verb: str, rest: str) -> Answer:
        number, _, more = rest.partition(" ")
        if not number:
            raise InvalidInput(f"Which one? Give its number: /cta {verb} 12. /cta lists yours.")
        cta_id = number_in(number)
        match verb:
            case "claim":
                return self._shown(self._claimed(asked, cta_id))
            case "release":
                return self._shown(release_cta(asked.clearance, self._services.records, cta_id))
            case "reopen":
                return self._shown(reopen_cta(asked.clearance, self._services.records, cta_id))
            case _:
                outcome, _, note = more.strip().partition(" ")
                return self._shown(self._closed(asked, cta_id, outcome, note))

    def _list(self, asked: Asked, *, everybody: bool, page: int = 0) -> Answer:
        ctas = list_ctas(asked.clearance, self._services.records, everybody=everybody)
        today = self._services.clock.today()
        return Answer(card=cta_list_card(ctas, today, everybody=everybody, page=page))

    def _list_pressed(self, asked: Asked) -> Iterator[Answer]:
        scope, _, page = asked.argument.partition(":")
        number = number_in(page) if page else 0
        answer = self._list(asked, everybody=scope == "all", page=number)
        yield Answer(card=answer.card, replaces=bool(page))

    def _open(self, asked: Asked) -> Iterator[Answer]:
        cta = see_cta(asked.clearance, self._services.records, number_in(asked.argument))
        yield self._shown(cta)

    def _start(self, asked: Asked) -> Iterator[Answer]:
        yield self._shown(self._claimed(asked, number_in(asked.argument)))

    def _resume(self, asked: Asked) -> Iterator[Answer]:
        now, cta_id = self._services.clock.now(), number_in(asked.argument)
        yield self._shown(resume_cta(asked.clearance, self._services.records, now, cta_id))

    def _claim(self, asked: Asked) -> Iterator[Answer]:
        yield self._shown(self._claimed(asked, number_in(asked.argument)), replaces=True)

    def _release(self, asked: Asked) -> Iterator[Answer]:
        cta = release_cta(asked.clearance, self._services.records, number_in(asked.argument))
        yield self._shown(cta, replaces=True)

    def _reopen(self, asked: Asked) -> Iterator[Answer]:
        cta = reopen_cta(asked.clearance, self._services.records, number_in(asked.argument))
        yield self._shown(cta, replaces=True)

    def _ask_how_it_ended(self, asked: Asked) -> Iterator[Answer]:
        cta = see_cta(asked.clearance, self._services.records, number_in(asked.argument))
        if cta.cta.status is CtaStatus.CLOSED:
            yield self._shown(cta, replaces=True)
            return
        yield Answer(form=close_form(cta))

    def _close_submitted(self, asked: Asked) -> Iterator[Answer]:
        values = asked.turn.values
        cta_id = number_in(asked.argument)
        closed = self._closed(asked, cta_id, values.get("outcome", ""), values.get("note", ""))
        yield self._shown(closed, replaces=True)

    def _claimed(self, asked: Asked, cta_id: int) -> StoredCta:
        now = self._services.clock.now()
        return claim_cta(asked.clearance, self._services.records, now, cta_id)

    def _closed(self, asked: Asked, cta_id: int, outcome: str, note: str) -> StoredCta:
        return close_cta(
            asked.clearance,
            self._services.records,
            self._services.clock.now(),
            cta_id,
            outcome_of(outcome),
            note.strip(),
        )

    def _shown(self, cta: StoredCta, *, replaces: bool = False) -> Answer:
        card = cta_card(cta, self._services.playbook, self._services.clock.today())
        return Answer(card=card, replaces=replaces)
