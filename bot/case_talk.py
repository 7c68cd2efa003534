"""Turns about cases: customers' questions that wait for a person."""

from collections.abc import Callable, Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.errors import InvalidInput
from csm.use_cases.case_file import CaseFile
from csm.use_cases.work_cases import (
    claim_case,
    list_cases,
    release_case,
    reopen_case,
    reply_to_case,
    resolve_case,
    see_case,
)
from csm.views.cases import case_card, case_list_card, reply_form

USAGE = "Try /cases, /cases all or /cases 7."


class CaseTalk:
    """Everything people can do with cases."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.playbook.answers

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here. Those that change a case put its new card in its place."""
        return {
            "case.list": self._list_pressed,
            "case.show": self._show,
            "case.claim": self._changing(self._claimed),
            "case.release": self._changing(self._released),
            "case.resolve": self._changing(self._resolved),
            "case.reopen": self._changing(self._reopened),
            "case.reply": self._ask_for_reply,
            "case.replied": self._changing(self._replied),
        }

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/cases …`."""
        match asked.argument.lower():
            case "" | "mine" | "list":
                yield self._list(asked, everybody=False)
            case "all" | "everybody" | "team":
                yield self._list(asked, everybody=True)
            case word if word.removeprefix("#").isdigit():
                yield from self._show(asked)
            case word:
                raise InvalidInput(f"I know no cases called “{word[:40]}”. {USAGE}")

    def shown(self, asked: Asked, file: CaseFile, *, replaces: bool) -> Answer:
        """The case's card."""
        zone, now = asked.turn.who.zone, self._services.clock.now()
        return Answer(card=case_card(file, self._settings, zone, now), replaces=replaces)

    def _list(self, asked: Asked, *, everybody: bool, page: int = 0) -> Answer:
        listed = list_cases(asked.clearance, self._services.records, everybody=everybody, page=page)
        zone, now = asked.turn.who.zone, self._services.clock.now()
        card = case_list_card(listed, zone, now, everybody=everybody)
        return Answer(card=card)

    def _list_pressed(self, asked: Asked) -> Iterator[Answer]:
        scope, _, page = asked.argument.partition(":")
        number = number_in(page) if page else 0
        answer = self._list(asked, everybody=scope == "all", page=number)
        yield Answer(card=answer.card, replaces=bool(page))

    def _show(self, asked: Asked) -> Iterator[Answer]:
        yield self.shown(asked, self._file(asked), replaces=False)

    def _ask_for_reply(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(form=reply_form(self._file(asked).stored))

    def _file(self, asked: Asked) -> CaseFile:
        return see_case(asked.clearance, self._services.records, number_in(asked.argument))

    def _changing(self, change: Callable[[Asked, int], CaseFile]) -> Handler:
        def changed(asked: Asked) -> Iterator[Answer]:
            yield self.shown(asked, change(asked, number_in(asked.argument)), replaces=True)

        return changed

    def _claimed(self, asked: Asked, case_id: int) -> CaseFile:
        now = self._services.clock.now()
        return claim_case(asked.clearance, self._services.records, now, case_id)

    def _released(self, asked: Asked, case_id: int) -> CaseFile:
        return release_case(asked.clearance, self._services.records, case_id)

    def _resolved(self, asked: Asked, case_id: int) -> CaseFile:
        now = self._services.clock.now()
        return resolve_case(asked.clearance, self._services.records, now, case_id)

    def _reopened(self, asked: Asked, case_id: int) -> CaseFile:
        services, now = self._services, self._services.clock.now()
        return reopen_case(asked.clearance, services.records, self._settings, now, case_id)

    def _replied(self, asked: Asked, case_id: int) -> CaseFile:
        services, text = self._services, asked.turn.values.get("text", "")
        now = services.clock.now()
        return reply_to_case(asked.clearance, services.records, self._settings, now, case_id, text)
