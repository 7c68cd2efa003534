"""Turns about plays: what they bring about, and what they may do by themselves."""

from collections.abc import Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services
from csm.errors import InvalidInput
from csm.play import Tier
from csm.play_names import plays_meant
from csm.use_cases.choose_play import writing_plays
from csm.use_cases.outreach_effect import effects
from csm.use_cases.play_tiers import grant_tier, tier_reports
from csm.views.effect import effect_card, effects_card
from csm.views.tiers import tier_card, tiers_card


class EffectTalk:
    """The record of plays."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def presses(self) -> Mapping[str, Handler]:
        """The button of a proposal."""
        return {"play.tier": self._grant}

    def effect(self, asked: Asked) -> Iterator[Answer]:
        """`/effect [PLAY]`."""
        services = self._services
        records, playbook, today = services.records, services.playbook, services.clock.today()
        if not asked.argument:
            reports = effects(asked.clearance, records, playbook, today)
            yield Answer(card=effects_card(reports, playbook))
            return
        meant = plays_meant(asked.argument, writing_plays(playbook))
        if len(meant) != 1:
            known = ", ".join(play.id for play in meant or writing_plays(playbook))
            raise InvalidInput(f"“{asked.argument[:60]}” is not one play. Choose one of: {known}.")
        (report,) = effects(asked.clearance, records, playbook, today, meant[0].id)
        yield Answer(card=effect_card(report, playbook))

    def plays(self, asked: Asked) -> Iterator[Answer]:
        """`/plays`."""
        services = self._services
        now = services.clock.now()
        reports = tier_reports(asked.clearance, services.records, services.playbook, now)
        yield Answer(card=tiers_card(reports))

    def _grant(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        play_id, _, tier = asked.argument.partition(":")
        granted = grant_tier(
            asked.clearance,
            services.records,
            services.playbook,
            services.clock.now(),
            play_id,
            _tier(tier),
        )
        play = services.playbook.plays[play_id]
        yield Answer(card=tier_card(play, granted.tier, asked.turn.who.name), replaces=True)


def _tier(text: str) -> Tier:
    """Raises InvalidInput."""
    try:
        return Tier(text)
    except ValueError:
        raise InvalidInput(f"“{text[:40]}” is no tier. /plays shows what each play has.") from None
