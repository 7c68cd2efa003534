"""The counts of `csm.meter`, kept and written out by prometheus_client.

Importing this settles whether counts are kept for one process or for several, so it is imported
by `parts.meter` alone, when that is known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from csm.meter import COLLECTOR_FAILURES, METRICS, Metric, Shape, count

log = structlog.get_logger(__name__)

_CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# When a counter began is a series of its own for each, and tells what its resets tell anyhow.
disable_created_metrics()  # type: ignore[no-untyped-call]

Reading = tuple[Metric, tuple[str, ...], float]
"""A gauge, its labels' values and its value now."""

Source = Callable[[], Iterable[Reading]]
"""Reads gauges when somebody asks for them; it may raise."""


class PrometheusMeter:
    """`csm.meter.Meter`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counters: Final = {
            metric: Counter(metric.full_name, metric.text, metric.labels, registry=registry)
            for metric in METRICS
            if metric.shape is Shape.COUNTER
        }
        self._histograms: Final = {
            metric: Histogram(
                metric.full_name,
                metric.text,
                metric.labels,
                registry=registry,
                buckets=metric.buckets,
            )
            for metric in METRICS
            if metric.shape is Shape.HISTOGRAM
        }

    def count(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        self._counters[metric].labels(*labels).inc(amount)

    def observe(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        self._histograms[metric].labels(*labels).observe(value)


class Gauges(Collector):
    """What is read at each scrape. A source that fails leaves its gauges out, and that is
    counted: the rest of the scrape is worth having above all when something is wrong."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def describe(self) -> Iterable[Family]:
        """Nothing is read while the process starts."""
        return ()

    def collect(self) -> Iterable[Family]:
        readings: list[Reading] = []
        for name, source in self._sources.items():
            try:
                readings += source()
            except Exception as error:  # noqa: BLE001 - see above
                count(COLLECTOR_FAILURES, name)
                log.warning("gauges left out", source=name, cause=type(error).__name__)
        return _families(readings)


def _families(readings: Sequence[Reading]) -> Iterable[Family]:
    families: dict[Metric, Any] = {}
    for metric, labels, value in readings:
        if metric not in families:
            families[metric] = GaugeMetricFamily(
                metric.full_name, metric.text, labels=metric.labels
            )
        families[metric].add_metric(labels, value)
    return families.values()


def written(registries: Iterable[CollectorRegistry]) -> tuple[bytes, str]:
    """All that is in them, as Prometheus reads it, and what kind of text that is."""
    return b"".join(map(generate_latest, registries)), _CONTENT_TYPE
