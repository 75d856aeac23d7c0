from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from plans.api.problems import InvalidQuery

ALWAYS_KNOWN = {"page", "page_size", "cursor", "language"}


class QueryFilter(filters.DjangoFilterBackend):
    """Filters lists by the query, and refuses parameters that it does not know: a misspelt filter must not show all.

    A view's `query_parameters` are those that it looks at itself.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = None if view.detail else self.get_filterset(request, queryset, view)
        known = {*(filterset.filters if filterset is not None else ()), *getattr(view, "query_parameters", ())}
        known |= ALWAYS_KNOWN
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise InvalidQuery(dict.fromkeys(unknown, f"Unknown parameter. Known: {', '.join(sorted(known))}."))
        if filterset is None:
            return queryset
        if empty := [name for name in filterset.filters if is_empty(filterset, name)]:
            raise InvalidQuery(dict.fromkeys(empty, ErrorDetail("Give a value, or leave it out.", code="blank")))
        if not filterset.is_valid():
            raise InvalidQuery(
                {
                    name: [ErrorDetail(message, one.code) for one in errors for message in one.messages]
                    for name, errors in filterset.errors.as_data().items()
                }
            )
        return filterset.qs


def is_empty(filterset: filters.FilterSet, name: str) -> bool:
    """Whether a filter is asked for by name and not by value: the list would not be narrowed. Words may be empty."""
    given = filterset.data.get(name)
    return given is not None and not given.strip() and not isinstance(filterset.filters[name], filters.CharFilter)


class MomentField(IsoDateTimeField):
    """A moment that is also one in UTC, as databases keep it: the calendar ends earlier there, or begins later."""

    def to_python(self, value: Any) -> datetime.datetime | None:
        moment: datetime.datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(datetime.UTC)
        except OverflowError as error:
            raise forms.ValidationError("This moment is outside the calendar.") from error


class UpdatedSinceFilter(filters.IsoDateTimeFilter):
    field_class = MomentField

    def __init__(self) -> None:
        super().__init__(field_name="updated_at", lookup_expr="gte")
