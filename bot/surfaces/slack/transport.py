"""The two ways in which Slack reaches us: requests to an address of ours, or a socket that we
open to Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect

from bot.body import body_of
from bot.surfaces.slack.build import Slack
from bot.web_health import Health, health_routes
from bot.web_lines import RequestLines

log = structlog.get_logger(__name__)

# Bytes. A message may hold a few hundred thousand, and Slack sends one with its buttons.
MAX_BODY: Final = 1_000_000
_TIME_DIGITS: Final = 12


def web_app(slack: Slack | None, *others: APIRouter, health: Health | None = None) -> FastAPI:
    """What listens: Slack's requests, where there is a secret to know them by, `GET /healthz` and
    `GET /readyz`, and whatever else there is.

    With an app token the socket to Slack is open for as long as the app runs. At shutdown nothing
    more is taken, and the running turns come to their end.
    """

    known = health or Health({})
    if slack is not None:
        known.stops_when(lambda: slack.surface.work.is_closing)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if slack is None:
            yield
            return
        slack.surface.begin()
        try:
            async with _socket(slack) if slack.config.app_token else nullcontext():
                yield
        finally:
            await slack.surface.close()

    web = FastAPI(
        title="Digital CSM", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    if slack is not None and slack.config.signing_secret:
        web.include_router(_slack_requests(slack))

    for routes in (health_routes(known), *others):
        web.include_router(routes)
    web.add_middleware(RequestLines)
    return web


@asynccontextmanager
async def _socket(slack: Slack) -> AsyncIterator[None]:
    """Connected to Slack, or trying to be, until the block ends."""
    client = slack.surface.api.client
    handler = AsyncSocketModeHandler(slack.app, slack.config.app_token, web_client=client)
    # Connecting goes on trying for ever, so it must not keep us from stopping.
    connecting = asyncio.ensure_future(_connect(handler))
    try:
        yield
    finally:
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
    log.info("socket mode connected")


def _slack_requests(slack: Slack) -> APIRouter:
    """`POST /slack/events` for everything that Slack sends."""
    verifier = SignatureVerifier(slack.config.signing_secret)

    async def slack_events(request: Request) -> Response:
        try:
            body = await body_of(request, MAX_BODY)
        except ClientDisconnect:
            return _refused("incomplete request", 400)
        if body is None:
            return _refused("request too large", 413)
        # Bolt reads a body before it checks the signature, and trips over what is odd about it.
        if not _is_from_slack(verifier, request, body):
            return _refused("invalid request", 401)
        try:
            asked = to_async_bolt_request(request, body)
            answer = await slack.app.async_dispatch(asked)
        except Exception as error:  # noqa: BLE001 - whatever Bolt trips over in what it was sent
            log.warning("request not understood", cause=type(error).__name__)
            return _refused("request not understood", 400)
        return to_starlette_response(answer)

    router = APIRouter()
    # A plain route: nothing is to be parsed or injected, and every request waits for this one.
    router.add_route("/slack/events", slack_events, methods=["POST"])
    return router


def _is_from_slack(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    in_form = timestamp.isdigit() and len(timestamp) <= _TIME_DIGITS
    if not (in_form and timestamp.isascii() and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        return False


def _refused(reason: str, status: int) -> Response:
    log.info("request refused", reason=reason)
    return JSONResponse({"error": reason}, status_code=status)
