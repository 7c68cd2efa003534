"""A Slack of our own on a free local port: it keeps what it is sent, refuses what Slack refuses,
and can be told to be slow, limited or broken."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.payload import Json
from tests.contracts.block_kit_rules import problem_with_message, problem_with_view

TEAM, BOT_USER = "T0OURS", "U0BOT"


@dataclass(frozen=True)
class Fault:
    """What one call meets instead of success: a status, an error code, silence, or the end of
    the connection. `taken`: it is done all the same, and only its answer is lost."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    hangs: bool = False
    drops: bool = False
    taken: bool = False


@dataclass
class SlackDouble:
    """`calls` are (method, arguments) in the order in which they came."""

    users: dict[str, Json] = field(default_factory=dict)
    conversations: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    acknowledged: list[Json] = field(default_factory=list)
    address: str = ""
    page: int = 2
    posted: int = 0
    history: list[Json] = field(default_factory=list)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _envelopes: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def add_user(self, user: str, email: str = "", team: str = TEAM, **facts: Any) -> None:
        self.users[user] = {
            "id": user,
            "team_id": team,
            "profile": {"email": email, "real_name": user.title()},
            **facts,
        }

    def add_channel(self, channel: str, *members: str, **facts: Any) -> None:
        self.conversations[channel] = {"id": channel, "name": channel.lower(), **facts}
        self.members[channel] = list(members)

    def add_direct(self, channel: str, user: str) -> None:
        self.conversations[channel] = {"id": channel, "is_im": True, "user": user}

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method meet these, in this order."""
        self._faults[method].extend(faults)

    def sent(self, *methods: str) -> list[Json]:
        """The arguments of every call of these methods."""
        return [arguments for method, arguments in self.calls if method in methods]

    def release(self) -> None:
        """Let go whatever hangs."""
        self._released.set()

    async def push(self, envelope: Json) -> None:
        """Send something down the socket."""
        await self._envelopes.put(envelope)

    async def until(self, method: str, count: int = 1) -> None:
        """Wait until a method was called that often; `ack` counts answers on the socket."""

        def reached() -> bool:
            done = self.acknowledged if method == "ack" else self.sent(method)
            return len(done) >= count

        async with self._changed, asyncio.timeout(10):
            await self._changed.wait_for(reached)

    @property
    def response_url(self) -> str:
        return f"{self.address}/response/R1"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SlackDouble"]:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        try:
            yield self
        finally:
            self.release()
            await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        await self._keep(method, arguments)
        do = getattr(self, "_do_" + method.replace(".", "_"))
        if self._faults[method] and self._faults[method][0].taken:
            do(arguments)
        fault = await self._meet(method, request)
        if fault is not None:
            return fault
        if request.headers.get("Authorization") not in ("Bearer xoxb-test", "Bearer xapp-test"):
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = do(arguments)
        return web.json_response({"ok": "error" not in answer, **answer})

    async def _keep(self, method: str, arguments: Json) -> None:
        async with self._changed:
            self.calls.append((method, arguments))
            self._changed.notify_all()

    async def _meet(self, method: str, request: web.Request) -> web.StreamResponse | None:
        if not self._faults[method]:
            return None
        fault = self._faults[method].popleft()
        if fault.hangs:
            await self._released.wait()
        if fault.drops and request.transport is not None:
            request.transport.close()
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error})
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        body = json.dumps({"ok": False, "error": "ratelimited"}) if fault.status == 429 else "no"
        kind = "application/json" if fault.status == 429 else "text/html"
        return web.Response(status=fault.status, text=body, content_type=kind, headers=headers)

    def _do_auth_test(self, _: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": "B0BOT"}

    def _do_users_info(self, arguments: Json) -> Json:
        user = self.users.get(arguments["user"])
        return {"user": user} if user else {"error": "user_not_found"}

    def _do_conversations_info(self, arguments: Json) -> Json:
        found = self.conversations.get(arguments["channel"])
        if found is None:
            return {"error": "channel_not_found"}
        count = len(self.members.get(arguments["channel"], ()))
        return {"channel": {"num_members": count, **found}}

    def _do_conversations_members(self, arguments: Json) -> Json:
        ids = self.members[arguments["channel"]]
        start = int(arguments.get("cursor") or 0)
        end = start + self.page
        cursor = str(end) if end < len(ids) else ""
        return {"members": ids[start:end], "response_metadata": {"next_cursor": cursor}}

    def _do_users_lookupByEmail(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        for user in self.users.values():
            if user["profile"]["email"] == arguments["email"]:
                return {"user": user}
        return {"error": "users_not_found"}

    def _do_conversations_open(self, arguments: Json) -> Json:
        user = arguments["users"]
        if user not in self.users:
            return {"error": "user_not_found"}
        self.conversations.setdefault(f"D{user}", {"id": f"D{user}", "is_im": True, "user": user})
        return {"channel": {"id": f"D{user}"}}

    def _do_chat_postMessage(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        answer = self._message(arguments)
        if "error" in answer:
            return answer
        self.posted += 1
        ts = f"1700000000.{self.posted:06}"
        self.history.append({**arguments, "ts": ts})
        return {"ts": ts, "channel": arguments["channel"]}

    def _do_conversations_history(self, arguments: Json) -> Json:
        found = self._said_in(arguments["channel"], arguments)
        return {"messages": [said for said in found if "thread_ts" not in said][::-1]}

    def _do_conversations_replies(self, arguments: Json) -> Json:
        found = self._said_in(arguments["channel"], arguments)
        return {"messages": [said for said in found if said.get("thread_ts") == arguments["ts"]]}

    def _said_in(self, channel: str, arguments: Json) -> list[Json]:
        """Metadata only for those who ask for it."""
        found = [said for said in self.history if said["channel"] == channel]
        if str(arguments.get("include_all_metadata")).lower() not in ("1", "true"):
            found = [{k: v for k, v in said.items() if k != "metadata"} for said in found]
        return found

    def _do_reactions_add(self, arguments: Json) -> Json:
        reaction = (arguments["channel"], arguments["timestamp"], arguments["name"])
        if reaction in self.reactions:
            return {"error": "already_reacted"}
        self.reactions.add(reaction)
        return {}

    def _do_reactions_remove(self, arguments: Json) -> Json:
        reaction = (arguments["channel"], arguments["timestamp"], arguments["name"])
        if reaction not in self.reactions:
            return {"error": "no_reaction"}
        self.reactions.remove(reaction)
        return {}

    def _do_assistant_threads_setStatus(self, arguments: Json) -> Json:  # noqa: N802 - Slack's
        if not arguments["thread_ts"] or len(arguments["status"]) > 100:
            return {"error": "invalid_arguments"}
        self.statuses[arguments["channel_id"], arguments["thread_ts"]] = arguments["status"]
        return {}

    def _do_assistant_threads_setSuggestedPrompts(self, arguments: Json) -> Json:  # noqa: N802
        prompts = arguments["prompts"]
        good = 1 <= len(prompts) <= 4 and all(
            set(one) == {"title", "message"} and one["title"] and one["message"] for one in prompts
        )
        return {} if good and arguments["thread_ts"] else {"error": "invalid_arguments"}

    def _do_chat_postEphemeral(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        return self._message(arguments)

    def _message(self, arguments: Json) -> Json:
        problem = problem_with_message(arguments)
        return {"error": problem} if problem else {"ts": "1700000000.000100"}

    def _do_views_open(self, arguments: Json) -> Json:
        problem = problem_with_view(arguments["view"])
        return {"error": problem} if problem else {"view": {"id": "V1"}}

    def _do_views_publish(self, arguments: Json) -> Json:
        return self._do_views_open(arguments)

    def _do_files_getUploadURLExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's
        return {"upload_url": f"{self.address}/upload/F1", "file_id": "F1"}

    def _do_files_completeUploadExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's
        return {"files": [{"id": "F1"}]}

    def _do_apps_connections_open(self, _: Json) -> Json:
        return {"url": f"{self.address.replace('http', 'ws')}/socket"}

    async def _response(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        await self._keep("response_url", body)
        fault = await self._meet("response_url", request)
        if fault is not None:
            return fault
        problem = problem_with_message(body)
        if problem:
            return web.Response(status=400, text=problem)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.files[request.match_info["id"]] = await request.read()
        return web.Response(text="OK")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        sender = asyncio.ensure_future(self._send_envelopes(socket))
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                async with self._changed:
                    self.acknowledged.append(json.loads(message.data))
                    self._changed.notify_all()
        sender.cancel()
        return socket

    async def _send_envelopes(self, socket: web.WebSocketResponse) -> None:
        while True:
            await socket.send_json(await self._envelopes.get())


async def _arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.method == "POST":
        arguments |= dict(await request.post())
    for name in ("blocks", "view", "prompts"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments
