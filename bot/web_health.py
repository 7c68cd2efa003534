"""Whether the process is alive, whether it is ready, and what it has counted.

`GET /healthz` is for whoever restarts it, `GET /readyz` for whoever sends it work, and
`GET /metrics` for Prometheus.
"""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Thread
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from csm.errors import CsmError

log = structlog.get_logger(__name__)

Check = Callable[[], str | None]
"""Looks at one part: None while it is well, else a sentence that says how to mend it. What it
raises as a CsmError counts as such a sentence. It is called from a thread of its own."""

Parts = dict[str, dict[str, str]]

_WELL: Final = "ok"
_ILL: Final = "failed"


class Health:
    """How the parts are. Any number may ask: the parts are looked at once in a while only, and one
    that hangs is not asked again before it has answered."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        seconds: float = 2.0,
        kept: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """A check that takes longer than `seconds` has failed; what was found holds for as long as
        `kept` says, in seconds."""
        self._checks = checks
        self._seconds = seconds
        self._kept = kept
        self._monotonic = monotonic
        self._asked: dict[str, Future[str | None]] = {}
        self._look: asyncio.Task[Parts] | None = None
        self._looked_at = 0.0
        self._stops: list[Callable[[], bool]] = []

    def stops_when(self, is_stopping: Callable[[], bool]) -> None:
        """Somebody else who knows that the process is about to end."""
        self._stops.append(is_stopping)

    @property
    def is_stopping(self) -> bool:
        return any(is_stopping() for is_stopping in self._stops)

    async def parts(self) -> Parts:
        """Every part's state, and what to do about those that are not well."""
        now = self._monotonic()
        if self._look is None or (self._look.done() and now - self._looked_at >= self._kept):
            self._look = asyncio.ensure_future(self._look_at_all())
            self._looked_at = now
        return await asyncio.shield(self._look)

    async def _look_at_all(self) -> Parts:
        found = await asyncio.gather(*(self._ask(name) for name in self._checks))
        self._looked_at = self._monotonic()
        return dict(zip(self._checks, found, strict=True))

    async def _ask(self, name: str) -> dict[str, str]:
        asked = self._asked.get(name)
        if asked is None or asked.done():
            asked = self._asked[name] = _in_thread(name, self._checks[name])
        try:
            # Shielded: the answer of one that is late counts for whoever asks next.
            trouble = await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(asked)), self._seconds
            )
        except TimeoutError:
            trouble = f"It did not answer in {self._seconds:g} seconds. Is it overloaded?"
        except CsmError as error:
            trouble = str(error)
        except Exception as error:  # whatever broke, the other parts are told
            log.exception("health not known", part=name)
            trouble = f"It could not be looked at ({type(error).__name__}): the log has the rest."
        return {"state": _ILL, "mend": trouble} if trouble else {"state": _WELL}


def _in_thread(name: str, check: Check) -> "Future[str | None]":
    """In a thread that does not hold up the end of the process, however long it hangs."""
    outcome: Future[str | None] = Future()

    def run() -> None:
        try:
            outcome.set_result(check())
        except BaseException as error:  # noqa: BLE001 - whoever asked raises it
            outcome.set_exception(error)

    Thread(target=run, name=f"health {name}", daemon=True).start()
    return outcome


def health_routes(health: Health) -> APIRouter:
    """`GET /healthz` and `GET /readyz`."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        return _stopping() if health.is_stopping else JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def readyz() -> Response:
        if health.is_stopping:
            return _stopping()
        parts = await health.parts()
        is_ready = all(part["state"] == _WELL for part in parts.values())
        content: dict[str, Any] = {"status": "ready" if is_ready else "not ready", "parts": parts}
        return JSONResponse(content, status_code=200 if is_ready else 503)

    return router


def _stopping() -> Response:
    return JSONResponse({"status": "stopping"}, status_code=503)


def metrics_routes(exposed: Callable[[], tuple[bytes, str]], token: str = "") -> APIRouter:
    """`GET /metrics`: what `exposed` gives, its bytes and their content type. With a token, only
    for those who bring it as `Authorization: Bearer …`."""
    router = APIRouter()
    wanted = f"Bearer {token}".encode()

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if token and not hmac.compare_digest(given, wanted):
            return JSONResponse(
                {"error": "the metrics need DIGITAL_CSM_METRICS_TOKEN as a bearer token"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        text, content_type = await run_in_threadpool(exposed)
        return Response(text, media_type=content_type)

    return router
