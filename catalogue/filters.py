"""The filters beside the admin's lists of catalogue records."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from catalogue.models import Exercise, ExerciseText, Group, Placement, Protocol
from patients.vocabulary import Language


class OwnerFilter(SimpleListFilter):
    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("global", "Global"), ("own", "Of a practice" if request.user.is_superuser else "Of my practice")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(practice__isnull=self.value() == "global")


class GroupFilter(SimpleListFilter):
    """Exercises that stand in one group of one protocol, of those that the practice works with."""

    title = "group"
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = Group.objects.filter(protocol__in=Protocol.objects.visible_to(request.user))
        codes = groups.order_by("protocol__code", "position").values_list("protocol__code", "code")
        return [(f"{protocol}/{group}", f"{group} ({protocol})") for protocol, group in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Exercise]) -> QuerySet[Exercise]:
        if self.value() is None:
            return queryset
        protocol, _, group = str(self.value()).partition("/")
        protocols = Protocol.objects.visible_to(request.user).filter(code=protocol)
        placed = Placement.objects.filter(exercise=OuterRef("pk"), group__code=group, group__protocol__in=protocols)
        return queryset.filter(Exists(placed))


class WithdrawnFilter(SimpleListFilter):
    title = "withdrawn"
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Exercise]) -> QuerySet[Exercise]:
        if self.value() is None:
            return queryset
        return queryset.filter(withdrawn_on__isnull=self.value() == "no")


class MissingLanguageFilter(SimpleListFilter):
    """Exercises that still lack words in a language."""

    title = "language missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Language.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Exercise]) -> QuerySet[Exercise]:
        if self.value() is None:
            return queryset
        return queryset.exclude(Exists(ExerciseText.objects.filter(exercise=OuterRef("pk"), language=self.value())))
