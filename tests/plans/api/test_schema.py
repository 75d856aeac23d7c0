from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.test import APIClient

from patients.models import Role
from tests.factories import make_client
from tests.plans.api.access_table import NAMED
from tests.plans.api.routes import CALLS, ask, make_world, routes

pytestmark = pytest.mark.django_db

OUTSIDE = {"schema", "docs", "programme-schema", "unknown-api-path"}
FILES = {
    "patient-export",
    "programme-json",
    "programme-pdf",
    "plan-preview",
    "access-log-pdf",
    "exercise-figure",
    "exercise-photo",
}
API = {name for path, name in routes() if path.startswith("/api/")} - OUTSIDE
DESCRIBED = sorted((name, method) for name, method in CALLS if name in API)
JSON_READS = [(name, method) for name, method in DESCRIBED if method == "get" and name not in FILES]


@pytest.fixture(scope="module")
def schema():
    return APIClient().get("/api/schema/?format=json").json()


def test_the_schema_says_how_many_identifiers_a_patient_may_have(schema):
    patient = schema["components"]["schemas"]["PatientRequest"]

    assert patient["properties"]["identifiers"]["maxItems"] == 20


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(schema).validate()


def test_the_schema_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--fail-on-warn", "--validate", file=str(tmp_path / "schema.yaml"))


def test_every_route_is_in_the_schema(schema):
    world = make_world()
    described = {(path, method) for path, operations in schema["paths"].items() for method in operations}

    missing = []
    for name, method in DESCRIBED:
        url = CALLS[name, method].url(name, world)
        if not any(fits(path, url) and method == one for path, one in described):
            missing.append((name, method))

    assert missing == []
    assert len(described) == len(DESCRIBED)


def test_every_operation_says_that_it_may_answer_with_a_problem_and_has_a_name_of_its_own(schema):
    operations = [one for path in schema["paths"].values() for one in path.values()]

    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_only_the_login_needs_no_token(schema):
    without = [
        path
        for path, operations in schema["paths"].items()
        for one in operations.values()
        if {} in one.get("security", [{}])
    ]

    assert without == ["/api/v1/auth/login/"]


def test_every_operation_says_how_it_refuses(schema):
    for path, operations in schema["paths"].items():
        for one in operations.values():
            for status in {"401", "429"} if path == "/api/v1/auth/login/" else {"401", "403", "429"}:
                assert "application/problem+json" in one["responses"][status]["content"], path
            assert "Retry-After" in one["responses"]["429"]["headers"]


def test_the_token_says_whose_it_may_be(schema):
    said = schema["components"]["securitySchemes"]["token"]

    assert (said["in"], said["name"]) == ("header", "Authorization")
    assert "hep_" in said["description"]
    assert "hepi_" in said["description"]


@pytest.mark.parametrize("key", JSON_READS, ids=str)
def test_an_answer_is_what_the_schema_says(schema, key):
    world = make_world()
    name, method = key

    answer = ask(make_client(world.practice, Role.OWNER), key, world)

    url = CALLS[key].url(name, world)
    path = next(path for path in sorted(schema["paths"], key=lambda one: one.count("{")) if fits(path, url))
    said = schema["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**said, "components": schema["components"]}).validate(answer.json())


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        (("integration-list", "post"), {"scopes": []}),
        (("integration-detail", "patch"), {"responsible": ...}),
        (("invitation-list", "post"), {"email": "no address"}),
        (("compose", "post"), {"focus": [{"effect": "relaxes"}] * 11}),
    ],
    ids=str,
)
def test_what_a_form_refuses_is_wrong_by_its_description(schema, key, wrong):
    world = make_world()
    good = json.loads(json.dumps(CALLS[key].json(world), default=str))
    bad = {name: value for name, value in (good | wrong).items() if value is not ...}
    said = schema["paths"][NAMED[key[0]]][key[1]]["requestBody"]["content"]["application/json"]["schema"]
    form = Draft202012Validator({**said, "components": schema["components"]}, format_checker=FormatChecker())

    answer = make_client(world.practice, Role.OWNER).generic(
        key[1].upper(), CALLS[key].url(key[0], world), json.dumps(bad), content_type="application/json"
    )

    assert answer.status_code == 400
    assert [form.is_valid(body) for body in (good, bad)] == [True, False]


@pytest.mark.parametrize("key", [("integration-detail", "patch"), ("patient-search", "post")], ids=str)
def test_a_form_that_cannot_be_empty_cannot_be_left_out(schema, key):
    world = make_world()

    answer = getattr(make_client(world.practice, Role.OWNER), key[1])(CALLS[key].url(key[0], world))

    assert answer.status_code == 400
    assert schema["paths"][NAMED[key[0]]][key[1]]["requestBody"]["required"] is True


def test_forms_say_that_they_have_no_other_fields(schema):
    forms = [one for name, one in schema["components"]["schemas"].items() if name.endswith("Request")]

    assert forms
    assert [form for form in forms if "properties" in form and form.get("additionalProperties") is not False] == []


def test_what_an_address_answers_with_is_no_choice(schema):
    operations = [one for path in schema["paths"].values() for one in path.values()]

    assert "format" not in {parameter["name"] for one in operations for parameter in one.get("parameters", [])}


def test_the_composers_answer_without_a_plan_is_what_the_schema_says(schema):
    body = {"protocol": "back-care", "phase": "post_acute", "minutes": 1, "keep": ["bridge"]}

    answer = make_client(make_world().practice).post("/api/v1/compose/", body, format="json").json()

    assert answer["balance"] is None
    said = schema["paths"]["/api/v1/compose/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**said, "components": schema["components"]}).validate(answer)


def test_the_readable_page_and_the_schema_are_public():
    assert APIClient().get("/api/docs/")["Content-Type"].startswith("text/html")
    assert APIClient().get("/api/schema/").status_code == 200


def fits(path: str, url: str) -> bool:
    """Whether a path of the schema, with its parameters, is that of a URL."""
    wanted, given = path.split("/"), url.split("/")
    return len(wanted) == len(given) and all(
        part == one or part.startswith("{") for part, one in zip(wanted, given, strict=True)
    )
