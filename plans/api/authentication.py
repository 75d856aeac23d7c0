"""Who calls, and for which practice. Membership is asked anew each request: taking it away acts at once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from patients.accounts import lacks_second_factor
from patients.integrations import integration_with
from patients.models import AuthToken, Integration, User


class PracticeTokenAuthentication(TokenAuthentication):
    """`Authorization: Token hep_…`: a person, for the token's practice. `Token hepi_…`: an integration."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken] | tuple[Integration, Integration]:
        """Who calls, and by what. Raises AuthenticationFailed, and does not say why."""
        try:
            secret = token.decode("ascii")
        except ValueError as error:
            raise AuthenticationFailed("Invalid token.") from error
        if secret.startswith(Integration.PREFIX):
            integration = integration_with(secret)
            if integration is None:
                raise AuthenticationFailed("Invalid token.")
            return integration, integration
        return self._person(secret)

    def _person(self, secret: str) -> tuple[User, AuthToken]:
        """A token's user and the token, by its hash.

        Knox's own finds tokens by a prefix kept in plain text, and reads and deletes the user's other tokens at every request.
        """
        found = AuthToken.objects.acting(hash_token(secret))
        if found is None or not found.user.is_active:
            raise AuthenticationFailed("Invalid token.")
        if found.expiry is not None and found.expiry < timezone.now():
            found.delete()
            raise AuthenticationFailed("Invalid token.")
        return found.user, found


class PracticeSessionAuthentication(SessionAuthentication):
    """A browser session: acts for the session's practice, as `acting_practice` has set it."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Raises a problem (403) where the practice demands a second factor and the person has none."""
        from plans.api.problems import second_factor_demanded  # which imports this file, by way of the settings

        found = super().authenticate(request)
        if found is not None and lacks_second_factor(found[0]):
            raise second_factor_demanded()
        return found
