"""What patients may ask: a copy of everything about them, and to be erased."""

from __future__ import annotations

import uuid

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action
from patients.models import Erasure, Patient
from plans.api.fields import Choice, Flag, Strict
from plans.api.permissions import OwnerOnly, WriterOnly
from plans.api.problems import Problem
from plans.api.rendering import ZipRenderer
from plans.api.requests import create_once, shown_again
from plans.api.schema import IDEMPOTENCY_KEY
from plans.erasure import StillKept, erase_patient
from plans.export import export_patient


class AboutPatient(GenericAPIView[Patient]):
    """A view of one patient as a whole."""

    queryset = Patient.objects.none()
    detail = True
    filterset_class = None
    pagination_class = None
    query_parameters: tuple[str, ...] = ()


class ExportView(AboutPatient):
    permission_classes = [WriterOnly]
    renderer_classes = [ZipRenderer, JSONRenderer]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, patient_id: uuid.UUID) -> FileResponse:
        """Everything about a patient as a zip: JSON, the printed programmes, the access log; `README.txt` explains it."""
        self.filter_queryset(self.get_queryset())  # no parameters
        file = export_patient(user=request.user, patient_id=patient_id)
        name = "patient-export.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


class ErasureForm(Strict):
    """`confirm` is the patient's id once more, so that nobody is erased by a slip."""

    reason = Choice(choices=Erasure.Reason.choices)
    confirm = serializers.UUIDField()
    before_retention_end = Flag(
        required=False, help_text="True: the patient asked for it, though the record's term isn't over."
    )

    def validate_confirm(self, confirm: uuid.UUID) -> uuid.UUID:
        if confirm != self.context["patient_id"]:
            raise serializers.ValidationError("Give the id of the patient in the path once more.", code="not-confirmed")
        return confirm


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """That somebody was erased: who decided it, when and why. Nothing of what was erased."""

    patient = serializers.UUIDField(source="patient_id")
    erased_by = serializers.UUIDField(source="user_id")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows, by kind.")

    class Meta:
        model = Erasure
        fields = ["id", "patient", "erased_by", "reason", "kept_until", "counts", "at"]


class ErasureView(AboutPatient):
    permission_classes = [OwnerOnly]
    serializer_class = ErasureForm
    refused_action = Action.DELETE

    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=ErasureForm, responses={201: ErasureSerializer})
    def post(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Erase a patient for good: every record, programme and file. For owners. There is no way back.

        Before the record's term is over, 409 names its last day: then only the patient's own request ends it, or a
        mistake of which nothing was handed over, with `before_retention_end`.
        """
        erased = shown_again(request, Erasure.objects.visible_to(request.user))
        erasure = create_once(request, lambda: self._erase(request, patient_id), erased)
        return Response(ErasureSerializer(erasure).data, status=201)

    def _erase(self, request: Request, patient_id: uuid.UUID) -> Erasure:
        Patient.objects.visible_to(request.user).get(pk=patient_id)  # before the form: who isn't there has no errors
        form = ErasureForm(data=request.data, context={"patient_id": patient_id})
        form.is_valid(raise_exception=True)
        said = form.validated_data
        try:
            return erase_patient(
                user=request.user,
                patient_id=patient_id,
                reason=said["reason"],
                before_retention_end=said.get("before_retention_end", False),
            )
        except StillKept as error:
            raise _still_kept(error) from error


def _still_kept(error: StillKept) -> Problem:
    ends_on = error.term.ends_on.isoformat()
    detail = (
        f"The record must be kept until {ends_on}. If the patient asks for it and no duty stands against it: "
        "reason patients_request with before_retention_end true. So too a mistake of which nothing was handed over."
    )
    errors = [{"pointer": "/before_retention_end", "code": "retention", "detail": detail}]
    return Problem(409, "retention", detail, kept_until=ends_on, errors=errors)
