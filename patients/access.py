"""Who looked: every read and change of patient data passes through `record_access`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from patients.models import AccessEvent


@dataclass(frozen=True)
class RequestOrigin:
    """Where a request came from, as the log keeps it."""

    request_id: str = ""
    address: str | None = None
    client: str = ""


origin: ContextVar[RequestOrigin] = ContextVar("origin", default=RequestOrigin(client="command"))  # noqa: B039

Action = AccessEvent.Action


def record_access(
    user: Any,
    action: AccessEvent.Action,
    object_type: str,
    object_ids: Iterable[uuid.UUID | str],
    *,
    patient_id: uuid.UUID | None = None,
    outcome: str = "ok",
) -> AccessEvent:
    """Write one access event. A change calls this in its own transaction, so that neither is stored without the other."""
    membership = getattr(user, "membership", None)
    came_from = origin.get()
    return AccessEvent.objects.create(
        practice_id=membership.practice_id if membership else None,
        user_id=getattr(user, "pk", None),
        role=membership.role if membership else "",
        action=action,
        object_type=object_type,
        object_ids=[str(object_id) for object_id in object_ids],
        patient_id=patient_id,
        outcome=outcome,
        client=came_from.client,
        address=came_from.address,
        request_id=came_from.request_id,
    )
