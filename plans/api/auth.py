"""Token login for programs and scripts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patients.models import AuthToken, User
from plans.api.fields import Strict, Text
from plans.api.permissions import PersonOnly
from plans.api.problems import Problem
from plans.api.throttles import LoginThrottle


class LoginForm(Strict):
    email = Text(max_length=254)
    password = Text(max_length=1000, trim_whitespace=False)
    practice = serializers.UUIDField(required=False, help_text="For a member of several practices; else the first.")
    name = Text(max_length=100, required=False, allow_blank=True, help_text="What the token is for.")


TOKEN = inline_serializer(
    "Token",
    {
        "token": serializers.CharField(help_text="Shown this once. Send it as `Authorization: Token …`."),
        "expires_at": serializers.DateTimeField(),
        "user": serializers.UUIDField(),
        "practice": serializers.UUIDField(),
        "role": serializers.CharField(),
    },
)


class LoginView(APIView):
    """A new token for an e-mail address and password."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [LoginThrottle]

    @extend_schema(
        request=LoginForm, responses={201: TOKEN, 401: OpenApiResponse(description="Wrong, and not said what.")}
    )
    def post(self, request: Request) -> Response:
        form = LoginForm(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        user = authenticate(request._request, username=said["email"], password=said["password"])
        if not isinstance(user, User) or user.act_for(said.get("practice")) is None:
            raise Problem(401, "login-failed", "E-mail address, password or practice is wrong.")
        membership = user.membership
        assert membership is not None  # noqa: S101
        token, secret = AuthToken.objects.create(user, practice=membership.practice, name=said.get("name", ""))
        data = {
            "token": secret,
            "expires_at": token.expiry,
            "user": user.pk,
            "practice": membership.practice_id,
            "role": membership.role,
        }
        return Response(data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class LogoutView(APIView):
    """Ends the token that this request is made with."""

    permission_classes = [PersonOnly]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
