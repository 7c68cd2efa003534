"""A vendor whose customer Acme uses the product less and less, everybody talking, and the time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from bot.chat import Chat
from bot.surfaces.console import ConsoleSurface
from bot.talk import Services
from csm.desk import Desk
from csm.holdout import is_held_out
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.play import ChannelKind
from csm.playbook import Playbook
from csm.ports import Records, Table
from csm.ports_outreach import StoredOutreach
from csm.use_cases.refresh_accounts import RefreshReport, refresh_accounts
from csm.use_cases.run_plays import PlaysRun, run_plays
from jobs.schedule import job_table
from parts.digests import digests_of
from tests.bot.library_twin import TwinLibrary, chunk, cluster
from tests.csm.outreach_desk import CHECK_IN, PLAN, playbook_with
from tests.journeys.answering import MovingClock, NoPictures
from tests.journeys.talk import Heard, Talk

TODAY: Final = date(2026, 3, 10)  # a Tuesday
NIGHT: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)  # 02:00 in Los Angeles, where Jo is
MORNING: Final = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)  # 10:30 there

PEOPLE: Final = (
    Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example", None, "Europe/Berlin"),
    Principal("riley", "Riley Stone", Role.CSM, "riley@ours.example"),
    Principal("morgan", "Morgan Lee", Role.MANAGER, "morgan@ours.example", None, "Europe/London"),
    Principal("ada", "Ada Moss", Role.ADMIN, "ada@ours.example"),
    Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", "acme", "America/Los_Angeles"),
    Principal("kim", "Kim Nash", Role.CONTACT, "kim@acme.example", "acme"),
    Principal("sam", "Sam Ito", Role.CONTACT, "sam@globex.example", "globex"),
)
ACCOUNTS: Final = (
    # key, name, csm, country, time zone
    ("acme", "Acme", "casey", "US", "America/Los_Angeles"),
    ("globex", "Globex", "riley", "DE", "Europe/Berlin"),
    ("alder-ash", "Alder & Ash Interiors", "riley", "DE", "Europe/Berlin"),
    ("blue-heron", "Blue Heron Robotics", "casey", "CA", "America/Toronto"),
    ("bluefin", "Bluefin Media", "riley", "US", "America/New_York"),
)
CONTACTS: Final = (
    ("acme", "jo", "Jo Park", "jo@acme.example", "champion", True),
    ("acme", "kim", "Kim Nash", "kim@acme.example", "admin", True),
    ("globex", "sam", "Sam Ito", "sam@globex.example", "champion", True),
)
HABITS: Final = "habits_decline_check_in"
# Plays that anybody may ask for; of the second, Acme is in the control group.
ASKED_FOR: Final = CHECK_IN.model_copy(
    update={"outreach": PLAN.model_copy(update={"on_request": True})}
)
TRIAL: Final = CHECK_IN.model_copy(
    update={
        "id": next(f"trial_{n}" for n in range(100) if is_held_out(f"trial_{n}", "acme", 0.5)),
        "name": "Trial",
        "outreach": PLAN.model_copy(update={"on_request": True, "holdout": 0.5}),
    }
)


class OutreachWorld:
    """Acme is Casey's, Globex Riley's; both are looked after by machine, and Acme's usage falls.
    Morning and night are Jo's, in Los Angeles."""

    def __init__(self, records: Records, platform: str = "console") -> None:
        self.platform = platform
        self.records = records
        self.playbook = playbook_with(ASKED_FOR, TRIAL)
        self.clock = MovingClock(MORNING)
        _open(records)
        self.start()

    def start(self) -> None:
        """Begin, or begin anew as after a restart: nothing but the records is kept."""
        desk, library, jobs = self.desk, TwinLibrary(), job_table(time(2))
        self.chat = Chat(
            Services(
                records=self.records,
                playbook=self.playbook,
                clock=self.clock,
                pictures=NoPictures(),
                narrator=None,
                library=library,
                answerer=None,
                article_writer=None,
                penman=None,
                desk=desk,
                chunk=chunk,
                cluster=cluster,
                jobs=jobs,
                digests=digests_of(
                    self.records, self.playbook, self.clock, jobs, self.platform, cluster
                ),
            )
        )
        self.surface = ConsoleSurface(self.chat, self.records, desk, self.clock)
        self.talk = Talk(self.surface)

    @property
    def desk(self) -> Desk:
        return Desk(self.playbook, frozenset({self.platform}), lambda *_: "")

    def prefer(self, *channels: ChannelKind) -> None:
        """The check-in goes this way from now on."""
        self.playbook = with_channels(self.playbook, *channels)
        self.start()

    def refresh(self) -> RefreshReport:
        return refresh_accounts(self.records, self.playbook, TODAY)

    def night(self) -> PlaysRun:
        """What the machine drafts by itself."""
        return run_plays(self.records, self.desk, self.clock, None)

    def posts(self) -> Heard:
        """What time has brought."""
        return Heard(self.surface.posts())

    def outreach(self, outreach_id: int = 1) -> StoredOutreach:
        with self.records.reading() as reader:
            found = reader.outreach(outreach_id)
        assert found is not None
        return found

    def draft(self, who: str = "casey", text: str = "/draft acme habits") -> Heard:
        """The draft's card, as whoever asked for it sees it."""
        return self.talk.say(text, who=who)

    def press(self, heard: Heard, start: str, who: str = "casey", **values: str) -> Heard:
        """Press a button of a card; or fill in the form that it opens."""
        answer = self.talk.press(heard.button(start).id, who=who)
        form = answer.last.reply.form
        return self.talk.press(form.id, who=who, values=values) if form and values else answer

    def sent(self, who: str = "morgan") -> Heard:
        """A check-in, drafted for Casey, approved by a manager and brought to Jo."""
        self.clock.at = max(self.clock.at, MORNING)
        return self.press(self.draft(), "outreach.approve:", who)

    def put(self, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
        _put(self.records, kind, columns, *rows)


def with_channels(playbook: Playbook, *channels: ChannelKind) -> Playbook:
    play = playbook.plays[HABITS]
    assert play.outreach is not None
    plan = play.outreach.model_copy(update={"channels": channels})
    changed = play.model_copy(update={"outreach": plan})
    return replace(playbook, plays={**playbook.plays, HABITS: changed})


def _open(records: Records) -> None:
    started = TODAY - timedelta(days=500)
    _put(
        records,
        "accounts",
        ("key", "name", "csm_email", "segment", "touch", "country", "time_zone", "started_on"),
        *(
            (key, name, f"{csm}@ours.example", "smb", "tech", country, zone, started)
            for key, name, csm, country, zone in ACCOUNTS
        ),
    )
    _put(records, "contacts", ("account_key", "key", "name", "email", "role", "consent"), *CONTACTS)
    _put(records, "features", ("key", "is_key"), ("boards", True))
    _put(
        records,
        "usage",
        ("account_key", "day", "feature", "events", "active_users"),
        *(
            (key, TODAY - timedelta(days=ago), "boards", lately if ago < 28 else 24, 9)
            for key, lately in (("acme", 12), ("globex", 24))
            for ago in range(125)
        ),
    )
    _put(
        records,
        "subscriptions",
        ("account_key", "key", "seats", "arr", "started_on", "renews_on"),
        ("acme", "s-1", 10, 1_234_500, started, TODAY + timedelta(days=230)),
        ("globex", "s-2", 10, 1_000_000, started, TODAY + timedelta(days=230)),
    )
    with records.writing() as writer:
        for person in PEOPLE:
            writer.save_person(person)
        for key in ("acme", "globex"):
            audience = Audience(AudienceKind.CUSTOMER, key)
            writer.save_place(_channel(f"{key}-shared", audience), NIGHT)
        writer.save_place(_channel("cs-team", STAFF_ONLY), NIGHT)


def _channel(name: str, audience: Audience) -> Place:
    return Place("console", "demo", name, PlaceKind.CHANNEL, audience, name)


def _put(records: Records, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        writer.write_table(Table(kind, columns, rows, len(rows)), TODAY, lambda _done: None)
