"""How often one may ask: by person, by integration, by address, by account; and what is said to who asks more often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.settings import api_settings
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from patients.models import AccessEvent
from plans.limits import network_of
from tests.factories import PASSWORD, make_client, make_integration, make_user, token_for

pytestmark = pytest.mark.django_db

PATIENTS, RULES, LOGIN = "/api/v1/patients/", "/api/v1/rules/", "/api/v1/auth/login/"
Limit = Callable[..., None]


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Limit]:
    """Sets rates, such as `user="2/min"`. Nothing was counted before, and nothing is afterwards."""

    def set_rates(**rates: str) -> None:
        for name, rate in rates.items():
            monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, name, rate)

    for cache in caches.all(initialized_only=True):
        cache.clear()
    yield set_rates
    for cache in caches.all(initialized_only=True):
        cache.clear()


def statuses(client: APIClient, times: int, path: str = RULES, **options: Any) -> list[int]:
    return [client.get(path, **options).status_code for _ in range(times)]


def log_in(email: str, password: str = "", address: str = "192.0.2.1", **headers: str) -> Any:
    said = {"email": email, "password": password or "a guess"}
    return APIClient(REMOTE_ADDR=address).post(LOGIN, said, format="json", headers=headers)


# What one hears.


def test_who_asks_too_often_hears_how_long_to_wait_and_may_ask_again_then(practice, limit, monkeypatch):
    limit(user="2/min")
    client = make_client(practice)
    assert statuses(client, 2) == [200, 200]

    answer = client.get(RULES)

    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    seconds = int(answer["Retry-After"])
    assert 55 <= seconds <= 60
    said = answer.json()
    assert said["retry_after"] == seconds
    assert said["detail"] == f"Too many requests. Ask again in {seconds} seconds."
    assert said["errors"][0]["code"] == "throttled"
    now = SimpleRateThrottle.timer()
    monkeypatch.setattr(SimpleRateThrottle, "timer", staticmethod(lambda: now + seconds))
    assert client.get(RULES).status_code == 200


def test_without_a_rate_there_is_no_limit(practice):
    assert statuses(make_client(practice), 20) == [200] * 20


# Whom it counts.


def test_a_person_is_counted_over_all_tokens_and_a_colleague_apart(practice, limit):
    limit(user="2/min")
    user = make_user(practice)
    browser = APIClient()
    browser.force_login(user)

    assert statuses(token_for(user, practice), 1) + statuses(token_for(user, practice), 1) == [200, 200]
    assert statuses(browser, 1) == [429]
    assert statuses(make_client(practice), 1) == [200]


def test_an_integration_has_a_rate_of_its_own(practice, limit):
    limit(user="1/min", integration="2/min")
    clara = make_user(practice)
    _, one = make_integration(practice, "catalogue:read", responsible=clara.membership)
    _, other = make_integration(practice, "catalogue:read", responsible=clara.membership)

    assert statuses(one, 3) == [200, 200, 429]
    assert statuses(other, 1) == statuses(token_for(clara, practice), 1) == [200]


def test_whoever_is_not_known_is_counted_by_address_and_writes_no_log_without_end(limit):
    limit(anon="2/min")

    here = statuses(APIClient(REMOTE_ADDR="192.0.2.1"), 4, PATIENTS)
    there = statuses(APIClient(REMOTE_ADDR="192.0.2.2"), 1, PATIENTS)

    assert (here, there) == ([401, 401, 429, 429], [401])
    assert AccessEvent.objects.count() == 3


def test_made_up_tokens_are_counted_too(limit):
    limit(anon="2/min")

    answers = [
        APIClient().get(PATIENTS, headers={"Authorization": f"Token {prefix}{number:064}"}).status_code
        for number, prefix in enumerate(("hep_", "hepi_", "hep_"))
    ]

    assert answers == [401, 401, 429]


def test_who_is_refused_again_and_again_is_counted_too(practice, limit):
    limit(integration="2/min")
    _, client = make_integration(practice, "catalogue:read")

    assert statuses(client, 3, PATIENTS) == [403, 403, 429]
    assert AccessEvent.objects.filter(role="integration").count() == 2


@pytest.mark.parametrize("path", [PATIENTS, "/api/schema/?format=json"])
def test_a_made_up_forwarded_address_is_counted_as_the_one_it_came_from(limit, path):
    limit(anon="2/min")

    answers = [
        APIClient().get(path, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code for number in range(3)
    ]

    assert answers[2] == 429


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(limit, monkeypatch):
    limit(anon="1/min")
    monkeypatch.setitem(settings.REST_FRAMEWORK, "NUM_PROXIES", 1)

    answers = [
        APIClient().get(PATIENTS, headers={"X-Forwarded-For": f"203.0.113.{number}, {seen}"}).status_code
        for number, seen in enumerate(("198.51.100.1", "198.51.100.1", "198.51.100.2"))
    ]

    assert answers == [401, 429, 401]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", None, False),
    ],
)
def test_of_ipv6_the_network_is_counted(one, other, is_same):
    assert (network_of(one) == network_of(other)) is is_same


# Signing in.


def test_guessing_at_one_account_from_many_addresses_is_slowed_down(practice, limit):
    limit(login="5/min", login_account="2/hour")
    make_user(practice, email="clara@practice.example")
    make_user(practice, email="nina@practice.example")

    guesses = [
        log_in(email, address=f"192.0.2.{number}").status_code
        for number, email in enumerate(("clara@practice.example", " Clara@Practice.EXAMPLE "), start=1)
    ]
    answer = log_in("clara@practice.example", PASSWORD, "192.0.2.3")

    assert guesses == [401, 401]
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    assert log_in("nina@practice.example", PASSWORD, "192.0.2.3").status_code == 201


def test_an_address_without_an_account_is_slowed_down_like_one_with(limit):
    limit(login_account="1/hour")

    answers = [log_in("nobody@practice.example", address=f"192.0.2.{number}").status_code for number in (1, 2)]

    assert answers == [401, 429]


def test_one_address_cannot_use_up_the_guesses_at_an_account(practice, limit):
    limit(login="20/min", login_account="5/hour", login_account_address="2/hour")
    make_user(practice, email="clara@practice.example")
    make_user(practice, email="nina@practice.example")

    guesses = [log_in("clara@practice.example").status_code for _ in range(9)]

    assert guesses == [401, 401] + [429] * 7
    assert log_in("clara@practice.example", PASSWORD).status_code == 429
    assert log_in("nina@practice.example", PASSWORD).status_code == 201
    assert log_in("clara@practice.example", PASSWORD, "192.0.2.9").status_code == 201


def test_right_passwords_use_up_no_guesses(practice, limit):
    limit(login="20/min", login_account="2/hour", login_account_address="2/hour")
    make_user(practice, email="clara@practice.example")

    answers = [log_in("clara@practice.example", said).status_code for said in ("", PASSWORD, PASSWORD, PASSWORD, "")]

    assert answers == [401, 201, 201, 201, 401]
    assert log_in("clara@practice.example", PASSWORD).status_code == 429


def test_right_passwords_from_one_address_are_slowed_down_all_the_same(practice, limit):
    limit(login="2/min")
    make_user(practice, email="clara@practice.example")

    assert [log_in("clara@practice.example", PASSWORD).status_code for _ in range(3)] == [201, 201, 429]


def test_guessing_from_one_address_is_slowed_down_whatever_it_says_of_itself(limit):
    limit(login="2/min")

    answers = [
        log_in(f"guess-{number}@practice.example", **{"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(3)
    ]

    assert answers == [401, 401, 429]


def test_an_address_that_is_slowed_down_locks_nobody_out(practice, limit):
    limit(login="1/min", login_account="2/hour")
    make_user(practice, email="clara@practice.example")

    guesses = [log_in("clara@practice.example").status_code for _ in range(5)]

    assert guesses == [401, 429, 429, 429, 429]
    assert log_in("clara@practice.example", PASSWORD, "192.0.2.9").status_code == 201


@pytest.mark.parametrize("body", [[], {"email": 5}, {"email": None}, "Clara"])
def test_a_sign_in_that_names_no_account_is_a_mistake_as_before(limit, body):
    limit(login_account="1/hour", login="9/min")

    assert APIClient().post(LOGIN, body, format="json").status_code == 400


def test_what_is_counted_of_a_sign_in_tells_no_address(limit, monkeypatch):
    limit(login="2/min", login_account="2/hour")
    keys: list[str] = []
    monkeypatch.setattr(type(caches["default"]), "set", lambda self, key, *rest, **more: keys.append(key))

    log_in("clara@practice.example")

    assert [key for key in keys if key.startswith("throttle_login_account_")]
    assert not [key for key in keys if "clara" in key]


# What it costs.


def test_counting_asks_the_database_nothing(practice, limit):
    client = make_client(practice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PATIENTS).status_code == 200
        return len(captured)

    without = queries()
    limit(user="600/min")

    assert queries() == without
