"""Requests that are UTF-8, whatever character set they say they are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.http import parse_header_parameters


class ReadAsUtf8(HttpRequest):
    """Django reads the query by the body's character set, with whatever codec has that name, and fails outside of all
    handling of errors where it is none for texts."""

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Utf8WSGIRequest(ReadAsUtf8, WSGIRequest):
    pass


class Utf8ASGIRequest(ReadAsUtf8, ASGIRequest):
    pass
