"""Which play somebody means by what they typed."""

from collections.abc import Iterable
from difflib import get_close_matches

from csm.plain_words import words
from csm.play import Play


def plays_meant(query: str, plays: Iterable[Play]) -> list[Play]:
    """The plays that are named so; else the nearest in spelling; by name. All of them where nothing
    was typed."""
    candidates = sorted(plays, key=lambda play: play.name)
    return plays_named(query, candidates) or _near(" ".join(_typed(query)), candidates)


def plays_named(query: str, plays: Iterable[Play]) -> list[Play]:
    """The plays of that id or name; else those that have words beginning with all of the query's;
    by name."""
    candidates = sorted(plays, key=lambda play: play.name)
    wanted = _typed(query)
    exact = [play for play in candidates if wanted in (_id_words(play), words(play.name))]
    if exact:
        return exact
    return [play for play in candidates if _begin(wanted, play)]


def _begin(wanted: Iterable[str], play: Play) -> bool:
    known = [*_id_words(play), *words(play.name)]
    return all(any(one.startswith(word) for one in known) for word in wanted)


def _near(query: str, plays: list[Play]) -> list[Play]:
    spelt = {play.id.replace("_", " "): play for play in plays}
    return [spelt[name] for name in get_close_matches(query, list(spelt), n=3, cutoff=0.6)]


def _typed(query: str) -> list[str]:
    return words(query.replace("_", " "))


def _id_words(play: Play) -> list[str]:
    return words(play.id.replace("_", " "))
