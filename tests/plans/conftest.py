"""Somebody who calls the API, and the practice that she acts for."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from patients.models import Practice
from tests.factories import make_client, make_practice


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def client(practice: Practice) -> APIClient:
    return make_client(practice)
