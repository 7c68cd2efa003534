"""What a markdown file says of itself above its text."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Final

import frontmatter
import yaml

from csm.visible_text import visible
from csm.wording import shorten
from knowledge.reading.page import Unreadable, as_day, as_title

_TOML: Final = re.compile(r"\A\+\+\+[ ]*\n(.*?)^\+\+\+[ ]*$\n?", re.DOTALL | re.MULTILINE)
_CHANGED: Final = ("lastmod", "last_modified_at", "updated", "last_update", "date")
_WHERE: Final = ("slug", "permalink", "url")
_MOST_WORDS: Final = 120


@dataclass(frozen=True, slots=True)
class FrontMatter:
    title: str = ""
    description: str = ""
    product: str = ""
    modified_on: date | None = None
    where: str = ""
    is_draft: bool = False


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """What stands above the text, and the text. Raises Unreadable when it makes no sense."""
    toml = _TOML.match(text)
    if toml:
        try:
            return _front_matter(tomllib.loads(toml[1])), text[toml.end() :]
        except tomllib.TOMLDecodeError as error:
            raise Unreadable(f"its front matter is no TOML: {shorten(str(error), 200)}.") from error
    try:
        values, body = frontmatter.parse(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        problem = shorten(visible(error.problem or "it makes no sense"), 200)
        raise Unreadable(f"line {line}, its front matter is no YAML: {problem}.") from error
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = shorten(visible(str(error)), 200)
        raise Unreadable(f"its front matter makes no sense: {problem}.") from error
    return _front_matter(values), body


def _front_matter(values: dict[str, object]) -> FrontMatter:
    return FrontMatter(
        title=as_title(_text(values, "title")),
        description=visible(_text(values, "description")),
        product=shorten(visible(_text(values, "product")), _MOST_WORDS),
        modified_on=next(filter(None, (_day(values.get(key)) for key in _CHANGED)), None),
        where=next(filter(None, (visible(_text(values, key)) for key in _WHERE)), ""),
        is_draft=values.get("draft") is True,
    )


def _text(values: dict[str, object], key: str) -> str:
    value = values.get(key)
    return str(value) if isinstance(value, str | int | float) and value is not True else ""


def _day(value: object) -> date | None:
    return as_day(value.get("date") if isinstance(value, dict) else value)
