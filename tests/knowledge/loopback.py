"""A web site on a free loopback port, also one that misbehaves."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Told:
    """What the site says at one path. `drips`: byte by byte, and it never ends."""

    body: bytes = b""
    kind: str = "text/html"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False


def page(title: str, words: str = "Words.") -> Told:
    return Told(f"<title>{title}</title><main><p>{words}</p></main>".encode())


def redirect(to: str, status: int = 302) -> Told:
    return Told(status=status, headers={"Location": to})


def site_map(*addresses: str, day: str = "", kind: str = "urlset") -> Told:
    entry = "url" if kind == "urlset" else "sitemap"
    last = f"<lastmod>{day}</lastmod>" if day else ""
    entries = "".join(f"<{entry}><loc>{each}</loc>{last}</{entry}>" for each in addresses)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Told(f'<{kind} xmlns="{namespace}">{entries}</{kind}>'.encode(), "application/xml")


@dataclass(slots=True)
class Site:
    """`pages` by path; it may change at any time. `asked` are the paths and headers that came."""

    root: str
    pages: dict[str, Told]
    asked: list[tuple[str, dict[str, str]]]

    def at(self, path: str) -> str:
        return f"{self.root}{path}"


@contextmanager
def site(
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    pages: Callable[[str], dict[str, Told]] = lambda _root: {},
) -> Iterator[Site]:
    """Serve until the end of the block; addresses name `host`."""
    asked: list[tuple[str, dict[str, str]]] = []
    served: dict[str, Told] = {}
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers.items())))
            told = served.get(self.path, Told(b"no such page", status=404))
            self.send_response(told.status)
            headers = {"Content-Type": told.kind, "Content-Length": str(len(told.body))}
            if told.drips:
                headers["Content-Length"] = "100000"
            for name, value in (headers | told.headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(told.body)
                while told.drips and not ended.wait(0.02):
                    self.wfile.write(b"x")
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # whoever asked may hang up at any time

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    root = f"{'https' if tls else 'http'}://{host}:{server.server_address[1]}"
    served.update(pages(root))
    try:
        yield Site(root, served, asked)
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
