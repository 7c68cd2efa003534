"""Administrators look after jobs in chat; nobody else does, and no outsider sees any of it."""

from datetime import timedelta

import pytest

from csm.firing import Firing, FiringState, Tell
from csm.people import Principal, Role
from csm.use_cases.plan_firings import Planner
from csm.use_cases.run_firing import Runner
from tests.journeys.answering import World

ADA = Principal("ada", "Ada Moss", Role.ADMIN, "ada@ours.example")


@pytest.fixture
def world(world: World) -> World:
    with world.house.records.writing() as writer:
        writer.save_person(ADA)
    Planner(world.house.records, world.house.jobs, world.clock, "console").sync()
    return world


def work(world: World, *, fails: bool = False) -> None:
    """Do what is ready."""

    def task(_firing: Firing, _tell: Tell) -> str:
        if fails:
            raise ValueError
        return "all well"

    house = world.house
    tasks = {job.name: task for job in house.jobs.jobs}
    runner = Runner(house.records, house.jobs, tasks, world.clock, timedelta(minutes=1), "console")
    for firing_id in Planner(house.records, house.jobs, world.clock, "console").ready(1000):
        runner.run(firing_id)


def test_jobs_are_listed_with_their_times(world: World) -> None:
    heard = world.talk.say("/jobs", who="ada")
    for part in ("refresh", "digest", "next 1", "jobs.history:"):
        assert part in heard.text
    assert "Nothing has run yet" in world.talk.press("jobs.history:", who="ada").text


def test_one_is_run_by_hand_and_its_end_is_told(world: World) -> None:
    begun = world.talk.say("/jobs run backup", who="ada")
    assert "to be run now" in begun.card.summary
    assert "You are told when it is over" in begun.text
    work(world)
    told = world.talk.say("/jobs history backup", who="ada")
    assert "all well" in told.seen_by("ada")
    again = world.talk.say("/jobs run backup", who="ada")
    assert "done:" in again.card.summary
    assert "Nothing was begun" in again.text


def test_who_asked_finds_the_end_in_direct_messages(world: World) -> None:
    world.talk.say("/jobs run verdicts --as-of 2026-03-08", who="ada")
    work(world)
    with world.house.records.reading() as reader:
        told = [one.post for one in reader.posts("waiting") if one.post.person_key == "ada"]
    assert [post.key.startswith("job-asked:verdicts:2026-03-08") for post in told] == [True]


def test_what_failed_is_run_again_from_its_button(world: World) -> None:
    world.talk.say("/jobs run backup", who="ada")
    for _ in range(4):
        work(world, fails=True)
        world.clock.pass_by(minutes=30)
    listed = world.talk.say("/jobs", who="ada")
    assert "our fault (ValueError)" in listed.text
    history = world.talk.say("/jobs history", who="ada")
    assert history.offers("jobs.failed:backup:")
    again = world.talk.press(listed.button("jobs.again:").id, who="ada")
    assert "to be run now" in again.card.summary
    work(world)
    with world.house.records.reading() as reader:
        (stored,) = reader.firings("backup")
    assert stored.firing.state is FiringState.DONE


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/jobs run", "Run which job?"),
        ("/jobs dance", "Try /jobs"),
        ("/jobs run bakup", 'did you mean \\"backup\\"'),
        ("/jobs run backup as of soon", "is no moment"),
        ("/jobs run backup as of 2036-01-01", "has not come yet"),
        ("/jobs history bakup", "There is no job"),
    ],
)
def test_slips_are_told_with_what_would_do(world: World, typed: str, told: str) -> None:
    assert told in world.talk.say(typed, who="ada").text


@pytest.mark.parametrize("who", ["casey", "morgan", "jo"])
@pytest.mark.parametrize("turn", ["/jobs", "/jobs run backup", "jobs.again:1", "jobs.list"])
def test_others_may_not(world: World, who: str, turn: str) -> None:
    say = world.talk.say if turn.startswith("/") else world.talk.press
    heard = say(turn, who=who)
    assert "did not work" in heard.card.title
    with world.house.records.reading() as reader:
        assert reader.firings() == []


def test_an_outsider_in_the_place_sees_nothing(world: World) -> None:
    heard = world.talk.say("/jobs", who="ada", where="acme-shared")
    assert "refresh" not in heard.seen_in("acme-shared")
    assert "refresh" in heard.text
