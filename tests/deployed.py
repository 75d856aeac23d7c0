"""The service as production runs it: settings from the environment, a database and a files folder of its own, processes."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.test_settings import GOOD

SERVER = ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi", "--bind", "127.0.0.1:0"]


@dataclass(frozen=True)
class Deployed:
    """A place where the service is installed, with nothing in it yet."""

    folder: Path
    database_url: str

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def erasures(self) -> Path:
        return self.folder / "erasures.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            **GOOD,
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "BEHIND_PROXY": "true",
            "DATABASE_URL": self.database_url,
            "FILES_ROOT": str(self.files),
            "CACHE_URL": f"filecache://{self.folder}/cache",
            "ERASURES_FILE": str(self.erasures),
            "THROTTLE_USER": "1000000/min",
        }

    def start(self, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
        """A Python process in a group of its own."""
        command = [sys.executable, "-W", "ignore", *arguments]
        return subprocess.Popen(  # noqa: S603
            command, cwd=settings.BASE_DIR, env=self.environment, text=True, start_new_session=True, **streams
        )

    def manage(self, *arguments: str, succeeds: bool = True) -> str:
        """What a command printed, its errors too."""
        with self.start("manage.py", *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
            said, _ = running.communicate(timeout=300)
        assert (running.returncode == 0) is succeeds, said
        return said

    def run(self, script: str, *arguments: str) -> Any:
        """What a script prints as JSON, with Django set up."""
        script = f"import django, json, sys\ndjango.setup()\n{script}"
        with self.start("-c", script, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            said, errors = running.communicate(timeout=300)
        assert running.returncode == 0, errors
        return json.loads(said.splitlines()[-1])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database itself says."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "db.sqlite3")) as file:
                return file.execute(sql).fetchall()
        with psycopg.connect(self.database_url, autocommit=True) as server:
            return server.execute(sql).fetchall()  # type: ignore[arg-type]


@dataclass
class Server:
    """A running server: `kill` it, and nothing of it is told beforehand."""

    process: subprocess.Popen[str]
    port: int

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)


@contextmanager
def serving(place: Deployed, *arguments: str) -> Iterator[Server]:
    """The server on a port of its own. Whatever happens, it is gone afterwards."""
    log = place.folder / f"server-{uuid.uuid4().hex}.log"
    with log.open("w") as output:
        process = place.start(*SERVER, *arguments, stdout=output, stderr=output)
    try:
        yield Server(process, port_in(log))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)


def port_in(log: Path) -> int:
    """Where the server listens, as soon as it does."""
    for _ in range(1200):
        if found := re.search(r"http://[\d.]+:(\d+)", log.read_text()):
            return int(found[1])
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@contextmanager
def deployed(folder: Path, server: str = "") -> Iterator[Deployed]:
    """An empty place: SQLite in the folder, or a new database of the PostgreSQL server at the URL `server`."""
    folder.mkdir(parents=True, exist_ok=True)
    if not server:
        yield Deployed(folder, f"sqlite:///{folder}/db.sqlite3")
        return
    name = f"hep_backup_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as asking:
        asking.execute(f"CREATE DATABASE {name}")
        try:
            yield Deployed(folder, f"{server.rpartition('/')[0]}/{name}")
        finally:
            asking.execute(f"DROP DATABASE {name} WITH (FORCE)")


POSTGRESQL = os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
SERVERS = ["", POSTGRESQL] if POSTGRESQL else [""]
"""SQLite always, and the PostgreSQL that the suite runs on."""
