"""A manager looks at the team, and is told of it every week."""

from app import House
from bot.render.block_kit import message
from bot.surfaces.console import ConsoleSurface
from bot.turn import Delivery
from csm.card import Table
from csm.firing import Appointment, Firing
from tests.bot.test_charts_in_posts import PNG, Drawer
from tests.journeys.talk import Talk


def test_a_manager_sees_the_team_with_a_picture(shared_talk: Talk) -> None:
    heard = shared_talk.say("/team", who="morgan")
    assert heard.last.reply.delivery is Delivery.PRIVATE
    tables = [block for block in heard.card.blocks if isinstance(block, Table)]
    assert {row[0] for row in tables[0].rows} >= {"GRR, USD", "NRR, USD", "Customers kept"}
    assert {row[0] for row in tables[1].rows} >= {"Casey Fennimore", "Riley Osprey"}
    picture = heard.last.reply.picture
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "ARR in USD by grade" in picture.alt
    for button in ("account.open:", "risks.show:all", "cta.list:all"):
        again = shared_talk.press(heard.button(button).id, who="morgan")
        assert not again.last.reply.replaces, "the digest stays where it is"


def test_the_quarter_and_what_is_neither(shared_talk: Talk) -> None:
    assert "Retention, this quarter" in shared_talk.say("/team quarter", who="ada").text
    assert "Retention, this year" in shared_talk.say("team year", who="ada").text
    assert "/team quarter or /team year" in shared_talk.say("/team month", who="ada").text


def test_it_is_for_managers_and_administrators(shared_talk: Talk) -> None:
    heard = shared_talk.say("/team", who="casey")
    assert "does not allow you to read the team's figures" in heard.text
    assert "GRR" not in heard.text
    assert "/team" not in shared_talk.say("/help", who="casey").text
    assert "/team" in shared_talk.say("/help", who="morgan").text


def test_where_outsiders_listen_it_goes_to_direct_messages(shared_talk: Talk) -> None:
    heard = shared_talk.say("/team", who="morgan", where="acme-shared")
    assert "GRR" not in heard.seen_in("acme-shared")
    assert "GRR" in heard.seen_in("dm")
    assert heard.last.reply.delivery is Delivery.DIRECT
    assert heard.last.reply.picture is not None


def test_the_whole_card_fits_into_a_slack_message(shared_talk: Talk) -> None:
    said = message(shared_talk.say("/team", who="morgan").card)
    assert 0 < len(said.blocks) <= 50
    assert "GRR" in said.text


def test_every_week_it_comes_by_itself_with_its_picture(house: House) -> None:
    digest = house.digests["team"]
    appointment = Appointment(job="team", reader="morgan", days="mon", at="08:30", scope="all")
    with house.records.writing() as writer:
        writer.put_appointment(appointment)
    now = house.clock.now()
    firing = Firing(job="team", reader="morgan", period=now.date().isoformat(), due_at=now)
    assert "at risk" in digest(firing, lambda _done, _of: None)
    console = ConsoleSurface(house.chat, house.records, house.desk, house.clock, Drawer())
    (shown,) = console.posts()
    assert (shown.to, shown.reply.delivery) == ("morgan", Delivery.DIRECT)
    assert shown.reply.picture is not None
    assert shown.reply.picture.png == PNG
    assert digest(firing, lambda _done, _of: None) == "was told before"
    assert console.posts() == []
