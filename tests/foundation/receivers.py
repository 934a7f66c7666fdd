"""A real HTTP server that behaves as badly as it is told to."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hit:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``behave``: ok, drip, hang, flood, or a status; ``then`` what it does after the first message."""

    port: int = 0
    behave: Any = "ok"
    location: str = ""
    hits: list[Hit] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        return [hit.headers["webhook-id"] for hit in self.hits]

    def url(self, host: str = "localhost", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/hook"


@contextmanager
def receiving(behave: Any = "ok", *, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(behave=behave)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.hits.append(Hit(self.path, headers, body))
            self.answer(receiver.behave)

        def do_GET(self) -> None:
            receiver.hits.append(Hit(self.path, {}, b""))
            self.answer("ok")

        def answer(self, how: Any) -> None:
            if how == "hang":
                receiver.over.wait(20)
                return
            if how == "drip":
                self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 2_000)
                return
            self.send_response(200 if isinstance(how, str) else how)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", str(10**9 if how == "flood" else 0))
            self.end_headers()
            if how == "flood":
                self.drip(b"x" * 2_000)

        def drip(self, text: bytes) -> None:
            try:
                for byte in text:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if receiver.over.wait(0.02):
                        return
            except OSError:
                pass

        def log_message(self, *_arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: Any) -> None:
            """Whoever hangs up on a slow drip is right to."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
        time.sleep(0)
