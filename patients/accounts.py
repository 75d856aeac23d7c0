"""Signing in: what differs here from allauth's own, and the second factor where no page asks for it."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import compare_user_code
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from patients.models import AuthToken, User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

LOGGED_IN_AT = "logged_in_at"

LIMITS_LAST = 5 * 60
"""Seconds after which allauth has forgotten what it counted: wrong passwords and codes, mails that were asked for."""

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by accepting an invitation."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords are answered with 429, not with a form."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that can't be sent must not tell, by another answer, that there is an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("A mail could not be sent: %s.", template_prefix)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are stored encrypted. The first of SECOND_FACTOR_KEYS encrypts, all of them decrypt."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = settings.SECOND_FACTOR_KEYS or [settings.SECRET_KEY]
    digests = (hashlib.sha256(b"second factors " + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def note_login(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """From when on the session counts. Called at each login."""
    request.session[LOGGED_IN_AT] = int(time.time())


def has_ended(session: SessionBase) -> bool:
    """Whether the login was longer ago than a session may last."""
    return time.time() - session.get(LOGGED_IN_AT, 0) > settings.SESSION_COOKIE_AGE


def has_second_factor(user: Any) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()


def lacks_second_factor(user: Any) -> bool:
    """Whether there is none, and the practice that this user acts for demands one, or the account manages all others."""
    membership = getattr(user, "membership", None)
    by_practice = membership is not None and membership.practice.demand_mfa
    by_power = settings.DEMAND_MFA_OF_SUPERUSERS and getattr(user, "is_superuser", False)
    return (by_practice or by_power) and not has_second_factor(user)


def end_tokens(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """Who removes the last second factor loses the tokens of practices that demand one. Called when a factor is deleted."""
    if instance.type not in SECOND_FACTORS:
        return
    User.objects.select_for_update(no_key=True).filter(pk=instance.user_id).first()  # whom `give_token` holds
    if not has_second_factor(instance.user):
        AuthToken.objects.filter(user=instance.user_id, practice__demand_mfa=True).delete()


@transaction.atomic
def accepts_code(user: User, code: str) -> bool:
    """Whether this is a code of the person's app, or a recovery code, that was not used before. Now it is.

    The rows are locked: of two requests with the same code, one is second.
    """
    codes = Authenticator.objects.select_for_update().filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    return any(one.wrap().validate_code(code) and _is_first_use(one, code) for one in codes)


@transaction.atomic
def _is_first_use(authenticator: Authenticator, code: str) -> bool:
    """Of an app: whether the code is newer than the last one. Allauth notes it in a cache, which a process may have alone."""
    if authenticator.type != Authenticator.Type.TOTP:
        return True  # recovery codes are marked where they are stored
    stored = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(stored.data["secret"])
    codes = {step: format_hotp_value(hotp_value(secret, step)) for step in yield_hotp_counters_from_time()}
    step = max(
        (step for step, expected in codes.items() if compare_user_code(actual=code, expected=expected)), default=0
    )
    if step <= stored.data.get("last_step", 0):
        return False
    stored.data["last_step"] = step
    stored.save(update_fields=["data"])
    return True


class OnceOnly(BaseAuthenticateForm):
    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not _is_first_use(self.authenticator, code):
            raise _incorrect_code()
        return code


class CodeForm(OnceOnly, AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(OnceOnly, ReauthenticateForm):
    """The code before something delicate is changed."""


@contextmanager
def _refused_if_malformed() -> Iterator[None]:
    """What is sent may look like anything, and allauth foresees not all of it."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _incorrect_code() from error


def _incorrect_code() -> ValidationError:
    return ValidationError(SecondFactorAdapter.error_messages["incorrect_code"], code="incorrect_code")


class CredentialOfAnyShape(AuthenticateWebAuthnForm):
    @_refused_if_malformed()
    def clean_credential(self) -> Authenticator:
        return super().clean_credential()


class PasskeyLoginForm(CredentialOfAnyShape, LoginWebAuthnForm):
    """A passkey instead of address and password."""


class PasskeyAgainForm(CredentialOfAnyShape, ReauthenticateWebAuthnForm):
    """A passkey before something delicate is changed."""


class NewPasskeyForm(AddWebAuthnForm):
    @_refused_if_malformed()
    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        return said
