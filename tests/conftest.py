"""What every test stands on: the real catalogue, loaded once; and no test may log anything of a patient."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from catalogue.loading import load_content
from catalogue.source import read_content
from tests.log_watch import LogWatch

log_watch = LogWatch()


def pytest_configure(config: pytest.Config) -> None:
    # Static files are collected where the service is installed, not where it is tested.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the catalogue before the first test. Tests roll back, so that each finds it as the files have it."""
    with django_db_blocker.unblock():
        load_content(read_content())


def pytest_sessionstart() -> None:
    logging.root.addHandler(log_watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail the test that logged something of a patient. Within each worker: it is named however tests are run."""
    yield
    if found := log_watch.taken():
        pytest.fail("Something of a patient was logged:\n" + "\n".join(found), pytrace=False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """An empty database of its own, of the kind that the suite runs on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path}/db.sqlite3"
        return
    name = f"at_once_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{url.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
