from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from plans.api.problems import InvalidQuery, Problem
from plans.pdf import LAYOUTS, RenderError

Made = TypeVar("Made")

RANGE = re.compile(r"bytes=(?=.*\d)(\d{0,12})-(\d{0,12})")


class FileRenderer(BaseRenderer):
    """Lets a file's media type through in `Accept`; the view answers with the bytes. Problems come as JSON all the same."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return json.dumps(data).encode()


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"


class ZipRenderer(FileRenderer):
    media_type = "application/zip"
    format = "zip"


def printed(make: Callable[[], Made]) -> Made:
    """What is made of a document, or a Problem that says what in it cannot be printed."""
    try:
        return make()
    except RenderError as error:
        raise Problem(409, "not-printable", f"The programme cannot be printed: {error}") from error


def print_layout(request: Request) -> str:
    """`?layout=` if there is one of that name, else the standard one."""
    layout = request.GET.get("layout", LAYOUTS[0])
    if layout not in LAYOUTS:
        raise InvalidQuery({"layout": f"{layout} is not known. Known: {', '.join(LAYOUTS)}."})
    return layout


def has_already(request: HttpRequest | Request, etag: str) -> bool:
    """Whether the caller's `If-None-Match` names this ETag, which is given without quotes, or any."""
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return bool(tags & {f'"{etag}"', "*"})


def answer_bytes(request: HttpRequest, body: bytes, *, kind: str, etag: str, name: str) -> HttpResponse:
    """A patient's file: 304 when the caller has it, 206 for a single range of bytes, 416 for one beyond the end.

    Nobody on the way keeps it. Its ETag is for callers that do so on purpose.
    """
    headers = {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    if has_already(request, etag):
        return HttpResponse(status=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return HttpResponse(body, content_type=kind, headers=headers)
    span = _span(asked.group(1), asked.group(2), len(body))
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{len(body)}"
    return HttpResponse(body[span.start : span.stop], status=206, content_type=kind, headers=headers)


def _span(first: str, last: str, length: int) -> range | None:
    """The bytes that `Range: bytes=first-last` names, or None where there are none."""
    if not first:
        return range(max(0, length - int(last)), length) if int(last) else None
    start, stop = int(first), min(int(last) + 1, length) if last else length
    return range(start, stop) if start < stop else None
