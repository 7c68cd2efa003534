"""What administrators are told of plays that may send by themselves, or no longer may."""

from collections.abc import Sequence

from csm.card import (
    Actions,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Note,
    Table,
    Text,
    Tone,
)
from csm.play import Play, Tier
from csm.ports_outreach import Tally
from csm.tiers import TierReport
from csm.wording import listing, percent, plural

TIER_MEANS = {
    Tier.MANUAL: "a person approves each message",
    Tier.DELAYED: "it goes after a while in which anybody can stop it",
    Tier.AUTOMATIC: "it goes as soon as the guard lets it",
}


def proposal_card(play: Play, before: Tier, wanted: Tier, tally: Tally) -> Card:
    """That a play has earned to do more by itself, with its record. Nothing changes by itself."""
    text = f"{play.name} has earned to be {wanted.value}: {TIER_MEANS[wanted]}."
    return Card(
        title=f"Let {play.name} be {wanted.value}?",
        summary=text,
        blocks=(
            Text(text=f"{text} It is {before.value} now: {TIER_MEANS[before]}."),
            tally_bullets(tally),
            Note(text="It stays as it is unless you grant it, and loses it when its record drops."),
            Actions(
                buttons=(
                    Button(
                        id=f"play.tier:{play.id}:{wanted.value}",
                        label=f"Let it be {wanted.value}",
                        style=ButtonStyle.PRIMARY,
                    ),
                )
            ),
        ),
    )


def lost_card(play: Play, before: Tier, reasons: Sequence[str]) -> Card:
    """That a play needs a person's approval again."""
    text = f"{play.name} is no longer {before.value}: {listing(reasons)}."
    return Card(
        title=f"{play.name} needs approval again",
        summary=text,
        tone=Tone.WARN,
        blocks=(Text(text=f"{text} A person approves each message from now on.", tone=Tone.WARN),),
    )


def tier_card(play: Play, tier: Tier, by: str) -> Card:
    """What a play may do from now on."""
    text = f"{play.name} is {tier.value} now, by {by}: {TIER_MEANS[tier]}."
    return Card(title=play.name, summary=text, tone=Tone.GOOD, blocks=(Text(text=text),))


def tiers_card(reports: Sequence[TierReport]) -> Card:
    """Every play that writes: what it may do by itself, and what keeps it from more."""
    rows = tuple(
        (
            report.play.name,
            report.tier.tier.value,
            report.play.outreach.highest_tier.value if report.play.outreach else "",
            f"{report.tally.approved_unedited}/{report.tally.decided}",
            _short(report),
        )
        for report in reports
    )
    summary = f"{plural(len(reports), 'play')} may write to customers."
    return Card(
        title="Plays",
        summary=summary,
        blocks=(
            Text(text=summary),
            Table(
                columns=("Play", "Now", "At most", "Approved as drafted", "For more it lacks"),
                rows=rows,
                numeric=(3,),
            ),
            Note(text="A play earns more by its record; an administrator grants it."),
        ),
    )


def _short(report: TierReport) -> str:
    highest = report.play.outreach.highest_tier if report.play.outreach else Tier.MANUAL
    if report.tier.tier.rank >= highest.rank:
        return "nothing: it has the most"
    return listing(report.faults) or "a grant"


def tally_bullets(tally: Tally) -> Bullets:
    """A play's record, as far as there is one."""
    approved = (
        f"{tally.approved} of {plural(tally.decided, 'draft')} approved, "
        f"{tally.approved_unedited} as drafted"
        + (f" ({percent(tally.approved_unedited / tally.decided)})" if tally.decided else "")
    )
    return Bullets(
        items=(
            Bullet(lead="Decisions", text=approved),
            Bullet(lead="Guard", text=f"stopped {tally.stopped}"),
            Bullet(
                lead="Customers",
                text=f"{tally.sent} sent, {tally.replied} replied, {tally.positive} pleased, "
                f"{tally.bad} not",
            ),
        )
    )
