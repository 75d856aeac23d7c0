"""Errors as RFC 9457 `application/problem+json`: one shape for everything that goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from patients.models import Patient
from plans.api.refusals import record_refusal
from plans.api.throttles import too_many_refusals
from plans.models import Revision

MEDIA_TYPE = "application/problem+json"
A_WHILE = 60
"""Seconds to wait where a throttle doesn't know how long."""
TYPES = "urn:home-exercise-programme:problem:"

logger = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """A problem with a name of its own, and members beside the standard ones."""

    def __init__(self, status: int, name: str, detail: str, **members: Any) -> None:
        self.status_code, self.name, self.members = status, name, members
        super().__init__(detail)


def second_factor_demanded() -> Problem:
    """The practice demands a second factor, and the account has none."""
    return Problem(
        403,
        "second-factor-demanded",
        "This practice demands a second factor and your account has none. Set one up at /account/mfa/.",
    )


class InvalidQuery(exceptions.ValidationError):
    """A query parameter is wrong: errors name parameters, not fields."""


def problem_data(status: int, detail: str, name: str | None = None, **members: Any) -> dict[str, Any]:
    members.setdefault("errors", [{"pointer": "", "code": name or HTTPStatus(status).name.lower(), "detail": detail}])
    return {
        "type": f"{TYPES}{name}" if name else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **members,
    }


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler. What is not foreseen is logged with its trace and answered without it."""
    if isinstance(error, Http404 | Patient.DoesNotExist | Revision.DoesNotExist):  # of somebody who was just erased
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, SuspiciousOperation):  # more parameters than anybody needs, for one
        error = Problem(400, "malformed", "The request is malformed.")
    elif isinstance(error, RecursionError):
        logger.warning("recursion in %s", type(context.get("view")).__name__, exc_info=error)
        error = exceptions.ParseError("The body is nested too deeply.")
    from rest_framework.views import set_rollback  # views import permissions, which import this

    set_rollback()
    if not isinstance(error, exceptions.APIException):
        logger.error("unforeseen in %s", type(context.get("view")).__name__, exc_info=error)
        return Response(
            problem_data(500, "Something went wrong here. Nothing was changed."), status=500, content_type=MEDIA_TYPE
        )
    if error.status_code in {401, 403}:
        error = too_many_refusals(context) or error
    record_refusal(context, error)
    data = _data_of(error)
    response = Response(data, status=error.status_code, content_type=MEDIA_TYPE)
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if isinstance(error, exceptions.Throttled):
        response["Retry-After"] = str(data["retry_after"])
    return response


def _data_of(error: exceptions.APIException) -> dict[str, Any]:
    status = error.status_code
    if isinstance(error, Problem):
        return problem_data(status, str(error.detail), error.name, **error.members)
    if isinstance(error, InvalidQuery):
        errors = [{"pointer": "", "parameter": pointer[1:], **rest} for pointer, rest in _split(error.detail)]
        return problem_data(status, "A query parameter is wrong.", "invalid-query", errors=errors)
    if isinstance(error, exceptions.ValidationError):
        errors = [{"pointer": pointer, **rest} for pointer, rest in _split(error.detail)]
        return problem_data(status, "The request has fields that are wrong.", "invalid", errors=errors)
    if isinstance(error, exceptions.ParseError):
        errors = [{"pointer": "", "code": "malformed", "detail": str(error.detail)}]
        return problem_data(status, "The body is not valid JSON.", "malformed", errors=errors)
    if isinstance(error, exceptions.Throttled):
        seconds = max(1, getattr(error, "wait", None) or A_WHILE)
        return problem_data(
            status, f"Too many requests. Ask again in {seconds} seconds.", "throttled", retry_after=seconds
        )
    return problem_data(status, str(error.detail))


def _split(detail: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for pointer, item in _flattened(detail, ""):
        yield _encodable(pointer), {"code": getattr(item, "code", "invalid"), "detail": _encodable(str(item))}


def _encodable(text: str) -> str:
    """Errors quote what was sent, and JSON can bring half a character."""
    return text.encode(errors="replace").decode()


def _flattened(detail: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Each message with the JSON Pointer of the field it is about."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            here = pointer if key == "non_field_errors" else f"{pointer}/{escaped}"
            yield from _flattened(value, here)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            yield from _flattened(value, f"{pointer}/{index}" if isinstance(value, Mapping | list) else pointer)
    else:
        yield pointer, detail


def json_problem(status: int, detail: str, **headers: str) -> JsonResponse:
    """A problem answered outside DRF: by a middleware, or for a path that no view knows."""
    return JsonResponse(problem_data(status, detail), status=status, content_type=MEDIA_TYPE, headers=headers)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
