"""Refusals stand in the access log as well: who asked for patient data and was denied it, or asked for what isn't there.

Written after everything that the request did was undone. With ids as they were asked for, and nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from patients.access import Action, Outcome, record_access
from patients.models import Episode, Patient
from plans.models import Plan, Revision, ShareLink

Model = type[models.Model]

PATIENT_DATA: Mapping[Any, str] = {
    Patient: "pk",
    Episode: "patient_id",
    Plan: "episode__patient_id",
    Revision: "patient_id",
    ShareLink: "revision__patient_id",
}
"""What views show of patients, and where the patient's id stands in it. A view shows what its `queryset` is of."""

PARENTS: Mapping[str, Model] = {"patient_id": Patient, "plan_id": Plan, "revision_id": Revision}
"""What a path names beside the object itself (`pk`)."""

MENTIONED: Mapping[str, Model] = {"patient": Patient, "episode": Episode, "from": Revision}
"""What a query or body may name. Where it isn't there, the answer is 400."""

OUTCOMES: Mapping[int, str] = {401: Outcome.DENIED, 403: Outcome.DENIED, 404: Outcome.NOT_FOUND}
ACTIONS = {"POST": Action.CREATE, "PUT": Action.UPDATE, "PATCH": Action.UPDATE, "DELETE": Action.DELETE}


def record_refusal(context: Mapping[str, Any], error: APIException) -> None:
    """Write an access event where this error refuses patient data; to be called once the request's changes are undone."""
    request: Request | None = context.get("request")
    if request is None:
        return
    action = _action(request, context.get("view"))
    if error.status_code == 400 and getattr(request.user, "membership", None):
        for model, pk in _unknown(request, error.detail):
            _record(request, action, model, pk, Outcome.NOT_FOUND)
    elif error.status_code in OUTCOMES and (asked := _asked(context)) is not None:
        _record(request, action, *asked, OUTCOMES[error.status_code])


def _action(request: Request, view: Any) -> Action:
    """What was tried: by the method, unless the view says otherwise."""
    if hasattr(view, "refused_action"):
        return Action(view.refused_action)
    only_reads = getattr(view, "action", "post") in getattr(view, "reading_actions", ())
    return Action.READ if only_reads else ACTIONS.get(request.method or "", Action.READ)


def _asked(context: Mapping[str, Any]) -> tuple[Model, uuid.UUID | None] | None:
    """What the path asks for: kind and id, if it has one. None where the view shows nothing of patients."""
    model: Any = getattr(getattr(context.get("view"), "queryset", None), "model", None)
    if model not in PATIENT_DATA:
        return None
    path: Mapping[str, Any] = context.get("kwargs") or {}
    parent = next((name for name in PARENTS if name in path), None)
    return (PARENTS[parent], path[parent]) if parent else (model, path.get("pk"))


def _unknown(request: Request, detail: Any) -> Iterator[tuple[Model, uuid.UUID]]:
    """What the query or body names and the practice hasn't, where the answer calls it an error."""
    for name, model in MENTIONED.items():
        if not isinstance(detail, dict) or name not in detail:
            continue
        for said in (request.query_params, _body(request)):
            pk = _uuid(said.get(name))
            if pk is not None and _patient(request, model, pk) is None:
                yield model, pk


def _body(request: Request) -> Mapping[str, Any]:
    try:
        said = request.data
    except APIException:  # Nobody has read it so far, and it is no JSON.
        return {}
    return said if isinstance(said, dict) else {}


def _uuid(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _record(request: Request, action: Action, model: Model, pk: uuid.UUID | None, outcome: str) -> None:
    record_access(
        request.user,
        action,
        str(model._meta.verbose_name).replace(" ", "_"),
        [pk] if pk else [],
        patient_id=_patient(request, model, pk),
        outcome=outcome,
    )


def _patient(request: Request, model: Any, pk: uuid.UUID | None) -> uuid.UUID | None:
    """Whom the object of a refused request is about, if the practice has it."""
    seen = model.objects.visible_to(request.user).filter(pk=pk).values_list(PATIENT_DATA[model], flat=True)
    found: uuid.UUID | None = seen.order_by().first() if pk else None
    return found
