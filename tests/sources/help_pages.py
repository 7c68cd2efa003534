"""The pages of the demo's help centre, and what the playbook says of answers, for tests."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import frontmatter

from csm.answer_settings import AnswerSettings
from csm.knowledge import Shelf
from sources.demo_help import SHELF_FOLDERS
from tests.csm.shipped import shipped_playbook

PROJECT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class HelpPage:
    shelf: Shelf
    path: str
    meta: dict[str, Any]
    text: str

    @property
    def slug(self) -> str:
        return f"/{self.path.removesuffix('.md')}"


@cache
def pages(shelf: Shelf) -> tuple[HelpPage, ...]:
    folder = SHELF_FOLDERS[shelf]
    return tuple(_read(folder, file, shelf) for file in sorted(folder.rglob("*.md")))


def _read(folder: Path, file: Path, shelf: Shelf) -> HelpPage:
    post = frontmatter.loads(file.read_text(encoding="utf-8"))
    return HelpPage(shelf, file.relative_to(folder).as_posix(), post.metadata, post.content)


def settings() -> AnswerSettings:
    return shipped_playbook().answers


def has_words(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))
