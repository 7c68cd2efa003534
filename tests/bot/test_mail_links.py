"""Refusing by link: what the pages do, what they never do, and what they tell."""

import hmac
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.mail.ear import Ear
from bot.mail.links import UNDO_WITHIN, MailLinks, Refusal
from bot.mail.web import MailWeb, mail_routes
from csm.errors import Busy
from csm.play import Category
from storage.records import SqlRecords
from tests.bot.mail_inbox import bounce
from tests.bot.mail_scene import LINKS, NOW, SECRET, UNSUBSCRIBE
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.csm.outreach_desk import OutreachDesk
from tests.csm.shipped import shipped_playbook

HERE = UNSUBSCRIBE.removeprefix("https://csm.vendor.example")
KEPT_AS = 7
REFUSAL = Refusal("acme", "c-1", Category.SUCCESS)
INBOUND_SECRET = "another-secret-that-is-long-enough"


class Stage:
    """The web app, with what the use cases were told."""

    def __init__(self) -> None:
        self.clock, self.records = FixedClock(), MemoryRecords()
        self.told: list[tuple[Any, ...]] = []
        self.trouble: Exception | None = None
        ear = Ear(self.records, shipped_playbook(), self.clock)
        web = FastAPI()
        web.include_router(
            mail_routes(
                MailWeb(
                    self.records,
                    self.clock,
                    LINKS,
                    "Lanternboard, 1 Quay Lane",
                    ear,
                    INBOUND_SECRET,
                )
            )
        )
        self.client = TestClient(web, base_url="https://csm.vendor.example")

    def note(self, what: str) -> Any:
        def told(_records: Any, _now: Any, *who: Any) -> int:
            if self.trouble:
                raise self.trouble
            self.told.append((what, *who))
            return KEPT_AS

        return told


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage()
    monkeypatch.setattr("bot.mail.web.opt_out", made.note("out"))
    monkeypatch.setattr("bot.mail.web.opt_back_in", made.note("in"))
    with made.client:
        yield made


def test_looking_changes_nothing(stage: Stage) -> None:
    for method in ("GET", "HEAD"):
        assert stage.client.request(method, HERE).status_code == 200
    page = stage.client.get(HERE).text
    assert "messages that help you get more out of the product" in page
    assert "Lanternboard, 1 Quay Lane" in page
    assert "<button>Unsubscribe</button>" in page
    assert stage.told == []


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"data": {}},
        {"content": b"\xff" * 20_000},
    ],
    ids=["form", "multipart", "button", "rubbish"],
)
def test_one_click_refuses_at_once(stage: Stage, sent: dict[str, Any]) -> None:
    answer = stage.client.post(HERE, **sent)
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert stage.told == [("out", "acme", "c-1", Category.SUCCESS, "unsubscribe link")]
    assert stage.client.post(HERE, **sent).status_code == 200


def undo_token(page: str) -> str:
    return page.partition('name="undo" value="')[2].partition('"')[0]


def test_a_mistake_is_taken_back_for_a_day(stage: Stage) -> None:
    token = undo_token(stage.client.post(HERE).text)
    answer = stage.client.post(HERE, data={"undo": token})
    assert "subscribed again" in answer.text
    assert stage.told[-1] == ("in", "acme", "c-1", Category.SUCCESS, "unsubscribe link", KEPT_AS)
    stage.told.clear()
    stage.clock.at += UNDO_WITHIN + timedelta(seconds=1)
    assert stage.client.post(HERE, data={"undo": token}).status_code == 404
    assert stage.client.post(HERE, data={"undo": HERE.rsplit("/", 1)[1]}).status_code == 404
    assert stage.told == []


def test_what_takes_one_refusal_back_takes_no_later_one_back(sqlite_records: SqlRecords) -> None:
    house = OutreachDesk(sqlite_records)
    web = FastAPI()
    web.include_router(mail_routes(MailWeb(sqlite_records, house.clock, LINKS, "Lanternboard")))
    link = LINKS.unsubscribe("acme", "jo", Category.SUCCESS)
    here = link.removeprefix("https://csm.vendor.example")

    def in_force() -> int:
        with sqlite_records.reading() as reader:
            return len(reader.suppressions("acme"))

    with TestClient(web) as client:
        first = undo_token(client.post(here).text)
        assert undo_token(client.post(here).text)  # said twice, and kept once
        assert in_force() == 1
        assert client.post(here, data={"undo": first}).status_code == 200
        assert in_force() == 0
        second = undo_token(client.post(here).text)
        assert client.post(here, data={"undo": first}).status_code == 404
        assert in_force() == 1
        assert client.post(here, data={"undo": second}).status_code == 200
        assert in_force() == 0


