"""Share links: a patient's way to one issued programme, without an account. The token is told once; a hash of it is kept."""

from __future__ import annotations

import base64
import datetime
import secrets
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from patients.access import Action, Outcome, record_access
from patients.models import Patient
from plans.models import Revision, ShareLink, ShareLinkQuerySet

DAYS, MOST_DAYS = 90, 365
"""How long a link works: unless asked otherwise, and at most."""

BY_LINK = "share_link"
"""The role that the access log gives to whoever comes with a link."""


def new_token() -> str:
    """160 random bits, in small letters and digits that are not mistaken for others: people type it from paper."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


@transaction.atomic
def share_revision(*, user: Any, revision: Revision, token: str, expires_at: datetime.datetime) -> ShareLink:
    """A link to a revision of the user's practice. Raises Patient.DoesNotExist where the record was just erased."""
    Patient.objects.held().get(pk=revision.patient_id)
    link = ShareLink.objects.create(
        practice=user.membership.practice,
        revision=revision,
        digest=ShareLink.digest_of(token),
        created_by=user.person,
        expires_at=expires_at,
    )
    record_access(user, Action.CREATE, "share_link", [link.pk], patient_id=revision.patient_id)
    return link


def revoke_share_link(*, user: Any, link_id: uuid.UUID) -> None:
    """From now on the link opens nothing. Who revoked it first stays the one who did.

    Raises Patient.DoesNotExist where the record was just erased.
    """
    _revoke(ShareLink.objects.visible_to(user), link_id, user)


def revoke_as_administrator(*, link_id: uuid.UUID) -> bool:
    """The same from a command, which nobody is signed in to. Whether it was there to revoke: it may just be erased."""
    try:
        _revoke(ShareLink.objects.all(), link_id, None)
    except Patient.DoesNotExist:
        return False
    return True


@transaction.atomic
def _revoke(links: ShareLinkQuerySet, link_id: uuid.UUID, user: Any) -> None:
    Patient.objects.held().get(revisions__share_links=link_id)
    link = links.with_revision().select_for_update(of=("self",)).get(pk=link_id)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = timezone.now(), user and user.person
        link.save(update_fields=["revoked_at", "revoked_by"])
    record_access(
        user, Action.DELETE, "share_link", [link.pk], patient_id=link.patient_id, practice_id=link.practice_id
    )


def open_share_link(*, token: str, action: Action) -> ShareLink | None:
    """The link of a token, if it works; what comes of it is recorded. The work is the same whatever the token is."""
    link = ShareLink.objects.with_revision().of_token(token)
    works = link is not None and link.works
    record_access(
        None,
        action,
        "share_link",
        [link.pk] if link else [],
        patient_id=link.patient_id if link else None,
        practice_id=link.practice_id if link else None,
        role=BY_LINK,
        outcome=Outcome.OK if works else Outcome.NOT_FOUND,
    )
    return link if works else None


def has_newer(revision: Revision) -> bool:
    """Whether the patient got another programme for the same complaint since."""
    return Revision.objects.filter(episode_id=revision.episode_id, issued_at__gt=revision.issued_at).exists()
