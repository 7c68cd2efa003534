"""The two ways in which Slack reaches us: requests to an address of ours, or a socket that we
open to Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.surfaces.slack.surface import SlackSurface

log = structlog.get_logger(__name__)

_TIME_DIGITS = 12


def slack_routes(app: AsyncApp, surface: SlackSurface) -> APIRouter:
    """`POST /slack/events` for everything that Slack sends, `GET /healthz` for whoever watches."""
    router = APIRouter()
    handler = AsyncSlackRequestHandler(app)

    async def slack_events(request: Request) -> Response:
        # Bolt reads body and time before it checks the signature, so anybody's can get there.
        try:
            _check_time(request.headers.get("x-slack-request-timestamp", ""))
            return await handler.handle(request)
        except ValueError:
            log.info("request refused: not from Slack")
            return JSONResponse({"error": "invalid request"}, status_code=401)

    # A plain route: nothing is to be parsed or injected, and every request waits for this one.
    router.add_route("/slack/events", slack_events, methods=["POST"])

    @router.get("/healthz")
    async def healthz() -> Response:
        if surface.work.is_closing:
            return JSONResponse({"status": "stopping"}, status_code=503)
        return JSONResponse({"status": "ok"})

    return router


def build_http(app: AsyncApp, surface: SlackSurface) -> FastAPI:
    """A web app of its own, which drains the running turns when it is shut down."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await surface.close()

    web = FastAPI(
        title="Digital CSM", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    web.include_router(slack_routes(app, surface))
    return web


async def run_socket_mode(
    app: AsyncApp, surface: SlackSurface, app_token: str, stop: asyncio.Event
) -> None:
    """Stay connected until `stop` is set, then take nothing more and drain the running turns."""
    handler = AsyncSocketModeHandler(app, app_token, web_client=surface.api.client)
    # Connecting goes on trying for ever, so it must not keep us from stopping.
    connecting = asyncio.ensure_future(_connect(handler))
    try:
        await stop.wait()
    finally:
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
        await surface.close()


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
    log.info("socket mode connected")


def _check_time(timestamp: str) -> None:
    """Raises ValueError for what is no number of seconds; whether it is recent, Bolt checks."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIME_DIGITS):
        raise ValueError("not a time")
