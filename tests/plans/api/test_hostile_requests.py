"""Requests that no honest client sends: each is answered with a problem or as if it were harmless, never with a 500."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pytest
from django.test.client import BOUNDARY
from rest_framework.test import APIClient

from patients.models import Patient
from plans.api.schema import IDEMPOTENCY_KEY
from plans.models import Plan
from tests.factories import make_client, plan_body
from tests.over_wsgi import application, connections_kept
from tests.plans.api.routes import World, make_world
from tests.plans.api.test_problems import pointers, problem

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"
EXERCISES = "/api/v1/exercises/"
PERSON = {"given_name": "Fictio", "family_name": "Placeholder"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> APIClient:
    client = make_client(world.practice)
    client.raise_request_exception = False
    return client


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def parameters(answer: Any) -> list[str]:
    return [error["parameter"] for error in problem(answer, 400)["errors"]]


# Bodies.


@pytest.mark.parametrize(
    "body",
    [
        '{"given_name": "Fictio", "given_name": "Other", "family_name": "Placeholder"}',
        '{"given_name": "Fictio", "family_name": "Placeholder", "minutes_per_session": 1e400}',
        '{"given_name": "Fictio", "family_name": "Placeholder", "minutes_per_session": -Infinity}',
        '{"given_name": "Fictio", "family_name": "Placeholder", "minutes_per_session": ' + "9" * 5000 + "}",
        '{"given_name": "Fictio", "family_name": "Placeholder"} and more',
        '\ufeff{"given_name": "Fictio", "family_name": "Placeholder"}',
        '{"given_name": "Fictio", "family_name": "Placeholder"}'.encode("utf-16"),
        b'{"given_name": "\xff", "family_name": "Placeholder"}',
        b'{"given_name": "\xed\xa0\x80", "family_name": "Placeholder"}',
        '{"identifiers": ' + "[" * 100_000,
    ],
    ids=lambda body: str(body)[-40:],
)
def test_a_body_that_readers_could_take_for_different_things_is_refused(client, body):
    before = Patient.objects.count()

    answer = client.post(PATIENTS, body, content_type="application/json")

    assert problem(answer, 400)["type"].endswith(":malformed")
    assert Patient.objects.count() == before


def test_the_names_of_nested_objects_stand_once_as_well(client):
    body = '{"given_name": "F", "family_name": "P", "identifiers": [{"system": "a", "system": "b", "value": "1"}]}'

    problem(client.post(PATIENTS, body, content_type="application/json"), 400)


@pytest.mark.parametrize(("number", "status"), [("30.0", 201), ("3e1", 201), ("30.5", 400), ('"30"', 400)])
def test_a_whole_number_is_one_however_it_is_written(client, number, status):
    body = '{"given_name": "F", "family_name": "P", "minutes_per_session": ' + number + "}"

    assert client.post(PATIENTS, body, content_type="application/json").status_code == status


def test_what_stands_inside_a_patched_object_is_given_whole(client, world):
    answer = client.patch(f"{PATIENTS}{world.patient.pk}/", {"identifiers": [{"system": "urn:x"}]}, format="json")

    assert pointers(answer) == ["/identifiers/0/value"]
    assert not world.patient.identifiers.exists()


def test_a_list_of_choices_is_no_longer_than_there_are_choices(client):
    answer = client.post(PATIENTS, {**PERSON, "equipment": ["mat"] * 11}, format="json")

    assert pointers(answer) == ["/equipment"]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        f"multipart/form-data; boundary={BOUNDARY}",
        "application/json/x",
        ";",
        "x" * 500,
    ],
)
def test_a_body_that_says_it_is_something_else_is_refused(client, kind):
    problem(client.generic("POST", PATIENTS, b'{"given_name": "F", "family_name": "P"}', content_type=kind), 415)


# Character sets: Django's test client makes requests of its own, so that the application itself is asked here.


def asked(path: str, query: str, charset: str) -> str:
    """The status that the application answers with over WSGI."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": f"application/json; charset={charset}",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    with connections_kept():
        application(environ, lambda status, headers: said.append(status)).close()
    return said[0]


