"""Turns in which people decide on outreach: approve, edit, reject, snooze, stop, settle."""

from collections.abc import Iterator, Mapping
from datetime import date

from bot.outreach_shown import shown
from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Card
from csm.errors import Conflict, InvalidInput
from csm.outreach import OutreachState
from csm.ports_outreach import StoredOutreach
from csm.use_cases.approve_outreach import NotApproved, approve, approve_many
from csm.use_cases.change_outreach import reject, snooze, stop
from csm.use_cases.edit_outreach import NotEdited, edit
from csm.use_cases.recent_outreach import pauses_in_force
from csm.use_cases.see_outreach import see, waiting_for
from csm.use_cases.settle_by_hand import settle_by_hand
from csm.views.outreach_forms import edit_form, not_edited_card, reject_form, snooze_form
from csm.views.outreach_lists import approvals_card, approved_together_card, what_came_of
from csm.views.verdict import refused_at_approval


class DecisionTalk:
    """Lets people say what becomes of a draft. What comes of it takes the place of its card."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """Buttons of those who decide. What comes of one takes the place of its card."""
        decisions: dict[str, Handler] = {
            "outreach.approve": self._approve,
            "outreach.edit": self._edit,
            "outreach.edited": self._edit_submitted,
            "outreach.reject": self._ask_why,
            "outreach.rejected": self._reject,
            "outreach.snooze": self._ask_until,
            "outreach.snoozed": self._snooze,
            "outreach.stop": self._stop,
            "outreach.arrived": self._arrived,
            "outreach.lost": self._lost,
        }
        return {
            "outreach.list": self._list_pressed,
            "outreach.approve_all": self._approve_all,
            **{name: self._or_as_it_stands(decide) for name, decide in decisions.items()},
        }

    def approvals(self, asked: Asked) -> Iterator[Answer]:
        """`/approvals`."""
        yield Answer(card=self._waiting(asked, 0))

    def _or_as_it_stands(self, decide: Handler) -> Handler:
        """Whoever comes too late is told who was first, on the card as it is now."""

        def handle(asked: Asked) -> Iterator[Answer]:
            try:
                yield from decide(asked)
            except Conflict as conflict:
                outreach_id, _ = _marked(asked.argument)
                yield shown(self._services, asked, outreach_id, replaces=True, lead=str(conflict))

        return handle

    def _list_pressed(self, asked: Asked) -> Iterator[Answer]:
        page = number_in(asked.argument) if asked.argument else 0
        yield Answer(card=self._waiting(asked, page), replaces=bool(asked.argument))

    def _approve(self, asked: Asked) -> Iterator[Answer]:
        outreach_id, seen = _marked(asked.argument)
        services = self._services
        result = approve(
            asked.clearance, services.records, services.desk, services.clock, outreach_id, seen
        )
        lead = refused_at_approval(result.verdict) if isinstance(result, NotApproved) else ""
        yield shown(self._services, asked, outreach_id, replaces=True, lead=lead)

    def _approve_all(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        marks = [_marked(mark.replace("-", ":", 1)) for mark in asked.argument.split(",")]
        results = approve_many(
            asked.clearance, services.records, services.desk, services.clock, marks
        )
        zone = asked.turn.who.zone
        lines = [
            (outreach_id, what_came_of(result, zone))
            for (outreach_id, _), result in zip(marks, results, strict=True)
        ]
        yield Answer(card=approved_together_card(lines), replaces=True)

    def _edit(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(form=edit_form(self._open_draft(asked)))

    def _edit_submitted(self, asked: Asked) -> Iterator[Answer]:
        outreach_id, seen = _marked(asked.argument)
        services, values = self._services, asked.turn.values
        result = edit(
            asked.clearance,
            services.records,
            services.desk,
            services.clock,
            outreach_id,
            seen,
            values.get("subject", ""),
            values.get("body", ""),
        )
        if isinstance(result, NotEdited):
            zone = asked.turn.who.zone
            card = not_edited_card(result.stored, result.words, result.objections, zone)
            yield Answer(card=card)
        else:
            yield shown(self._services, asked, outreach_id, replaces=True)

    def _ask_why(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(form=reject_form(self._open_draft(asked)))

    def _reject(self, asked: Asked) -> Iterator[Answer]:
        outreach_id, _ = _marked(asked.argument)
        services, reason = self._services, asked.turn.values.get("why", "")
        reject(
            asked.clearance, services.records, services.desk, services.clock, outreach_id, reason
        )
        yield shown(self._services, asked, outreach_id, replaces=True)

    def _ask_until(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(form=snooze_form(self._open_draft(asked), self._services.clock.today()))

    def _snooze(self, asked: Asked) -> Iterator[Answer]:
        outreach_id, _ = _marked(asked.argument)
        services, until = self._services, _until(asked.turn.values.get("until", ""))
        snooze(asked.clearance, services.records, services.desk, services.clock, outreach_id, until)
        yield shown(self._services, asked, outreach_id, replaces=True)

    def _open_draft(self, asked: Asked) -> StoredOutreach:
        """What a form is about. Raises NotFound, and Conflict where it was decided on already."""
        outreach_id, _ = _marked(asked.argument)
        services = self._services
        file = see(asked.clearance, services.records, services.desk, services.clock, outreach_id)
        stored = file.stored
        if stored.outreach.state is not OutreachState.DRAFTED:
            raise Conflict("It was decided on already.")
        return stored

    def _stop(self, asked: Asked) -> Iterator[Answer]:
        services, outreach_id = self._services, number_in(asked.argument)
        stop(asked.clearance, services.records, services.desk, services.clock, outreach_id)
        yield shown(self._services, asked, outreach_id, replaces=True)

    def _arrived(self, asked: Asked) -> Iterator[Answer]:
        yield self._settled(asked, was_sent=True)

    def _lost(self, asked: Asked) -> Iterator[Answer]:
        yield self._settled(asked, was_sent=False)

    def _settled(self, asked: Asked, *, was_sent: bool) -> Answer:
        services, outreach_id = self._services, number_in(asked.argument)
        settle_by_hand(
            asked.clearance,
            services.records,
            services.desk,
            services.clock,
            outreach_id,
            was_sent=was_sent,
        )
        return shown(self._services, asked, outreach_id, replaces=True)

    def _waiting(self, asked: Asked, page: int) -> Card:
        services = self._services
        drafts = waiting_for(asked.clearance, services.records, services.desk, services.clock)
        pauses = pauses_in_force(asked.clearance, services.records)
        return approvals_card(drafts, services.playbook, pauses, asked.turn.who.zone, page)


def _marked(argument: str) -> tuple[int, str]:
    """What a button of a card carries: the number, and the fingerprint of the words on it."""
    number, _, fingerprint = argument.partition(":")
    return number_in(number), fingerprint


def _until(text: str) -> date | int:
    """A day, or a number of days. Raises InvalidInput."""
    words = text.strip().lower().removesuffix("days").removesuffix("day").strip()
    if words.isascii() and words.isdigit():
        return int(words[:4])
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise InvalidInput(
            f"“{text.strip()[:40]}” is no day. Give one such as 2027-03-01, or a number of days."
        ) from None
