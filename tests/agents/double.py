"""A server that speaks the protocol of models, or pretends to, on a free loopback port."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says: a status and a body; `hangs` keeps the caller waiting instead, and
    `drips` sends the body as it is, then a byte every now and then."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    drips: bool = False


USED = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def completed(message: object, reason: str = "stop") -> Answer:
    """A completion with that message."""
    choice = {"index": 0, "message": message, "finish_reason": reason}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "double"}
    return Answer(json.dumps(body | {"choices": [choice], "usage": USED}).encode())


def spoken(text: str, reason: str = "stop") -> Answer:
    """A proper completion."""
    return completed({"role": "assistant", "content": text}, reason)


def embedded(*vectors: object) -> Answer:
    """Vectors as an embedding model gives them, or whatever else stands in for one."""
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
    body = {"object": "list", "model": "double", "data": data, "usage": USED}
    return Answer(json.dumps(body).encode())


def refusing() -> Answer:
    """A completion in which the model declines."""
    message = {"role": "assistant", "content": None, "refusal": "I will not: sk-secret-key"}
    return completed(message)


def failing(status: int, **headers: str) -> Answer:
    """An error whose text quotes a key, as real servers do."""
    body = {"error": {"message": "no: sk-secret-key", "type": "error", "code": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(json.dumps(body).encode(), status, named)


@dataclass(slots=True)
class Server:
    """Where it listens, and what it was sent: request lines with headers, raw bodies, and keys.
    `hung_up` is set when a caller no longer takes what drips."""

    url: str
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    """Give these answers in turn, the last one again and again."""
    over = threading.Event()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers, lambda: server, over))
    server = Server(f"http://127.0.0.1:{httpd.server_address[1]}/v1")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        over.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def _handler(
    answers: tuple[Answer, ...], server: Callable[[], Server], over: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen = server()
            seen.heads.append(f"{self.requestline}\n{self.headers}")
            seen.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            seen.keys.append(self.headers.get("authorization", ""))
            answer = answers[min(len(seen.bodies), len(answers)) - 1]
            if answer.hangs:
                over.wait()
                return
            if answer.drips:
                self._drip(answer.body, seen.hung_up)
                return
            self.send_response(answer.status)
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _drip(self, start: bytes, hung_up: threading.Event) -> None:
            try:
                self.wfile.write(start or b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not over.wait(0.01):
                    self.wfile.write(b"x" if not start else b" ")
            except OSError:
                hung_up.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
            """Say nothing: the tests look at what was recorded."""

    return Handler