@pytest.mark.parametrize(
    "charset", ["hex", "zlib_codec", "base64", "rot13", "utf-16", "utf-7", "idna", "undefined", "x"]
)
def test_a_query_is_utf_8_whatever_codec_a_request_names(charset):
    assert asked("/healthz", "search=%41%ff", charset) == "200 OK"
    assert asked(EXERCISES, "search=%41%ff", charset) == "401 Unauthorized"


# Queries.


@pytest.mark.parametrize(
    "made_up",
    [
        "p=nonsense",
        "p=2026-13-45",
        "p=2026-01-01",
        "p=9999-12-31T23:59:59-14:00",
        "p=%00",
        "p=" + "9" * 5000,
        "o=-1",
        "o=1e9",
    ],
)
def test_a_cursor_that_was_made_up_is_unknown(client, world, made_up):
    for path in (PATIENTS, "/api/v1/revisions/"):
        problem(client.get(path, {"cursor": cursor(made_up)}), 404)
    if made_up != "p=" + "9" * 5000:
        problem(client.get(f"{PATIENTS}{world.patient.pk}/access-log/", {"cursor": cursor(made_up)}), 404)


@pytest.mark.parametrize("page", ["0", "-1", "1e9", "ə", "1.5", "last", "9" * 400, "9" * 5000])
def test_a_page_that_is_none_is_unknown(client, page):
    problem(client.get(EXERCISES, {"page": page}), 404)


@pytest.mark.parametrize("size", ["0", "-1", "1e9", "ə", "1.5", "null", "", "１", "00"])
@pytest.mark.parametrize("path", [EXERCISES, PATIENTS])
def test_a_page_size_that_is_no_number_is_refused(client, path, size):
    assert parameters(client.get(path, {"page_size": size})) == ["page_size"]


@pytest.mark.parametrize("size", ["1000", "9" * 5000])
def test_a_page_size_beyond_the_most_is_the_most(client, size):
    assert len(client.get("/api/v1/rules/", {"page_size": size}).json()["results"]) <= 100


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/plans/", "patient"),
        ("/api/v1/plans/", "episode"),
        ("/api/v1/plans/", "author"),
        ("/api/v1/plans/", "status"),
        ("/api/v1/revisions/", "patient"),
        (PATIENTS, "updated_since"),
        (EXERCISES, "effect"),
    ],
)
@pytest.mark.parametrize("value", ["", " ", "\x00", "nonsense", "x" * 5000])
def test_a_filter_by_nothing_does_not_show_all(client, path, name, value):
    assert parameters(client.get(path, {name: value})) == [name]


def test_a_refused_filter_has_a_code(client):
    answer = client.get(f"{EXERCISES}?muscle=nonsense").json()

    assert [error["code"] for error in answer["errors"]] == ["unknown"]


def test_a_search_is_as_long_as_a_search_and_no_longer(client):
    assert client.get(EXERCISES, {"search": "a " * 100}).status_code == 200
    assert parameters(client.get(EXERCISES, {"search": "a " * 100 + "and more"})) == ["search"]


def test_a_thousand_parameters_are_refused(client):
    query = "&".join(f"a{number}=1" for number in range(2000))

    problem(client.get(f"{EXERCISES}?{query}"), 400)


def test_a_language_that_is_none_is_refused_before_anything_changes(client, world):
    fix = {"finding": "balance.category-missing", "where": "/items", "fix": "insert-prone-lying"}
    tag = {"If-Match": f'"{world.plan.pk}.{world.plan.version}"'}

    for path, body in (("fixes", fix), ("issue", {"overrides": []})):
        answer = client.post(f"/api/v1/plans/{world.plan.pk}/{path}/?language=tlh", body, format="json", headers=tag)
        assert parameters(answer) == ["language"]
    assert Plan.objects.get(pk=world.plan.pk).version == world.plan.version


# Addresses.


