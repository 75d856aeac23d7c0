"""Patients, their episodes, phase history and clearances."""

from __future__ import annotations

import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Protocol
from patients import services
from patients.models import Clearance, Episode, Patient, PhaseAssessment
from patients.text import searchable
from patients.vocabulary import BodyRegion, Equipment, Language, Precaution
from plans.api.fields import Choice, ChoiceList, Number, Strict, Text, listed
from plans.api.filtering import UpdatedSinceFilter
from plans.api.pagination import NewestFirst
from plans.api.requests import CreatesOnce, create_once, record_read, shown_again
from plans.api.schema import IDEMPOTENCY_KEY

EARLIEST = datetime.date(1900, 1, 1)


class Day(serializers.DateField):
    """A day between 1900 and today, as `2026-01-31`."""

    def to_internal_value(self, value: Any) -> datetime.date:
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= timezone.localdate():
            raise serializers.ValidationError("Give a day between 1900-01-01 and today.", code="range")
        return day


class IdentifierSerializer(Strict):
    system = Text(max_length=200, help_text="URI of the other system.")
    value = Text(max_length=200)


class PatientSerializer(Strict):
    """A person treated by the practice."""

    id = serializers.UUIDField(read_only=True)
    given_name = Text(max_length=200)
    family_name = Text(max_length=200)
    birth_date = Day(required=False, allow_null=True)
    language = Choice(choices=Language.choices, required=False)
    equipment = ChoiceList(
        choices=Equipment.values, required=False, allow_null=True, help_text="At home. Null: not asked."
    )
    minutes_per_session = Number(min_value=1, max_value=240, required=False, allow_null=True)
    identifiers = listed(IdentifierSerializer, 20)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def save(self, **given: Any) -> Patient:
        try:
            patient: Patient = super().save(**given)
        except services.IdentifierTaken as error:
            message = "This identifier already stands with a patient of this practice."
            taken = serializers.ErrorDetail(message, code="taken")
            raise serializers.ValidationError({"identifiers": {str(error.index): {"value": [taken]}}}) from error
        return patient

    def create(self, validated_data: dict[str, Any]) -> Patient:
        user = self.context["request"].user
        validated_data.setdefault("language", user.membership.practice.language)
        return services.create_patient(user=user, identifiers=validated_data.pop("identifiers", []), **validated_data)

    def update(self, instance: Patient, validated_data: dict[str, Any]) -> Patient:
        return services.update_patient(user=self.context["request"].user, patient=instance, **validated_data)


