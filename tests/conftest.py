"""What every test stands on: the real catalogue, loaded once."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.loading import load_content
from catalogue.source import read_content


def pytest_configure(config: pytest.Config) -> None:
    # Static files are collected where the service is installed, not where it is tested.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the catalogue before the first test. Tests roll back, so that each finds it as the files have it."""
    with django_db_blocker.unblock():
        load_content(read_content())
