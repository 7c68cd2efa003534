"""The body of a request, as far as anybody sends one."""

from starlette.requests import Request


async def body_of(request: Request, most: int) -> bytes | None:
    """The body, or None as soon as it is longer than `most` bytes. Raises ClientDisconnect where
    its sender is gone before its end."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > most:
            return None
    return bytes(taken)
