"""Who looked at a patient's data: for the practice as data, for the patient on paper."""

from __future__ import annotations

import math
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action, record_access
from patients.models import AccessEvent, Erasure, Patient, Role
from plans.access_log import MOST_LINES, names_in, printed_log
from plans.api.pagination import NewestEventsFirst
from plans.api.permissions import WriterOnly
from plans.api.problems import InvalidQuery
from plans.api.rendering import printed
from plans.api.reports import PATIENTS_LANGUAGE
from plans.api.requests import member, print_language
from plans.pdf import render_access_log

PART = OpenApiParameter(
    "part",
    {"type": "integer", "minimum": 1},
    description=f"1 unless given: the newest {MOST_LINES} lines; 2 are those before them.",
)


class AccessEventSerializer(serializers.ModelSerializer[AccessEvent]):
    """Who did what, when and from where. Names are those of today; a person without an account any more has none."""

    user = serializers.UUIDField(
        source="user_id", allow_null=True, help_text="A person, or an integration by its role."
    )
    user_name = serializers.SerializerMethodField()
    on_behalf_of_name = serializers.SerializerMethodField()
    object_ids = serializers.SerializerMethodField(help_text="None of a list, which shows other patients as well.")

    class Meta:
        model = AccessEvent
        fields = [
            "id",
            "at",
            "action",
            "outcome",
            "object_type",
            "object_ids",
            "user",
            "user_name",
            "on_behalf_of",
            "on_behalf_of_name",
            "role",
            "client",
            "address",
            "request_id",
        ]

    def get_user_name(self, event: AccessEvent) -> str | None:
        return self._name(event.user_id)

    def get_on_behalf_of_name(self, event: AccessEvent) -> str | None:
        return self._name(event.on_behalf_of)

    def get_object_ids(self, event: AccessEvent) -> list[str]:
        return [] if event.patient_ids else event.object_ids

    def _name(self, user_id: uuid.UUID | None) -> str | None:
        name: str | None = self.context["names"].get(user_id)
        return name


class AccessLogViewSet(viewsets.GenericViewSet[AccessEvent]):
    """Who saw or changed a patient's data, or tried to; newest first. For owners and clinicians.

    Of a patient who was erased the ids are left: for owners.
    """

    serializer_class = AccessEventSerializer
    permission_classes = [WriterOnly]
    pagination_class = NewestEventsFirst
    filterset_class = None
    query_parameters: tuple[str, ...] = ()
    queryset = Patient.objects.none()  # whose log it is

    def get_queryset(self) -> Any:
        return AccessEvent.objects.visible_to(self.request.user).about(self.kwargs["patient_id"])

    def _patient(self) -> Patient:
        patients = Patient.objects.visible_to(self.request.user)
        return get_object_or_404(patients.select_related("practice"), pk=self.kwargs["patient_id"])

    def _is_erased(self) -> bool:
        """Whether the log is of an erased patient, and asked for by somebody who may know."""
        user = member(self.request)
        erased = Erasure.objects.visible_to(user).filter(patient_id=self.kwargs["patient_id"])
        return user.membership is not None and user.membership.role == Role.OWNER and erased.exists()

    def list(self, request: Request, patient_id: uuid.UUID) -> Response:
        if not self._is_erased():
            self._patient()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_access(request.user, Action.READ, "access_log", [patient_id], patient_id=patient_id)
        shown = AccessEventSerializer(page, many=True, context={"names": names_in(page)})
        return self.get_paginated_response(shown.data)

    @extend_schema(parameters=[PART, PATIENTS_LANGUAGE], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def pdf(self, request: Request, patient_id: uuid.UUID) -> HttpResponse:
        """The log in plain words for the patient, in the patient's language unless another is asked."""
        patient = self._patient()
        language = print_language(request, patient.language)
        events = self.filter_queryset(self.get_queryset())
        parts = max(1, math.ceil(events.count() / MOST_LINES))
        part = _part(request, parts)
        shown = list(events[(part - 1) * MOST_LINES : part * MOST_LINES])
        record_access(request.user, Action.EXECUTE, "access_log.pdf", [patient.pk], patient_id=patient.pk)
        log = printed_log(
            patient, shown, names_in(shown), language=language, part=part, parts=parts, printed_at=timezone.localtime()
        )
        headers = {"Content-Disposition": 'inline; filename="access-log.pdf"'}
        return HttpResponse(printed(lambda: render_access_log(log)), content_type="application/pdf", headers=headers)


def _part(request: Request, parts: int) -> int:
    """`?part=`, if there is such a part."""
    asked = request.GET.get("part", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 1 <= int(asked) <= parts):
        raise InvalidQuery({"part": serializers.ErrorDetail(f"Give a number from 1 to {parts}.", code="range")})
    return int(asked)
