from __future__ import annotations

import datetime
from typing import Any

from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.pagination import Cursor, CursorPagination, PageNumberPagination
from rest_framework.request import Request

from plans.api.problems import InvalidQuery

USUAL, MOST = 25, 100
SIZE = f"Results a page: {USUAL} unless given. Above {MOST} it is {MOST}."


class Pages:
    """`page_size` is a whole number, or refused."""

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", str(USUAL))
        wanted = asked.lstrip("0")
        if not (wanted.isascii() and wanted.isdigit()):
            raise InvalidQuery({"page_size": ErrorDetail("Give a whole number, at least 1.", code="type")})
        return MOST if len(wanted) > len(str(MOST)) else min(int(wanted), MOST)

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

    page_size, page_size_query_param, page_size_query_description = USUAL, "page_size", SIZE
    last_page_strings = ()


class NewestFirst(Pages, CursorPagination):
    """A cursor and no count, for lists that grow without bound."""

    page_size, page_size_query_param, page_size_query_description = USUAL, "page_size", SIZE
    ordering: tuple[str, ...] = ("-created_at", "-id")

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A cursor that was made up is as unknown as one that can't be read."""
        cursor: Cursor | None = super().decode_cursor(request)
        try:
            if cursor is not None and cursor.position is not None:
                self.check_position(str(cursor.position))
        except (ValueError, OverflowError) as error:
            raise NotFound(self.invalid_cursor_message) from error
        return cursor

    def check_position(self, position: str) -> None:
        """Raise ValueError or OverflowError unless this is a moment that databases can compare with."""
        moment = datetime.datetime.fromisoformat(position)
        if moment.tzinfo is None:
            raise ValueError("without a time zone")
        moment.astimezone(datetime.UTC)


class NewestIssuedFirst(NewestFirst):
    ordering = ("-issued_at", "-id")


class NewestEventsFirst(NewestFirst):
    ordering = ("-id",)

    def check_position(self, position: str) -> None:
        int(position)
