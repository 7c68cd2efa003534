"""Cards as e-mail: the same words as plain text and as HTML.

The HTML fetches nothing, has no colours of its own (so that it is read as well on dark as on
light), and only those addresses in it are links that the caller names.
"""

import re
from collections.abc import Collection, Iterator
from html import escape
from typing import Final, NamedTuple

from bot.render.neutral import is_address, neutral, one_line
from bot.render.plain import plain_text, with_word
from bot.render.spark import spark_text
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Card,
    Divider,
    Fact,
    Fields,
    Heading,
    Note,
    Spark,
    Table,
    Text,
    Tone,
)
from csm.web_addresses import addresses

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_PAGE: Final = (
    '<!doctype html>\n<html lang="{language}" dir="auto">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title></head>\n'
    '<body style="font:16px/1.5 sans-serif;max-width:40em;margin:0;padding:1em">\n'
    "{blocks}\n</body>\n</html>\n"
)
_CELL: Final = ' style="padding:2px 12px 2px 0;vertical-align:top;text-align:{side}"'


class MailParts(NamedTuple):
    """A message's two parts. Lines end with a newline."""

    text: str
    html: str


def mail_parts(card: Card, language: str, links: Collection[str] = ()) -> MailParts:
    """The card below its title, which is the subject. Addresses that are not among `links` stay
    plain text in the HTML. Buttons are left out: there is nothing to press in a letter."""
    untitled = card.model_copy(update={"title": "", "summary": "", "tone": Tone.NEUTRAL})
    return MailParts(plain_text(untitled) + "\n", _html(card, language, frozenset(links)))


def _html(card: Card, language: str, links: frozenset[str]) -> str:
    lines = (line for block in card.blocks for line in _block(block, links))
    return _PAGE.format(
        language=language if _LANGUAGE.fullmatch(language) else "en",
        title=escape(one_line(card.title)),
        blocks="\n".join(lines),
    )


def _block(block: Block, links: frozenset[str]) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"<h2>{escape(one_line(text))}</h2>"
        case Text(text=text, tone=tone):
            yield f"<p>{_words(with_word(neutral(text).strip(), tone), links)}</p>"
        case Note(text=text):
            yield f'<p style="font-size:13px">{_words(neutral(text).strip(), links)}</p>'
        case Fields(items=items):
            yield from _fields(items, links)
        case Bullets():
            yield from _bullets(block, links)
        case Table():
            yield from _table(block, links)
        case Spark():
            yield f"<p>{_spark(block)}</p>"
        case Divider():
            yield "<hr>"
        case Actions():
            return


def _fields(items: tuple[Fact, ...], links: frozenset[str]) -> Iterator[str]:
    yield "<p>"
    for fact in items:
        value = with_word(one_line(fact.value), fact.tone)
        yield f"<b>{escape(one_line(fact.label))}:</b> {_words(value, links)}<br>"
    yield "</p>"


def _bullets(block: Bullets, links: frozenset[str]) -> Iterator[str]:
    start, end = (f'<ol start="{block.first}">', "</ol>") if block.first else ("<ul>", "</ul>")
    yield start
    for item in block.items:
        yield f"<li>{_bullet(item, links)}</li>"
    yield end


def _bullet(bullet: Bullet, links: frozenset[str]) -> str:
    lead, text = one_line(bullet.lead), one_line(bullet.text)
    if lead:
        lead = f"<b>{escape(with_word(lead, bullet.tone))}</b>"
    else:
        text = with_word(text, bullet.tone)
    link = _words(one_line(bullet.link), links)
    return " ".join(part for part in (lead, _words(text, links), link) if part)


def _table(table: Table, links: frozenset[str]) -> Iterator[str]:
    yield '<table style="border-collapse:collapse">'
    for row, tag in ((table.columns, "th"), *((row, "td") for row in table.rows)):
        cells = (
            f"<{tag}{_CELL.format(side='right' if i in table.numeric else 'left')}>"
            f"{_words(one_line(cell), links)}</{tag}>"
            for i, cell in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</table>"


def _spark(spark: Spark) -> str:
    bars = spark_text(spark.values, spark.low, spark.high)
    return escape(" ".join(filter(None, [one_line(spark.label), bars, one_line(spark.caption)])))


def _words(text: str, links: frozenset[str]) -> str:
    """The text, escaped, with those addresses live that may be."""
    parts, rest = [], text
    # Looking for addresses takes longer than all else here, and most texts have none.
    for address in addresses(text) if any(link in text for link in links) else ():
        if address in links and is_address(address):
            before, _, rest = rest.partition(address)
            parts.append(f'{escape(before)}<a href="{escape(address)}">{escape(address)}</a>')
    return "".join([*parts, escape(rest)]).replace("\n", "<br>\n")
