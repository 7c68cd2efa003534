"""Turns about the team: its figures now."""

from collections.abc import Iterator

from bot.drawn import picture_of
from bot.talk import Answer, Asked, Services
from csm.use_cases.team_digest import see_team


class TeamTalk:
    """What a manager asks about the team as a whole."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def team(self, asked: Asked) -> Iterator[Answer]:
        """`/team [quarter | year]`."""
        services = self._services
        card, chart = see_team(
            asked.clearance, services.records, services.playbook, services.clock, asked.argument
        )
        yield Answer(card=card, picture=picture_of(chart, services.pictures) if chart else None)
