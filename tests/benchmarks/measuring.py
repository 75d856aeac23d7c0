"""How things are measured: pure code by its median, requests by the server's CPU time and the caller's wall time."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
HERE = Path(__file__).parent


@dataclass
class Row:
    """One line of the table. With an absolute limit, `ratio` is measured/limit and `limit` is 1."""

    name: str
    cpu_ms: float
    wall_p50_ms: float
    wall_p95_ms: float
    queries: int | None
    ratio: float
    limit: float | None

    @property
    def holds(self) -> bool:
        return self.limit is None or self.ratio <= self.limit

    def data(self) -> dict[str, object]:
        return asdict(self) | {"holds": self.holds}


def timed(run: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Milliseconds of CPU (median), wall (median) and wall (95th percentile) of a call."""
    run()
    cpu, wall = [], []
    for _ in range(rounds):
        wall_before, cpu_before = time.perf_counter(), time.process_time()
        run()
        cpu.append((time.process_time() - cpu_before) * 1000)
        wall.append((time.perf_counter() - wall_before) * 1000)
    return statistics.median(cpu), statistics.median(wall), statistics.quantiles(wall, n=20)[-1]


def within(name: str, run: Callable[[], object], milliseconds: float, rounds: int) -> Row:
    """A row with an absolute limit on the median of CPU time."""
    cpu, p50, p95 = timed(run, rounds)
    return Row(name, round(cpu, 3), round(p50, 3), round(p95, 3), None, round(cpu / milliseconds, 2), 1)


class Server:
    """The service under gunicorn with 2 workers, on a free port."""

    def __init__(self, database: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
            "BENCH_DATABASE": str(database),
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "--workers",
            "2",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--log-level", "error", "--keep-alive", "30"], env=environment
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(100):
            with contextlib.suppress(OSError):
                if self.ask("GET", "/bare/")[0] == 200:
                    return
            time.sleep(0.2)
        raise RuntimeError("the server did not start")

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def cpu_seconds(self) -> float:
        """CPU time of all workers so far."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        fields = [Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split() for child in children]
        return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS

    def measure(
        self, rounds: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> list[float]:
        """CPU milliseconds a request, and wall milliseconds at the median and the 95th percentile."""
        for _ in range(10):
            status, content = self.ask(method, path, body, headers)
            if status >= 300:
                raise RuntimeError(f"{method} {path}: {status} {content[:300]!r}")
        before, wall = self.cpu_seconds(), []
        for _ in range(rounds):
            started = time.perf_counter()
            self.ask(method, path, body, headers)
            wall.append((time.perf_counter() - started) * 1000)
        cpu = (self.cpu_seconds() - before) * 1000 / rounds
        return [cpu, statistics.median(wall), statistics.quantiles(wall, n=20)[-1]]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextlib.contextmanager
def served(database: Path) -> Iterator[Server]:
    server = Server(database)
    try:
        yield server
    finally:
        server.stop()
