from __future__ import annotations

from rest_framework.pagination import CursorPagination, PageNumberPagination


class NumberedPages(PageNumberPagination):
    """`page`, `page_size` (25, at most 100), with a count."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


class NewestFirst(CursorPagination):
    """A cursor and no count, for lists that grow without bound."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = ("-created_at", "-id")


class NewestIssuedFirst(NewestFirst):
    ordering = ("-issued_at", "-id")
