from __future__ import annotations

import datetime
from typing import Any

from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.pagination import Cursor, CursorPagination, PageNumberPagination
from rest_framework.request import Request

from plans.api.problems import InvalidQuery


class Pages:
    """`page_size` is a whole number, or refused. Above `most` it is that many."""

    usual, most = 25, 100
    page_size_query_param: Any = "page_size"

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", str(self.usual))
        wanted = asked.lstrip("0")
        if not (wanted.isascii() and wanted.isdigit()):
            raise InvalidQuery({"page_size": ErrorDetail("Give a whole number, at least 1.", code="type")})
        return self.most if len(wanted) > len(str(self.most)) else min(int(wanted), self.most)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        described: list[dict[str, Any]] = super().get_schema_operation_parameters(view)  # type: ignore[misc]
        for parameter in described:
            if parameter["schema"]["type"] == "integer":
                parameter["schema"]["minimum"] = 1
            if parameter["name"] == self.page_size_query_param:
                parameter["description"] = (
                    f"Results a page: {self.usual} unless given. Above {self.most} it is {self.most}."
                )
        return described

    # `nullable`, which the library writes, is a word of OpenAPI 3.0.
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)  # type: ignore[misc]
        for name in ("next", "previous"):
            described["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return described


class NumberedPages(Pages, PageNumberPagination):
    """`page` and a count."""

    last_page_strings = ()


class NewestFirst(Pages, CursorPagination):
    """A cursor and no count, for lists that grow without bound."""

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
