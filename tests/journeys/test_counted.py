"""What is counted of journeys: turns, the guard's reviews, deliveries, jobs, and models' costs."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from agents.metering import Prices
from agents.model import ModelConfig, build_embedder, build_model
from bot.turn import Turn, TurnKind
from csm import meter
from csm.errors import Unavailable
from csm.firing import Firing, Tell
from csm.guard import GuardFacts, Outgoing, review
from csm.meter import Metric
from csm.people import STAFF_ONLY, Place, PlaceKind
from csm.use_cases.run_firing import Runner
from jobs.logged import Logged
from jobs.schedule import job_table
from storage.records import SqlRecords
from tests.agents.double import embedded, failing, serving, spoken
from tests.bot.scripted import CASEY
from tests.csm.shipped import shipped_playbook
from tests.journeys.outreach_world import MORNING, OutreachWorld


class Tally:
    """A meter that adds up."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.values: dict[tuple[str, ...], list[float]] = {}

    def count(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        assert len(labels) == len(metric.labels)
        self.counts[metric.name, *labels] += amount  # type: ignore[assignment]  # costs are parts

    def observe(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        assert len(labels) == len(metric.labels)
        self.values.setdefault((metric.name, *labels), []).append(value)

    def of(self, name: str) -> dict[tuple[str, ...], float]:
        return {key[1:]: value for key, value in self.counts.items() if key[0] == name}


@pytest.fixture
def tally() -> Iterator[Tally]:
    tally = Tally()
    before = meter.use(tally)
    yield tally
    meter.use(before)


@pytest.fixture
def world(sqlite_records: SqlRecords) -> OutreachWorld:
    world = OutreachWorld(sqlite_records)
    world.refresh()
    return world


def turn(world: OutreachWorld, kind: TurnKind, text: str) -> Turn:
    with world.records.reading() as reader:
        who = reader.person("casey")
    assert who is not None
    return Turn(who, Place("console", "", "D1", PlaceKind.DM, STAFF_ONLY, "casey"), kind, text)


def test_turns_by_what_came_of_them(
    world: OutreachWorld, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(world.chat.handle(turn(world, TurnKind.COMMAND, "/portfolio all")))
    list(world.chat.handle(turn(world, TurnKind.PRESS, "no.such:1")))
    monkeypatch.setattr(world.records, "reading", None)
    list(world.chat.handle(turn_without_records()))
    assert tally.of("turns_total") == {
        ("command", "portfolio", "answered"): 1,
        ("press", "none", "refused"): 1,
        ("command", "portfolio", "failed"): 1,
    }
    assert len(tally.values["turn_duration_seconds", "command"]) == 2


def turn_without_records() -> Turn:
    place = Place("console", "", "D1", PlaceKind.DM, STAFF_ONLY, "casey")
    return Turn(CASEY, place, TurnKind.COMMAND, "/portfolio all")


def test_a_turn_that_nobody_hears_out_is_counted_so(world: OutreachWorld, tally: Tally) -> None:
    replies = world.chat.handle(turn(world, TurnKind.COMMAND, "/portfolio all"))
    next(replies)
    replies.close()  # type: ignore[attr-defined]  # as surfaces do that cannot answer
    assert tally.of("turns_total") == {("command", "portfolio", "unheard"): 1}


def test_reviews_and_deliveries(world: OutreachWorld, tally: Tally) -> None:
    list(world.chat.handle(turn(world, TurnKind.COMMAND, "/draft acme habits")))
    reviews = tally.of("guard_reviews_total")
    assert {message for message, _ in reviews} == {"outreach"}
    assert sum(reviews.values()) >= 1
    world.posts()
    assert tally.of("deliveries_total")["console", "sent"] >= 1


def test_objections_by_rule(tally: Tally) -> None:
    guard = shipped_playbook().guard.text
    review(Outgoing("Your health score is red.", "acme"), GuardFacts(), guard)
    review(Outgoing("Thank you for asking.", "acme"), GuardFacts(), guard)
    assert set(tally.of("guard_reviews_total")) > {("answer", "cleared")}
    assert all(outcome in ("held", "refused") for _, outcome in tally.of("guard_objections_total"))
    assert tally.of("guard_objections_total")


def test_models_by_purpose_with_what_they_cost(tally: Tally) -> None:
    with serving(spoken("Fine.")) as server:
        config = ModelConfig(server.url, "k", "m", 20, 0)
        build_model(config, "narration", Prices(0.5, 2.0)).ask("", "?", 9)
        build_model(config, "answer").ask("", "?", 9)
    with serving(failing(400)) as server, pytest.raises(Unavailable):
        build_model(ModelConfig(server.url, "k", "m", 20, 0), "answer").ask("", "?", 9)
    with serving(embedded([1.0, 0.0])) as server:
        build_embedder(ModelConfig(server.url, "k", "m", 20, 0)).embed(["x"])
    assert tally.of("model_calls_total") == {
        ("narration", "answered"): 1,
        ("answer", "answered"): 1,
        ("answer", "unavailable"): 1,
        ("embedding", "answered"): 1,
    }
    assert tally.of("model_tokens_total")["narration", "in"] == 1
    assert tally.of("model_tokens_total")["narration", "out"] == 1
    assert tally.of("model_tokens_total")["embedding", "in"] == 1
    assert tally.of("model_cost_usd_total") == {("narration",): pytest.approx(2.5e-6)}
    assert len(tally.values["model_call_duration_seconds", "answer"]) == 2


def test_jobs_by_how_they_ended(sqlite_records: SqlRecords, tally: Tally) -> None:
    world = OutreachWorld(sqlite_records)
    due_at = world.clock.now() - timedelta(seconds=90)

    def task(firing: Firing, _tell: Tell) -> str:
        if firing.job == "backup":
            raise ValueError("broken")
        return "done"

    jobs = job_table(MORNING.time())
    tasks = {"verdicts": task, "backup": task}
    run = Logged(Runner(world.records, jobs, tasks, world.clock, timedelta(minutes=1), "console"))
    late = due_at - timedelta(days=9)
    firings = [
        Firing(job="verdicts", period="1", due_at=due_at),
        Firing(job="backup", period="1", due_at=due_at),
        Firing(job="verdicts", period="0", due_at=late),
    ]
    with world.records.writing() as writer:
        ids = writer.add_firings(firings)
    for firing_id in ids:
        run(firing_id)
    assert tally.of("firings_total") == {
        ("verdicts", "done"): 1,
        ("backup", "waiting"): 1,
        ("verdicts", "skipped"): 1,
    }
    (lag,) = tally.values["firing_lag_seconds", "verdicts"]
    assert 90 <= lag < 100
    assert len(tally.values["firing_duration_seconds", "verdicts"]) == 2
