"""What is done with practices and patients: one function an operation, one transaction each.

What writes to a patient's record holds the patient first, and raises Patient.DoesNotExist where the record was just erased.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from patients.access import Action, record_access
from patients.accounts import SECOND_FACTORS
from patients.models import (
    AuthToken,
    Clearance,
    Episode,
    Invitation,
    Membership,
    Patient,
    PatientIdentifier,
    PhaseAssessment,
    Practice,
    Role,
    User,
)

INVITATION_STANDS = datetime.timedelta(days=7)


class IdentifierTaken(Exception):
    """An identifier stands with another patient of the practice. `index` is its place in the list."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"Identifier {index} is taken.")


@transaction.atomic
def create_practice(*, name: str, owner_email: str, owner_name: str, password: str, **fields: Any) -> Practice:
    """A practice with its first owner, who may also manage the practice's catalogue in the admin."""
    practice = Practice.objects.create(name=name, **fields)
    owner = User.objects.filter(email__iexact=owner_email).first()
    if owner is None:
        owner = User.objects.create_user(owner_email, password, name=owner_name)
    owner.is_staff = True
    owner.save(update_fields=["is_staff"])
    Membership.objects.create(user=owner, practice=practice, role=Role.OWNER)
    return practice


class LastOwner(Exception):
    """A practice keeps at least one owner."""


class InvitationGone(Exception):
    """The invitation was accepted, revoked or has expired in the meantime."""


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is long and random, so that a fast hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(*, user: User, email: str, role: str, is_mailed: bool) -> tuple[Invitation, str]:
    """An invitation to the user's practice and its secret, which is told this once. It replaces one to the same address.

    `is_mailed`: the secret goes to the address, and to nobody else.
    """
    practice = user.acting_practice
    now, secret = timezone.now(), new_secret()
    Invitation.objects.filter(practice=practice, email=email.lower(), accepted_at=None, revoked_at=None).update(
        revoked_at=now, updated_at=now
    )
    invitation = Invitation.objects.create(
        practice=practice,
        email=email.lower(),
        role=role,
        invited_by=user,
        digest=digest_of(secret),
        is_mailed=is_mailed,
        expires_at=now + INVITATION_STANDS,
    )
    return invitation, secret


def replace_secret(*, invitation: Invitation, mailed: str) -> None:
    """From now on it is the secret that was mailed that accepts. Raises InvitationGone; the one before ends."""
    now = timezone.now()
    held = Invitation.objects.filter(pk=invitation.pk, digest=invitation.digest, accepted_at=None, revoked_at=None)
    fields = {"digest": digest_of(mailed), "is_mailed": True, "expires_at": now + INVITATION_STANDS}
    if not held.update(**fields, updated_at=now):
        raise InvitationGone


def revoke_invitation(*, invitation: Invitation) -> None:
    """Nobody can accept it any more. What was accepted or revoked stays as it is."""
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=now, updated_at=now
    )


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make this account a member. Raises InvitationGone; a member already stays as before, and the invitation open."""
    membership = user.memberships.filter(practice=invitation.practice).first()
    if membership is not None:
        return membership
    found = Invitation.objects.open().filter(pk=invitation.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise InvitationGone
    found.accepted_at = timezone.now()
    found.save()
    membership = Membership.objects.create(user=user, practice=found.practice, role=found.role)
    _let_owner_into_the_admin(membership)
    return membership


@transaction.atomic
def accept_with_new_account(*, invitation: Invitation, name: str, password: str) -> Membership:
    """Make an account with the invited address, and make it a member. Raises InvitationGone."""
    if not invitation.is_mailed:
        raise InvitationGone
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
    except IntegrityError as error:
        raise InvitationGone from error
    return accept_invitation(invitation=invitation, user=user)


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Raises LastOwner where the practice would be left without one."""
    membership = _held(membership)
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _let_owner_into_the_admin(membership)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, even_the_last_owner: bool = False) -> None:
    """Acts on the very next request. The tokens go with it, so that they don't come back with another membership.

    Raises LastOwner where the practice would be left without one.
    """
    membership = _held(membership)
    if not even_the_last_owner:
        _keep_an_owner(membership)
    AuthToken.objects.filter(user_id=membership.user_id, practice_id=membership.practice_id).delete()
    membership.delete()


