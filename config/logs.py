"""Log lines for machines: one JSON object each, of what happened and where, and never of whom it was about.

Written are words from the code, ids of requests, accounts and practices, URL patterns, statuses and times. Not written are
paths (they hold ids), query strings, bodies, local variables, and what exceptions say (a database quotes the row it refuses).
Where somebody else's words name a path all the same, the token of a share link is taken out.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from django.http import HttpRequest

request_facts: ContextVar[dict[str, Any]] = ContextVar("request_facts", default={})  # noqa: B039
"""What every line within a request says of it: its id and method."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **_said(record),
            **request_facts.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = list(_causes(record.exc_info[1]))
        return masked(json.dumps(line))


class PlainLines(logging.Formatter):
    """Formats a record for people, on the machine of one of them."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


SECRET = re.compile(r"(/(?:s|invitations|account/password/reset/key|account/confirm-email)/)[^\s/?#\"'\\]+")


def masked(text: str) -> str:
    """Without what opens something to whoever has it: a share link's token, an invitation's secret, a mailed key."""
    return SECRET.sub(r"\1…", text)


def _said(record: logging.LogRecord) -> dict[str, Any]:
    """The record's message. Where the words of Django and gunicorn name the path of a request, they are replaced."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        status = getattr(record, "status_code", None)
        return {"message": f"status {status}", "route": route_of(request), "status": status}
    if record.name.startswith("gunicorn") and record.exc_info:
        return {"message": str(record.msg)}  # without its values
    return {"message": record.getMessage()}


def route_of(request: HttpRequest) -> str | None:
    """The pattern of the route that a request came to: `api/v1/plans/<uuid:pk>/`. None where there is none."""
    return request.resolver_match.route if request.resolver_match else None


def _causes(error: BaseException) -> Iterator[dict[str, Any]]:
    """An exception and those that led to it, the last one first: what kind, and where, without what it says."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        yield {
            "type": f"{kind.__module__}.{kind.__qualname__}",
            **_schema_of(current),
            "at": _at(current.__traceback__),
        }
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _at(trace: TracebackType | None) -> list[str]:
    return [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]


def _schema_of(error: BaseException) -> dict[str, str]:
    """Of PostgreSQL's errors what names parts of the schema. Its message and detail quote values."""
    diagnosis = getattr(error, "diag", None)
    names = ("sqlstate", "table_name", "column_name", "constraint_name")
    return {name: value for name in names if (value := getattr(diagnosis, name, None))}
