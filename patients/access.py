"""Who looked: every read and change of patient data passes through `record_access`."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from patients.models import AccessEvent, Integration, Patient, User


def client_address(request: Any) -> str | None:
    """Where a request came from; behind a proxy (`NUM_PROXIES`), what that one says. None where it is no address."""
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    told = request.headers.get("X-Forwarded-For", "").split(",")
    said = told[-min(proxies, len(told))].strip() if proxies else ""
    try:
        address = ipaddress.ip_address(said or request.META.get("REMOTE_ADDR") or "")
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


@dataclass(frozen=True)
class RequestOrigin:
    """Where a request came from, as the log keeps it, and the request itself."""

    request_id: str = ""
    address: str | None = None
    client: str = ""
    request: HttpRequest | None = None

    @property
    def caller_id(self) -> uuid.UUID | None:
        """Of the person or the integration; None of somebody without an account, or of a command."""
        return getattr(getattr(self.request, "user", None), "pk", None)


origin: ContextVar[RequestOrigin] = ContextVar("origin", default=RequestOrigin(client="command"))  # noqa: B039

Action = AccessEvent.Action
Outcome = AccessEvent.Outcome


def record_access(
    user: Any,
    action: AccessEvent.Action,
    object_type: str,
    object_ids: Iterable[uuid.UUID | str],
    *,
    patient_id: uuid.UUID | None = None,
    patient_ids: Iterable[uuid.UUID | str] = (),
    outcome: str = Outcome.OK,
    practice_id: uuid.UUID | None = None,
    role: str = "",
) -> AccessEvent:
    """Write one access event: about one patient, or, of a list, about those who stood in it.

    `practice_id`: whose data it is, where that isn't the practice that the user acts for. `role`: of somebody without an
    account, whom a practice let in.
    A change calls this in its own transaction, so that neither is stored without the other.
    """
    membership = getattr(user, "membership", None)
    if practice_id is None and membership is not None:
        practice_id = membership.practice_id
    if membership is not None and membership.practice_id == practice_id:
        role = membership.role
    came_from = origin.get()
    return AccessEvent.objects.create(
        practice_id=practice_id,
        user_id=getattr(user, "pk", None),
        on_behalf_of=getattr(user, "on_behalf_of", None),
        role=role,
        action=action,
        object_type=object_type,
        object_ids=[str(object_id) for object_id in object_ids],
        patient_id=patient_id,
        patient_ids=sorted({str(one) for one in patient_ids}) or None,
        outcome=outcome,
        client=came_from.client,
        address=came_from.address,
        request_id=came_from.request_id,
    )


def patient_of(record: Any) -> uuid.UUID:
    """The id of the patient whom a record is about."""
    if isinstance(record, Patient):
        return record.pk
    patient_id: uuid.UUID = record.patient_id if hasattr(record, "patient_id") else record.episode.patient_id
    return patient_id


def names_of(callers: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names that these people and integrations have today."""
    asked = {pk for pk in callers if pk}
    people, integrations = (
        model.objects.filter(pk__in=asked).order_by().values_list("pk", "name") for model in (User, Integration)
    )
    return dict(people.union(integrations))
