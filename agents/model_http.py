"""The connection to a model's server: how much it may answer, and whom we talk to."""

from typing import Any, Final

import httpx2
from openai import OpenAIError

_HERE: Final = ("127.0.0.1", "localhost", "[::1]")
# What no longer holds for a body that has been read and unpacked.
_TRANSFER_HEADERS: Final = ("content-encoding", "content-length", "transfer-encoding")


class AnswerTooLong(OpenAIError):
    """The server's answer goes beyond what we read."""


class ModelHttp(httpx2.Client):
    """Reads so much of an answer and no more, and talks to nobody but the server it is told.

    A server that redirects is not followed: what we send is meant for it alone. The environment's
    proxy is used, as by everything else on the machine, but never for a server on this machine.
    """

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes` limits an answer's body, unpacked."""
        super().__init__(mounts={f"all://{host}": None for host in _HERE})
        self._most_bytes = most_bytes

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """The answer, read to its end. Raises AnswerTooLong."""
        options |= {"stream": True, "follow_redirects": False}
        arriving = super().send(request, **options)
        try:
            body = self._read(arriving)
        finally:
            arriving.close()
        kept = [(k, v) for k, v in arriving.headers.items() if k not in _TRANSFER_HEADERS]
        return httpx2.Response(arriving.status_code, headers=kept, content=body, request=request)

    def _read(self, arriving: httpx2.Response) -> bytes:
        body = bytearray()
        for piece in arriving.iter_bytes():
            body += piece
            if len(body) > self._most_bytes:
                raise AnswerTooLong
        return bytes(body)
