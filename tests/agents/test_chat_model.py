"""A model's server may answer, fail, hang or talk rubbish: we get words or an honest error."""

import traceback
from time import monotonic

import pytest
from langchain_core.language_models import FakeListChatModel

from agents.chat_model import ChatModel
from agents.model import ModelConfig, build_model
from csm.errors import Unavailable
from tests.agents.double import Answer, failing, serving, spoken

KEY = "sk-secret-key"


def built(url: str, timeout_s: float = 20, max_retries: int = 0, key: str = KEY) -> ChatModel:
    return build_model(ModelConfig(url, key, "double", timeout_s, max_retries))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Tries again at once, and tells how long it would have waited."""
    pauses: list[float] = []
    monkeypatch.setattr("agents.endpoint.sleep", pauses.append)
    return pauses


def test_an_answer() -> None:
    with serving(spoken("All is well.")) as server:
        assert built(server.url).ask("Be short.", "How is it?", 400) == "All is well."
    assert server.keys == [f"Bearer {KEY}"]


def test_a_server_without_a_key() -> None:
    with serving(spoken("All is well.")) as server:
        assert built(server.url, key="").ask("Be short.", "How is it?", 400) == "All is well."
    assert KEY not in server.keys[0]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_trouble_is_tried_again(status: int, no_pause: list[float]) -> None:
    with serving(failing(status), failing(status), spoken("At last.")) as server:
        assert built(server.url, max_retries=2).ask("", "?", 400) == "At last."
    assert len(server.bodies) == 3
    assert no_pause == [0.5, 1.0]


def test_tries_are_bounded() -> None:
    failed = pytest.raises(Unavailable, match=r"answered with an error \(500\)")
    with serving(failing(500)) as server, failed:
        built(server.url, max_retries=2).ask("", "?", 400)
    assert len(server.bodies) == 3


def test_a_server_that_asks_for_patience_gets_it(no_pause: list[float]) -> None:
    with serving(failing(429, retry_after="3"), spoken("Now.")) as server:
        assert built(server.url, max_retries=1).ask("", "?", 400) == "Now."
    assert no_pause == [3.0]


def test_but_not_more_than_there_is_time_for(no_pause: list[float]) -> None:
    failed = pytest.raises(Unavailable, match="busy, or our quota is used up")
    with serving(failing(429, retry_after="60")) as server, failed:
        built(server.url, max_retries=5).ask("", "?", 400)
    assert len(server.bodies) == 1
    assert no_pause == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failing(400), r"answered with an error \(400\)"),
        (failing(401), "refused our key: check OPENAI_API_KEY"),
        (failing(403), "refused our key: check OPENAI_API_KEY"),
        (failing(404), "check OPENAI_MODEL and OPENAI_BASE_URL"),
        (failing(429), "busy, or our quota is used up"),
        (failing(502), r"answered with an error \(502\)"),
        (Answer(b"", hangs=True), "did not answer in time"),
        (Answer(b"<html>sk-secret-key</html>"), "makes no sense"),
        (Answer(b"{"), "makes no sense"),
        (Answer(b"null"), "makes no sense"),
        (Answer(b"[]"), "makes no sense"),
        (Answer(b"{}"), "makes no sense"),
        (Answer(b'{"choices": null}'), "makes no sense"),
        (Answer(b'{"choices": []}'), "makes no sense"),
        (Answer(b'{"choices": [{"message": null}]}'), "makes no sense"),
        (Answer(b'{"error": {"message": "sk-secret-key"}}'), "makes no sense"),
        (Answer(b"\xff\xfe\x00"), "makes no sense"),
        (spoken(""), "empty answer"),
        (spoken(" \n"), "empty answer"),
    ],
)
def test_trouble_is_told_without_secrets(answer: Answer, words: str) -> None:
    timeout_s = 0.2 if answer.hangs else 20
    with serving(answer) as server, pytest.raises(Unavailable, match=words) as caught:
        built(server.url, timeout_s).ask("instructions", "question", 400)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"])
def test_a_server_that_drips_is_not_waited_for(start: bytes) -> None:
    """Each byte comes in time, the answer never does."""
    failed = pytest.raises(Unavailable, match="did not answer in time")
    with serving(Answer(start, drips=True)) as server, failed:
        model = built(server.url, timeout_s=0.3)
        started = monotonic()
        try:
            model.ask("", "?", 400)
        finally:
            assert monotonic() - started < 2
            assert server.hung_up.wait(5)


def test_a_server_that_is_not_there() -> None:
    with serving(spoken("Never asked.")) as server:
        pass
    with pytest.raises(Unavailable, match="cannot be reached: check OPENAI_BASE_URL"):
        built(server.url).ask("", "?", 400)


def test_the_key_is_not_shown_with_the_settings() -> None:
    assert KEY not in repr(ModelConfig("http://x", KEY, "double"))


def test_any_langchain_model_will_do() -> None:
    fake = FakeListChatModel(responses=["Fine."])
    model = ChatModel(lambda _http: fake, timeout_s=20, max_retries=0, purpose="test")
    assert model.ask("", "?", 400) == "Fine."
