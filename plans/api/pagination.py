from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request

from plans.api.problems import InvalidQuery


class Pages:
    """`page_size`: 25, at most 100; what is no size is refused."""

    page_size = 25
    page_size_query_param = "page_size"
    page_size_query_description = "Results a page: 25, unless given. Above 100 it is 100."
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit()) or not (wanted := asked.lstrip("0")):
            raise InvalidQuery({"page_size": ErrorDetail("Give a whole number, at least 1.", code="type")})
        return self.max_page_size if len(wanted) > 3 else min(int(wanted), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        described: list[dict[str, Any]] = super().get_schema_operation_parameters(view)  # type: ignore[misc]
        for parameter in described:
            if parameter["schema"]["type"] == "integer":
                parameter["schema"]["minimum"] = 1
        return described

    # `nullable`, which the library writes, is a word of OpenAPI 3.0.
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)  # type: ignore[misc]
        for name in ("next", "previous"):
            described["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return described


class NumberedPages(Pages, PageNumberPagination):
    """`page` and a count."""


class NewestFirst(Pages, CursorPagination):
    """A cursor and no count, for lists that grow without bound."""

    ordering: tuple[str, ...] = ("-created_at", "-id")


class NewestIssuedFirst(NewestFirst):
    ordering = ("-issued_at", "-id")


class NewestEventsFirst(NewestFirst):
    ordering = ("-id",)
