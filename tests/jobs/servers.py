"""A RabbitMQ node and a PostgreSQL cluster of a test's own, on free ports and in a temporary
folder, to be killed and started again: the machine's own stay alone."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg
import pytest
from kombu import Connection

from csm.errors import Unavailable
from jobs.broker import answering, connection_to

_UP_WITHIN_S: Final = 60.0
_RABBITMQ: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(is_so: Callable[[], object], what: str, seconds: float = _UP_WITHIN_S) -> None:
    """Wait for a condition. Fails with its name when it does not come true in time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.05)


def skip_or_fail(reason: str) -> None:
    """A machine without that server skips the test; one that checks changes must have it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


class Server:
    """A program of a test's own, with all that it starts."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: dict[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self._command = command
        self._log = log
        self._environment = environment
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self._user,
            )

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            target = os.killpg if how is signal.SIGKILL else os.kill
            with suppress(ProcessLookupError):
                target(self._process.pid, how)
            self._process.wait(30)
            self._process = None

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")


class Rabbit:
    """A node of RabbitMQ that keeps its messages over restarts."""

    def __init__(self, folder: Path) -> None:
        self.port, distribution, names = free_port(), free_port(), free_port()
        folder.mkdir()
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"trial{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "no-plugins"),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        # Which node is where: started by us, so that it ends with us.
        epmd = ["epmd", "-port", str(names), "-address", "127.0.0.1"]
        self._names = Server(epmd, folder / "names.log", environment)
        self._node = Server([str(_RABBITMQ)], folder / "node.log", environment)

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        self._names.launch()
        self.restart()

    def restart(self) -> None:
        self._node.launch()
        until(self._answers, "RabbitMQ answers")

    def kill(self) -> None:
        self._node.end()

    def stop(self) -> None:
        self._node.end()
        self._names.end()

    def connection(self) -> Connection:
        return connection_to(self.url)

    def _answers(self) -> bool:
        connection = self.connection()
        try:
            with answering(connection):
                connection.ensure_connection(max_retries=1, interval_start=0)
        except Unavailable:
            return False
        connection.release()
        return True


class Postgres:
    """A cluster of PostgreSQL. It does not run as root: then as `postgres`."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._programs = programs
        self._user = "postgres" if os.geteuid() == 0 else None
        command = [str(programs / "postgres"), "-D", str(folder), "-p", str(self.port)]
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "60",
            "fsync": "off",  # the machine does not lose power in a test
        }
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._server = Server(command, folder.with_suffix(".log"), user=self._user)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self._folder.mkdir()
        if self._user:
            shutil.chown(self._folder, self._user)
        subprocess.run(
            [self._programs / "initdb", "-D", self._folder, "-U", "postgres", "-A", "trust", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
        )
        self.restart()

    def restart(self) -> None:
        self._server.launch()
        until(self._answers, "PostgreSQL answers")

    def kill(self) -> None:
        """As a power cut would: it recovers from its log when it comes back."""
        self._server.end()

    def shut_down(self) -> None:
        """As an administrator does it: whoever is connected is hung up on."""
        self._server.end(signal.SIGINT)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def servers_folder() -> Iterator[Path]:
    """A temporary folder that other users may look into, as servers run as users of their own."""
    with TemporaryDirectory(prefix="digital-csm-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def rabbit_in(folder: Path) -> Iterator[Rabbit]:
    """Skips the test, or fails it, where RabbitMQ is not installed."""
    if not _RABBITMQ.exists():
        skip_or_fail("NO RABBITMQ TESTED: install rabbitmq-server.")
    rabbit = Rabbit(folder / "rabbit")
    try:
        rabbit.start()
        yield rabbit
    finally:
        rabbit.stop()


@contextmanager
def postgres_in(folder: Path) -> Iterator[Postgres]:
    """Skips the test, or fails it, where PostgreSQL's server is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        skip_or_fail("NO POSTGRESQL TESTED: install postgresql.")
    postgres = Postgres(folder / "cluster", found[-1].parent)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.kill()
