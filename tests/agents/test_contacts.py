"""Whom a model's questions go to: its server, and nobody else, whatever the environment says."""

import gzip
import json
import logging
import socket
from typing import Any

import pytest
from langsmith import Client

from agents.model import ModelConfig, build_embedder, build_model
from agents.model_http import AnswerTooLong, ModelHttp
from csm.errors import Unavailable
from tests.agents.double import Answer, Server, embedded, failing, serving, spoken

# What the openai package says of itself, and what HTTP needs.
HEADERS = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "user-agent",
    "x-stainless-arch",
    "x-stainless-async",
    "x-stainless-lang",
    "x-stainless-os",
    "x-stainless-package-version",
    "x-stainless-raw-response",
    "x-stainless-read-timeout",
    "x-stainless-retry-count",
    "x-stainless-runtime",
    "x-stainless-runtime-version",
}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a connection was opened to."""
    calls: list[Any] = []
    connect = socket.create_connection

    def watched(address: Any, *args: Any, **kwargs: Any) -> socket.socket:
        calls.append(address)
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", watched)
    return calls


def config(url: str) -> ModelConfig:
    return ModelConfig(url, "key", "double", 20, 0)


def ask(server: Server) -> str:
    return build_model(config(server.url)).ask("Be short.", "How is it?", 100)


def port_of(server: Server) -> int:
    return int(server.url.rsplit(":", 1)[1].split("/")[0])


@pytest.mark.parametrize(
    "switches",
    [
        {"LANGCHAIN_TRACING_V2": "true", "LANGSMITH_TRACING": "true"},
        {"LANGCHAIN_TRACING": "true", "LANGCHAIN_HANDLER": "langchain"},
        {"LANGSMITH_GATEWAY": "true", "LANGSMITH_GATEWAY_API_KEY": "gate"},
    ],
)
def test_tracing_stays_off(
    switches: dict[str, str], called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*args: Any, **kwargs: Any) -> None:
        pytest.fail("a tracer was made")

    monkeypatch.setattr(Client, "__init__", told)
    with serving(spoken("Fine.")) as server, serving(spoken("")) as tracer:
        for name, value in switches.items():
            monkeypatch.setenv(name, value)
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_GATEWAY_URL"):
            monkeypatch.setenv(name, tracer.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-key")
        assert ask(server) == "Fine."
        assert tracer.bodies == []
        assert {port for _host, port in called} == {port_of(server)}


def test_nothing_but_these_headers_is_sent() -> None:
    with serving(spoken("Fine.")) as server:
        ask(server)
    with serving(embedded([1.0, 0.0])) as embedding_server:
        build_embedder(config(embedding_server.url)).embed(["words"])
    for head, path in (
        (server.heads[0], "/v1/chat/completions"),
        (embedding_server.heads[0], "/v1/embeddings"),
    ):
        request, *lines = head.strip().splitlines()
        assert request == f"POST {path} HTTP/1.1"
        assert {line.split(":")[0].lower() for line in lines} <= HEADERS
    assert json.loads(embedding_server.bodies[0]) == {
        "input": ["words"],
        "model": "double",
        "encoding_format": "float",
    }


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "OPENAI_PROXY"])
def test_a_server_on_this_machine_is_never_asked_through_a_proxy(
    name: str, called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(spoken("Fine.")) as server, serving(spoken("From a proxy.")) as proxy:
        monkeypatch.setenv(name, proxy.url)
        assert ask(server) == "Fine."
        url = server.url.replace("127.0.0.1", "localhost")
        assert build_model(config(url)).ask("", "?", 100) == "Fine."
    assert proxy.bodies == []
    assert {port for _host, port in called} == {port_of(server)}


def test_another_server_is_asked_through_the_proxy_of_the_machine(
    called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(spoken("From a proxy.")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        model = build_model(config("http://models.example/v1"))
        assert model.ask("", "?", 100) == "From a proxy."
    assert {port for _host, port in called} == {port_of(proxy)}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(status: int) -> None:
    with (
        serving(spoken("Elsewhere.")) as elsewhere,
        serving(failing(status, location=elsewhere.url)) as server,
        pytest.raises(Unavailable, match="set OPENAI_BASE_URL to where it really is"),
    ):
        ask(server)
    assert elsewhere.bodies == []


def test_a_packed_answer_is_unpacked() -> None:
    packed = Answer(gzip.compress(spoken("Fine.").body), headers={"content-encoding": "gzip"})
    with serving(packed) as server:
        assert ask(server) == "Fine."


@pytest.mark.parametrize(("size", "is_read"), [(1000, True), (1001, False)])
@pytest.mark.parametrize("is_packed", [True, False])
def test_an_answer_is_read_up_to_its_limit(size: int, is_read: bool, is_packed: bool) -> None:
    body = b"x" * size
    packed = Answer(gzip.compress(body), headers={"content-encoding": "gzip"})
    answer = packed if is_packed else Answer(body)
    with serving(answer) as server, ModelHttp(1000) as http:
        if is_read:
            assert http.post(server.url, content=b"?").content == body
        else:
            with pytest.raises(AnswerTooLong):
                http.post(server.url, content=b"?")


def test_the_tracing_switches_are_looked_at_by_langchain(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without our care it would report: else the tests above could not fail."""
    from langchain_core.language_models import FakeListChatModel  # noqa: PLC0415

    def told(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a tracer was made")

    monkeypatch.setattr(Client, "__init__", told)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    caplog.set_level(logging.WARNING)
    FakeListChatModel(responses=["Fine."]).invoke("?")
    assert "a tracer was made" in caplog.text
