"""Plays: the prescribed response to a reason, as playbook/plays/*.toml tell it."""

from typing import Annotated

from pydantic import Field

from csm.playbook_part import Identifier, Line, Part


class Play(Part):
    """What to do, step by step, and what it is good for."""

    id: Identifier
    name: Line
    purpose: Annotated[str, Field(min_length=1, max_length=500)]
    steps: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(min_length=1)
