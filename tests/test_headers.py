"""What every answer tells browsers: load nothing foreign or inline, keep nothing, tell nobody where you came from."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from rest_framework.test import APIClient

from patients.models import Role
from tests.factories import make_practice, make_user
from tests.plans.api.routes import CALLS, ask, make_world
from tests.plans.api.test_access import ACTORS, undone
from tests.test_settings import GOOD

pytestmark = pytest.mark.django_db

KEPT = {("owner", "exercise-figure"), ("owner", "exercise-photo")}
PAGES = ("/", "/account/login/", "/account/password/reset/", "/account/signup/", "/api/docs/")


def assert_is_closed(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & set(policy.replace(";", " ").split())
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("actor", ["anonymous", "owner"])
def test_the_answer_of_every_route_is_closed_and_kept_by_nobody(actor):
    world = make_world()

    for key in sorted(CALLS):
        with undone():
            answer = ask(ACTORS[actor](key, world), key, world)

            assert_is_closed(answer)
            assert "no-store" in answer["Cache-Control"] or (actor, key[0]) in KEPT, key


def test_only_pictures_of_the_catalogue_may_be_kept_and_by_the_caller_alone():
    world = make_world()

    for _, name in KEPT:
        answer = ask(ACTORS["clinician"]((name, "get"), world), (name, "get"), world)

        assert answer["Cache-Control"].startswith("private, ")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_no_view_answers_is_closed_too(monkeypatch):
    monkeypatch.setattr("config.views.render", lambda *args: 1 / 0)
    client = APIClient(raise_request_exception=False)

    answers = {
        404: client.get("/no-such-page"),
        405: client.post("/"),
        413: client.post("/api/v1/plans/", "x" * 2_000_000, content_type="application/json"),
        400: client.get("/", headers={"Host": "elsewhere.example"}),
        500: client.get("/"),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert_is_closed(answer)
        assert "no-store" in answer["Cache-Control"]


def test_pages_of_the_admin_are_kept_by_nobody():
    practice = make_practice()
    owner = make_user(practice, Role.OWNER, is_staff=True)
    browser = APIClient()
    browser.force_login(owner)

    for path in ("/admin/", "/admin/patients/membership/", "/admin/catalogue/exercise/", "/admin/jsi18n/"):
        answer = browser.get(path)

        assert answer.status_code == 200
        assert_is_closed(answer)
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_nothing_that_its_policy_refuses(path):
    page = APIClient().get(path).content.decode()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script>|(src|href)=\"(https?:)?//", page)


def test_the_description_of_the_api_is_drawn_by_a_script_of_its_own():
    page = APIClient().get("/api/docs/").content.decode()

    script = APIClient().get(re.findall(r'<script src="([^"]+)"', page)[-1].replace("&amp;", "&"))

    assert script["Content-Type"] == "application/javascript"
    assert b"SwaggerUIBundle(" in script.content
    assert_is_closed(script)


@override_settings(SECURE_HSTS_SECONDS=60, SECURE_SSL_REDIRECT=True)
def test_a_redirect_to_https_is_closed_and_what_comes_after_it_stays_there():
    redirect, answer = APIClient().get("/"), APIClient().get("/", secure=True)

    assert (redirect.status_code, redirect["Location"]) == (301, "https://testserver/")
    assert_is_closed(redirect)
    assert answer["Strict-Transport-Security"] == "max-age=60"


PROBE = """
import json, django
django.setup()
from django.test import Client
client = Client(headers={"host": "programmes.example"})
plain, probe, secure = client.get("/"), client.get("/healthz"), client.get("/healthz", secure=True)
print(json.dumps([plain.status_code, probe.status_code, dict(secure.headers)]))
"""


def test_production_answers_by_https_for_a_year_and_logs_json():
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **GOOD}

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", PROBE],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )

    plain, probe, headers = json.loads(done.stdout)
    assert (plain, probe) == (301, 200), "Only the probes are answered without TLS."
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert_is_closed(headers)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["logger"], line["route"], line["status"]) for line in lines] == [
        ("access", None, 301),
        ("access", "healthz", 200),
        ("access", "healthz", 200),
    ]
    assert lines[-1]["request_id"] == headers["X-Request-ID"]
