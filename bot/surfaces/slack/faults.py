"""What goes wrong with Slack's Web API, told apart by what can be done about it."""

import json
from typing import Any, Final

import aiohttp

# Codes of a refusal that time heals.
_PASSING_CODES: Final = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
# Those after which Slack has surely done nothing: it did not want us yet, or not hear us out.
_NOT_DONE: Final = frozenset({408, 429})
_NOT_DONE_CODES: Final = frozenset({"ratelimited", "request_timeout"})


class SlackTroubleError(Exception):
    """Slack did not do what we asked."""


class SlackRefusedError(SlackTroubleError):
    """Slack said no; `code` says why, e.g. channel_not_found."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackUnreachableError(SlackTroubleError):
    """Slack could not be reached, or kept us waiting for too long: `wait` seconds, where it said
    so. Nothing has arrived."""

    def __init__(self, cause: str, wait: float = 0) -> None:
        super().__init__(cause)
        self.wait = wait


class SlackUnansweredError(SlackTroubleError):
    """Slack may have done what we asked, but did not say so."""


class WithheldError(SlackTroubleError):
    """What was to be sent must not be sent there any more."""


class PassingError(Exception):
    """Worth another try, after `wait` seconds where Slack said how long. `may_be_done`: Slack may
    have taken it all the same."""

    def __init__(
        self, reason: str, wait: float | None = None, *, may_be_done: bool = False
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.may_be_done = may_be_done


def may_be_done(error: Exception) -> bool:
    """Whether Slack may have taken what it gave no good answer to: surely not where we never got
    through to it."""
    if isinstance(error, PassingError):
        return error.may_be_done
    return not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def cause_of(error: Exception) -> str:
    """For the log. The words of a broken connection may hold an address that only we may know."""
    return str(error) if isinstance(error, PassingError) else type(error).__name__


def is_passing(status: int) -> bool:
    """Whether an HTTP status says that it may go well another time."""
    return status in _NOT_DONE or status >= 500


def told_by(response: Any) -> Exception:
    """What an SDK error means. The SDK puts its own answer in it, or aiohttp's where the body
    was no JSON."""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if is_passing(status) or code in _PASSING_CODES:
        return passing(status, response.headers.get("Retry-After"), code)
    return SlackRefusedError(code or f"status_{status}")


def passing(status: int, retry_after: str | None, code: str = "") -> PassingError:
    """What an answer means that time may heal; `retry_after` is the header of that name."""
    wait = float(retry_after) if retry_after and retry_after.strip().isdigit() else None
    may_be_done = status not in _NOT_DONE and code not in _NOT_DONE_CODES
    return PassingError(f"status {status}", wait, may_be_done=may_be_done)


def code_in(text: str) -> str:
    """The error code in the answer of a response_url, which is `ok`, a code or JSON."""
    said = text.strip()
    if said in ("", "ok"):
        return ""
    if said.startswith("{"):
        try:
            answer = json.loads(said)
        except ValueError:
            return "no_json"
        return "" if answer.get("ok") else str(answer.get("error", "refused"))
    return said[:60]
