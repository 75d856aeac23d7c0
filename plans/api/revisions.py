"""Issued revisions: immutable, for reading and handing over."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action, record_access
from patients.models import Episode, Patient
from plans.api.pagination import NewestIssuedFirst
from plans.api.rendering import answer_bytes, print_layout, printed
from plans.api.requests import print_language, record_read
from plans.api.schema import LANGUAGE, LAYOUT
from plans.models import Plan, ProgrammeFile, Revision, language_of
from plans.pdf import LAYOUTS
from plans.programmes import stored_programme


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """An issued revision: its head, with what it was issued despite. The whole stands in `programme.json`."""

    plan = serializers.UUIDField(source="plan_id")
    episode = serializers.UUIDField(source="episode_id")
    patient = serializers.UUIDField(source="patient_id")
    issued_by = serializers.UUIDField(source="issued_by_id")
    language = serializers.CharField(source="document.language")
    phase = serializers.CharField(source="document.record.plan.phase")
    weeks = serializers.IntegerField(source="document.record.plan.weeks")
    exercises = serializers.SerializerMethodField(help_text="Codes, in order.")
    overrides = serializers.JSONField(source="document.record.overrides")
    findings = serializers.JSONField(source="document.record.findings")
    programme_pdf = serializers.SerializerMethodField(help_text="Where the PDF is.")
    programme_json = serializers.SerializerMethodField(help_text="Where the complete document is.")

    class Meta:
        model = Revision
        fields = [
            "id",
            "number",
            "plan",
            "episode",
            "patient",
            "issued_at",
            "issued_by",
            "digest",
            "language",
            "phase",
            "weeks",
            "exercises",
            "findings",
            "overrides",
            "programme_pdf",
            "programme_json",
        ]

    def get_exercises(self, revision: Revision) -> list[str]:
        return [item["exercise"] for item in revision.document["record"]["plan"]["items"]]

    def get_programme_pdf(self, revision: Revision) -> str:
        return f"/api/v1/revisions/{revision.pk}/programme.pdf"

    def get_programme_json(self, revision: Revision) -> str:
        return f"/api/v1/revisions/{revision.pk}/programme.json"


class RevisionFilter(filters.FilterSet):
    patient = filters.ModelChoiceFilter(queryset=lambda request: Patient.objects.visible_to(request.user))
    episode = filters.ModelChoiceFilter(queryset=lambda request: Episode.objects.visible_to(request.user))

    class Meta:
        model = Revision
        fields: list[str] = []


class RevisionViewSet(viewsets.GenericViewSet[Revision]):
    """Issued revisions, newest first. Nothing here changes one."""

    serializer_class = RevisionSerializer
    pagination_class = NewestIssuedFirst
    filterset_class = RevisionFilter
    query_parameters: tuple[str, ...] = ()
    queryset = Revision.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        revisions = Revision.objects.visible_to(self.request.user)
        # A stored file needs nothing of the document, which is large.
        return revisions.without_document() if self.action == "programme_pdf" else revisions

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_read(request, "revision", page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        revision = self.get_object()
        record_read(request, "revision", [revision], revision.patient_id)
        return Response(self.get_serializer(revision).data, headers={"ETag": f'"{revision.digest}"'})

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def programme_json(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """The complete document, by the published JSON Schema (`/api/programme.schema.json`)."""
        revision = self.get_object()
        record_access(request.user, Action.EXECUTE, "programme.json", [revision.pk], patient_id=revision.patient_id)
        return JsonResponse(revision.complete_document(), headers={"ETag": f'"{revision.digest}"'})

    @extend_schema(parameters=[LAYOUT, LANGUAGE], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def programme_pdf(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """The home programme, in the patient's language unless another is asked."""
        layout = print_layout(request)
        files: Any = ProgrammeFile.objects.to_hand_over(request.user).filter(revision=pk, layout=layout)
        stored = {file.language: file for file in self.filter_queryset(files)}
        revision: Any = next(iter(stored.values()), None) or self.get_object()
        language = print_language(request, language_of(pk))
        record_access(request.user, Action.EXECUTE, "programme.pdf", [pk], patient_id=revision.patient_id)
        pdf, etag = printed(lambda: stored_programme(pk, layout, language, stored.get(language)))
        kind = "" if layout == LAYOUTS[0] else f"-{layout}"
        name = f"programme-{revision.number}{kind}-{language}.pdf"
        return answer_bytes(request._request, pdf, kind="application/pdf", etag=etag, name=name)


class PlanRevisionsViewSet(viewsets.GenericViewSet[Revision]):
    """The revisions of one plan, oldest first."""

    serializer_class = RevisionSerializer
    pagination_class = None
    queryset = Revision.objects.none()

    @extend_schema(responses=RevisionSerializer(many=True))
    def list(self, request: Request, plan_id: uuid.UUID) -> Response:
        plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("episode"), pk=plan_id)
        revisions = list(Revision.objects.visible_to(request.user).filter(plan=plan))
        record_read(request, "revision", revisions, plan.episode.patient_id)
        return Response(self.get_serializer(revisions, many=True).data)
