"""A language model's endpoint on this machine that fails as it is told to, and keeps count.

A real HTTP server on a free port of 127.0.0.1, for tests::

    with FaultyEndpoint([Fault.BUSY, None, Fault.CUT]) as endpoint:
        ...  # ask at endpoint.base_url: first 429, then an answer, then a cut connection
    assert endpoint.n_requests == 3

After the last scripted fault every answer is right: it reads the subjects out of the material
and fills the answer's schema for each. A ``Reply`` among the faults is sent as it is. The endpoint
bills what a real one would: answers that get lost on the way are billed, refusals are not.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Literal, Self

from lorewise.testing.canned_replies import Fault, Reply, refusal, reply_to, titles_in

_DRIP_S = 0.05

ResponseFormat = Literal["json_schema", "json_object", "none"]
_UNDERSTOOD: Mapping[ResponseFormat, tuple[str, ...]] = {
    "json_schema": ("json_schema", "json_object"),
    "json_object": ("json_object",),
    "none": (),
}


class FaultyEndpoint:
    """Serves ``/chat/completions`` and ``/embeddings`` from ``with`` on; counts what it did."""

    def __init__(
        self,
        faults: Iterable[Fault | Reply | None] = (),
        *,
        by_title: Mapping[str, Fault] | None = None,
        understands: ResponseFormat = "json_schema",
        latency_s: float = 0.0,
        hang_s: float = 30.0,
    ) -> None:
        """Prepare; nothing listens yet.

        ``faults`` gives one to each request in turn, None for a right answer; it may be endless.
        ``by_title`` fails every request that names the subject. A request that hangs is dropped
        after ``hang_s``; ``latency_s`` passes before any other is answered.
        """
        self._faults = iter(faults)
        self._by_title = by_title or {}
        self._understood = _UNDERSTOOD[understands]
        self._latency_s = latency_s
        self._hang_s = hang_s
        self._lock = Lock()
        self._closed = Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self.requests: list[Mapping[str, Any]] = []
        """The body of each request, in order of arrival."""
        self.authorizations: list[str | None] = []
        """The header of that name of each request."""
        self.asked: Counter[str] = Counter()
        """How often each subject, by its title, was asked about."""
        self.answered: Counter[str] = Counter()
        """How often a right answer about each subject was sent, whole."""
        self.prompt_tokens = 0
        """Billed so far; four bytes are a token."""
        self.answer_tokens = 0
        """Billed so far; four bytes are a token."""
        self.most_in_flight = 0
        """The most requests that were open at once."""
        self._in_flight = 0

    def __enter__(self) -> Self:
        """Listen."""
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; requests that hang are dropped."""
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """Where to ask; ends in ``/v1``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def n_requests(self) -> int:
        """How many requests came in."""
        return len(self.requests)

    @property
    def billed_tokens(self) -> int:
        """What all requests cost together."""
        return self.prompt_tokens + self.answer_tokens

    def reply(self, path: str, request: Mapping[str, Any], authorization: str | None) -> Reply:
        """Return what this request gets, and count it."""
        with self._lock:
            self.requests.append(request)
            self.authorizations.append(authorization)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            reply = self._chosen(path, request)
            self.asked.update(titles_in(request))
            self.answered.update(reply.answered)
            self.prompt_tokens += reply.prompt_tokens
            self.answer_tokens += reply.answer_tokens
            return reply

    def wait(self, *, hangs: bool) -> None:
        """Return when it is time to send, at once if the endpoint closes."""
        self._closed.wait(self._hang_s if hangs else self._latency_s)

    def drips(self) -> Iterator[bytes]:
        """Yield a space now and then, for as long as a request may hang."""
        for _ in range(int(self._hang_s / _DRIP_S)):
            if not self._closed.wait(_DRIP_S):
                yield b" "

    def leave(self) -> None:
        """Count a request as over."""
        with self._lock:
            self._in_flight -= 1

    def _chosen(self, path: str, request: Mapping[str, Any]) -> Reply:
        wanted = request.get("response_format", {}).get("type")
        if wanted is not None and wanted not in self._understood:
            return refusal(400, f"'response_format.type' {wanted} is not supported by this model")
        scripted = next(self._faults, None)
        if isinstance(scripted, Reply):
            return scripted
        poisons = [self._by_title[title] for title in titles_in(request) if title in self._by_title]
        return reply_to(path, request, poisons[0] if poisons else scripted)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    endpoint: FaultyEndpoint

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that were killed; whatever else happens is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # a socket


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        endpoint = self.server.endpoint
        request = json.loads(self._body())
        reply = endpoint.reply(self.path, request, self.headers["Authorization"])
        try:
            endpoint.wait(hangs=reply.hangs)
            self._send(reply)
        except ConnectionError:
            self.close_connection = True  # the client has left, as some of its tests want
        finally:
            endpoint.leave()

    def _body(self) -> bytes:
        n_bytes = int(self.headers["Content-Length"])
        body = self.rfile.read(n_bytes)
        if len(body) < n_bytes:
            raise ConnectionError(f"{len(body)} of {n_bytes} bytes came; the client was killed")
        return body

    def _send(self, reply: Reply) -> None:
        if not reply.hangs:
            self._send_head(reply)
            self._send_body(reply)
        self.close_connection = reply.hangs or reply.is_cut or reply.drips

    def _send_head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()

    def _send_body(self, reply: Reply) -> None:
        if reply.drips:
            for drip in self.server.endpoint.drips():
                self.wfile.write(drip)
        else:
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.is_cut else reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name
        """Say nothing; tests have their own output."""
