"""Administrators are told that a part of the work does not go on by itself."""

from typing import Final

from csm.card import Actions, Button, Card, Note, Text, Tone
from csm.ports import Clock, Records
from csm.use_cases.colleagues import administrators, tell_person

KEY: Final = "work-stopped"
"""How the posts' keys begin."""


def tell_administrators(
    records: Records, clock: Clock, platform: str, work: str, what_it_does: str, problem: str
) -> None:
    """Post it to the administrators: once a day for each
    part of the work, however many processes it fails in. `platform` is where people are written to
    whose platform is not known. Raises Busy or Unavailable."""
    now = clock.now()
    card = _card(work, what_it_does, problem)
    with records.writing() as writer:
        for person in administrators(writer):
            tell_person(writer, f"{KEY}:{work}:{now.date()}", platform, person, card, now)


def _card(work: str, what_it_does: str, problem: str) -> Card:
    text = f"The work “{work}” ({what_it_does}) does not go on by itself."
    return Card(
        title="Something does not go on",
        summary=f"{text} {problem}",
        tone=Tone.BAD,
        blocks=(
            Text(text=text, tone=Tone.BAD),
            Text(text=problem),
            Actions(buttons=(Button(id="jobs.list", label="All jobs"),)),
            Note(text="digital-csm doctor, /readyz and the log say more."),
        ),
    )
