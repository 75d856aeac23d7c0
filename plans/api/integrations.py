"""Other systems that act for the practice: an owner lets them in and ends it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients import integrations
from patients.models import Integration, Membership, Scope
from plans.api.fields import ChoiceList, Strict, Text
from plans.api.permissions import OwnerOnly
from plans.api.problems import Problem

WRITING = frozenset(scope for scope in Scope.values if scope.endswith(":write"))


class IntegrationTermForm(Strict):
    expires_at = serializers.DateTimeField(required=False, help_text="In a year, unless given; in two at most.")

    def validate_expires_at(self, moment: datetime.datetime) -> datetime.datetime:
        now = timezone.now()
        if not now < moment <= now + integrations.LONGEST_TERM:
            days = integrations.LONGEST_TERM.days
            raise serializers.ValidationError(f"Give a moment from now to {days} days from now.", code="range")
        return moment


class IntegrationResponsibleForm(Strict):
    fewest = 1

    responsible = serializers.UUIDField(
        allow_null=True, source="responsible.user_id", help_text="An owner or clinician who answers for what it writes."
    )

    def validate_responsible(self, user_id: uuid.UUID | None) -> Membership | None:
        if user_id is None:
            return None
        practice = self.context["request"].user.acting_practice
        found = Membership.objects.filter(practice=practice, user=user_id, user__is_active=True).first()
        if found is None or not found.may_write:
            raise serializers.ValidationError("No owner or clinician of this practice has this id.", code="unknown")
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "responsible" in attrs:
            attrs["responsible"] = attrs["responsible"]["user_id"]
        scopes = attrs["scopes"] if self.instance is None else self.instance.scopes
        if WRITING & set(scopes) and attrs.get("responsible") is None:
            message = f"Who answers for what it writes? {', '.join(sorted(WRITING & set(scopes)))} needs somebody."
            nobody = serializers.ErrorDetail(message, code="nobody-responsible")
            raise serializers.ValidationError({"responsible": [nobody]})
        return attrs


class IntegrationSerializer(IntegrationResponsibleForm, IntegrationTermForm):
    """Another system that acts for the practice, within its scopes."""

    id = serializers.UUIDField(read_only=True)
    name = Text(max_length=100, help_text="As the access log has it; unique in the practice, and for ever.")
    scopes = ChoiceList(choices=Scope.values, allow_empty=False)
    responsible = serializers.UUIDField(
        source="responsible.user_id",
        required=False,
        allow_null=True,
        default=None,
        help_text="An owner or clinician who answers for what it writes; needed for a scope that writes.",
    )
    prefix = serializers.CharField(read_only=True, help_text="How its secret begins.")
    created_by = serializers.UUIDField(source="created_by_id", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    last_used_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="To the hour.")
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)


class IntegrationSecretSerializer(IntegrationSerializer):
    secret = serializers.SerializerMethodField(help_text="Shown this once. Send it as `Authorization: Token …`.")

    def get_secret(self, integration: Integration) -> str:
        secret: str = self.context["secret"]
        return secret


class IntegrationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Integration]):
    """The practice's integrations, revoked ones too: the log names them. For owners."""

    serializer_class = IntegrationSerializer
    permission_classes = [OwnerOnly]
    filterset_class = None
    queryset = Integration.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Integration.objects.visible_to(self.request.user).select_related("responsible")

    @extend_schema(request=IntegrationSerializer, responses={201: IntegrationSecretSerializer})
    def create(self, request: Request) -> Response:
        """A new integration with its secret, which is shown this once. Its name can't be taken twice, so that a repeated
        request makes no second one; where the answer was lost, `rotate/` gives a new secret.
        """
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made, secret = integrations.create_integration(user=request.user, **form.validated_data)
        except integrations.NameTaken as error:
            taken = serializers.ErrorDetail("The practice has an integration of this name, or had one.", code="taken")
            raise serializers.ValidationError({"name": [taken]}) from error
        return self._with_secret(made, secret, 201)

    @extend_schema(request=IntegrationResponsibleForm, responses=IntegrationSerializer)
    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Name somebody else who answers for what it writes. Other scopes take another integration."""
        integration = self.get_object()
        form = IntegrationResponsibleForm(integration, data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        integrations.name_responsible(user=request.user, integration=integration, **form.validated_data)
        return Response(self.get_serializer(integration).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Revoke it: its secret ends at once, and for ever."""
        integrations.revoke_integration(user=request.user, integration=self.get_object())
        return Response(status=204)

    @extend_schema(request=IntegrationTermForm, responses=IntegrationSecretSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: uuid.UUID) -> Response:
        """A new secret and a new term. The old secret ends at once."""
        integration = self.get_object()
        form = IntegrationTermForm(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            secret = integrations.rotate_secret(user=request.user, integration=integration, **form.validated_data)
        except integrations.IsRevoked as error:
            raise Problem(409, "revoked", "A revoked integration stays so. Make another one.") from error
        return self._with_secret(integration, secret, 200)

    def _with_secret(self, integration: Integration, secret: str, status: int) -> Response:
        shown = IntegrationSecretSerializer(integration, context={**self.get_serializer_context(), "secret": secret})
        return Response(shown.data, status=status)
