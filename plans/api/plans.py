"""Plans: composed whole, checked, previewed and issued."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action, record_access
from patients.models import Episode, Patient, User
from plans import services
from plans.api.checks import CHECK_FIELDS, check_data, written
from plans.api.fields import Strict, Text, listed
from plans.api.filtering import UpdatedSinceFilter
from plans.api.pagination import NewestFirst
from plans.api.plan_forms import PlanForm, completed
from plans.api.problems import Problem
from plans.api.rendering import print_layout, printed
from plans.api.requests import (
    CreatesOnce,
    create_once,
    language_of,
    member,
    print_language,
    record_read,
    required_version,
    shown_again,
)
from plans.api.revisions import RevisionSerializer
from plans.api.schema import IDEMPOTENCY_KEY, IF_MATCH, LANGUAGE, LAYOUT
from plans.checking import case_of
from plans.documents import Override, document_of
from plans.models import MAXIMUM_ITEMS, Plan
from plans.pdf import render_programme
from plans.rules import check


class PlanFilter(filters.FilterSet):
    """Narrows the list; what another practice has is as unknown as what nobody has."""

    patient = filters.ModelChoiceFilter(
        field_name="episode__patient", queryset=lambda request: Patient.objects.visible_to(request.user)
    )
    episode = filters.ModelChoiceFilter(queryset=lambda request: Episode.objects.visible_to(request.user))
    author = filters.ModelChoiceFilter(
        queryset=lambda request: User.objects.filter(memberships__practice_id=request.user.membership.practice_id)
    )
    status = filters.ChoiceFilter(choices=Plan.Status.choices)
    updated_since = UpdatedSinceFilter()

    class Meta:
        model = Plan
        fields: list[str] = []


class OverrideForm(Strict):
    finding = Text(max_length=60)
    where = Text(max_length=200, trim_whitespace=False, allow_blank=True)
    reason = Text(max_length=2000)

    def validate_reason(self, reason: str) -> str:
        # Signs and what cannot be seen are no words.
        if sum(any(sign.isalpha() for sign in word) for word in reason.split()) < 3:
            raise serializers.ValidationError("Give the reason in at least 3 words.", code="too-short")
        return reason


class FixForm(Strict):
    finding = Text(max_length=60)
    where = Text(max_length=200, trim_whitespace=False, allow_blank=True)
    fix = Text(max_length=300, help_text="The fix's id.")


class IssueForm(Strict):
    overrides = listed(OverrideForm, 500)

    def validate_overrides(self, overrides: list[dict[str, Any]]) -> list[dict[str, Any]]:
        errors: dict[str, Any] = {}
        seen: set[tuple[str, str]] = set()
        for number, one in enumerate(overrides):
            named = (one["finding"], one["where"])
            if named in seen:
                errors[str(number)] = {
                    "finding": [serializers.ErrorDetail("This finding has a reason already.", "twice")]
                }
            seen.add(named)
        if errors:
            raise ValidationError(errors)
        return overrides


FIXED = inline_serializer("FixedPlan", {"plan": PlanForm(), **CHECK_FIELDS})
PLAN_CHECK = inline_serializer(
    "PlanCheck", {"plan": serializers.UUIDField(), "version": serializers.IntegerField(), **CHECK_FIELDS}
)


@extend_schema_view(
    create=extend_schema(parameters=[IDEMPOTENCY_KEY]),
    update=extend_schema(parameters=[IF_MATCH]),
    partial_update=extend_schema(parameters=[IF_MATCH]),
    destroy=extend_schema(parameters=[IF_MATCH], responses={204: None}),
)
class PlanViewSet(CreatesOnce, viewsets.GenericViewSet[Plan]):
    """Plans of the practice, newest first. `ETag` comes with each; writes need it in `If-Match`."""

    serializer_class = PlanForm
    pagination_class = NewestFirst
    filterset_class = PlanFilter
    query_parameters: tuple[str, ...] = ()
    queryset = Plan.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Plan.objects.visible_to(self.request.user).complete()

    def handle_exception(self, exc: Exception) -> Response:
        """Somebody may delete a plan between its being found and its being locked."""
        return super().handle_exception(NotFound() if isinstance(exc, Plan.DoesNotExist) else exc)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_read(request, "plan", page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        plan = self.get_object()
        record_read(request, "plan", [plan], plan.episode.patient_id)
        return self._answer(plan)

    def make(self) -> Plan:
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        attrs = form.validated_data
        episode = attrs["episode"]
        return services.create_plan(
            user=self.request.user,
            episode=episode,
            protocol=attrs["protocol"],
            programme=completed(attrs, episode.patient.language),
        )

    def created(self, made: Plan) -> Response:
        return self._answer(made, status.HTTP_201_CREATED)

    def update(self, request: Request, pk: uuid.UUID) -> Response:
        """Write the whole plan anew, items included. An issued plan becomes a draft beside its revisions."""
        plan = self.get_object()
        return self._replace(plan, request.data)

    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Change the given fields of the plan; lists, such as items, are given whole."""
        plan = self.get_object()
        if not isinstance(request.data, dict):
            raise ValidationError("Give an object.")
        form = PlanForm(plan, context=self.get_serializer_context())
        kept = {name: form.data[name] for name, field in form.fields.items() if not field.read_only}
        return self._replace(plan, {**kept, **request.data})

    def _replace(self, plan: Plan, data: Any) -> Response:
        version = required_version(self.request, str(plan.pk))
        form = self.get_serializer(plan, data=data)
        form.is_valid(raise_exception=True)
        attrs = form.validated_data
        try:
            changed = services.replace_plan(
                user=self.request.user,
                plan_id=plan.pk,
                version=version,
                protocol=attrs["protocol"],
                programme=completed(attrs, plan.language),
            )
        except services.StaleVersion as error:
            raise _stale(error) from error
        return self._answer(changed)

    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a plan that was never issued."""
        plan = self.get_object()
        version = required_version(request, str(plan.pk))
        try:
            services.delete_plan(user=request.user, plan_id=plan.pk, version=version)
        except services.StaleVersion as error:
            raise _stale(error) from error
        except services.HasRevisions as error:
            raise Problem(409, "has-revisions", "A plan with issued revisions cannot be deleted.") from error
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, plan: Plan, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(plan).data, status=code, headers=etag(plan))

    @extend_schema(parameters=[LANGUAGE], responses=PLAN_CHECK)
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def findings(self, request: Request, pk: uuid.UUID) -> Response:
        """The check of the plan: findings, balance and burden."""
        plan = self.get_object()
        record_read(request, "plan", [plan], plan.episode.patient_id)
        checked = check_data(case_of(plan, timezone.localdate()), language_of(request))
        return Response({"plan": str(plan.pk), "version": plan.version, **checked})

    @extend_schema(parameters=[LAYOUT, LANGUAGE], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def preview(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """The programme as it would be printed, marked as a draft. Never stored."""
        plan = self.get_object()
        record_access(request.user, Action.EXECUTE, "preview", [plan.pk], patient_id=plan.episode.patient_id)
        issued_at = timezone.localtime()
        case = case_of(plan, issued_at.date())
        clinician = member(request).person or plan.author
        document = document_of(plan, case, check(case), clinician=clinician, issued_at=issued_at)
        language, layout = print_language(request, plan.language), print_layout(request)
        pdf = printed(lambda: render_programme(document, language, layout=layout))
        headers = {"Content-Disposition": 'inline; filename="draft.pdf"', "Cache-Control": "no-store"}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)

    @extend_schema(
        request=FixForm,
        parameters=[LANGUAGE, IF_MATCH],
        responses={
            200: FIXED,
            409: OpenApiResponse(
                description="No such fix is offered now, with the findings that are; or no room for it."
            ),
        },
    )
    @action(detail=True, methods=["post"])
    def fixes(self, request: Request, pk: uuid.UUID) -> Response:
        """Apply one fix that a finding offers; answers with the plan and its new findings."""
        plan, language = self.get_object(), language_of(request)
        version = required_version(request, str(plan.pk))
        form = FixForm(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            changed = services.apply_finding_fix(
                user=request.user, plan_id=plan.pk, version=version, **form.validated_data
            )
        except services.StaleVersion as error:
            raise _stale(error) from error
        except services.UnknownFix as error:
            record_access(request.user, Action.EXECUTE, "fix", [plan.pk], patient_id=plan.episode.patient_id)
            case = case_of(plan, timezone.localdate())
            offered = written(case, check(case), language)
            raise Problem(
                409, "not-offered", "No finding that stands now offers this fix.", findings=offered
            ) from error
        except services.TooManyItems as error:
            raise Problem(
                409, "too-many-items", f"A plan has at most {MAXIMUM_ITEMS} items. Take one out first."
            ) from error
        checked = check_data(case_of(changed, timezone.localdate()), language)
        return Response({"plan": self.get_serializer(changed).data, **checked}, headers=etag(changed))

    @extend_schema(
        request=IssueForm,
        parameters=[LANGUAGE, IDEMPOTENCY_KEY],
        responses={
            201: RevisionSerializer,
            409: OpenApiResponse(description="Findings that still stand, or nothing changed."),
        },
    )
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: uuid.UUID) -> Response:
        """Issue the plan: an immutable, numbered revision. Warnings need an override each, with a reason; errors block."""
        plan, language = self.get_object(), language_of(request)
        try:
            revision = create_once(request, lambda: self._issue(plan), shown_again(request, plan.revisions.all()))
        except services.NotIssuable as error:
            record_access(request.user, Action.EXECUTE, "issue", [plan.pk], patient_id=plan.episode.patient_id)
            raise _standing(error, language) from error
        data = RevisionSerializer(revision, context=self.get_serializer_context()).data
        return Response(data, status=status.HTTP_201_CREATED)

    def _issue(self, plan: Plan) -> Any:
        form = IssueForm(data=self.request.data)
        form.is_valid(raise_exception=True)
        overrides = [Override(**one) for one in form.validated_data.get("overrides", [])]
        try:
            return services.issue_plan(user=self.request.user, plan_id=plan.pk, overrides=overrides)
        except services.NotPrintable as error:
            raise Problem(409, "not-printable", str(error)) from error
        except services.NothingChanged as error:
            raise Problem(409, "nothing-changed", "Nothing changed since the last revision.") from error
        except services.UnknownOverride as error:
            message = serializers.ErrorDetail("No such finding stands.", code="unknown")
            raise ValidationError({"overrides": {str(error.index): {"finding": [message]}}}) from error


def etag(plan: Plan) -> dict[str, str]:
    return {"ETag": f'"{plan.pk}.{plan.version}"'}


def _standing(error: services.NotIssuable, language: str) -> Problem:
    standing = written(error.case, error.findings, language)
    errors = [{"pointer": one["where"], "code": one["id"], "detail": one["message"]} for one in standing]
    return Problem(409, "findings-stand", "Findings stand in the way of issuing.", errors=errors, findings=standing)


def _stale(error: services.StaleVersion) -> Problem:
    return Problem(412, "stale", "Somebody changed the plan since you read it. Read it again.", version=error.current)