@pytest.mark.parametrize(
    "path",
    [
        f"{EXERCISES}..%2f..%2fetc%2fpasswd/",
        f"{EXERCISES}../patients/",
        f"{EXERCISES}%00/",
        f"{EXERCISES}bridge/figure.svg?moment=../../etc/passwd",
        f"{EXERCISES}bridge/figure.svg?moment=%00",
        f"{EXERCISES}bridge/photo.jpg?moment=%00",
        f"{EXERCISES}{'a' * 5000}/",
        "/api/v1/articles/%ff/",
        f"{PATIENTS}%00/",
        "/api//v1/patients/",
    ],
)
def test_a_path_leads_nowhere_but_to_what_has_this_code(client, path):
    problem(client.get(path), 404)


# Headers.


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Host", "elsewhere.example", 400),
        ("Host", "testserver:80@elsewhere.example", 400),
        ("Host", "[::1", 400),
        ("Accept", "", 406),
        ("Accept", "nonsense", 406),
        ("Accept", "a/b/c", 406),
        ("Accept", "application/pdf;" * 300, 406),
        ("Authorization", "Token", 401),
        ("Authorization", "Token a b", 401),
        ("Authorization", "Token \xff", 401),
        ("Authorization", "Token " + "a" * 100_000, 401),
        ("Authorization", "Bearer x", 401),
        ("Content-Length", "9" * 30, 413),
    ],
)
def test_a_header_that_makes_no_sense_is_a_problem(client, name, value, status):
    if name == "Authorization":
        client.credentials()

    problem(client.get(PATIENTS, headers={name: value}), status)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Method-Override", "DELETE"),
        ("X-Forwarded-Host", "elsewhere.example"),
        ("X-Original-URL", "/admin/"),
        ("X-Request-ID", "<script>"),
        ("Accept-Language", "../../etc/passwd"),
        ("Accept-Language", "en;q=nonsense"),
        ("Accept-Language", "," * 5000),
        ("Cookie", "sessionid=\xc9\x99"),
        ("Cookie", ";;;="),
        ("User-Agent", "x" * 5000),
        ("If-Match", "nonsense"),
        ("Range", "bytes=0-"),
    ],
)
def test_a_header_that_means_nothing_here_changes_nothing(client, world, name, value):
    path = f"/api/v1/plans/{world.plan.pk}/"

    answer = client.get(path, headers={name: value})

    assert answer.status_code == 200
    assert answer.json()["id"] == str(world.plan.pk)
    assert "elsewhere" not in client.get(f"{PATIENTS}?page_size=1", headers={name: value}).content.decode()
    assert Plan.objects.filter(pk=world.plan.pk).exists()


@pytest.mark.parametrize("value", ["", "*", '"', "nonsense", "W/", "x" * 5000, '"1"'])
def test_an_if_match_that_was_never_given_out_is_stale(client, world, value):
    path = f"/api/v1/plans/{world.plan.pk}/"

    problem(client.put(path, plan_body(world.episode), format="json", headers={"If-Match": value}), 412)


@pytest.mark.parametrize("key", ["", "x" * 201, "bell \x07", "\u00a0", "\u00e9"])
def test_an_idempotency_key_is_a_short_line(client, key):
    problem(client.post(PATIENTS, PERSON, format="json", headers={"Idempotency-Key": key}), 400)


def test_the_description_of_an_idempotency_key_is_what_is_read(client):
    said: Any = IDEMPOTENCY_KEY.type

    for key in map(chr, range(0x100)):
        answer = client.post(PATIENTS, PERSON, format="json", headers={"Idempotency-Key": key})
        assert (answer.status_code < 300) == bool(re.fullmatch(said["pattern"][1:-1], key)), repr(key)


@pytest.mark.parametrize("value", ["bytes=", "bytes=9-1", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "ÿ"])
def test_a_range_that_is_none_gives_the_whole_file(client, world, value):
    answer = client.get(f"/api/v1/revisions/{world.revision.pk}/programme.pdf", headers={"Range": value})

    assert answer.status_code in {200, 416}
    if answer.status_code == 200:
        assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "NONSENSE"])
def test_a_method_that_nobody_knows_is_not_allowed(client, method):
    problem(client.generic(method, PATIENTS), 405)
