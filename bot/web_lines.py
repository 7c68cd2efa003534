"""One line in the log for each request, and one reference for all that comes of it."""

from time import monotonic
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.turn import new_reference
from csm.reference import under

log = structlog.get_logger(__name__)

# Asked for every few seconds by machines: their lines are for debugging.
_PROBES: Final = frozenset({"healthz", "readyz", "metrics"})


class RequestLines:
    """Around a web app. Lines name what answered instead of the address: that may hold a token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, monotonic()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with under(new_reference()):
            try:
                await self._app(scope, receive, noting)
            finally:
                _say(scope, status, monotonic() - began)


def _say(scope: Scope, status: int, seconds: float) -> None:
    endpoint: Any = scope.get("endpoint")
    name = getattr(endpoint, "__name__", "none")
    say = log.debug if name in _PROBES else log.info
    say("request", endpoint=name, method=scope["method"], status=status, seconds=round(seconds, 3))
