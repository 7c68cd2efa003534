"""Who may do what with outreach, where it is shown, and how slips and forged buttons are met."""

import pytest

from bot.turn import Delivery
from csm.outreach import OutreachState
from storage.records import SqlRecords
from tests.journeys.outreach_world import HABITS, OutreachWorld

DECISIONS = ("outreach.approve:", "outreach.edit:", "outreach.reject:", "outreach.snooze:")
SECRETS = ("Usage is down", "rules pass", "/why", "Approved by", "1,234", "outreach.")
COMMANDS = (
    "/draft acme habits",
    "/draft acme",
    "/approvals",
    "/outreach",
    "/outreach 1",
    "/why 1",
    "/pause",
    "/suppress acme",
    "/effect",
    "/effect habits",
    "/plays",
)
BUTTONS = (
    "outreach.open:1",
    "outreach.why:1",
    "outreach.plays:1",
    "outreach.draft_cta:1",
    "outreach.list:0",
    "outreach.recent:0",
    "suppress.show:1",
)


@pytest.fixture
def world(sqlite_records: SqlRecords) -> OutreachWorld:
    world = OutreachWorld(sqlite_records)
    world.refresh()
    return world


@pytest.mark.parametrize("typed", COMMANDS)
def test_in_a_customer_s_channel_it_lands_in_the_dm_and_leaks_nothing(
    world: OutreachWorld, typed: str
) -> None:
    world.draft()
    heard = world.talk.say(typed, who="morgan", where="acme-shared")
    here = heard.seen_in("acme-shared")
    assert "direct message" in here
    assert not any(word in here for word in ("habits", "Habits", "Jo Park", "draft", "rules"))
    assert heard.last.reply.delivery is Delivery.DIRECT


@pytest.mark.parametrize("button", BUTTONS)
def test_buttons_leak_nothing_there_either(world: OutreachWorld, button: str) -> None:
    world.draft()
    heard = world.talk.press(button, who="morgan", where="acme-shared")
    here = heard.seen_in("acme-shared")
    assert not any(word in here for word in ("Habits", "Jo Park", "rules", "Usage is down"))
    assert heard.last.reply.delivery is Delivery.DIRECT


@pytest.mark.parametrize("who", ["jo", "sam", "nobody"])
@pytest.mark.parametrize("typed", [*COMMANDS, "/pause all", "/resume all"])
@pytest.mark.parametrize("where", ["dm", "acme-shared"])
def test_customers_and_strangers_get_nothing_of_it(
    world: OutreachWorld, who: str, typed: str, where: str
) -> None:
    world.draft()
    heard = world.talk.say(typed, who=who, where=where)
    assert not any(secret in heard.text for secret in SECRETS)
    assert "Habits" not in heard.text
    assert "nothing is paused" in world.talk.say("/pause", who="ada").text


@pytest.mark.parametrize("who", ["jo", "nobody"])
def test_nor_can_they_press_its_buttons(world: OutreachWorld, who: str) -> None:
    draft = world.draft()
    for start in DECISIONS:
        heard = world.press(draft, start, who)
        assert not any(secret in heard.text for secret in SECRETS)
    for button in (*BUTTONS, "outreach.stop:1", f"play.tier:{HABITS}:delayed"):
        heard = world.talk.press(button, who=who)
        assert not any(secret in heard.text for secret in SECRETS)
    assert world.outreach().outreach.state is OutreachState.DRAFTED


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("alder & ash interiors habits", "Alder & Ash Interiors"),
        ("alder habits decline check-in", "Alder & Ash Interiors"),
        ("Blue Heron Robotics habits", "Blue Heron Robotics"),
        ("blue heron habits_decline_check_in", "Blue Heron Robotics"),
        ("bluefin habit", "Bluefin Media"),
    ],
)
def test_names_of_several_words(world: OutreachWorld, typed: str, account: str) -> None:
    heard = world.talk.say(f"/draft {typed}", who="morgan")
    assert account in heard.card.title
    assert "Habits decline check-in" in heard.card.title


def test_a_name_that_fits_several_accounts_is_asked_about(world: OutreachWorld) -> None:
    heard = world.talk.say("/draft blue habits", who="morgan")
    assert "fits more than one account" in heard.text
    chosen = world.talk.press(heard.button("outreach.plays:").id, who="morgan")
    assert chosen.offers("outreach.draft:")


@pytest.mark.parametrize(
    ("button", "told"),
    [
        (f"play.tier:{HABITS}:enormous", "is no tier"),
        ("play.tier:nosuch:delayed", "no play"),
        (f"play.tier:{HABITS}:automatic", "has not earned"),
        ("outreach.approve:1", "look at it again"),
        ("outreach.approve:1:zzz", "look at it again"),
        ("outreach.approve:x:zzz", "is not a number"),
        ("outreach.approve_all:1-zz,2", "look at it again"),
        ("outreach.approve_all:", "is not a number"),
        ("outreach.draft:1:nosuch", "taken out of the playbook"),
        ("outreach.draft:999:nosuch", "no longer in the records"),
        ("outreach.arrived:1", "not in doubt"),
        ("suppress.added:1", "is no reason"),
        ("suppress.lift:1:99", "nothing to take back"),
    ],
)
def test_a_forged_button_is_told_off_kindly(world: OutreachWorld, button: str, told: str) -> None:
    world.draft()
    heard = world.talk.press(button, who="ada")
    assert told in heard.text
    assert world.outreach().outreach.state is OutreachState.DRAFTED


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/pause everything", "/pause all"),
        ("/pause play frobnicate", "Choose one of"),
        ("/pause account nosuch", "is not one account"),
        ("/pause account blue", "Blue Heron Robotics"),
        ("/resume", "What is to go on?"),
        ("/resume play habits", "is not paused"),
        ("/draft", "For whom?"),
        ("/draft acme frobnication", "No play of that name"),
        ("/draft nosuchcompany", "no account called"),
        ("/why", "Give its number"),
        ("/why 999", "no outreach #999"),
        ("/outreach abc", "is not a number"),
        ("/effect frobnicate", "Choose one of"),
        ("/suppress", "Name an account"),
    ],
)
def test_slips_are_told_how_to_mend_them(world: OutreachWorld, typed: str, told: str) -> None:
    assert told in world.talk.say(typed, who="morgan").text
