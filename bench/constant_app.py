"""The least that a Bolt app can do: acknowledge, and answer a constant."""

import os
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient


async def _authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-test")


def build() -> FastAPI:
    """The app at the same address as the product's."""
    bolt = AsyncApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        client=AsyncWebClient(base_url=os.environ["SLACK_API_URL"]),
        authorize=_authorize,
    )

    @bolt.command("/account")
    async def account(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Acme is fine.")

    web = FastAPI()
    handler = AsyncSlackRequestHandler(bolt)

    @web.post("/slack/events")
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    @web.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return web


if __name__ == "__main__":
    uvicorn.run(build(), port=int(os.environ["PORT"]), log_level="warning")
