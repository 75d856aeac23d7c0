"""Browsers, mails and codes of authenticator apps, as tests of signing in need them."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from patients.models import User
from tests.factories import PASSWORD

LOGIN = "/account/login/"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **fields: str) -> tuple[Client, Any]:
    """A browser after the login page was sent, and the answer."""
    client = client or Client()
    return client, client.post(LOGIN, {"login": email, "password": password, **fields})


def signed_in(email: str) -> Client:
    client, answer = sign_in(email)
    assert answer.status_code == 302, answer.content
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account/password/change/").status_code == 200


def set_up_app(user: User) -> None:
    """The account has an authenticator app now, and recovery codes."""
    TOTP.activate(user, APP_SECRET)
    RecoveryCodes.activate(user)


def code_now(secret: str = APP_SECRET, steps: int = 0) -> str:
    """What the app shows, or showed so many steps ago (-1) or will show."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_codes(user: User) -> list[str]:
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def link_in_mail() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]
