"""One account of the demo on the day that the portfolio is made for: its days, its people."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from csm.account import ContactRole, Priority
from csm.money import minor_units
from sources.demo_catalogue import CASE_SUBJECTS, FIRST_NAMES, LAST_NAMES, TITLES
from sources.demo_story import Case, Person, Story

# How far back talks and support cases are told.
TIMELINE_DAYS: Final = 300

_USUAL_ROLES: Final = (
    ContactRole.SPONSOR,
    ContactRole.CHAMPION,
    ContactRole.ADMIN,
    ContactRole.BILLING,
)


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 28 February for a 29th that it does not have."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


class Scene:
    """What the records of one account have in common. `age` is the contract's, in days."""

    def __init__(self, story: Story, today: date) -> None:
        self.story = story
        self.today = today
        self.started = years_before(self.on(-story.renews_in), story.years)
        self.age = (today - self.started).days
        self.domain = story.domain or f"{story.key}.example"
        chance = Random(story.key)  # noqa: S311 - made-up names, no secrets
        self.people = _cast(story, chance)
        self.cases = (*story.cases, *_small_cases(story, min(self.age, TIMELINE_DAYS), chance))

    def on(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def at(self, ago: int, hour: int = 10) -> datetime:
        return datetime.combine(self.on(ago), time(hour), UTC)

    def key(self, *parts: object) -> str:
        """A record's key: the account's, and what tells it from its other records."""
        return "-".join(map(str, (self.story.key, *parts)))

    def minor(self, major: int) -> int:
        return int(major * 10 ** minor_units(self.story.currency))

    def email(self, role: ContactRole) -> str:
        """Of who plays that part; empty where nobody does."""
        person = self.people.get(role)
        if person is None:
            return ""
        return f"{person.email_name or person.name.lower().replace(' ', '.')}@{self.domain}"


def _cast(story: Story, chance: Random) -> dict[ContactRole, Person]:
    """Who plays which part: those of the story, and invented others."""
    people = {person.role: person for person in story.people}
    for role in _USUAL_ROLES:
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        active = chance.randint(1, 9)
        if role not in people:
            people[role] = Person(role, name, TITLES[role], active)
    return people


def _small_cases(story: Story, days: int, chance: Random) -> list[Case]:
    """The everyday questions that support answers within a day or two."""
    every = story.rhythm.cases_every
    if every is None:
        return []
    cases = []
    for number, ago in enumerate(range(9 + chance.randint(0, every), days, every)):
        if story.is_in_gap(ago):
            continue
        subject = CASE_SUBJECTS[(number + len(story.key)) % len(CASE_SUBJECTS)]
        priority = Priority.LOW if number % 3 else Priority.NORMAL
        closed_after = chance.choice((0.2, 0.5, 1.0, 2.0))
        csat = 5 if number % 2 else None
        cases.append(Case(ago, subject, priority, closed_after, chance.randint(10, 90), csat=csat))
    return cases
