"""Integrations: made, found by their secret, given a new one, ended.

A secret is `hepi_`, a public part by which it is found, and 256 random bits, of which only the SHA-256 is kept: nobody can
guess them, so that a slow hash would protect nothing more.
"""

from __future__ import annotations

import datetime
import re
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from patients.access import Action, record_access
from patients.members import digest_of
from patients.models import Integration, Membership

USUAL_TERM = datetime.timedelta(days=365)
LONGEST_TERM = 2 * USUAL_TERM
SECRET = re.compile(rf"{Integration.PREFIX}([0-9a-f]{{16}})_([0-9a-f]{{64}})")


class NameTaken(Exception):
    """The practice has an integration of this name, perhaps a revoked one: the log names it."""


class IsRevoked(Exception):
    """A revoked integration stays so."""


@transaction.atomic
def create_integration(
    *,
    user: Any,
    name: str,
    scopes: list[str],
    responsible: Membership | None = None,
    expires_at: datetime.datetime | None = None,
) -> tuple[Integration, str]:
    """An integration of the user's practice, and its secret, which nobody sees again. Raises NameTaken."""
    integration = Integration(
        practice=user.acting_practice,
        name=name,
        scopes=scopes,
        responsible=responsible,
        created_by=user.person,
        expires_at=expires_at or timezone.now() + USUAL_TERM,
    )
    secret = _give_secret(integration)
    try:
        with transaction.atomic():
            integration.save()
    except IntegrityError as error:
        raise NameTaken from error
    record_access(user, Action.CREATE, "integration", [integration.pk])
    return integration, secret


@transaction.atomic
def rotate_secret(*, user: Any, integration: Integration, expires_at: datetime.datetime | None = None) -> str:
    """A new secret and a new term; the old secret ends at once. Raises IsRevoked."""
    locked = _locked(integration)
    if locked.revoked_at is not None:
        raise IsRevoked
    secret = _give_secret(locked)
    locked.expires_at = expires_at or timezone.now() + USUAL_TERM
    locked.save(update_fields=["key", "digest", "expires_at"])
    record_access(user, Action.UPDATE, "integration", [integration.pk])
    integration.refresh_from_db()
    return secret


@transaction.atomic
def name_responsible(*, user: Any, integration: Integration, responsible: Membership | None) -> None:
    locked = _locked(integration)
    locked.responsible = responsible
    locked.save(update_fields=["responsible"])
    record_access(user, Action.UPDATE, "integration", [integration.pk])
    integration.refresh_from_db()


@transaction.atomic
def revoke_integration(*, user: Any, integration: Integration) -> None:
    """Its secret ends at once, and for ever. The row stays: the log names it."""
    locked = _locked(integration)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        record_access(user, Action.DELETE, "integration", [integration.pk], practice_id=integration.practice_id)


def integration_with(secret: str) -> Integration | None:
    """The integration that this secret opens, with its practice and who answers for it; None where it opens none."""
    parts = SECRET.fullmatch(secret)
    if parts is None:
        return None
    found = next(
        iter(Integration.objects.select_related("practice", "responsible__user").filter(key=parts[1]).order_by()), None
    )
    if found is None or not constant_time_compare(found.digest, digest_of(parts[2])) or not found.is_open:
        return None
    _note_use(found)
    return found


def _note_use(integration: Integration) -> None:
    """Once an hour, so that reading stays reading."""
    now = timezone.now()
    if integration.last_used_at is None or integration.last_used_at < now - datetime.timedelta(hours=1):
        Integration.objects.filter(pk=integration.pk).update(last_used_at=now)


def _give_secret(integration: Integration) -> str:
    integration.key, rest = secrets.token_hex(8), secrets.token_hex(32)
    integration.digest = digest_of(rest)
    return f"{integration.prefix}_{rest}"


def _locked(integration: Integration) -> Integration:
    locked: Integration = Integration.objects.select_for_update().get(pk=integration.pk)
    return locked
