"""What the product counts about itself: the table of its metrics, and where counts go.

The meter is set once for a whole process, as loggers are: what is counted lies at the ends of
everything (a rule of the guard, a model's answer), and handing a meter through all that is
between would tell nothing. Nothing is counted until one is set.

No label ever names an account or a person, or holds anybody's words.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

PREFIX: Final = "digital_csm_"


class Shape(StrEnum):
    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"  # read when somebody asks, not counted


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` without the prefix, by Prometheus' conventions: with its unit, and `_total` where it
    counts. `buckets` are a histogram's upper bounds, in its unit."""

    name: str
    shape: Shape
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{PREFIX}{self.name}"


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Shape.COUNTER, text, labels)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Metric:
    return Metric(name, Shape.HISTOGRAM, text, labels, buckets)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Shape.GAUGE, text, labels)


_QUICK: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
_LONG: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 30, 60, 300, 900, 3600)
_LAG: Final = (0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 1800, 3600, 21_600)

TURNS: Final = _counter(
    "turns_total",
    "What people did: answered, refused (it was said why), failed, or unheard (cut off)",
    *("kind", "action", "outcome"),
)
TURN_SECONDS: Final = _histogram(
    "turn_duration_seconds",
    "From taking a turn to its last reply, the handing over of earlier ones included",
    _QUICK,
    "kind",
)
MODEL_CALLS: Final = _counter(
    "model_calls_total",
    "Questions to a model, with their retries: answered, or unavailable",
    *("purpose", "outcome"),
)
MODEL_SECONDS: Final = _histogram(
    "model_call_duration_seconds", "How long a question to a model took", _QUICK, "purpose"
)
MODEL_TOKENS: Final = _counter(
    "model_tokens_total",
    "Tokens as the model's server counts them: in (what we sent) and out",
    *("purpose", "direction"),
)
MODEL_COST: Final = _counter(
    "model_cost_usd_total",
    "What those tokens cost in US dollars; only with OPENAI_PRICE_IN and OPENAI_PRICE_OUT",
    "purpose",
)
REVIEWS: Final = _counter(
    "guard_reviews_total",
    "Messages that the guard looked at, each time it did: cleared, held or refused",
    *("message", "outcome"),
)
OBJECTIONS: Final = _counter(
    "guard_objections_total",
    "Rules of the guard that held or refused a message",
    *("rule", "outcome"),
)
DELIVERIES: Final = _counter(
    "deliveries_total",
    "Attempts at bringing a post: sent, waiting (for another attempt), dead or in_doubt",
    *("platform", "outcome"),
)
FIRINGS: Final = _counter(
    "firings_total",
    "Runs of jobs as they ended: done, skipped, failed, waiting (to be run again) or lost",
    *("job", "state"),
)
FIRING_LAG: Final = _histogram(
    "firing_lag_seconds", "From when a firing was due to the start of its first run", _LAG, "job"
)
FIRING_SECONDS: Final = _histogram(
    "firing_duration_seconds", "How long a run of a job took", _LONG, "job"
)
COLLECTOR_FAILURES: Final = _counter(
    "collector_failures_total",
    "Scrapes that had to leave out gauges, as what they are read from could not be reached",
    "source",
)
POSTS: Final = _gauge("posts", "Posts in the records", "platform", "state")
OUTREACH: Final = _gauge("outreach", "Outreach in the records", "state")
OLDEST_POST: Final = _gauge(
    "oldest_due_post_seconds", "How long the post that is due longest has waited; 0: none is due"
)
OPEN_FIRINGS: Final = _gauge("firings_open", "Firings that wait or run", "job", "state")
OLDEST_FIRING: Final = _gauge(
    "oldest_waiting_firing_seconds",
    "How long the firing that waits longest has been due, rests between attempts included",
    "job",
)
QUEUE: Final = _gauge("queue_messages", "Messages in the broker's queues", "queue")
THREADS_BUSY: Final = _gauge("job_threads_busy", "Threads of this process that run jobs")
BUILD: Final = _gauge("build_info", "Always 1; the label tells the version", "version")

METRICS: Final = (
    *(TURNS, TURN_SECONDS, MODEL_CALLS, MODEL_SECONDS, MODEL_TOKENS, MODEL_COST),
    *(REVIEWS, OBJECTIONS, DELIVERIES, POSTS, OLDEST_POST, OUTREACH),
    *(FIRINGS, FIRING_LAG, FIRING_SECONDS, OPEN_FIRINGS, OLDEST_FIRING, THREADS_BUSY, QUEUE),
    *(COLLECTOR_FAILURES, BUILD),
)


class Meter(Protocol):
    """Where counts go. Safe to use from several threads; it never raises."""

    def count(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None: ...
    def observe(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None: ...


class NoMeter:
    """Counts nothing."""

    def count(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        """Nothing."""

    def observe(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Nothing."""


_METERS: Final[list[Meter]] = [NoMeter()]


def use(meter: Meter) -> Meter:
    """Send all counts of this process there from now on; the meter that had them before."""
    before, _METERS[0] = _METERS[0], meter
    return before


def count(metric: Metric, *labels: str, amount: float = 1) -> None:
    """One more of it, or `amount` more; the labels' values come in their order in the table."""
    _METERS[0].count(metric, amount, labels)


def observe(metric: Metric, value: float, *labels: str) -> None:
    """One value of a histogram, in its unit."""
    _METERS[0].observe(metric, value, labels)


def metrics_markdown() -> str:
    """The table of docs/operations.md."""
    lines = ["| metric | labels | what it tells |", "|---|---|---|"]
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        lines.append(f"| `{metric.full_name}` ({metric.shape}) | {labels} | {metric.text} |")
    return "\n".join(lines)
