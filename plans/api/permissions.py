"""Who may do what: members by their role, integrations by their scopes. Closed by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request

from patients.models import Integration, Membership, Role, Scope, User
from plans.api.problems import Problem

CATALOGUE = (Scope.CATALOGUE_READ, None)
PATIENTS = (Scope.PATIENTS_READ, Scope.PATIENTS_WRITE)
PLANS = (Scope.PLANS_READ, Scope.PLANS_WRITE)
AUDIT = (Scope.AUDIT_READ, None)

SCOPES: Mapping[str, tuple[Scope, Scope | None]] = {
    "exercise-list": CATALOGUE,
    "exercise-detail": CATALOGUE,
    "exercise-figure": CATALOGUE,
    "exercise-photo": CATALOGUE,
    "group-list": CATALOGUE,
    "muscle-list": CATALOGUE,
    "equipment-list": CATALOGUE,
    "article-list": CATALOGUE,
    "article-detail": CATALOGUE,
    "protocol-list": CATALOGUE,
    "protocol-detail": CATALOGUE,
    "rule-list": CATALOGUE,
    "patient-list": PATIENTS,
    "patient-search": PATIENTS,
    "patient-detail": PATIENTS,
    "patient-episode-list": PATIENTS,
    "access-log": AUDIT,
    "access-log-pdf": AUDIT,
    "episode-list": PATIENTS,
    "episode-detail": PATIENTS,
    "episode-phases": PATIENTS,
    "episode-clearances": PATIENTS,
    "plan-list": PLANS,
    "plan-detail": PLANS,
    "plan-findings": PLANS,
    "plan-fixes": PLANS,
    "plan-preview": PLANS,
    "plan-issue": PLANS,
    "plan-revision-list": PLANS,
    "revision-list": PLANS,
    "revision-detail": PLANS,
    "cert": PLANS,
    "diff": PLANS,
    "programme-pdf": PLANS,
    "programme-json": PLANS,
    "revision-share-link-list": (Scope.PLANS_READ, None),  # a new link opens a programme to who may only write
    "share-link-list": PLANS,
    "share-link-detail": PLANS,
    "compose": PLANS,
    "validate": PLANS,
}
"""By the name of a route, the scopes that open it to an integration: for reading and for writing. Others stay closed."""


class ByRoleOrScope(BasePermission):
    """A member by role, as `opens_to` says; an integration by the scope of the route.

    `reading_actions` of a view are its actions that are asked with POST and change nothing.
    """

    message = "Your role in this practice does not allow this."

    def has_permission(self, request: Request, view: Any) -> bool:
        reads = request.method in SAFE_METHODS or getattr(view, "action", "post") in getattr(
            view, "reading_actions", ()
        )
        if isinstance(request.user, Integration):
            require_scope(request, request.user, reads)
            return True
        membership = getattr(request.user, "membership", None)
        return membership is not None and self.opens_to(membership, reads)

    def opens_to(self, membership: Membership, reads: bool) -> bool:
        raise NotImplementedError


class MemberMayReadWriterMayWrite(ByRoleOrScope):
    """A member of the practice reads; an owner or clinician also writes. An assistant reads only."""

    def opens_to(self, membership: Membership, reads: bool) -> bool:
        return reads or membership.may_write


class WriterOnly(ByRoleOrScope):
    """An owner or clinician: for what an assistant may not even read."""

    def opens_to(self, membership: Membership, reads: bool) -> bool:
        return membership.may_write


class OwnerOnly(ByRoleOrScope):
    """An owner: for who may do what in the practice."""

    def opens_to(self, membership: Membership, reads: bool) -> bool:
        return membership.role == Role.OWNER


class OwnerMayWrite(ByRoleOrScope):
    """A member of the practice reads, an owner also writes. `own_actions` of a view: what it lets members do for themselves."""

    def has_permission(self, request: Request, view: Any) -> bool:
        is_own = getattr(view, "action", "") in getattr(view, "own_actions", ())
        membership = request.user.membership if is_own and isinstance(request.user, User) else None
        return membership is not None or super().has_permission(request, view)

    def opens_to(self, membership: Membership, reads: bool) -> bool:
        return reads or membership.role == Role.OWNER


class PersonOnly(IsAuthenticated):
    """Somebody who signed in: for what concerns one's own account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, Integration):
            require_scope(request, request.user, reads=False)
        return super().has_permission(request, view)


def require_scope(request: Request, integration: Integration, reads: bool) -> None:
    """Raises Problem, with the scope that it takes, where this integration may not do this."""
    route = request.resolver_match.url_name if request.resolver_match else None
    for_reading, for_writing = SCOPES.get(route or "", (None, None))
    scope = for_reading if reads else for_writing
    if scope is None:
        raise Problem(403, "closed-to-integrations", "No scope opens this to an integration.")
    if scope not in integration.scopes:
        raise Problem(
            403, "scope-missing", f"This needs the scope {scope}, which this integration hasn't.", scope=scope
        )
    if not reads and integration.person is None:
        raise Problem(
            403,
            "nobody-responsible",
            "Nobody who may write in this practice answers for this integration. An owner has to name somebody.",
        )
