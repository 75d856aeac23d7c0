"""Tokens that are over are removed; others end before their time where the administrator says so."""

from __future__ import annotations

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from patients.models import AuthToken, Practice
from tests.factories import make_client, make_integration, make_practice, make_user, token_for

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"


@pytest.fixture
def practice() -> Practice:
    return make_practice()


def clear(**options: Any) -> str:
    out = StringIO()
    call_command("clear_tokens", stdout=out, **options)
    return out.getvalue().strip()


def test_tokens_that_are_over_are_removed_and_others_go_on(practice):
    user = make_user(practice)
    token_for(user, practice)
    AuthToken.objects.update(expiry=timezone.now() - datetime.timedelta(seconds=1))
    client = token_for(user, practice)

    assert clear() == "1 token removed."

    assert AuthToken.objects.count() == 1
    assert client.get(PATIENTS).status_code == 200


def test_the_tokens_of_one_account_end_at_once(practice):
    user = make_user(practice, email="clara@practice.example")
    theirs, colleague = [token_for(user, practice) for _ in range(2)], make_client(practice)

    assert clear(of="Clara@practice.example") == "2 tokens removed."

    assert [one.get(PATIENTS).status_code for one in theirs] == [401, 401]
    assert colleague.get(PATIENTS).status_code == 200


def test_all_tokens_end_at_once_and_integrations_go_on(practice):
    client = make_client(practice)
    _, integration = make_integration(practice, "patients:read")

    assert clear(all=True) == "1 token removed."

    assert (client.get(PATIENTS).status_code, integration.get(PATIENTS).status_code) == (401, 200)


@pytest.mark.parametrize(
    "said", [["--of", ""], ["--of", "nobody@practice.example"], ["--of", "clara@practice.example", "--all"], ["clara"]]
)
def test_a_mistaken_request_ends_nothing(practice, said):
    client = token_for(make_user(practice, email="clara@practice.example"), practice)

    with pytest.raises(CommandError):
        call_command("clear_tokens", *said)

    assert client.get(PATIENTS).status_code == 200
