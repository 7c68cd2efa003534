"""What /metrics shows: counts, gauges read when asked for, and those of a worker's processes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from csm import meter
from csm.errors import Unavailable
from csm.firing import Firing, FiringState
from csm.meter import DELIVERIES, FIRING_LAG, METRICS, Shape, count, observe
from parts.meter import RecordsSource, meter_one_process, queue_source, threads_source
from settings import PROJECT
from storage.records import SqlRecords
from tests.bot.slack_records import FixedClock
from tests.storage.conversations import add_posts, post

Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture(autouse=True)
def _meter_given_back() -> Iterator[None]:
    before = meter.use(meter.NoMeter())
    yield
    meter.use(before)


def samples(text: bytes) -> Samples:
    """Values by name and labels' values."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_counts_and_histograms_are_shown() -> None:
    exposed = meter_one_process({})
    count(DELIVERIES, "slack", "sent")
    count(DELIVERIES, "slack", "sent", amount=2)
    observe(FIRING_LAG, 0.3, "digest")
    text, content_type = exposed()
    shown = samples(text)
    assert content_type.startswith("text/plain; version=0.0.4")
    assert sorted(value for (name, _), value in shown.items() if "deliveries" in name) == [3]
    assert shown["digital_csm_firing_lag_seconds_sum", ("digest",)] == 0.3
    assert not any(name.endswith("_created") for name, _ in shown)
    assert [value for (name, _), value in shown.items() if name == "digital_csm_build_info"] == [1]


def test_a_meter_knows_every_metric_that_counts() -> None:
    exposed = meter_one_process({})
    for metric in METRICS:
        labels = ["x"] * len(metric.labels)
        if metric.shape is Shape.COUNTER:
            count(metric, *labels)
        elif metric.shape is Shape.HISTOGRAM:
            observe(metric, 1, *labels)
    text, _ = exposed()
    for metric in METRICS:
        if metric.shape is not Shape.GAUGE:
            assert f"{metric.full_name.removesuffix('_total')}" in text.decode()


def test_an_environment_for_several_processes_is_not_heeded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    exposed = meter_one_process({})
    count(DELIVERIES, "slack", "sent")
    assert b"digital_csm_deliveries_total" in exposed()[0]
    assert not list(tmp_path.iterdir())


def test_a_source_that_fails_leaves_its_gauges_out_and_is_counted() -> None:
    def away() -> dict[str, int]:
        raise Unavailable("RabbitMQ does not answer.")

    exposed = meter_one_process(
        {"broker": queue_source(away), "threads": threads_source(lambda: 3)}
    )
    shown = samples(exposed()[0])
    assert shown["digital_csm_job_threads_busy", ()] == 3
    assert shown["digital_csm_collector_failures_total", ("broker",)] == 1
    assert not any("queue" in name for name, _ in shown)


def test_the_records_are_counted(records: SqlRecords) -> None:
    clock = FixedClock()
    now = clock.now()
    add_posts(
        records,
        post("a", created_at=now - timedelta(minutes=5)),
        post("b", created_at=now - timedelta(minutes=9), not_before=now + timedelta(hours=1)),
        post("c", created_at=now, platform="console", state="dead"),
    )
    firings = [
        Firing(job="digest", reader=reader, period="p", due_at=now - timedelta(seconds=seconds))
        for reader, seconds in (("x", 30), ("y", 90))
    ]
    over = Firing(job="alert", period="p", due_at=now, state=FiringState.DONE)
    with records.writing() as writer:
        writer.add_firings([*firings, over])
    moment = [0.0]
    source = RecordsSource(records, clock, lambda: moment[0])
    shown = {(metric.name, labels): value for metric, labels, value in source()}
    assert shown == {
        ("posts", ("console", "dead")): 1,
        ("posts", ("slack", "waiting")): 2,
        ("oldest_due_post_seconds", ()): 300,
        ("firings_open", ("digest", "waiting")): 2,
        ("oldest_waiting_firing_seconds", ("digest",)): 90,
    }
    add_posts(records, post("d", created_at=now))
    assert {(one.name, labels): value for one, labels, value in source()} == shown
    moment[0] = 15
    again = {(one.name, labels): value for one, labels, value in source()}
    assert again["posts", ("slack", "waiting")] == 3


WORKER = """
import json, os, sys
from pathlib import Path
from csm.meter import DELIVERIES, FIRING_LAG, count, observe
from parts.meter import serve_worker_metrics
import httpx
folder = Path(sys.argv[1])
port = serve_worker_metrics(0, folder, token="a token")
address = f"http://127.0.0.1:{port}/metrics"
for _ in range(2):
    child = os.fork()
    if not child:
        count(DELIVERIES, "slack", "sent")
        observe(FIRING_LAG, 1, "digest")
        os._exit(0)
    os.waitpid(child, 0)
count(DELIVERIES, "slack", "sent")
refused = httpx.get(address).status_code
shown = httpx.get(address, headers={"Authorization": "Bearer a token"})
elsewhere = httpx.get(address + "/x", headers={"Authorization": "Bearer a token"}).status_code
print(json.dumps([refused, elsewhere, shown.status_code, shown.text]))
"""


def test_a_workers_processes_are_counted_together(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"of an earlier run")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "NO_PROXY": "127.0.0.1"}
    ran = subprocess.run(
        [sys.executable, "-c", WORKER, str(folder)],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    refused, elsewhere, status, text = json.loads(ran.stdout)
    assert (refused, elsewhere, status) == (401, 404, 200)
    shown = samples(text.encode())
    sent = [value for (name, _), value in shown.items() if name == "digital_csm_deliveries_total"]
    assert sent == [3]
    assert shown["digital_csm_firing_lag_seconds_count", ("digest",)] == 2
    assert any(name == "digital_csm_build_info" for name, _ in shown)


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from parts.meter import serve_worker_metrics;"
        "from csm.errors import InvalidInput\n"
        "try: serve_worker_metrics(int(sys.argv[1]), Path(sys.argv[2]))\n"
        "except InvalidInput as error: print(error)"
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "-c", code, str(port), str(tmp_path / "m")],
            capture_output=True, text=True, timeout=60, check=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        ).stdout  # fmt: skip
    assert "--metrics-port" in said
