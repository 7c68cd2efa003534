"""Turns about the product's own work."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.errors import InvalidInput
from csm.use_cases.ask_for_job import (
    JobAsked,
    ask_again,
    ask_failed_again,
    ask_for_job,
    read_moment,
)
from csm.use_cases.see_jobs import job_history, see_jobs
from csm.views.jobs import asked_for_card, history_card, jobs_card

USAGE: Final = "Try /jobs, /jobs history digest, or /jobs run refresh as of 2026-03-29."
_AS_OF: Final = re.compile(r"\s+(?:--)?as[\s-]of[\s=]+", re.IGNORECASE)


class JobsTalk:
    """Everything about `/jobs`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here."""
        return {
            "jobs.list": self._list,
            "jobs.history": self._history_pressed,
            "jobs.again": self._again,
            "jobs.failed": self._failed_again,
        }

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/jobs [history [NAME] | run NAME [as of …]]`."""
        verb, _, rest = asked.argument.strip().partition(" ")
        match verb.lower():
            case "" | "list":
                yield from self._list(asked)
            case "history":
                yield self._history(asked, rest.strip())
            case "run" if rest.strip():
                yield self._run(asked, rest.strip())
            case "run":
                raise InvalidInput(f"Run which job? {USAGE}")
            case _:
                raise InvalidInput(f"I do not know “/jobs {verb[:40]}”. {USAGE}")

    def _list(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        seen = see_jobs(asked.clearance, services.records, services.jobs, services.clock.now())
        yield Answer(card=jobs_card(seen, asked.turn.who.zone))

    def _history(self, asked: Asked, name: str, page: int = 0) -> Answer:
        services = self._services
        history = job_history(asked.clearance, services.records, services.jobs, name)
        return Answer(card=history_card(history, services.jobs, asked.turn.who.zone, page))

    def _history_pressed(self, asked: Asked) -> Iterator[Answer]:
        name, _, page = asked.argument.partition(":")
        answer = self._history(asked, name, number_in(page) if page else 0)
        yield Answer(card=answer.card, replaces=bool(page))

    def _run(self, asked: Asked, words: str) -> Answer:
        services, now = self._services, self._services.clock.now()
        name, *rest = _AS_OF.split(words, maxsplit=1)
        moment: date | datetime | None = None
        if rest:
            moment = read_moment(rest[0], asked.turn.who.zone, now)
        return self._begun(
            asked, ask_for_job(asked.clearance, services.records, services.jobs, now, name, moment)
        )

    def _again(self, asked: Asked) -> Iterator[Answer]:
        services, firing_id = self._services, number_in(asked.argument)
        yield self._begun(
            asked, ask_again(asked.clearance, services.records, services.jobs, firing_id)
        )

    def _failed_again(self, asked: Asked) -> Iterator[Answer]:
        services, (name, _, period) = self._services, asked.argument.partition(":")
        yield self._begun(
            asked, ask_failed_again(asked.clearance, services.records, services.jobs, name, period)
        )

    def _begun(self, asked: Asked, result: JobAsked) -> Answer:
        return Answer(card=asked_for_card(result, asked.turn.who.zone))
