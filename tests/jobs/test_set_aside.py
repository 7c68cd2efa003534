"""Administrators hear of messages that nobody could read, once for each that comes."""

from jobs.broker import SET_ASIDE
from jobs.set_aside import SetAside


def test_they_are_told_of_what_has_come_and_not_again() -> None:
    counts, told = iter([0, 2, 2, 3, 0, 1]), list[str]()
    look = SetAside(lambda: next(counts), lambda _name, problem: told.append(problem)).look
    heard = []
    for _ in range(6):
        look()
        heard.append(len(told))
    assert heard == [0, 1, 1, 2, 2, 3]
    assert SET_ASIDE in told[0]
    assert told[0].startswith("2 messages")
