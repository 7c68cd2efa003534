"""Figures of an evaluation as tables."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table

from cli.frame import out, say
from csm.wording import percent, plural
from knowledge.evaluate import MEASURES, Evaluation, FollowUps
from knowledge.metrics import TradeOff

_NONE: Final = "–"


def print_evaluation(evaluation: Evaluation) -> None:
    """The measures of each way to search, the chosen threshold, and what others would cost."""
    table = Table("", *MEASURES, "AUROC", "p50 ms", "p95 ms")
    for method, measured in evaluation.measured.items():
        figures = [f"{measured.measures[name]:.3f}" for name in MEASURES]
        auroc = _NONE if measured.auroc is None else f"{measured.auroc:.3f}"
        times = (f"{measured.p50_ms:.1f}", f"{measured.p95_ms:.1f}")
        table.add_row(method.value, *figures, auroc, *times)
    out.print(table)
    if evaluation.follow_ups:
        _print_follow_ups(evaluation.follow_ups)
    if evaluation.chosen is None:
        say("No question is unanswerable, or none is answerable: there is no threshold to choose.")
        return
    _print_thresholds(evaluation.chosen, evaluation.offers)


def _print_follow_ups(follow_ups: FollowUps) -> None:
    table = Table(f"{plural(follow_ups.count, 'question')} with a thread", *MEASURES)
    for name, measures in (
        ("thread used", follow_ups.with_thread),
        ("bare text", follow_ups.without),
    ):
        table.add_row(name, *(f"{measures[measure]:.3f}" for measure in MEASURES))
    out.print(table)


def _print_thresholds(chosen: TradeOff, offers: Sequence[TradeOff]) -> None:
    table = Table("Threshold", "Unanswerable: abstained", "Answerable: abstained")
    for offer in offers:
        table.add_row(
            f"{offer.threshold:.2f}", percent(offer.unanswerable), percent(offer.answerable)
        )
    out.print(table)
    say(
        f"Threshold {chosen.threshold:.4f} weighs best: it abstains from "
        f"{percent(chosen.unanswerable)} of the unanswerable questions, and from "
        f"{percent(chosen.answerable)} of the answerable ones. Set it in playbook/answers.toml."
    )
