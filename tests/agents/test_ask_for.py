"""A model is asked for an object: what it gives is one, checked by us, or an honest error."""

import json
import traceback
from time import process_time

import pytest
from pydantic import BaseModel

from agents.chat_model import ChatModel
from agents.model import ModelConfig, build_model
from csm.errors import Unavailable
from tests.agents.double import Answer, failing, refusing, serving, spoken

KEY = "sk-secret-key"
NESTED = '{"choices": ' + "[" * 200_000


class Part(BaseModel):
    """One part."""

    words: str
    numbers: list[int]


class Whole(BaseModel):
    """All of it."""

    parts: list[Part]


GOOD = '{"parts": [{"words": "All is well.", "numbers": [1, 2]}]}'
WHOLE = Whole(parts=[Part(words="All is well.", numbers=[1, 2])])


def built(url: str, timeout_s: float = 20, max_retries: int = 0) -> ChatModel:
    return build_model(ModelConfig(url, KEY, "double", timeout_s, max_retries))


def asked(model: ChatModel) -> Whole:
    return model.ask_for("Be short.", "How is it?", Whole, 200)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.endpoint.sleep", lambda _seconds: None)


def test_the_server_is_given_the_schema() -> None:
    with serving(spoken(GOOD)) as server:
        assert asked(built(server.url)) == WHOLE
    sent = json.loads(server.bodies[0])
    format_ = sent["response_format"]["json_schema"]
    assert (format_["name"], format_["strict"]) == ("Whole", True)
    part = format_["schema"]["properties"]["parts"]["items"]
    assert part["required"] == ["words", "numbers"]
    assert part["additionalProperties"] is False
    assert sent["max_completion_tokens"] == 200
    assert sent["messages"][0] == {"role": "system", "content": "Be short."}


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_takes_no_schema_is_asked_in_words_and_from_then_on(status: int) -> None:
    with serving(failing(status), spoken(f"Sure:\n```json\n{GOOD}\n```\nDone.")) as server:
        model = built(server.url)
        assert asked(model) == WHOLE
        assert asked(model) == WHOLE
    first, second, third = (json.loads(body) for body in server.bodies)
    assert "response_format" in first
    assert "response_format" not in second
    assert second == third
    instructions = second["messages"][0]["content"]
    assert instructions.startswith("Be short.\n")
    assert '"words"' in instructions


def test_a_server_that_rejects_the_question_itself_is_offered_a_schema_again() -> None:
    answers = (failing(400), failing(400), spoken(GOOD))
    with serving(*answers) as server:
        model = built(server.url)
        with pytest.raises(Unavailable, match=r"answered with an error \(400\)"):
            asked(model)
        assert asked(model) == WHOLE
    assert ["response_format" in json.loads(body) for body in server.bodies] == [True, False, True]


def test_passing_trouble_is_tried_again_in_both_ways_of_asking() -> None:
    answers = (failing(503), failing(400), failing(429), spoken(GOOD))
    with serving(*answers) as server:
        assert asked(built(server.url, max_retries=1)) == WHOLE
    assert len(server.bodies) == 4


def test_both_ways_of_asking_share_one_time_limit() -> None:
    answers = (failing(400), Answer(b"", hangs=True))
    with serving(*answers) as server, pytest.raises(Unavailable, match="in time"):
        asked(built(server.url, timeout_s=0.5))
    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    "said",
    [GOOD, f"<think>{{hm}} {{</think>{GOOD}", f"Here you are: {GOOD}", f"```json\n{GOOD}\n```"],
)
def test_what_stands_around_the_object_is_skipped(said: str) -> None:
    with serving(spoken(said)) as server:
        assert asked(built(server.url)) == WHOLE


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (spoken("All is well."), "makes no sense"),
        (spoken("{}"), "makes no sense"),
        (spoken('{"parts": 3}'), "makes no sense"),
        (spoken('{"parts": [{"words": "sk-secret-key", "numbers": ["x"]}]}'), "makes no sense"),
        (spoken(GOOD[:-1]), "makes no sense"),
        (spoken(GOOD + GOOD), "makes no sense"),
        (spoken("{" * 100_000), "makes no sense"),
        (spoken('{"parts": ' + "[" * 100_000 + "}"), "makes no sense"),
        (spoken('{"parts": [{"words": "", "numbers": [' + "9" * 10_000 + "]}]}"), "no sense"),
        (spoken(""), "empty answer"),
        (spoken(GOOD[:30], "length"), "too long"),
        (spoken("", "content_filter"), "makes no sense"),
        (refusing(), "refused to answer"),
        (Answer(NESTED.encode()), "makes no sense"),
        (Answer(b'{"x": "' + b"sk-secret-key" * 100_000 + b'"}'), "too long"),
        (failing(401), "refused our key"),
        (failing(307, location="http://127.0.0.1:9/v1"), r"sends us elsewhere \(307\)"),
    ],
)
def test_anything_else_is_an_error_that_tells_nothing_of_it(answer: Answer, words: str) -> None:
    with serving(answer) as server, pytest.raises(Unavailable, match=words) as caught:
        asked(built(server.url))
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert len(server.bodies) == 1


def test_a_flood_is_given_up_soon() -> None:
    started = process_time()
    with serving(spoken('{"parts": [' + "1 2 " * 200_000)) as server:
        model = built(server.url)
        with pytest.raises(Unavailable):
            asked(model)
    assert process_time() - started < 3


def test_an_endless_answer_is_cut_off_long_before_the_time_is_over() -> None:
    endless = Answer(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000_000, drips=True)
    with serving(endless) as server, pytest.raises(Unavailable, match="too long"):
        built(server.url, timeout_s=60).ask("", "?", 200)


def test_logs_hold_neither_the_question_nor_the_answer_nor_the_key(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    answers = (failing(400), spoken(f'{{"parts": "{KEY} in the answer"}}'))
    with serving(*answers) as server, pytest.raises(Unavailable):
        built(server.url).ask_for("Be short.", "A private question", Whole, 200)
    out, err = capsys.readouterr()
    told = caplog.text + out + err
    assert "asking without a schema" in told
    for private in ("private question", "Be short", "in the answer", KEY):
        assert private not in told
