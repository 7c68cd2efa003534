"""Turns about drafted answers: a colleague sends, changes or discards one."""

from collections.abc import Iterator, Mapping

from bot.case_talk import CaseTalk
from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.use_cases.drafts import discard_draft, see_draft, send_draft
from csm.views.drafts import draft_form, draft_sent_card


class DraftTalk:
    """The buttons of a draft. What became of it takes their place."""

    def __init__(self, services: Services, cases: CaseTalk) -> None:
        self._services = services
        self._cases = cases

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here."""
        return {
            "draft.send": self._send,
            "draft.edit": self._edit,
            "draft.edited": self._send_edited,
            "draft.discard": self._discard,
        }

    def _send(self, asked: Asked) -> Iterator[Answer]:
        yield self._sent(asked, None)

    def _send_edited(self, asked: Asked) -> Iterator[Answer]:
        yield self._sent(asked, asked.turn.values.get("text", ""))

    def _sent(self, asked: Asked, text: str | None) -> Answer:
        services, question_id = self._services, number_in(asked.argument)
        settings, now = services.playbook.answers, services.clock.now()
        sent = send_draft(asked.clearance, services.records, settings, now, question_id, text)
        return Answer(card=draft_sent_card(sent), replaces=True)

    def _edit(self, asked: Asked) -> Iterator[Answer]:
        draft = see_draft(asked.clearance, self._services.records, number_in(asked.argument))
        yield Answer(form=draft_form(draft))

    def _discard(self, asked: Asked) -> Iterator[Answer]:
        services, question_id = self._services, number_in(asked.argument)
        settings, now = services.playbook.answers, services.clock.now()
        file = discard_draft(asked.clearance, services.records, settings, now, question_id)
        yield self._cases.shown(asked, file, replaces=True)
