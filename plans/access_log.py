"""A patient's access log as the patient gets it: in plain words to be printed, and as data."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from patients.access import Outcome, names_of
from patients.models import AccessEvent, Patient
from plans import words
from plans.handout import direction_of

MOST_LINES = 200
"""Of one print: what renders in a second or two, while other prints wait."""

Names = Mapping[uuid.UUID, str]


def printed_log(
    patient: Patient,
    events: Iterable[AccessEvent],
    names: Names,
    *,
    language: str,
    part: int,
    parts: int,
    printed_at: datetime.datetime,
) -> dict[str, Any]:
    """One part of a patient's log, newest first, in a language. Times are local to the practice."""
    language = words.language_for(language)
    return {
        "language": language,
        "direction": direction_of(language),
        "layout": "compact",
        "practice": patient.practice,
        "patient": patient,
        "lines": [_line(event, names, language) for event in events],
        "part": part,
        "parts": parts,
        "printed_at": printed_at,
    }


def names_in(events: Iterable[AccessEvent]) -> dict[uuid.UUID, str]:
    """The names that the people and integrations in these events have today."""
    return names_of(pk for event in events for pk in (event.user_id, event.on_behalf_of))


def exported_event(event: AccessEvent, names: Names) -> dict[str, Any]:
    """An event for the patient's copy: no other patients, and not from where the staff works."""
    return {
        "id": event.pk,
        "at": event.at,
        "action": event.action,
        "outcome": event.outcome,
        "object_type": event.object_type,
        "object_ids": [] if event.patient_ids else event.object_ids,
        "in_list": bool(event.patient_ids),
        "user": names.get(event.user_id) if event.user_id else None,
        "on_behalf_of": names.get(event.on_behalf_of) if event.on_behalf_of else None,
        "role": event.role,
    }


def _line(event: AccessEvent, names: Names, language: str) -> dict[str, Any]:
    return {
        "at": timezone.localtime(event.at),
        "who": _who(event, names, language),
        "did": words.say(language, f"log.action.{event.action}"),
        "what": _what(event, language),
        "is_refused": event.outcome != Outcome.OK,
    }


def _who(event: AccessEvent, names: Names, language: str) -> str:
    """A person with the role of that moment, for somebody else where it was so; or what somebody without an account had."""
    if event.user_id is None:
        return words.find(language, f"log.role.{event.role}") or words.say(
            language, "log.program" if event.client == "command" else "log.nobody"
        )
    who = names.get(event.user_id) or words.say(language, "log.gone")
    role = words.find(language, f"log.role.{event.role}")
    who = f"{who} ({role})" if role else who
    other = names.get(event.on_behalf_of) if event.on_behalf_of else None
    return words.say(language, "log.for_another", who=who, other=other) if other else who


def _what(event: AccessEvent, language: str) -> str:
    what = words.find(language, f"log.object.{event.object_type}") or words.say(language, "log.object")
    return words.say(language, "log.in_list", what=what) if event.patient_ids else what
