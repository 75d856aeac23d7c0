"""The practice, its members and those who are invited. Members read; owners change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patients import members
from patients.invitations import mail_invitation
from patients.models import Invitation, Membership, Role
from plans.api.fields import Choice, Email, Flag, Strict
from plans.api.permissions import OwnerMayWrite, OwnerOnly
from plans.api.problems import Problem
from plans.api.requests import create_once, forget_key, member
from plans.api.schema import IDEMPOTENCY_KEY


class PracticeSerializer(Strict):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    country = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    demand_mfa = Flag(help_text="Members without a second factor are let in only to set one up; their tokens end.")


class PracticeView(APIView):
    """The practice that the caller acts for. The rest of it is managed in the admin."""

    permission_classes = [OwnerMayWrite]

    @extend_schema(responses=PracticeSerializer)
    def get(self, request: Request) -> Response:
        return Response(PracticeSerializer(member(request).acting_practice).data)

    @extend_schema(request=PracticeSerializer, responses=PracticeSerializer)
    def patch(self, request: Request) -> Response:
        practice = member(request).acting_practice
        form = PracticeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        if "demand_mfa" in form.validated_data:
            demanded = form.validated_data["demand_mfa"]
            practice = members.change_practice(user=request.user, practice=practice, demand_mfa=demanded)
        return Response(PracticeSerializer(practice).data)


class MemberSerializer(Strict):
    id = serializers.UUIDField(source="user_id", read_only=True, help_text="Of the account.")
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    role = Choice(choices=Role.choices)
    created_at = serializers.DateTimeField(read_only=True)


def last_owner() -> Problem:
    return Problem(409, "last-owner", "A practice keeps at least one owner: make somebody else an owner first.")


class MemberViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Membership]):
    """Who belongs to the practice. An owner changes roles and removes members; every member may leave."""

    serializer_class = MemberSerializer
    permission_classes = [OwnerMayWrite]
    own_actions = ("destroy",)
    filterset_class = None
    queryset = Membership.objects.none()
    lookup_field = "user_id"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        visible = Membership.objects.visible_to(self.request.user)
        return visible.select_related("user").order_by("user__name", "pk")

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        membership = self.get_object()
        form = MemberSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        try:
            role = form.validated_data.get("role", membership.role)
            changed = members.change_role(user=request.user, membership=membership, role=role)
        except members.LastOwner as error:
            raise last_owner() from error
        except Membership.DoesNotExist as error:
            raise NotFound from error
        return Response(MemberSerializer(changed).data)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a member, or leave."""
        membership = self.get_object()
        mine = member(request).membership
        if mine != membership and (mine is None or mine.role != Role.OWNER):
            raise PermissionDenied(OwnerMayWrite.message)
        try:
            members.end_membership(user=request.user, membership=membership)
        except members.LastOwner as error:
            raise last_owner() from error
        except Membership.DoesNotExist as error:
            raise NotFound from error
        return Response(status=204)


class InvitationSerializer(Strict):
    id = serializers.UUIDField(read_only=True)
    email = Email(max_length=254)
    role = Choice(choices=Role.choices)
    by = Choice(
        choices=["email", "link"],
        write_only=True,
        help_text=(
            "`email`: it is mailed to the address. `link`: the answer has the link, to be handed over. Who has an account "
            "joins with it; who has none is first mailed another link: nobody makes an account with an address of others."
        ),
    )
    invited_by = serializers.UUIDField(source="invited_by_id", read_only=True)
    state = serializers.ChoiceField(choices=["open", "accepted", "revoked", "expired"], read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)

    def validate_email(self, email: str) -> str:
        return email.lower()


class NewInvitationSerializer(InvitationSerializer):
    link = serializers.URLField(
        read_only=True, allow_null=True, help_text="Told this once. Null where it was mailed, or asked for again."
    )


@extend_schema_view(
    create=extend_schema(
        request=InvitationSerializer, responses={201: NewInvitationSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
)
class InvitationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Invitation]):
    """Who is asked to become a member; newest first. For owners."""

    serializer_class = InvitationSerializer
    permission_classes = [OwnerOnly]
    filterset_class = None
    queryset = Invitation.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Invitation.objects.visible_to(self.request.user)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Invite somebody for 7 days. An open invitation to the same address is replaced."""
        form = InvitationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said, links = form.validated_data, []
        owner: Any = request.user  # a person: integrations are kept out

        def make() -> Invitation:
            invitation, secret = members.invite(
                user=owner, email=said["email"], role=said["role"], is_mailed=said["by"] == "email"
            )
            links.append(request.build_absolute_uri(reverse("invitation", args=[secret])))
            return invitation

        invitation = create_once(request, make, lambda pk: self.get_queryset().get(pk=pk))
        link = links[0] if links else None
        if link and said["by"] == "email":
            self._mail(request, invitation, link)
            link = None
        answer = {**InvitationSerializer(invitation).data, "link": link}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})

    def _mail(self, request: Request, invitation: Invitation, link: str) -> None:
        try:
            mail_invitation(invitation, link)
        except OSError as error:
            members.revoke_invitation(user=self.request.user, invitation=invitation)
            forget_key(request)
            raise Problem(503, "mail-failed", "The mail could not be sent. Nobody was invited.") from error

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke an invitation that nobody has accepted."""
        invitation = self.get_object()
        if invitation.accepted_at is not None:
            raise Problem(409, "accepted", "This invitation was accepted. Remove the member instead.")
        members.revoke_invitation(user=request.user, invitation=invitation)
        return Response(status=204)