def _held(membership: Membership) -> Membership:
    """The membership as it is now, and nobody else changes one of this practice until the transaction ends."""
    Practice.objects.select_for_update(no_key=True).get(pk=membership.practice_id)
    return Membership.objects.get(pk=membership.pk)


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(practice_id=membership.practice_id, role=Role.OWNER, user__is_active=True)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _let_owner_into_the_admin(membership: Membership) -> None:
    if membership.role == Role.OWNER and not membership.user.is_staff:
        membership.user.is_staff = True
        membership.user.save(update_fields=["is_staff"])


@transaction.atomic
def demand_second_factor(*, practice: Practice, demanded: bool) -> Practice:
    """Whether members need a second factor. Tokens of those without one end at once."""
    practice.demand_mfa = demanded
    practice.save(update_fields=["demand_mfa", "updated_at"])
    if demanded:
        with_one = Authenticator.objects.filter(type__in=SECOND_FACTORS).values("user")
        AuthToken.objects.filter(practice=practice).exclude(user__in=with_one).delete()
    return practice


def _hold(patient_id: uuid.UUID) -> None:
    """Nobody erases the patient until this transaction ends. Raises Patient.DoesNotExist where somebody just did."""
    Patient.objects.held().get(pk=patient_id)


@transaction.atomic
def create_patient(*, user: Any, identifiers: list[dict[str, str]], **fields: Any) -> Patient:
    patient = Patient.objects.create(practice=user.membership.practice, **fields)
    _write_identifiers(patient, identifiers)
    record_access(user, Action.CREATE, "patient", [patient.pk], patient_id=patient.pk)
    return patient


@transaction.atomic
def update_patient(
    *, user: Any, patient: Patient, identifiers: list[dict[str, str]] | None = None, **fields: Any
) -> Patient:
    """Change the given fields; identifiers, where given, replace the ones there are."""
    _hold(patient.pk)
    patient.refresh_from_db()  # what others changed since it was read stays
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.save()
    if identifiers is not None:
        patient.identifiers.all().delete()
        _write_identifiers(patient, identifiers)
    record_access(user, Action.UPDATE, "patient", [patient.pk], patient_id=patient.pk)
    return patient


def _write_identifiers(patient: Patient, identifiers: list[dict[str, str]]) -> None:
    for index, identifier in enumerate(identifiers):
        try:
            with transaction.atomic():
                PatientIdentifier.objects.create(patient=patient, practice=patient.practice, **identifier)
        except IntegrityError as error:
            raise IdentifierTaken(index) from error


@transaction.atomic
def open_episode(*, user: Any, patient: Patient, **fields: Any) -> Episode:
    """A new episode of care. Its phase is assessed separately."""
    _hold(patient.pk)
    episode = Episode.objects.create(practice=patient.practice, patient=patient, **fields)
    record_access(user, Action.CREATE, "episode", [episode.pk], patient_id=patient.pk)
    return episode


@transaction.atomic
def update_episode(*, user: Any, episode: Episode, **fields: Any) -> Episode:
    _hold(episode.patient_id)
    episode.refresh_from_db()  # what others changed since it was read stays
    for name, value in fields.items():
        setattr(episode, name, value)
    episode.save()
    record_access(user, Action.UPDATE, "episode", [episode.pk], patient_id=episode.patient_id)
    return episode


@transaction.atomic
def assess_phase(
    *, user: Any, episode: Episode, phase: str, assessed_on: datetime.date, note: str = ""
) -> PhaseAssessment:
    """Add an assessment to the phase history; the newest one counts."""
    _hold(episode.patient_id)
    assessment = PhaseAssessment.objects.create(
        practice=episode.practice,
        episode=episode,
        phase=phase,
        assessed_on=assessed_on,
        note=note,
        created_by=user.person,
    )
    episode.save(update_fields=["updated_at"])
    record_access(user, Action.CREATE, "phase", [assessment.pk], patient_id=episode.patient_id)
    return assessment


@transaction.atomic
def clear_basics(*, user: Any, episode: Episode, cleared_on: datetime.date, note: str = "") -> Clearance:
    """Record that the patient does the basic exercises without problems."""
    _hold(episode.patient_id)
    clearance = Clearance.objects.create(
        practice=episode.practice, episode=episode, cleared_on=cleared_on, note=note, created_by=user.person
    )
    episode.save(update_fields=["updated_at"])
    record_access(user, Action.CREATE, "clearance", [clearance.pk], patient_id=episode.patient_id)
    return clearance
