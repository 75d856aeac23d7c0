"""Token login for programs and scripts."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from patients.accounts import LIMITS_LAST, accepts_code, has_second_factor
from patients.members import SecondFactorDemanded, give_token
from patients.models import AuthToken, Membership, User
from plans.api.fields import Strict, Text
from plans.api.permissions import PersonOnly
from plans.api.problems import Problem, second_factor_demanded
from plans.api.throttles import LoginThrottle


class LoginForm(Strict):
    email = Text(max_length=254)
    password = Text(max_length=1000, trim_whitespace=False)
    code = Text(
        max_length=20,
        required=False,
        help_text="Of the authenticator app, or a recovery code; where the account has a second factor.",
    )
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


def login_failed() -> Problem:
    return Problem(401, "login-failed", "E-mail address, password or practice is wrong.")


class LoginView(APIView):
    """A new token for an e-mail address and password, and a code where the account has a second factor."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get_throttles(self) -> list[Any]:
        self.limit = LoginThrottle()
        return [self.limit]

    @extend_schema(
        request=LoginForm, responses={201: TOKEN, 401: OpenApiResponse(description="Wrong, or a code is missing.")}
    )
    def post(self, request: Request) -> Response:
        form = LoginForm(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        user = authenticate(request._request, username=said["email"], password=said["password"])
        if not isinstance(user, User) or user.act_for(said.get("practice")) is None:
            raise login_failed()
        self.limit.forget_guess()
        self._check_second_factor(request, user, said.get("code", ""))
        try:
            membership, token, secret = give_token(user=user, name=said.get("name", ""))
        except Membership.DoesNotExist as error:
            raise login_failed() from error
        except SecondFactorDemanded as error:
            raise second_factor_demanded() from error
        data = {
            "token": secret,
            "expires_at": token.expiry,
            "user": user.pk,
            "practice": token.practice_id,
            "role": membership.role,
        }
        return Response(data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    def _check_second_factor(self, request: Request, user: User, code: str) -> None:
        """Raises a problem unless there is a good code, or none is needed. Wrong codes count with those of the pages."""
        if not has_second_factor(user):
            return  # whether one is demanded, `give_token` asks
        if not code:
            raise Problem(401, "code-required", "Send a code of your authenticator app, or a recovery code, as `code`.")
        tries = {"action": "login_failed", "key": f"mfa-auth-user-{user.pk}"}
        if not ratelimit.consume(request._request, **tries):
            raise Throttled(LIMITS_LAST)
        if not accepts_code(user, code):
            raise Problem(401, "code-wrong", "This code is wrong, or was used before. Wait for the next one.")
        ratelimit.clear(request._request, **tries)


class LogoutView(APIView):
    """Ends the token that this request is made with."""

    permission_classes = [PersonOnly]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
