"""Every text that a request may have, found in the API's description: kept as it is, or refused at its field with a reason."""

from __future__ import annotations

import copy
import io
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
import pytest
from django.db import transaction
from rest_framework.test import APIClient

from patients.models import Role
from patients.text import CLEAN, CLEAN_AND_NOT_BLANK, forbidden_in
from tests.factories import (
    ISSUABLE,
    make_client,
    make_episode,
    make_patient,
    make_practice,
    make_user,
    plan_body,
    token_for,
)
from tests.plans.api.access_table import NAMED
from tests.plans.api.routes import CALLS, Key, World, make_world
from tests.plans.reading import text_of

pytestmark = pytest.mark.django_db

Path = tuple[str, ...]

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end of style": "</style></title></textarea><svg onload=alert(1)>",
    "template": "{{ settings.SECRET_KEY }}{% load static %}{# x #}${7*7}",
    "quotes": '\'; DROP TABLE patients_patient; -- " OR ""="',
    "format": "%s %(name)s {0.__class__} %n",
    "formula": "=HYPERLINK(1;2)",
    "NUL": "a\x00b",
    "escape": "a\x1b[2Jb",
    "delete": "a\x7fb",
    "C1": "a\x85\x9bb",
    "right to left": "abc\u202egpj.exe\u202c \u2067abc\u2069 \u202a\u202b\u202d\u2066\u2068",
    "without width": "a\u200bb\u200cc\u200dd\u2060e\ufeff f",
    "nothing to see": "\u200b\u200b",
    "half a character": "a\ud800b",
    "the other half": "\udc00",
    "10,000 characters": "x" * 10_000,
    "a long word": "Rindfleischetikettierungs" * 3,
    "emoji": "\U0001f44d\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1f3\U0001f1f1",
    "marks": "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0325l\u0328g\u0327o\u0301",
    "not composed": "Rene\u0301e",
    "lines": "one\r\ntwo\rthree\nfour\tfive\u2028six\u2029seven",
    "no character": "a\ufffe\uffffb\U0010ffff",
    "spaces": "\u00a0\u3000 \t",
}

REAL = {"protocol": "back-care", "phase": "post_acute", "exercise": "bridge"}
"""Words that a body needs to be right elsewhere than at the field in question."""

PART_OF = {"where": "finding"}
"""What is refused as a part of something else."""

EITHER = {"facts": "episode"}
"""What is given instead of something else."""

DESCRIPTION = APIClient().get("/api/schema/?format=json").json()


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a reference or a choice of which one is null."""
    if "$ref" in schema:
        return resolved(DESCRIPTION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for choice in ("allOf", "anyOf", "oneOf"):
        if choice in schema:
            return resolved(next(one for one in schema[choice] if one.get("type") != "null"))
    return schema


def is_a(schema: Mapping[str, Any], kind: str) -> bool:
    return kind in ([schema.get("type")] if isinstance(schema.get("type"), str) else schema.get("type", []))


def texts_in(schema: Mapping[str, Any], here: Path = ()) -> Iterator[Path]:
    """Where a body may have words of the caller's own."""
    schema = resolved(schema)
    if is_a(schema, "object"):
        for name, inner in schema.get("properties", {}).items():
            yield from texts_in(inner, (*here, name))
    elif is_a(schema, "array"):
        yield from texts_in(schema["items"], (*here, "0"))
    elif is_a(schema, "string") and "enum" not in schema and schema.get("format", "email") == "email":
        yield here


def least(schema: Mapping[str, Any], name: str = "") -> Any:
    """The smallest thing that is right by its description."""
    schema = resolved(schema)
    if is_a(schema, "object"):
        return {one: least(schema["properties"][one], one) for one in schema.get("required", [])}
    if is_a(schema, "array"):
        return []
    if is_a(schema, "string"):
        return REAL.get(name) or next(iter(schema.get("enum", ["x"])))
    return schema.get("minimum", 1) if is_a(schema, "integer") else None


def with_text(body: Any, schema: Mapping[str, Any], path: Path, text: str) -> Any:
    """The body with this text there, and what must stand around it."""
    if not path:
        return text
    schema, (step, *further) = resolved(schema), path
    if is_a(schema, "array"):
        first = body[0] if body else least(schema["items"])
        return [with_text(first, schema["items"], tuple(further), text), *(body or [])[1:]]
    inner = schema["properties"][step]
    there = body[step] if step in body else least(inner, step)
    return {**body, step: with_text(there, inner, tuple(further), text)}


def form_of(key: Key) -> Mapping[str, Any] | None:
    """What the description says of the body of a request."""
    said = DESCRIPTION["paths"].get(NAMED[key[0]], {}).get(key[1], {}).get("requestBody")
    return said and said["content"]["application/json"]["schema"]


FIELDS = [(key, path) for key in sorted(CALLS) if key[0] in NAMED and (form := form_of(key)) for path in texts_in(form)]


def at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, list) and data:
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return None
    return data


