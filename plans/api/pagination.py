from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination, PageNumberPagination


class LinksOrNull:
    """Describes the links to other pages as OpenAPI 3.1 does; `nullable` is a word of 3.0."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)  # type: ignore[misc]
        for name in ("next", "previous"):
            described["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return described


class NumberedPages(LinksOrNull, PageNumberPagination):
    """`page`, `page_size` (25, at most 100), with a count."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class NewestFirst(LinksOrNull, CursorPagination):
    """A cursor and no count, for lists that grow without bound."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering: tuple[str, ...] = ("-created_at", "-id")


class NewestIssuedFirst(NewestFirst):
    ordering = ("-issued_at", "-id")


class NewestEventsFirst(NewestFirst):
    ordering = ("-id",)