@pytest.mark.parametrize(
    "token", ["x", "x" * 5000, "ÄÖ", "%00", HERE.rsplit("/", 1)[1][:-2] + "AA"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_says_what_to_do(stage: Stage, token: str, method: str) -> None:
    answer = stage.client.request(method, f"/mail/unsubscribe/{token}")
    assert answer.status_code == 404
    assert "answer the message" in answer.text
    assert stage.told == []


def test_a_wish_that_could_not_be_kept_is_not_said_to_be(stage: Stage) -> None:
    stage.trouble = Busy("The records are locked.")
    answer = stage.client.post(HERE)
    assert answer.status_code == 503
    assert "try again" in answer.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"), ("en;q=0.8, de", "de"), ("fr, en;q=0.5, de;q=0.4", "en"),
        ("", "en"), ("de;q=0", "en"), ("x;q=y," * 200, "en"), ("fr", "en"),
    ],
)  # fmt: skip
def test_pages_speak_the_readers_language(stage: Stage, accepted: str, language: str) -> None:
    for answer in (
        stage.client.get(HERE, headers={"accept-language": accepted}),
        stage.client.post(HERE, headers={"accept-language": accepted}),
        stage.client.get("/mail/unsubscribe/x", headers={"accept-language": accepted}),
    ):
        assert f'<html lang="{language}">' in answer.text


def test_pages_fetch_nothing_and_tell_nobody(stage: Stage) -> None:
    for answer in (stage.client.get(HERE), stage.client.post(HERE)):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text
        assert "http" not in answer.text


def test_links_hide_whom_they_are_for_and_stay_the_same() -> None:
    link = LINKS.unsubscribe("acme", "jo@acme.example", Category.PRODUCT)
    assert link == LINKS.unsubscribe("acme", "jo@acme.example", Category.PRODUCT)
    assert link == MailLinks(SECRET, "https://csm.vendor.example").unsubscribe(
        "acme", "jo@acme.example", Category.PRODUCT
    )
    assert "acme" not in link
    assert MailLinks("x" * 40, "https://csm.vendor.example").refusal(link.rsplit("/", 1)[1]) is None


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(Category))
def test_every_link_is_read_back(account: str, contact: str, category: Category) -> None:
    token = LINKS.unsubscribe(account, contact, category).rsplit("/", 1)[1]
    assert LINKS.refusal(token) == Refusal(account, contact, category)
    undo = LINKS.undo_token(REFUSAL, KEPT_AS, NOW)
    assert LINKS.refusal(undo) is None
    is_it = Refusal(account, contact, category) == REFUSAL
    undone = LINKS.undone(undo, Refusal(account, contact, category), NOW)
    assert undone == (KEPT_AS if is_it else None)


def signed(stage: Stage, raw: bytes, secret: str = INBOUND_SECRET, late: int = 0) -> dict[str, str]:
    at = str(int(stage.clock.now().timestamp()) - late)
    made = hmac.new(secret.encode(), f"{at}.".encode() + raw, sha256).hexdigest()
    return {"x-mail-timestamp": at, "x-mail-signature": made}


@pytest.fixture
def bounced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    told: list[Any] = []

    def note(_records: Any, _playbook: Any, _now: Any, *what: Any, hard: bool) -> bool:
        told.append((*what, hard))
        return True

    monkeypatch.setattr("bot.mail.ear.note_bounce", note)
    return told


def test_a_signed_message_is_heard_once(stage: Stage, bounced: list[Any]) -> None:
    raw = bounce()
    for expected in ("bounced", "heard before"):
        answer = stage.client.post("/mail/inbound", content=raw, headers=signed(stage, raw))
        assert answer.json() == {"status": expected}
    assert len(bounced) == 1


def test_a_forged_or_old_message_is_not_heard(stage: Stage, bounced: list[Any]) -> None:
    raw = bounce()
    for headers in (
        {},
        signed(stage, raw, "wrong"),
        signed(stage, raw + b"x"),
        signed(stage, raw, late=301),
        signed(stage, raw, late=-301),
        {**signed(stage, raw), "x-mail-timestamp": "soon"},
        {**signed(stage, raw), "x-mail-signature": "é"},
    ):
        encoded = {name.encode(): value.encode() for name, value in headers.items()}
        answer = stage.client.post("/mail/inbound", content=raw, headers=encoded)
        assert answer.status_code == 401
    assert bounced == []


def test_a_message_that_could_not_be_kept_is_asked_for_again(
    stage: Stage, bounced: list[Any]
) -> None:
    raw = bounce()
    stage.records.trouble = Busy("The records are locked.")
    answer = stage.client.post("/mail/inbound", content=raw, headers=signed(stage, raw))
    assert answer.status_code == 503
    stage.records.trouble = None
    answer = stage.client.post("/mail/inbound", content=raw, headers=signed(stage, raw))
    assert answer.json() == {"status": "bounced"}


def test_a_large_message_is_taken_a_huge_one_not(stage: Stage, bounced: list[Any]) -> None:
    large = bounce() + b"x" * 3_000_000
    answer = stage.client.post("/mail/inbound", content=large, headers=signed(stage, large))
    assert answer.json() == {"status": "bounced"}
    huge = b"x" * 40_000_001
    answer = stage.client.post("/mail/inbound", content=huge, headers=signed(stage, huge))
    assert answer.status_code == 413
