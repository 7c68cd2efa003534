"""Lines of the log: one of JSON each, whoever says it, without secrets and other people's words."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from cli.logs import Redacted, ToStandardError, configure_logs, secrets_of
from csm.errors import Busy, InvalidInput
from csm.reference import under
from settings import Settings

WORDS = "the zebra in our basement"
SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _logs_given_back() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    for handler in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(handler)


def settings(level: str = "info", **more: Any) -> Settings:
    return Settings(_env_file=None, LOG_LEVEL=level, SMTP_PASSWORD=SECRET, **more)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_ours_and_the_libraries_lines_are_alike(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    with under("ab12cd34"):
        structlog.get_logger("bot.chat").info("turn answered", kind="press")
        logging.getLogger("some.library").warning("gave up after %d tries", 3)
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["kind"], ours["level"]) == ("turn answered", "press", "info")
    assert (theirs["event"], theirs["level"]) == ("gave up after 3 tries", "warning")
    assert theirs["logger"] == "some.library"
    assert ours["reference"] == theirs["reference"] == "ab12cd34"
    assert ours["timestamp"] <= theirs["timestamp"]


def test_the_level_counts_for_ours_and_libraries_say_what_went_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(settings("warning"))
    structlog.get_logger().info("turn answered")
    logging.getLogger("httpx").info("HTTP Request: GET https://x/?token=1")
    assert lines(capsys) == []


def test_configured_twice_each_line_comes_once(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    configure_logs(settings())
    logging.getLogger("library").error("once")
    assert [line["event"] for line in lines(capsys)] == ["once"]


def raised() -> None:
    customers_words = WORDS  # a local variable, which no traceback shows
    raise ValueError(customers_words)


def test_errors_are_told_without_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    try:
        try:
            raised()
        except ValueError as error:
            raise InvalidInput(f"I do not know “{WORDS}”.") from error
    except InvalidInput as error:
        structlog.get_logger().exception("turn failed")
        structlog.get_logger().error("turn failed", exc_info=error)
        structlog.get_logger().warning("turn failed", error=error)
        celery = logging.getLogger("celery")
        celery.critical("Task %s raised: %s", "x", error, exc_info=error)
        celery.warning("%(name)s: %(exc)s", {"name": "x", "exc": repr(error)})
        celery.warning(error)
    said = capsys.readouterr().err
    told = [json.loads(line) for line in said.splitlines()]
    assert len(told) == 6
    assert WORDS not in said
    for line in (told[0], told[1], told[3]):
        assert line["exception"].endswith("csm.errors.InvalidInput")
        assert "ValueError\nwhich led to\n" in line["exception"]
        assert "test_logs.py" in line["exception"]
        assert " in raised" in line["exception"]
    assert told[2]["error"] == "InvalidInput"
    assert told[3]["event"] == "Task x raised: InvalidInput"
    assert told[4]["event"] == "x: …"


def test_a_group_of_errors_and_circles_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    first, second = ValueError(WORDS), KeyError(WORDS)
    first.__cause__, second.__cause__ = second, first
    structlog.get_logger().error("both", exc_info=ExceptionGroup(WORDS, [first]))
    (line,) = lines(capsys)
    assert "ExceptionGroup" in line["exception"]
    assert "KeyError" in line["exception"]
    assert WORDS not in line["exception"]


def test_our_own_words_of_outages_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    structlog.get_logger().error("job failed", exc_info=Busy("The database is locked."))
    (line,) = lines(capsys)
    assert line["exception"] == "csm.errors.Busy: The database is locked."


def test_while_debugging_words_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings("debug"))
    structlog.get_logger().error("turn failed", exc_info=ValueError(WORDS))
    (line,) = [one for one in lines(capsys) if one["event"] == "turn failed"]
    assert WORDS in line["exception"]


def test_what_asyncio_holds_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())

    async def main() -> None:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        future.set_exception(ValueError(WORDS))
        context = {"message": "never retrieved", "future": future, "exception": future.exception()}
        loop.default_exception_handler(context)

    asyncio.run(main())
    said = capsys.readouterr().err
    assert WORDS not in said
    (line,) = map(json.loads, said.splitlines())
    assert line["event"] == "never retrieved"
    assert line["exception"] == "ValueError"


def test_a_record_that_cannot_be_told_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings())
    (ours,) = [one for one in logging.getLogger().handlers if isinstance(one, ToStandardError)]
    ours.handle(
        logging.LogRecord("library", logging.ERROR, "x.py", 1, "%d of them", (WORDS,), None)
    )
    said = capsys.readouterr().err
    assert json.loads(said) == {"event": "line lost", "logger": "library"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"refused {SECRET}!", "refused [secret]!"),
        ("token xoxb-1234-abcd, xapp-1-A0", "token [secret], [secret]"),
        ("key sk-proj-AbC_123456", "key [secret]"),
        ("postgresql://csm:pass@word@db:5432/x", "postgresql://[secret]@db:5432/x"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [secret]"),
        ("authorization: bearer abc", "authorization: bearer [secret]"),
        ("https://hooks.slack.com/commands/T0/1/x", "https://hooks.slack.com/[secret]"),
        ("amqp to rabbit failed: p4ss%2Fword", "amqp to rabbit failed: [secret]"),
        ("amqp to rabbit failed: p4ss/word", "amqp to rabbit failed: [secret]"),
        ("a risk-based plan", "a risk-based plan"),
        ("https://db:5432/x", "https://db:5432/x"),
    ],
)
def test_secrets_are_taken_out(text: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings(BROKER_URL="amqp://csm:p4ss%2Fword@rabbit:5672/"))
    structlog.get_logger().error(text, deep={"list": [text]})
    logging.getLogger("library").error("%s", text)
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["deep"]["list"], theirs["event"]) == (told, [told], told)


def test_every_secret_setting_counts() -> None:
    names = [
        str(field.validation_alias)
        for field in Settings.model_fields.values()
        if "SecretStr" in str(field.annotation)
    ]
    assert len(names) >= 8
    values: dict[str, Any] = {
        name: f"{'amqp://u:x@h/' if name == 'BROKER_URL' else ''}{name.lower()}-{'0' * 32}"
        for name in names
    }
    found = set(
        secrets_of(Settings(_env_file=None, DATABASE_URL="postgresql://u:hush!@h", **values))
    )
    assert set(values.values()) <= found
    assert "hush!" in found


@given(secret=st.text(min_size=4, max_size=20), around=st.text(max_size=20))
def test_whatever_a_secret_is_made_of_it_is_taken_out(secret: str, around: str) -> None:
    text = f"{around}{secret}{around}"
    line = Redacted([secret])(None, "info", {"said": [text, text]})
    told = json.loads(line)
    assert all(one != text for found in told.values() for one in found)


def test_standard_error_is_that_of_the_moment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logs(settings())
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    logging.getLogger("library").error("told")
    assert json.loads(capsys.readouterr().out)["event"] == "told"
