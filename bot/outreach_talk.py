"""Turns about outreach: draft it, see it, and why it may be sent; see also `decision_talk`."""

from collections.abc import Iterator, Mapping

from bot.outreach_shown import shown
from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Card
from csm.errors import InvalidInput
from csm.matching import Match
from csm.play import Play
from csm.ports import StoredAccount
from csm.use_cases.choose_play import choose_play, play_of_cta, plays_for
from csm.use_cases.draft_outreach import Drafted, DraftRequest, draft_outreach
from csm.use_cases.recent_outreach import recent
from csm.use_cases.see_outreach import why
from csm.views import notices
from csm.views.draft_choice import asked_to_approve, choose_play_card, not_drafted_card
from csm.views.outreach_lists import outbox_card
from csm.views.outreach_why import why_card

_DRAFT = "Try /draft acme, or /draft acme renewal."


class OutreachTalk:
    """Everything people can do with messages that the machine drafts."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """Buttons of everybody who may draft."""
        return {
            "outreach.plays": self._plays,
            "outreach.draft": self._draft_pressed,
            "outreach.draft_cta": self._draft_for_cta,
            "outreach.open": self._open,
            "outreach.why": self._why_pressed,
            "outreach.recent": self._recent_pressed,
        }

    def draft(self, asked: Asked) -> Iterator[Answer]:
        """`/draft ACCOUNT [PLAY]`."""
        if not asked.argument:
            raise InvalidInput(f"For whom? {_DRAFT}")
        services = self._services
        choice = choose_play(asked.clearance, services.records, services.playbook, asked.argument)
        if isinstance(choice, Match):
            yield Answer(card=notices.which_account(asked.argument, choice, "outreach.plays"))
        elif len(choice.plays) == 1 and not choice.is_guess:
            yield from self._drafted(asked, choice.stored, choice.plays[0], None)
        else:
            stored = choice.stored
            name, guess = stored.account.name, choice.is_guess
            yield Answer(card=choose_play_card(stored.id, name, choice.plays, is_guess=guess))

    def outreach(self, asked: Asked) -> Iterator[Answer]:
        """`/outreach [NUMBER]`."""
        if asked.argument:
            yield shown(self._services, asked, number_in(asked.argument))
        else:
            yield Answer(card=self._recent(asked, 0))

    def why(self, asked: Asked) -> Iterator[Answer]:
        """`/why NUMBER`."""
        if not asked.argument:
            raise InvalidInput("Which one? Give its number: /why 12. /approvals lists drafts.")
        yield self._reasons(asked, number_in(asked.argument))

    def _plays(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        account_id = number_in(asked.argument)
        choice = plays_for(asked.clearance, services.records, services.playbook, account_id)
        name = choice.stored.account.name
        yield Answer(card=choose_play_card(account_id, name, choice.plays))

    def _draft_pressed(self, asked: Asked) -> Iterator[Answer]:
        number, _, play_id = asked.argument.partition(":")
        services = self._services
        choice = plays_for(asked.clearance, services.records, services.playbook, number_in(number))
        play = next((play for play in choice.plays if play.id == play_id), None)
        if play is None:
            raise InvalidInput("That play was taken out of the playbook. Ask again for a choice.")
        yield from self._drafted(asked, choice.stored, play, None)

    def _draft_for_cta(self, asked: Asked) -> Iterator[Answer]:
        services, cta_id = self._services, number_in(asked.argument)
        account, play = play_of_cta(asked.clearance, services.records, services.playbook, cta_id)
        yield from self._drafted(asked, account, play, cta_id)

    def _drafted(
        self, asked: Asked, account: StoredAccount, play: Play, cta_id: int | None
    ) -> Iterator[Answer]:
        services, name = self._services, account.account.name
        if services.penman is not None:
            yield Answer(card=notices.in_progress(f"Writing to {name}…"))
        request = DraftRequest(account.account.key, play.id, cta_id)
        result = draft_outreach(
            asked.clearance,
            services.records,
            services.desk,
            services.clock,
            services.penman,
            request,
        )
        if isinstance(result, Drafted):
            lead, tone = asked_to_approve(result.told, asked.turn.who)
            yield shown(self._services, asked, result.stored.id, lead=lead, tone=tone)
        else:
            verdict = result.verdict
            card = not_drafted_card(name, play, result.why, result.remedy, verdict)
            yield Answer(card=card)

    def _open(self, asked: Asked) -> Iterator[Answer]:
        yield shown(self._services, asked, number_in(asked.argument))

    def _why_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._reasons(asked, number_in(asked.argument))

    def _recent_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(card=self._recent(asked, number_in(asked.argument)), replaces=True)

    def _recent(self, asked: Asked, page: int) -> Card:
        found = recent(asked.clearance, self._services.records)
        playbook, zone = self._services.playbook, asked.turn.who.zone
        return outbox_card(found.listed, playbook, found.pauses, zone, page)

    def _reasons(self, asked: Asked, outreach_id: int) -> Answer:
        found = why(asked.clearance, self._services.records, outreach_id)
        playbook, zone = self._services.playbook, asked.turn.who.zone
        return Answer(card=why_card(found.stored, found.history, playbook, found.names, zone))
