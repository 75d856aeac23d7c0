"""Who belongs to a practice, and who may join: one function an operation, one transaction each.

Each change of rights is an event in the access log of the practice that it is about, whoever makes it.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from patients.access import Action, record_access
from patients.accounts import SECOND_FACTORS, lacks_second_factor
from patients.changes import changes_of_practice
from patients.models import AuthToken, Integration, Invitation, Membership, Practice, Role, User

INVITATION_STANDS = datetime.timedelta(days=7)


@transaction.atomic
def create_practice(*, name: str, owner_email: str, owner_name: str, password: str, **fields: Any) -> Practice:
    """A practice with its first owner, who may also manage the practice's catalogue in the admin."""
    practice = Practice.objects.create(name=name, **fields)
    owner = User.objects.filter(email__iexact=owner_email).first()
    if owner is None:
        owner = User.objects.create_user(owner_email, password, name=owner_name)
    add_member(user=None, member=owner, practice=practice, role=Role.OWNER)
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
    record_access(user, Action.CREATE, "invitation", [invitation.pk])
    return invitation, secret


@transaction.atomic
def replace_secret(*, invitation: Invitation, mailed: str) -> None:
    """From now on it is the secret that was mailed that accepts. Raises InvitationGone; the one before ends."""
    now = timezone.now()
    held = Invitation.objects.filter(pk=invitation.pk, digest=invitation.digest, accepted_at=None, revoked_at=None)
    fields = {"digest": digest_of(mailed), "is_mailed": True, "expires_at": now + INVITATION_STANDS}
    if not held.update(**fields, updated_at=now):
        raise InvitationGone
    record_access(None, Action.UPDATE, "invitation", [invitation.pk], practice_id=invitation.practice_id)


@transaction.atomic
def revoke_invitation(*, user: Any, invitation: Invitation) -> None:
    """Nobody can accept it any more. What was accepted or revoked stays as it is."""
    now = timezone.now()
    open_one = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if open_one.update(revoked_at=now, updated_at=now):
        record_access(user, Action.DELETE, "invitation", [invitation.pk], practice_id=invitation.practice_id)


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
    return add_member(user=user, member=user, practice=found.practice, role=found.role)


@transaction.atomic
def add_member(*, user: Any, member: User, practice: Practice, role: str) -> Membership:
    """Make an account a member that is none. `user`: who does it."""
    membership = Membership(user=member, practice=practice, role=role)
    membership.changed_by = user.pk if user else None
    membership.save()
    _let_owners_into_the_admin(member)
    _note(user, Action.CREATE, membership)
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
def change_role(*, user: Any, membership: Membership, role: str) -> Membership:
    """Raises LastOwner where the practice would be left without one."""
    membership = _held(membership)
    if role == membership.role:
        return membership
    if is_last_owner(membership):
        raise LastOwner
    membership.role = role
    membership.save(update_fields=["role"])
    _let_owners_into_the_admin(membership.user)
    _note(user, Action.UPDATE, membership)
    return membership


@transaction.atomic
def end_membership(*, user: Any, membership: Membership, even_the_last_owner: bool = False) -> None:
    """Acts on the very next request. The tokens go with it, so that they don't come back with another membership.

    Integrations that this person answered for read on, and write nothing.
    Raises LastOwner where the practice would be left without one.
    """
    membership = _held(membership)
    if is_last_owner(membership) and not even_the_last_owner:
        raise LastOwner
    AuthToken.objects.filter(user_id=membership.user_id, practice_id=membership.practice_id).delete()
    for integration in Integration.objects.select_for_update().filter(responsible=membership):
        integration.responsible = None
        integration.save(update_fields=["responsible"])
        record_access(user, Action.UPDATE, "integration", [integration.pk], practice_id=membership.practice_id)
    membership.delete()
    _let_owners_into_the_admin(membership.user)
    _note(user, Action.DELETE, membership)


def _held(membership: Membership) -> Membership:
    """The membership as it is now, and nobody else changes one of this practice until the transaction ends."""
    Practice.objects.select_for_update(no_key=True).get(pk=membership.practice_id)
    return Membership.objects.get(pk=membership.pk)


def is_last_owner(membership: Membership) -> bool:
    """Whether the practice has no other owner with an account that is active."""
    owners = Membership.objects.filter(practice_id=membership.practice_id, role=Role.OWNER, user__is_active=True)
    return membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists()


def _let_owners_into_the_admin(user: User) -> None:
    """Owners of any practice, and superusers, are staff: nobody else has anything to do there."""
    is_staff = user.is_superuser or user.memberships.filter(role=Role.OWNER).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


class SecondFactorDemanded(Exception):
    """The practice demands a second factor, and this person has none."""


@transaction.atomic
def give_token(*, user: User, name: str) -> tuple[Membership, AuthToken, str]:
    """A token for the practice that the user acts for, as which member, and its secret, which is told this once.

    Under the locks of those who change the practice, a password or a second factor: what ends tokens meanwhile doesn't miss
    this one. Raises Membership.DoesNotExist, also where the password isn't the one any more, or SecondFactorDemanded.
    """
    practice = Practice.objects.select_for_update(no_key=True).get(pk=user.acting_practice.pk)
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    membership = held.act_for(practice.pk)
    if membership is None or not held.is_active or held.password != user.password:
        raise Membership.DoesNotExist
    if lacks_second_factor(held):
        raise SecondFactorDemanded
    token, secret = AuthToken.objects.create(held, practice=practice, name=name)
    return membership, token, secret


@transaction.atomic
def change_practice(*, user: Any, practice: Practice, **fields: Any) -> Practice:
    """Store these fields. Where a second factor is demanded, tokens of members without one end at once."""
    held = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=[*fields, "updated_at"])
    record_access(user, Action.UPDATE, "practice", [held.pk], practice_id=held.pk)
    if held.demand_mfa:
        with_one = Authenticator.objects.filter(type__in=SECOND_FACTORS).values("user")
        AuthToken.objects.filter(practice=held).exclude(user__in=with_one).delete()
    return held


@transaction.atomic
def delete_practice(*, user: Any, practice: Practice) -> None:
    """Of a practice without patients. Its members leave first; its history goes with it."""
    for membership in practice.memberships.all():
        end_membership(user=user, membership=membership, even_the_last_owner=True)
    histories = changes_of_practice(practice.pk).histories
    record_access(user, Action.DELETE, "practice", [practice.pk], practice_id=practice.pk)
    practice.delete()
    for history in histories:
        history.delete()


def note_change_of_account(*, user: Any, account: User) -> None:
    """Each practice that this account belongs to has it in its log: rights, an address, a password, a second factor."""
    for membership in account.memberships.all():
        _note(user, Action.UPDATE, membership)


def _note(user: Any, action: Action, membership: Membership) -> None:
    record_access(user, action, "member", [membership.user_id], practice_id=membership.practice_id)
