from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from plans.api.problems import InvalidQuery

ALWAYS_KNOWN = {"page", "page_size", "cursor", "language"}


class QueryFilter(DjangoFilterBackend):
    """Filters by the query, and refuses parameters that it does not know: a misspelt filter must not show everything."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        filters = filterset.filters if filterset is not None else {}
        unknown = sorted(set(request.query_params) - set(filters) - ALWAYS_KNOWN)
        if unknown:
            known = ", ".join(sorted({*filters, *ALWAYS_KNOWN}))
            raise InvalidQuery(dict.fromkeys(unknown, f"Unknown parameter. Known: {known}."))
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise InvalidQuery(
                {name: [str(message) for message in messages] for name, messages in filterset.errors.items()}
            )
        return filterset.qs
