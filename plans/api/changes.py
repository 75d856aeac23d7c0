"""Who changed what: in a patient's record, and in the practice."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action, record_access
from patients.changes import KINDS, ChangeList, FieldChange, Told, changes_of_patient, changes_of_practice, told
from patients.models import Patient
from plans.api.pagination import NewestFirst
from plans.api.permissions import OwnerOnly, WriterOnly
from plans.api.requests import member


class NewestChangesFirst(NewestFirst):
    """Fewer a page: a change of a plan holds all its items, before and after."""

    ordering = ("-history_date", "-history_id")
    usual, most = 10, 25


@extend_schema_field(
    {
        "description": "As the record has it, of a person id and name; null where there was no row yet, or is none any more."
    }
)
class Content(serializers.ReadOnlyField):
    """A field's content, whatever its type."""


class FieldChangeSerializer(serializers.Serializer[FieldChange]):
    name = serializers.CharField()
    before = Content()
    after = Content()


class ChangeSerializer(serializers.Serializer[Told]):
    """A change of one row: who made it, when, and what each field that changed said before and says after."""

    at = serializers.DateTimeField()
    change = serializers.ChoiceField(choices=list(KINDS.values()))
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    object_name = serializers.CharField(allow_null=True, help_text="Of members, integrations and practices.")
    user = serializers.UUIDField(
        allow_null=True, help_text="A person or an integration; null: somebody without an account, or a command."
    )
    user_name = serializers.CharField(allow_null=True, help_text="Of today.")
    request_id = serializers.CharField(help_text="As in the access log.")
    fields_changed = FieldChangeSerializer(source="fields", many=True)


class Changes(viewsets.GenericViewSet[Any]):
    serializer_class = ChangeSerializer
    pagination_class = NewestChangesFirst
    filterset_class = None
    queryset = Patient.objects.none()

    def page(self, changes: ChangeList) -> Response:
        """One page of them, in a number of queries that doesn't grow with it."""
        rows: Any = self.filter_queryset(changes)  # type: ignore[arg-type] # as much of a queryset as pages need
        shown = told(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(self.get_serializer(shown, many=True).data)


class PatientChangesViewSet(Changes):
    """Who changed what in a patient's record, newest first: details, identifiers, episodes, plans. For owners and clinicians.

    Assessments, clearances and revisions are never changed: they are their own history.
    """

    permission_classes = [WriterOnly]

    def list(self, request: Request, patient_id: uuid.UUID) -> Response:
        get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_id)
        answer = self.page(changes_of_patient(patient_id))
        record_access(request.user, Action.READ, "changes", [patient_id], patient_id=patient_id)
        return answer


class PracticeChangesViewSet(Changes):
    """Who changed what of the practice, newest first: its settings, members and integrations. For owners."""

    permission_classes = [OwnerOnly]

    def list(self, request: Request) -> Response:
        practice = member(request).acting_practice
        answer = self.page(changes_of_practice(practice.pk))
        record_access(request.user, Action.READ, "changes", [practice.pk])
        return answer
