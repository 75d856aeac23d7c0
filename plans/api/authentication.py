"""Who calls, and for which practice. Membership is asked anew each request: taking it away acts at once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed


class PracticeTokenAuthentication(TokenAuthentication):
    """`Authorization: Token hep_…`: acts for the token's practice."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isascii():
            raise AuthenticationFailed("Invalid token.")
        credentials: tuple[Any, Any] = super().authenticate_credentials(token)
        return credentials

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Whether the token has expired. Knox also reads and deletes the user's other tokens here, at every request."""
        if auth_token.expiry is None or auth_token.expiry >= timezone.now():
            return False
        auth_token.delete()
        return True

    def validate_user(self, auth_token: Any) -> tuple[Any, Any]:
        user, token = super().validate_user(auth_token)
        if user.act_for(token.practice_id) is None:
            raise AuthenticationFailed("Invalid token.")
        return user, token


class PracticeSessionAuthentication(SessionAuthentication):
    """A browser session: acts for the session's practice, as `acting_practice` has set it."""
