"""What the Slack surface is told from outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.turn import Reply, Turn


class Conversation(Protocol):
    """Who answers turns: `bot.chat.Chat`."""

    def handle(self, turn: Turn) -> Iterator[Reply]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackConfig:
    """Settings of the surface. Times are in seconds where the name does not say otherwise.

    `own_team_ids`: further workspaces of our own company; everybody else's are foreign.
    """

    bot_token: str = field(repr=False)
    # The ways in: requests signed with the one, or a socket opened with the other.
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    base_url: str = "https://slack.com/api/"
    own_team_ids: frozenset[str] = frozenset()
    # Turns worked on at once, and turns that may wait for that.
    workers: int = 8
    waiting: int = 256
    # How long what Slack said of a place and of a user is believed.
    audience_max_age: timedelta = timedelta(minutes=10)
    user_max_age: timedelta = timedelta(minutes=10)
    # Places with more members are taken for unknown instead of asking about every one of them.
    max_members: int = 200
    # Of one call to Slack, and for running turns to come to their end once no request is open at
    # shutdown.
    timeout: float = 10
    grace: float = 20
