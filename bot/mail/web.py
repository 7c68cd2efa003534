"""What listens on the web for e-mail: refusals by link, and a webhook for what comes in.

GET  /mail/unsubscribe/{token}   asks, and changes nothing: programs look at links, too
POST /mail/unsubscribe/{token}   refuses at once (RFC 8058's one click, or the page's button)
POST /mail/inbound               one raw message (RFC 5322), signed: see docs/mail.md
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.requests import ClientDisconnect

from bot.body import body_of
from bot.mail.ear import Ear
from bot.mail.inbound import MOST_READ
from bot.mail.links import PATH, MailLinks, Refusal
from bot.mail.pages import HEADERS, Pages, language_of
from csm.errors import CsmError
from csm.ports import Clock, Records
from csm.use_cases.opt_outs import opt_back_in, opt_out

log = structlog.get_logger(__name__)

INBOUND_PATH: Final = "/mail/inbound"
SIGNATURE: Final = "x-mail-signature"
TIMESTAMP: Final = "x-mail-timestamp"
# Seconds by which a signature's time may differ from ours.
_FRESH: Final = 300
# Bytes. A form of ours has a few hundred; a message may have attachments.
_LONGEST_FORM: Final = 10_000
_LONGEST_MESSAGE: Final = 40_000_000
_BY_LINK: Final = "unsubscribe link"


@dataclass(frozen=True, slots=True)
class MailWeb:
    """What the routes need. `identity` says who we are; without `ear` and `inbound_secret` there
    is no webhook."""

    records: Records
    clock: Clock
    links: MailLinks
    identity: str
    ear: Ear | None = None
    inbound_secret: str = ""


def mail_routes(web: MailWeb) -> APIRouter:
    """All routes, to be included in the web app."""
    router = APIRouter()
    router.add_route(f"{PATH}/{{token}}", _Unsubscribing(web).answer, methods=["GET", "POST"])
    if web.ear is not None and web.inbound_secret:
        hearing = _Hearing(web.ear, web.inbound_secret, web.clock)
        router.add_route(INBOUND_PATH, hearing.answer, methods=["POST"])
    return router


class _Unsubscribing:
    """Answers requests to an address that `MailLinks` made."""

    def __init__(self, web: MailWeb) -> None:
        self._web = web

    async def answer(self, request: Request) -> Response:
        pages = Pages(language_of(request.headers.get("accept-language", "")), self._web.identity)
        refusal = self._web.links.refusal(request.path_params["token"])
        if refusal is None:
            log.info("unknown unsubscribe link")
            return _page(pages.unknown(), 404)
        if request.method != "POST":
            return _page(pages.question(refusal.category))
        form = await _form_of(request)
        try:
            return await run_in_threadpool(self._posted, refusal, form.get("undo", ""), pages)
        except CsmError as error:
            log.warning("opt-out not kept", cause=type(error).__name__)
            return _page(pages.trouble(), 503)

    def _posted(self, refusal: Refusal, undo: str, pages: Pages) -> Response:
        web = self._web
        now, category = web.clock.now(), refusal.category
        who = (refusal.account_key, refusal.contact_key, category)
        if undo:
            said = web.links.undone(undo, refusal, now)
            if said is None or not opt_back_in(web.records, now, *who, _BY_LINK, said):
                return _page(pages.unknown(), 404)
            return _page(pages.undone(category))
        kept_as = opt_out(web.records, now, *who, _BY_LINK)
        return _page(pages.done(category, web.links.undo_token(refusal, kept_as, now)))


class _Hearing:
    """Answers whoever hands in messages. HMAC-SHA256 with the common secret over the time, a dot
    and the whole message."""

    def __init__(self, ear: Ear, secret: str, clock: Clock) -> None:
        self._ear = ear
        self._secret = secret.encode()
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        timestamp = request.headers.get(TIMESTAMP, "")
        if not self._is_fresh(timestamp):
            return _refused("not signed, or not now", 401)
        signature = hmac.new(self._secret, f"{timestamp}.".encode(), hashlib.sha256)
        kept, size = bytearray(), 0
        try:
            async for piece in request.stream():
                size += len(piece)
                if size > _LONGEST_MESSAGE:
                    return _refused("too large", 413)
                signature.update(piece)
                # What is said comes first: the rest is signed, but need not be kept.
                kept += piece[: max(MOST_READ - len(kept), 0)]
        except ClientDisconnect:
            return _refused("incomplete", 400)
        given = request.headers.get(SIGNATURE, "").encode("latin-1", "replace")
        if not hmac.compare_digest(signature.hexdigest().encode(), given):
            return _refused("not signed by us", 401)
        return await run_in_threadpool(self._heard, bytes(kept))

    def _heard(self, raw: bytes) -> Response:
        try:
            return JSONResponse({"status": self._ear.hear(raw)})
        except CsmError as error:
            # Whoever hands it in tries again.
            return _refused(type(error).__name__, 503)

    def _is_fresh(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        return abs(self._clock.now().timestamp() - int(timestamp)) <= _FRESH


async def _form_of(request: Request) -> dict[str, str]:
    """The first value of each field of a small form; nothing of any other body."""
    try:
        body = await body_of(request, _LONGEST_FORM)
    except ClientDisconnect:
        return {}
    fields = parse_qs((body or b"").decode("latin-1"))
    return {name: values[0] for name, values in fields.items()}


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, HEADERS)


def _refused(reason: str, status: int) -> Response:
    log.info("mail request refused", reason=reason)
    return JSONResponse({"error": reason}, status_code=status)
