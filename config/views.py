"""The service's own pages: is it alive, is it ready, where is what; and errors that no view answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_page
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config.readiness import OK, readiness
from patients.accounts import LIMITS_LAST
from plans.api.problems import is_api, json_problem
from plans.web import sharing

PROGRAMME_SCHEMA = Path(__file__).resolve().parent.parent / "plans" / "programme.schema.json"

READINESS_HOLDS = 3
"""Seconds for which what was found is said again."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can do its work; else 503, and a word for what stands in the way. Anybody may ask: it looks now and then."""
    found: Any = caches["process"].get_or_set("readyz", readiness, READINESS_HOLDS)
    if set(found.values()) == {OK}:
        return JsonResponse({"status": OK, **found})
    return JsonResponse({"status": "unavailable", **found}, status=503)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_safe
def programme_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of `programme.json`."""
    return JsonResponse(
        json.loads(PROGRAMME_SCHEMA.read_text(encoding="utf-8")), content_type="application/schema+json"
    )


@csrf_exempt
def unknown_api_path(request: HttpRequest, unknown: str) -> HttpResponse:
    return json_problem(404, "Not found.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return (
        json_problem(400, "The request is malformed.") if is_api(request) else defaults.bad_request(request, exception)
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return json_problem(403, "Not allowed.") if is_api(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/s/"):
        return sharing.no_such_link()
    return json_problem(404, "Not found.") if is_api(request) else defaults.page_not_found(request, exception)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """For the pages that sign in; their limits are of minutes."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(LIMITS_LAST)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    return (
        json_problem(500, "Something went wrong here. Nothing was changed.")
        if is_api(request)
        else defaults.server_error(request)
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    answer: Any = json_problem(403, "CSRF check failed.") if is_api(request) else csrf_page(request, reason=reason)
    return answer
