"""Help articles that a person drafts from answers and publishes. For colleagues alone."""

from typing import Final

from csm.card import Actions, Block, Button, ButtonStyle, Card, Form, Input, Text, Tone
from csm.knowledge import Shelf
from csm.sentences import plain
from csm.use_cases.articles import Article
from csm.views.plain_blocks import text_blocks
from csm.wording import listing, shorten

MOST_FLAGS: Final = 15
LONGEST_ARTICLE_IN_FORM: Final = 3000
# Characters of a fingerprint that a form carries.
_SEEN: Final = 16


def article_card(article: Article, *, is_findable: bool) -> Card:
    """An article as it is: a draft with what to look at before it is published, or published.
    `is_findable`: it is found by its meaning already, not by its words alone."""
    found = "now" if is_findable else "by its words now, and by its meaning shortly"
    if article.shelf is Shelf.CUSTOMER:
        again = " It replaced the one of the same title." if article.replaced else ""
        text = f"“{article.title}” is published: customers' questions find it {found}.{again}"
        return Card(title="Published", summary=text, tone=Tone.GOOD, blocks=(Text(text=text),))
    by = "a language model, from" if article.by_model else "the words of"
    summary = (
        f"A draft on the internal shelf, by {by} your colleagues' answers. /ask finds it {found}."
    )
    return Card(
        title=shorten(article.title, 100),
        summary=summary,
        blocks=(
            Text(text=summary),
            *text_blocks(plain(article.markdown)),
            *_flags(article),
            Actions(
                buttons=(
                    Button(
                        id=f"article.publish:{article.document_id}",
                        label="Edit and publish",
                        describe="Look the article over, then publish it to customers",
                        style=ButtonStyle.PRIMARY,
                        opens_form=True,
                    ),
                )
            ),
        ),
    )


def article_form(article: Article) -> Form:
    """Lets a person go over an article and publish it. One that is too long for a form is published
    as it is."""
    fits = len(article.markdown) <= LONGEST_ARTICLE_IN_FORM
    hint = "Markdown, beginning with “# ” and the title. Every customer can find it once published."
    return Form(
        id=f"article.published:{article.document_id}:{article.fingerprint[:_SEEN]}",
        title="Publish the article",
        submit="Publish",
        intro=_flag_text(article) or "Nothing in it seems to be about one customer alone.",
        inputs=(
            Input(
                id="text",
                label="The article",
                multiline=True,
                required=fits,
                max_length=LONGEST_ARTICLE_IN_FORM,
                hint=hint
                if fits
                else "It is too long to edit here: leave this empty to publish it.",
                value=article.markdown if fits else "",
            ),
        ),
    )


def _flag_text(article: Article) -> str:
    if not article.flags:
        return ""
    shown = [f"{flag.what} ({flag.text})" for flag in article.flags[:MOST_FLAGS]]
    if more := len(article.flags) - len(shown):
        shown.append(f"{more} more")
    return f"Look at these before you publish: {listing(shown)}."


def _flags(article: Article) -> list[Block]:
    text = _flag_text(article)
    return [Text(text=text, tone=Tone.WARN)] if text else []
