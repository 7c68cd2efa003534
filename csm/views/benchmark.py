"""Where an account stands among accounts like it."""

from csm.card import Actions, Block, Button, Card, Note, Table, Text
from csm.evidence import say
from csm.money import format_money
from csm.signal_table import Unit
from csm.use_cases.benchmark_account import Benchmark, Standing
from csm.wording import day_text, plural


def benchmark_card(benchmark: Benchmark) -> Card:
    """A table of numbers with the median of the peers and the share of peers that do worse."""
    like = f"other accounts in {benchmark.segment}" if benchmark.segment else "other accounts"
    summary = _summary(benchmark, like)
    rows = tuple(_row(standing, benchmark.currency) for standing in benchmark.standings)
    blocks: list[Block] = [Text(text=summary)]
    if benchmark.peers >= benchmark.fewest_peers:
        columns = ("", benchmark.name, "Median", "Better than", "Of")
        blocks.append(Table(columns=columns, rows=rows, numeric=(1, 2, 3, 4)))
        blocks.append(Note(text=_note(benchmark)))
    back = Button(id=f"account.open:{benchmark.account_id}", label="Open 360")
    blocks.append(Actions(buttons=(back,)))
    return Card(title=f"{benchmark.name}: benchmark", summary=summary, blocks=tuple(blocks))


def _summary(benchmark: Benchmark, like: str) -> str:
    if benchmark.peers < benchmark.fewest_peers:
        return (
            f"Only {plural(benchmark.peers, 'account')} to compare with "
            f"({like}): at least {benchmark.fewest_peers} are needed to say anything."
        )
    ranked = [s for s in benchmark.standings if s.percentile is not None]
    text = f"{benchmark.name} against {benchmark.peers:,} {like}"
    if not ranked:
        return f"{text}: too few numbers in common to compare."
    best = max(ranked, key=lambda s: s.percentile or 0)
    worst = min(ranked, key=lambda s: s.percentile or 0)
    return f"{text}. Strongest: {best.label}. Weakest: {worst.label}."


def _row(standing: Standing, currency: str) -> tuple[str, ...]:
    def shown(value: float | None) -> str:
        if value is None:
            return "–"
        if standing.signal.unit is Unit.MONEY:
            return format_money(round(value), currency, short=True)
        return say(standing.signal, value)

    place = "–" if standing.percentile is None else f"{standing.percentile:.0f} %"
    peers = f"{standing.peers:,}"
    return (standing.label, shown(standing.value), shown(standing.median), place, peers)


def _note(benchmark: Benchmark) -> str:
    day = f" As of {day_text(benchmark.as_of)}." if benchmark.as_of else ""
    return (
        "“Better than” is the share of those accounts that do worse; ties count half. "
        f"“Of” is how many have that number.{day}"
    )
