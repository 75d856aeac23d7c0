"""A person's own tokens: to look at and to end."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patients.models import AuthToken
from plans.api.permissions import PersonOnly


class OwnTokenSerializer(serializers.ModelSerializer[AuthToken]):
    """A token as it may be shown: never whole."""

    prefix = serializers.CharField(source="token_key", help_text="How it begins; by this it is ended.")
    practice = serializers.UUIDField(source="practice_id")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    is_this_one = serializers.SerializerMethodField(help_text="Whether this request was made with it.")

    class Meta:
        model = AuthToken
        fields = ["prefix", "name", "practice", "created_at", "expires_at", "is_this_one"]

    def get_is_this_one(self, token: AuthToken) -> bool:
        return token == self.context["request"].auth


class TokenViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[AuthToken]):
    """One's own tokens that haven't expired, newest first, whichever practice they act for."""

    serializer_class = OwnTokenSerializer
    permission_classes = [PersonOnly]
    filterset_class = None
    queryset = AuthToken.objects.none()

    def get_queryset(self) -> QuerySet[AuthToken]:
        user: Any = self.request.user
        return AuthToken.objects.filter(user=user, expiry__gt=timezone.now()).order_by("-created", "digest")

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, prefix: str) -> Response:
        """End one of one's own tokens."""
        ended, _ = self.get_queryset().filter(token_key=prefix).delete()
        if not ended:
            raise NotFound
        return Response(status=204)


class LogoutAllView(APIView):
    """Ends every token of the person who asks, in every practice."""

    permission_classes = [PersonOnly]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        user: Any = request.user
        user.auth_token_set.all().delete()
        return Response(status=204)
