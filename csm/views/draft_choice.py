"""Cards on the way to a draft: which play, and why there is none."""

from collections.abc import Sequence

from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Text, Tone
from csm.guard import Verdict
from csm.people import Principal
from csm.play import Play
from csm.views.verdict import reasons_in_words
from csm.wording import shorten

_A_ROW = 5


def choose_play_card(
    account_id: int, account_name: str, plays: Sequence[Play], *, is_guess: bool = False
) -> Card:
    """Asks which play's message to draft; a guess is said to be one."""
    which = "No play is called that. Did you mean one of these?" if is_guess else ""
    which = which or f"Which message to {account_name}?"
    text = f"{which} Nothing is sent before somebody has approved it."
    blocks: list[Block] = [
        Text(text=text),
        Bullets(items=tuple(Bullet(lead=play.name, text=play.purpose) for play in plays)),
    ]
    buttons = [_draft_button(account_id, play) for play in plays]
    blocks += [
        Actions(buttons=tuple(buttons[start : start + _A_ROW]))
        for start in range(0, len(buttons), _A_ROW)
    ]
    return Card(title=f"Draft for {account_name}", summary=text, blocks=tuple(blocks))


def not_drafted_card(
    account_name: str, play: Play, why: str, remedy: str, verdict: Verdict | None
) -> Card:
    """Why there is no draft, and what can be done."""
    blocks: list[Block] = [Text(text=why, tone=Tone.WARN)]
    if verdict is not None and verdict.objections:
        blocks.append(Text(text=reasons_in_words(verdict)))
    blocks.append(Text(text=remedy))
    return Card(
        title=f"No draft for {account_name}: {play.name}",
        summary=why,
        tone=Tone.WARN,
        blocks=tuple(block for block in blocks if not isinstance(block, Text) or block.text),
    )


def asked_to_approve(asked: Principal | None, who: Principal) -> tuple[str, Tone]:
    """For whoever asked for a draft: who decides on it. `asked` got its card."""
    if asked is None:
        return "Nobody but you could approve it, and whoever asks may not. Add a manager.", Tone.BAD
    if asked.key == who.key:
        return "", Tone.NEUTRAL
    return f"{asked.name} was asked to approve it.", Tone.NEUTRAL


def _draft_button(account_id: int, play: Play) -> Button:
    return Button(
        id=f"outreach.draft:{account_id}:{play.id}",
        label=shorten(play.name, 40),
        describe=shorten(f"Draft {play.name}", 75),
    )
