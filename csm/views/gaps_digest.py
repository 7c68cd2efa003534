"""The digest of knowledge gaps as a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Text, Tone
from csm.gaps import Gap
from csm.use_cases.learn import GAP_DAYS
from csm.views.learning import article_button, gap_line
from csm.wording import listing, plural

TITLE: Final = "Knowledge gaps this week"


@dataclass(frozen=True, slots=True)
class GapStanding:
    """A gap, what came to it since the last digest, and the names of those who work on one of its
    questions. `more` counts questions."""

    gap: Gap
    more: int
    is_new: bool
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapNews:
    """All gaps, those that touch most first, of which so many are shown."""

    standings: Sequence[GapStanding]
    most: int
    is_first: bool = False

    @property
    def new(self) -> int:
        return sum(one.is_new for one in self.standings)

    @property
    def growing(self) -> int:
        return sum(one.more > 0 and not one.is_new for one in self.standings)

    @property
    def unowned(self) -> int:
        return sum(not one.owners for one in self.standings)


def gaps_digest_card(news: GapNews) -> Card:
    """What the library lacks: those that touch most accounts first, each with a way to fill it."""
    shown = news.standings[: news.most]
    summary = _summary(news)
    blocks: list[Block] = [Text(text=summary)]
    for rank, one in enumerate(shown, start=1):
        blocks.append(Bullets(items=(_bullet(rank, one),)))
        blocks.append(Actions(buttons=(article_button(rank, one.gap),)))
    label = "All gaps" if len(news.standings) > len(shown) else "Knowledge gaps"
    blocks.append(Actions(buttons=(Button(id="gaps.show", label=label),)))
    return Card(title=TITLE, summary=summary, blocks=tuple(blocks))


def empty_gaps_card() -> Card:
    """One line, for those who want to hear that there is nothing."""
    text = f"No question of the last {GAP_DAYS} days lacked a good answer."
    return Card(title=TITLE, summary=text, blocks=(Text(text=text),), tone=Tone.GOOD)


def _summary(news: GapNews) -> str:
    asked = sum(len(one.gap.questions) for one in news.standings)
    text = f"{plural(len(news.standings), 'gap')} from {plural(asked, 'question')}"
    changes = [] if news.is_first else [f"{news.new:,} new", f"{news.growing:,} growing"]
    taken = f"{news.unowned:,} not taken up" if news.unowned else "all taken up"
    return f"{', '.join([text, *changes])}; {taken}."


def _bullet(rank: int, one: GapStanding) -> Bullet:
    line = gap_line(rank, one.gap)
    said = [line.text]
    if one.is_new:
        said.append("New.")
    elif one.more:
        said.append(f"Growing: {plural(one.more, 'more question')} since the last time.")
    said.append(f"Taken up by {listing(one.owners)}." if one.owners else "Nobody has taken it up.")
    tone = Tone.WARN if one.is_new or one.more else Tone.NEUTRAL
    return line.model_copy(update={"text": " ".join(said), "tone": tone})
