"""Who may do what: members read, owners and clinicians write. Closed by default."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from patients.models import Role


class MemberMayReadWriterMayWrite(BasePermission):
    """A member of the practice reads; an owner or clinician also writes. An assistant reads only.

    `reading_actions` of a view are its actions that are asked with POST and change nothing.
    """

    message = "Your role in this practice does not allow this."

    def has_permission(self, request: Request, view: Any) -> bool:
        membership = getattr(request.user, "membership", None)
        if membership is None:
            return False
        reads = request.method in SAFE_METHODS or getattr(view, "action", "post") in getattr(
            view, "reading_actions", ()
        )
        return reads or membership.may_write


class WriterOnly(BasePermission):
    """An owner or clinician: for what an assistant may not even read."""

    message = MemberMayReadWriterMayWrite.message

    def has_permission(self, request: Request, view: Any) -> bool:
        membership = getattr(request.user, "membership", None)
        return membership is not None and membership.may_write


class OwnerOnly(BasePermission):
    """An owner: for what can't be undone."""

    message = MemberMayReadWriterMayWrite.message

    def has_permission(self, request: Request, view: Any) -> bool:
        membership = getattr(request.user, "membership", None)
        return membership is not None and membership.role == Role.OWNER