class PhaseSerializer(Strict):
    """The phase as it was assessed on a day; the newest counts."""

    id = serializers.UUIDField(read_only=True)
    phase = Text(max_length=40)
    assessed_on = Day(required=False, help_text="Today, unless given.")
    note = Text(max_length=2000, required=False, allow_blank=True)
    created_by = serializers.UUIDField(source="created_by_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def validate_phase(self, phase: str) -> str:
        visible = Protocol.objects.visible_to(self.context["request"].user)
        known = sorted({one["code"] for protocol in visible for one in protocol.rules["phases"]})
        if phase not in known:
            raise serializers.ValidationError(
                f"{phase} is not known. Known: {', '.join(known)}.", code="invalid_choice"
            )
        return phase


class ClearanceSerializer(Strict):
    """The patient does the basic exercises without problems."""

    id = serializers.UUIDField(read_only=True)
    cleared_on = Day(required=False, help_text="Today, unless given.")
    note = Text(max_length=2000, required=False, allow_blank=True)
    created_by = serializers.UUIDField(source="created_by_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class EpisodeSerializer(Strict):
    """One complaint of one patient."""

    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    complaint = Text(max_length=500)
    body_region = Choice(choices=BodyRegion.choices)
    onset_on = Day(required=False, allow_null=True)
    closed_on = Day(required=False, allow_null=True)
    precautions = ChoiceList(choices=Precaution.values, required=False)
    goals = serializers.ListField(child=Text(max_length=500), max_length=20, required=False)
    phase = serializers.SerializerMethodField(help_text="The current one: the newest of the phase history.")
    phase_assessed_on = serializers.SerializerMethodField()
    cleared_on = serializers.SerializerMethodField(help_text="The newest clearance.")
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def _assessed(self, episode: Episode) -> PhaseAssessment | None:
        return max(episode.phase_history.all(), key=lambda one: (one.assessed_on, one.created_at), default=None)

    def get_phase(self, episode: Episode) -> str | None:
        assessed = self._assessed(episode)
        return assessed.phase if assessed else None

    def get_phase_assessed_on(self, episode: Episode) -> datetime.date | None:
        assessed = self._assessed(episode)
        return assessed.assessed_on if assessed else None

    def get_cleared_on(self, episode: Episode) -> datetime.date | None:
        return max((one.cleared_on for one in episode.clearances.all()), default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        onset = attrs.get("onset_on", getattr(self.instance, "onset_on", None))
        closed = attrs.get("closed_on", getattr(self.instance, "closed_on", None))
        if onset and closed and closed < onset:
            early = serializers.ErrorDetail("The episode ends before it starts.", code="order")
            raise serializers.ValidationError({"closed_on": [early]})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Episode:
        return services.open_episode(user=self.context["request"].user, **validated_data)

    def update(self, instance: Episode, validated_data: dict[str, Any]) -> Episode:
        return services.update_episode(user=self.context["request"].user, episode=instance, **validated_data)


class UpdatedSince(filters.FilterSet):
    updated_since = UpdatedSinceFilter()


class SearchSerializer(Strict):
    """At least one of these; all that are given must hold."""

    fewest = 1
    name = Text(max_length=200, required=False)
    birth_date = Day(required=False)
    identifier = IdentifierSerializer(required=False)

    def validate_name(self, name: str) -> str:
        if not searchable(name):
            raise serializers.ValidationError("Give at least one letter or digit.", code="no-word")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Give a name, a birth_date or an identifier.", code="required")
        return attrs


FOUND = inline_serializer("FoundPatients", {"results": PatientSerializer(many=True)})


@extend_schema_view(create=extend_schema(parameters=[IDEMPOTENCY_KEY]))
class PatientViewSet(
    CreatesOnce,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Patient],
):
    """The practice's patients, newest first."""

    serializer_class = PatientSerializer
    pagination_class = NewestFirst
    filterset_class = UpdatedSince
    queryset = Patient.objects.none()
    reading_actions = ("search",)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Patient.objects.visible_to(self.request.user).prefetch_related("identifiers")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        record_read(request, "patient", page or [])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        patient = self.get_object()
        record_read(request, "patient", [patient], patient.pk)
        return Response(self.get_serializer(patient).data)

    @extend_schema(request=SearchSerializer, responses=FOUND)
    @action(detail=False, methods=["post"])
    def search(self, request: Request) -> Response:
        """Find patients by name, birth date or identifier. In the body, so that no name stands in a URL."""
        query = SearchSerializer(data=request.data)
        query.is_valid(raise_exception=True)
        found = list(
            Patient.objects.visible_to(request.user)
            .found_by(**query.validated_data)
            .prefetch_related("identifiers")[:50]
        )
        record_read(request, "patient", found)
        return Response({"results": self.get_serializer(found, many=True).data})


@extend_schema_view(create=extend_schema(parameters=[IDEMPOTENCY_KEY]))
class PatientEpisodesViewSet(CreatesOnce, mixins.ListModelMixin, viewsets.GenericViewSet[Episode]):
    """The episodes of one patient, newest first."""

    serializer_class = EpisodeSerializer
    pagination_class = NewestFirst
    filterset_class = UpdatedSince
    queryset = Episode.objects.none()

    def get_queryset(self) -> Any:
        patient = get_object_or_404(Patient.objects.visible_to(self.request.user), pk=self.kwargs["patient_id"])
        return (
            Episode.objects.visible_to(self.request.user)
            .filter(patient=patient)
            .prefetch_related("phase_history", "clearances")
        )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_read(request, "episode", page, self.kwargs["patient_id"])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def given(self) -> dict[str, Any]:
        return {
            "patient": get_object_or_404(Patient.objects.visible_to(self.request.user), pk=self.kwargs["patient_id"])
        }


class EpisodeViewSet(
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Episode],
):
    """Episodes of care. Phase history and clearances are only added to."""

    serializer_class = EpisodeSerializer
    pagination_class = NewestFirst
    filterset_class = UpdatedSince
    queryset = Episode.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Episode.objects.visible_to(self.request.user).prefetch_related("phase_history", "clearances")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_read(request, "episode", page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        episode = self.get_object()
        record_read(request, "episode", [episode], episode.patient_id)
        return Response(self.get_serializer(episode).data)

    @extend_schema(methods=["get"], responses=PhaseSerializer(many=True))
    @extend_schema(
        methods=["post"], request=PhaseSerializer, responses={201: PhaseSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def phases(self, request: Request, pk: str) -> Response:
        """The phase history, oldest first; a new assessment is added to it."""
        episode = self.get_object()
        if request.method == "GET":
            record_read(request, "phase", episode.phase_history.all(), episode.patient_id)
            return Response(PhaseSerializer(episode.phase_history.all(), many=True).data)
        return self._add(request, PhaseSerializer, PhaseAssessment, services.assess_phase, "phase", "assessed_on")

    @extend_schema(methods=["get"], responses=ClearanceSerializer(many=True))
    @extend_schema(
        methods=["post"],
        request=ClearanceSerializer,
        responses={201: ClearanceSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def clearances(self, request: Request, pk: str) -> Response:
        """The records that the patient does the basic exercises without problems."""
        episode = self.get_object()
        if request.method == "GET":
            record_read(request, "clearance", episode.clearances.all(), episode.patient_id)
            return Response(ClearanceSerializer(episode.clearances.all(), many=True).data)
        return self._add(request, ClearanceSerializer, Clearance, services.clear_basics, "clearance", "cleared_on")

    def _add(self, request: Request, form: type[Strict], model: Any, add: Any, kind: str, day: str) -> Response:
        episode = self.get_object()

        def make() -> Any:
            serializer = form(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            return add(user=request.user, episode=episode, **{day: timezone.localdate(), **serializer.validated_data})

        added = create_once(request, make, shown_again(request, model.objects.visible_to(request.user), kind))
        return Response(form(added).data, status=status.HTTP_201_CREATED)
