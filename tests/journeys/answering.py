"""A product that answers customers, with a small library of the test's own."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app import House
from bot.chat import Chat
from bot.surfaces.console import ConsoleSurface
from bot.talk import Services
from csm.ports_answers import Answerer, ArticleWriter, Library
from csm.post import Post, PostState
from jobs.schedule import job_table
from parts.digests import digests_of
from tests.bot.library_twin import TwinLibrary, chunk, cluster
from tests.journeys.talk import Talk


class NoPictures:
    """Nothing is drawn here."""

    def trend(self, *_: object) -> bytes:
        raise AssertionError("nobody asked for a picture")

    chart = trend


class MovingClock:
    """The house's day: every look at it takes a second, and more passes when the test says so."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def today(self) -> date:
        return self.at.date()

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class World:
    """The demo's people and places, the library, and everybody talking."""

    house: House
    library: TwinLibrary
    clock: MovingClock
    chat: Chat
    talk: Talk

    def posts(self, state: PostState) -> list[Post]:
        with self.house.records.reading() as reader:
            return [stored.post for stored in reader.posts(state)]


def world_of(
    house: House,
    answerer: Answerer | None = None,
    article_writer: ArticleWriter | None = None,
    real_library: Library | None = None,
) -> World:
    """With that in the house's place which takes a model or a minute to load."""
    library = TwinLibrary()
    morning = house.clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
    clock = MovingClock(morning)
    jobs = job_table(time(2))
    chat = Chat(
        Services(
            records=house.records,
            playbook=house.playbook,
            clock=clock,
            pictures=NoPictures(),
            narrator=None,
            library=real_library or library,
            answerer=answerer,
            article_writer=article_writer,
            penman=None,
            desk=house.desk,
            chunk=chunk,
            cluster=cluster,
            jobs=jobs,
            digests=digests_of(house.records, house.playbook, clock, jobs, "console", cluster),
        )
    )
    talk = Talk(ConsoleSurface(chat, house.records, house.desk, clock))
    return World(house, library, clock, chat, talk)
