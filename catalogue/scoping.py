"""Who sees and changes which catalogue records in the admin.

Global records are everybody's to see and the superuser's to change. A practice's records are its members' to see and
its owners' and clinicians' to change. Staff without a practice see nothing. Django's model permissions play no part.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from catalogue.models import Group


def practice_of(user: Any) -> Any:
    """The id of the practice that a user acts for, or None."""
    membership = getattr(user, "membership", None)
    return membership.practice_id if membership else None


def is_writer(user: Any) -> bool:
    """Whether a user may add and change records of the practice that they act for."""
    membership = getattr(user, "membership", None)
    return bool(user.is_active and user.is_staff and membership and membership.may_write)


def scoped(records: QuerySet[Any], user: Any, practice: str = "practice") -> QuerySet[Any]:
    """Those of `records` that a user may see. `practice` is the way from a record to the practice that owns it."""
    if user.is_superuser:
        return records
    if practice_of(user) is None:
        return records.none()
    return records.filter(Q(**{f"{practice}__isnull": True}) | Q(**{practice: practice_of(user)}))


def may_view(user: Any, record: Any = None) -> bool:
    if not (user.is_active and user.is_staff):
        return False
    if user.is_superuser:
        return True
    return practice_of(user) is not None and (record is None or _owner_of(record) in (None, practice_of(user)))


def may_change(user: Any, record: Any = None) -> bool:
    if user.is_superuser:
        return may_view(user, record)
    return is_writer(user) and (record is None or _owner_of(record) == practice_of(user))


def _owner_of(record: Any) -> Any:
    return record.protocol.practice_id if isinstance(record, Group) else record.practice_id


class Scoped:
    """For admins, and for their inlines, which are asked with the record that they stand in."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_view(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_view(request.user, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change(request.user, obj)


class SuperuserOnly:
    """For what has no practice: everybody with a practice may look, only the superuser changes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_view(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_view(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
