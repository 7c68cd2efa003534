"""What the product and its libraries say while they work: one line of JSON each, on standard error,
without secrets and without anybody's words."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor

from csm.errors import Busy, Unavailable
from csm.reference import current_reference
from settings import Settings

# What is shorter is no secret, and taking it out would garble everything else.
_SHORTEST: Final = 4
_TAKEN_OUT: Final = "[secret]"
_WORD: Final = r"[^\s\"\\<>]"
# Tokens by their looks, wherever they come from: Slack's, keys of models, passwords in addresses.
_LOOKS: Final = (
    r"\b(?:xox[a-z]|xapp)-[\w.-]+",
    r"\bsk-[\w-]{8,}",
    rf"(?<=://)[^\s\"\\/@:]*:{_WORD}+(?=@)",
    rf"(?i:(?<=bearer )){_WORD}+",
    rf"(?i:(?<=basic )){_WORD}{{8,}}",
    rf"(?<=hooks\.slack\.com/){_WORD}+",
)
# Errors whose words are ours alone: others may quote what somebody wrote.
_OURS: Final = (Busy, Unavailable)
# What Celery's lines hold of an error and of a task besides their names.
_CELERY_WORDS: Final = frozenset({"exc", "traceback", "args", "kwargs", "return_value"})
_UNSAID: Final = "…"


def configure_logs(settings: Settings) -> None:
    """From the level on that the settings give. Libraries say what went wrong; what they go
    through, and the words of errors, are for debugging only."""
    level, is_debugging = settings.log_level, settings.log_level == "debug"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_reference,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Errors(shows_words=is_debugging),
    ]
    rendered = Redacted(secrets_of(settings))
    structlog.configure(
        processors=[*shared, rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = ToStandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
        )
    )
    if not is_debugging:
        handler.addFilter(hide_words)
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if is_debugging else logging.WARNING)


class ToStandardError(logging.Handler):
    """Whatever standard error is when something is said."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr)
        except Exception:  # noqa: BLE001 - as every handler of logging does
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Name the record that cannot be told: the base class would print its words."""
        sys.stderr.write(f'{{"event": "line lost", "logger": {json.dumps(record.name)}}}\n')


def add_reference(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The id that ties together all that came of one turn or firing."""
    if reference := current_reference():
        event.setdefault("reference", reference)
    return event


class Errors:
    """An error as its type and where it was raised. Its words are left out, but for those that are
    ours: others may hold what a customer wrote. Local variables are never shown."""

    def __init__(self, *, shows_words: bool = False) -> None:
        self._shows_words = shows_words

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        given = event.pop("exc_info", None)
        error = given if isinstance(given, BaseException) else None
        if isinstance(given, tuple):
            error = given[1]
        elif given and error is None:
            error = sys.exc_info()[1]
        if error is not None:
            event["exception"] = "\n".join(self._told(error, set()))
        return event

    def _told(self, error: BaseException, told: set[int]) -> Iterator[str]:
        told.add(id(error))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None and id(cause) not in told:
            yield from self._told(cause, told)
            yield "which led to"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        has_words = self._shows_words or isinstance(error, _OURS)
        yield f"{name}: {error}" if has_words else name
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from self._told(one, told)


def hide_words(record: logging.LogRecord) -> bool:
    """A library's record, without the words of errors that it was given to tell."""
    if isinstance(record.args, Mapping):
        hidden = {name: _UNSAID for name in record.args if name in _CELERY_WORDS}
        record.args = {name: _unworded(value) for name, value in record.args.items()} | hidden
    elif record.args:
        record.args = tuple(map(_unworded, record.args))
    if isinstance(record.msg, BaseException):
        record.msg = type(record.msg).__name__
    if record.name == "asyncio":  # below its first line it shows what it holds, errors with it
        record.msg = str(record.msg).partition("\n")[0]
    record.stack_info = None
    return True


def _unworded(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


class Redacted:
    """The line as JSON, with everything taken out that is a secret or looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spelled = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted(spelled, key=len, reverse=True)
        self._known = re.compile("|".join([*map(re.escape, longest_first), *_LOOKS]))

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        line = json.dumps(event, default=_plain)
        return self._known.sub(_TAKEN_OUT, line)


def _plain(value: object) -> str:
    """What is no plain value is named only: it may hold anything."""
    return str(value) if isinstance(value, date | timedelta | PurePath) else type(value).__name__


def _spellings(secret: str) -> Iterator[str]:
    """As it may stand in a line of JSON."""
    for spelling in {secret, unquote(secret)}:
        yield json.dumps(spelling)[1:-1]
        yield json.dumps(repr(spelling)[1:-1])[1:-1]


def secrets_of(settings: Settings) -> Iterator[str]:
    """Every secret that the settings hold, those in addresses with them."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        secret = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(secret, str):
            continue
        if isinstance(value, SecretStr) and len(secret) >= _SHORTEST:
            yield secret
        if "://" in secret and (password := _password_in(secret)):
            yield password


def _password_in(address: str) -> str:
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return ""
    return password if len(password) >= _SHORTEST else ""
