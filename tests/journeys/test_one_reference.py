"""What the log tells of journeys: one id from the event to the send, no secret, nobody's words."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from agents.model import ModelConfig, build_model
from agents.narrator import ModelNarrator
from bot.ask_talk import AskTalk
from bot.turn import Turn, TurnKind
from cli.logs import ToStandardError, configure_logs
from csm.errors import Unavailable
from csm.firing import Firing
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place, PlaceKind
from csm.play import ChannelKind
from csm.reference import current_reference, under
from csm.use_cases.run_firing import Runner
from jobs.logged import Logged
from jobs.schedule import job_table
from parts.digests import digests_of
from settings import Settings
from storage.records import SqlRecords
from tests.agents.double import Answer, serving
from tests.bot.library_twin import cluster
from tests.bot.slack_double import TEAM, Fault
from tests.bot.slack_stage import SECRET, Stage, product_stage
from tests.bot.test_slack_outreach import (
    CASEY,
    DIRECT,
    JO,
    MORGAN,
    RILEY,
    ROOM,
    SHARED,
    THEIRS,
    button,
    draft,
    letters,
    posted_in,
    press,
    say,
    set_up,
)
from tests.journeys.outreach_world import MORNING, NIGHT, OutreachWorld

pytestmark = pytest.mark.anyio

Line = dict[str, Any]
TOKENS: dict[str, Any] = {
    "SLACK_BOT_TOKEN": "xoxb-test",
    "SLACK_APP_TOKEN": "xapp-marker-two",
    "SLACK_SIGNING_SECRET": SECRET,
    "OPENAI_API_KEY": "marker-four-key",
    "SMTP_PASSWORD": "marker-five",
    "DIGITAL_CSM_METRICS_TOKEN": "marker-six",
    "DIGITAL_CSM_SECRET": "marker-seven-" + "0" * 32,
    "DATABASE_URL": "postgresql://csm:marker-eight@db/csm",
    "BROKER_URL": "amqp://csm:marker-nine@rabbit/",
}


@pytest.fixture(autouse=True)
def _logs_given_back() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(handler)


@pytest.fixture
def world(sqlite_records: SqlRecords) -> OutreachWorld:
    world = OutreachWorld(sqlite_records, "slack")
    world.refresh()
    with sqlite_records.writing() as writer:
        writer.link_person("jo", "slack", THEIRS, JO)
        for user, key in ((CASEY, "casey"), (MORGAN, "morgan"), (RILEY, "riley")):
            writer.link_person(key, "slack", TEAM, user)
        acme = Audience(AudienceKind.CUSTOMER, "acme")
        for channel, audience in ((SHARED, acme), (ROOM, STAFF_ONLY)):
            place = Place("slack", TEAM, channel, PlaceKind.CHANNEL, audience, channel.lower())
            writer.save_place(place, NIGHT)
    return world


@pytest.fixture
async def stage(world: OutreachWorld) -> AsyncIterator[Stage]:
    world.prefer(ChannelKind.CHANNEL)
    async with product_stage(world.chat, world.records, world.clock, world.desk) as stage:
        set_up(stage)
        yield stage


def told(capsys: pytest.CaptureFixture[str]) -> list[Line]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def listen() -> None:
    configure_logs(Settings(_env_file=None, LOG_LEVEL="info", **TOKENS))


async def test_from_the_press_to_the_letter(
    stage: Stage, world: OutreachWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    card = await draft(stage)
    listen()
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    assert len(letters(stage)) == 1
    lines = told(capsys)
    (turn,) = [line for line in lines if line["event"] == "turn answered"]
    assert turn["action"] == "outreach.approve"
    mine = [line["event"] for line in lines if line.get("reference") == turn["reference"]]
    assert {"request", "turn answered", "post delivered"} <= set(mine)
    (sent,) = [line for line in lines if line["event"] == "post delivered"]
    assert sent["key"] == "outreach:1"
    with world.records.reading() as reader:
        post = reader.outreach_post(1)
    assert post is not None
    assert post.post.reference == turn["reference"]


async def test_a_letter_that_waits_keeps_the_reference_of_its_approval(
    stage: Stage, world: OutreachWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    listen()
    card = await draft(stage)
    world.clock.at = NIGHT  # the customer sleeps: it is held
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    assert letters(stage) == []
    (approval,) = [one for one in told(capsys) if one.get("action") == "outreach.approve"]
    world.clock.at = MORNING + timedelta(days=1)
    await stage.command("/help", RILEY, DIRECT[RILEY])
    await stage.settle()
    assert len(letters(stage)) == 1
    (sent,) = [line for line in told(capsys) if line["event"] == "post delivered"]
    assert sent["reference"] == approval["reference"]


async def test_from_the_firing_to_the_digest(
    stage: Stage, world: OutreachWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    listen()
    jobs, clock = job_table(MORNING.time()), world.clock
    tasks = digests_of(world.records, world.playbook, clock, jobs, "slack", cluster)
    lease = timedelta(minutes=1)
    run = Logged(Runner(world.records, jobs, tasks, clock, lease, "slack"))
    due = Firing(job="digest", reader="casey", period="2026-03-09", due_at=clock.now())
    with world.records.writing() as writer:
        (firing_id,) = writer.add_firings([due])
    run(firing_id)
    surface = stage.slack.surface
    await surface.work.in_post_thread(surface.postman.deliver_waiting, "slack")
    assert len(posted_in(stage, DIRECT[CASEY])) == 1
    with world.records.reading() as reader:
        stored = reader.firing(firing_id)
    assert stored is not None
    lines = told(capsys)
    mine = [one["event"] for one in lines if one.get("reference") == stored.firing.reference]
    assert "job done" in mine
    assert "post delivered" in mine


def test_questions_to_a_model_have_the_reference_of_their_turn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listen()
    with serving(Answer(b"{}", 500)) as server, under("ab12cd34"), pytest.raises(Unavailable):
        build_model(ModelConfig(server.url, "k", "m", 20, 0), "narration").ask("Be short.", "?", 9)
    lines = told(capsys)
    assert {line["event"] for line in lines} == {"model asked", "model unavailable"}
    assert {line["reference"] for line in lines} == {"ab12cd34"}


async def test_the_context_of_a_turn_does_not_leak(stage: Stage) -> None:
    await stage.command("/help", RILEY, DIRECT[RILEY])
    await stage.settle()
    assert current_reference() == ""


WORDS = ("zebrafish", "quokkas", "wombats", "narwhal")


async def test_no_secret_and_nobodys_words_are_in_the_log(
    stage: Stage,
    world: OutreachWorld,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listen()
    # a customer asks, and a colleague asks for what is not there
    await say(stage, "Why do our zebrafish not sync?", JO, SHARED, "1700000001.000001")
    await stage.command("/account quokkas", CASEY, DIRECT[CASEY])
    await press(stage, "quokkas:quokkas", CASEY)
    # outreach is drafted, edited, and Slack fails while it is sent
    card = await draft(stage)
    stage.double.fail("chat.postMessage", Fault(error="invalid_blocks"), Fault(drops=True))
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    stage.double.fail("chat.postMessage", Fault(status=500))
    await stage.command("/portfolio", CASEY, DIRECT[CASEY])
    await stage.settle()
    # the answer breaks
    _break(monkeypatch, "The wombats said xoxb-test")
    world.start()
    for reply in world.chat.handle(_asking(world, "/ask where are the wombats?")):
        assert reply.card is not None
    # the model quotes what it was asked, and our key
    key, said = TOKENS["OPENAI_API_KEY"], b'{"error": {"message": "narwhal marker-four-key"}}'
    for answer in (Answer(said, 400), Answer(said, 500), Answer(b"narwhal", 200)):
        with serving(answer) as server:
            narrator = ModelNarrator(build_model(ModelConfig(server.url, key, "m", 20, 0)))
            with pytest.raises(Unavailable):
                narrator.narrate("narwhal", [])
    # libraries complain
    logging.getLogger("library").error("refused %s", ValueError(f"narwhal {key}"))
    said_in_all = capsys.readouterr().err
    lines = [json.loads(line) for line in said_in_all.splitlines()]
    events = {line["event"] for line in lines}
    assert {"request", "turn answered", "turn refused", "turn failed", "model asked"} <= events
    for word in (*WORDS, "Lanternboard", "Hello Jo", "marker", "xoxb", SECRET):
        assert word not in said_in_all, word


def _break(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    def broken(*_: object) -> Iterator[object]:
        raise ValueError(words)
        yield

    monkeypatch.setattr(AskTalk, "command", broken)


def _asking(world: OutreachWorld, text: str) -> Turn:
    with world.records.reading() as reader:
        casey = reader.person("casey")
    assert casey is not None
    place = Place("slack", TEAM, DIRECT[CASEY], PlaceKind.DM, STAFF_ONLY, "casey")
    return Turn(casey, place, TurnKind.COMMAND, text)
