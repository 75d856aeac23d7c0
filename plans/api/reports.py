"""Reports over issued revisions: what was prescribed by an agreed template, and what changed since another revision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from plans.api.problems import InvalidQuery
from plans.api.requests import language_of, print_language, record_read
from plans.api.schema import LANGUAGE
from plans.cert import cert_of
from plans.diff import diff_of
from plans.models import Revision
from plans.words import LANGUAGES

CERT = inline_serializer(
    "CertReport",
    {
        "revision": serializers.UUIDField(),
        "number": serializers.IntegerField(),
        "issued_on": serializers.DateField(),
        "language": serializers.CharField(),
        "source": serializers.CharField(),
        "items": inline_serializer(
            "CertItem",
            {
                "item": serializers.CharField(help_text="1 to 16b."),
                "title": serializers.CharField(),
                "value": serializers.CharField(allow_null=True, help_text="Lines of text. Null: empty."),
                "fills": serializers.CharField(
                    allow_null=True,
                    help_text="Which field or record holds what the value lacks. Null: it lacks nothing.",
                ),
            },
            many=True,
        ),
        "empty": serializers.ListField(child=serializers.CharField(), help_text="Items without a value."),
        "partly": serializers.ListField(child=serializers.CharField(), help_text="Items that lack a part."),
        "text": serializers.CharField(help_text="The whole report, to paste into a record."),
    },
)


def _entries(name: str, more: Mapping[str, Any] | None = None, *, nullable: bool = False) -> Any:
    """Exercises; where it says so also the plan itself, as one without an exercise."""
    place: dict[str, Any] = {
        "exercise": serializers.CharField(allow_null=nullable, help_text="Null: the plan itself." if nullable else ""),
        "side": serializers.CharField(allow_null=nullable),
        "number": serializers.IntegerField(allow_null=nullable),
        "name": serializers.CharField(allow_null=nullable),
    }
    return inline_serializer(name, {**place, **(more or {})}, many=True)


FIELDS = inline_serializer(
    "DiffField",
    {
        "path": serializers.CharField(help_text="JSON Pointer into the plan of this revision."),
        "from": serializers.JSONField(allow_null=True),
        "to": serializers.JSONField(allow_null=True),
    },
    many=True,
)
DIFF = inline_serializer(
    "RevisionDiff",
    {
        "revision": serializers.UUIDField(),
        "number": serializers.IntegerField(),
        "from": serializers.UUIDField(allow_null=True, help_text="Null: there is no earlier one; everything is new."),
        "from_number": serializers.IntegerField(allow_null=True),
        "language": serializers.CharField(),
        "new": _entries("DiffNew"),
        "changed": _entries("DiffChanged", {"fields": FIELDS}, nullable=True),
        "stopped": _entries("DiffStopped"),
        "moved": _entries("DiffMoved", {"from": serializers.IntegerField(), "to": serializers.IntegerField()}),
        "words": serializers.ListField(child=serializers.CharField(), help_text="For the patient."),
    },
)
FROM = OpenApiParameter(
    "from", uuid.UUID, description="An issued revision of the same patient; else the one before this, of the same plan."
)

PATIENTS_LANGUAGE = OpenApiParameter(
    "language", str, description="Language of the words; else the patient's.", enum=list(LANGUAGES)
)


class RevisionReport(GenericAPIView[Revision]):
    """One issued revision, read for a report."""

    queryset = Revision.objects.none()
    detail = True
    filterset_class = None
    pagination_class = None
    query_parameters: tuple[str, ...] = ()

    def get_queryset(self) -> Any:
        return Revision.objects.visible_to(self.request.user)


class CertView(RevisionReport):
    @extend_schema(parameters=[LANGUAGE], responses=CERT)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """The items of the Consensus on Exercise Reporting Template, and which are empty. English where not in Dutch."""
        revision = self.get_object()
        report = cert_of(revision.document, language_of(request))
        record_read(request, "revision", [revision], revision.patient_id)
        return Response(report)


class DiffView(RevisionReport):
    query_parameters = ("from",)

    @extend_schema(parameters=[FROM, PATIENTS_LANGUAGE], responses=DIFF)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """What is new, changed and stopped since another revision; in words for the patient in the patient's language."""
        revision = self.get_object()
        language = print_language(request, revision.document["language"])
        older = self._from(revision)
        record_read(request, "revision", [one for one in (revision, older) if one], revision.patient_id)
        return Response(diff_of(revision.document, older.document if older else None, language))

    def _from(self, revision: Revision) -> Revision | None:
        """The revision asked for, else the one before. Another patient's is as unknown as one that nobody has."""
        asked = self.request.GET.get("from")
        seen = self.get_queryset().filter(patient=revision.patient_id)
        if asked is None:
            earlier: Revision | None = seen.filter(plan=revision.plan_id, number__lt=revision.number).last()
            return earlier
        found: Revision | None = seen.filter(pk=_uuid(asked)).first()
        if found is None:
            raise InvalidQuery({"from": serializers.ErrorDetail("There is no such revision.", code="unknown")})
        return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