def asked(client: APIClient, key: Key, world: World, path: Path, text: str) -> Any:
    body = copy.deepcopy(CALLS[key].json(world)) or {}
    body = {name: value for name, value in body.items() if name != EITHER.get(path[0])}
    body = with_text(body, form_of(key) or {}, path, text)
    headers = {"If-Match": f'"{world.plan.pk}.{world.plan.version}"', "Idempotency-Key": uuid.uuid4().hex}
    sent = json.dumps(body, default=str)  # halves of characters escaped, as JSON has them
    return client.generic(
        key[1].upper(), CALLS[key].url(key[0], world), sent, content_type="application/json", headers=headers
    )


def test_the_fields_are_found():
    found = {(name, method, "/".join(path)) for (name, method), path in FIELDS}

    assert ("patient-list", "post", "identifiers/0/value") in found
    assert ("plan-detail", "put", "criteria/stop/0/text") in found
    assert ("validate", "post", "facts/last_plan/items/0/note") in found


@pytest.mark.parametrize(("key", "path"), FIELDS, ids=lambda one: "-".join(one))
def test_a_text_is_kept_as_it_is_or_refused_at_its_field(key, path):
    world = make_world()
    client = make_client(world.practice, Role.OWNER)

    for name, text in TEXTS.items():
        with transaction.atomic():
            answer = asked(client, key, world, path, text)
            transaction.set_rollback(True)

        assert answer.status_code < 500, (name, answer.content)
        if answer.status_code < 300:
            kept = at(answer.json(), path) if answer.content else None
            assert kept in (None, text, text.strip()), name
        else:
            assert_refused(answer, path, name)


def assert_refused(answer: Any, path: Path, name: str) -> None:
    said = answer.json()
    assert answer["Content-Type"] == "application/problem+json", name
    assert all(error["code"] and error["detail"] for error in said["errors"]), name
    assert "\x00" not in answer.content.decode(), name
    if said["status"] in {400, 422}:
        named = {f"/{'/'.join((*path[:-1], last))}" for last in (path[-1], PART_OF.get(path[-1], ""))}
        assert named & {error["pointer"] for error in said["errors"]}, (name, said)
    else:
        assert said["status"] in {401, 409}, (name, said)


def test_the_description_of_a_text_is_what_is_read():
    for character in map(chr, range(0x100)):
        allowed = forbidden_in(character) is None
        assert bool(re.fullmatch(CLEAN[1:-1], character)) == allowed, repr(character)
        assert bool(re.fullmatch(CLEAN_AND_NOT_BLANK[1:-1], character)) == (allowed and bool(character.strip()))


# What is kept does no harm where it is shown.


def active_parts(pdf: bytes) -> list[str]:
    """What in a PDF could do something or lead somewhere."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        names = {str(key) for one in opened.objects if isinstance(one, pikepdf.Dictionary) for key in one}
    return sorted(
        names & {"/JS", "/JavaScript", "/URI", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/AcroForm"}
    )


@pytest.mark.parametrize("name", ["script", "right to left", "without width", "emoji", "marks", "lines", "a long word"])
def test_a_programme_prints_a_text_as_nothing_but_text(name):
    practice = make_practice()
    client = token_for(make_user(practice), practice)
    text = TEXTS[name]
    body = plan_body(make_episode(make_patient(practice)), *ISSUABLE, title=text, note=text)

    made = client.post("/api/v1/plans/", body, format="json").json()
    answer = client.post(f"/api/v1/plans/{made['id']}/issue/", {}, format="json")
    if answer.status_code == 409:
        assert "U+" in answer.json()["detail"]
        return
    pdf = client.get(f"/api/v1/revisions/{answer.json()['id']}/programme.pdf").content
    shown = client.get(f"/api/v1/revisions/{answer.json()['id']}/programme.json").json()

    assert active_parts(pdf) == []
    assert text.strip() in str(shown["record"]["plan"]["note"])
    if text.isascii():
        assert "".join(text.split()) in "".join(text_of(pdf).split())


def test_the_printed_access_log_shows_names_as_nothing_but_text():
    world = make_world()
    client = token_for(make_user(world.practice, name=TEXTS["script"]), world.practice)
    path = f"/api/v1/patients/{world.patient.pk}/"
    client.patch(path, {"given_name": TEXTS["end of style"]}, format="json")

    pdf = client.get(f"{path}access-log.pdf").content

    assert active_parts(pdf) == []
    for name in ("script", "end of style"):
        assert "".join(TEXTS[name].split()) in "".join(text_of(pdf).split())


def test_the_admin_shows_names_as_nothing_but_text():
    practice = make_practice(TEXTS["script"])
    owner = make_user(practice, Role.OWNER, is_staff=True, name=TEXTS["end of style"])
    client = APIClient()
    client.force_login(owner)

    page = client.get(f"/admin/patients/practice/{practice.pk}/change/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    for harmful in ("<script>alert(1)", "<img src=x", "<svg onload"):
        assert harmful not in page
