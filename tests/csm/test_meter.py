"""The table of metrics holds to Prometheus' conventions, and counts go to whoever is set."""

import re
from collections.abc import Iterator

import pytest

from csm import meter
from csm.meter import METRICS, TURN_SECONDS, TURNS, Metric, Shape, count, observe
from settings import PROJECT


class Kept:
    """A meter that remembers."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, float, tuple[str, ...]]] = []
        self.observed: list[tuple[str, float, tuple[str, ...]]] = []

    def count(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        self.counted.append((metric.name, amount, labels))

    def observe(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        self.observed.append((metric.name, value, labels))


@pytest.fixture
def kept() -> Iterator[Kept]:
    kept = Kept()
    before = meter.use(kept)
    yield kept
    meter.use(before)


def test_counts_go_to_the_meter_that_is_set(kept: Kept) -> None:
    count(TURNS, "press", "draft", "answered")
    observe(TURN_SECONDS, 0.5, "press")
    assert kept.counted == [("turns_total", 1, ("press", "draft", "answered"))]
    assert kept.observed == [("turn_duration_seconds", 0.5, ("press",))]


def test_without_a_meter_nothing_is_counted() -> None:
    count(TURNS, "press", "draft", "answered")
    observe(TURN_SECONDS, 0.5, "press")


def test_names_hold_to_the_conventions() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert re.fullmatch(r"[a-z][a-z_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.shape is Shape.COUNTER)
        assert bool(metric.buckets) == (metric.shape is Shape.HISTOGRAM)
        assert list(metric.buckets) == sorted(metric.buckets)
        if metric.shape is Shape.HISTOGRAM:
            assert metric.name.endswith("_seconds")


def test_no_label_could_name_a_customer_or_a_person() -> None:
    labels = {label for metric in METRICS for label in metric.labels}
    harmless = {
        *("kind", "action", "outcome", "purpose", "direction", "message", "rule", "platform"),
        *("state", "job", "source", "queue", "version"),
    }
    assert labels <= harmless


def test_the_documentation_has_the_table() -> None:
    assert meter.metrics_markdown() in (PROJECT / "docs" / "operations.md").read_text()
