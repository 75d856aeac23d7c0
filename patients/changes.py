"""What was changed in a record, by whom and when: the histories of all its tables as one list, newest first."""

from __future__ import annotations

import datetime
import heapq
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery
from django.dispatch import receiver
from simple_history.signals import pre_create_historical_record

from patients.access import names_of, origin, patient_of
from patients.history import PatientChange
from patients.models import Integration, IntegrationChange, Membership, Practice

WHERE_IT_BELONGS = {"id", "practice", "patient", "episode"}
"""Fields of a row that never change."""
PEOPLE = {"user", "author", "responsible"}
"""Fields that hold the id of an account."""
AT_A_TIME = 20
KINDS = {"+": "created", "~": "changed", "-": "deleted"}


@receiver(pre_create_historical_record)
def note_origin(instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Beside the fields of a row that changes: who did it, in which request, and to whose record."""
    came_from = origin.get()
    history_instance.request_id = came_from.request_id
    history_instance.history_user_id = getattr(instance, "changed_by", None) or came_from.caller_id
    if isinstance(history_instance, PatientChange):
        history_instance.of_patient = patient_of(instance)
    if isinstance(history_instance, IntegrationChange):
        history_instance.responsible = instance.responsible.user_id if instance.responsible else None


class ChangeList:
    """Rows of several histories as one list, as far as pages need it."""

    def __init__(self, histories: Iterable[QuerySet[Any]], newest_first: bool = True) -> None:
        self.histories, self.newest_first = list(histories), newest_first

    def filter(self, *conditions: Any, **values: Any) -> Self:
        return type(self)((rows.filter(*conditions, **values) for rows in self.histories), self.newest_first)

    def order_by(self, *names: str) -> Self:
        return type(self)((rows.order_by(*names) for rows in self.histories), names[0].startswith("-"))

    def __iter__(self) -> Iterator[Any]:
        """All of them, newest first, some at a time."""
        ordered = (rows.order_by("-history_date", "-history_id") for rows in self.histories)
        return heapq.merge(*(rows.iterator(chunk_size=AT_A_TIME) for rows in ordered), key=_place, reverse=True)

    def __getitem__(self, part: slice) -> list[Any]:
        found = [row for rows in self.histories for row in rows[: part.stop]]
        found.sort(key=_place, reverse=self.newest_first)
        return found[part]


def _place(row: Any) -> tuple[datetime.datetime, str, int]:
    return row.history_date, row.object_type, row.history_id


def changes_of_patient(patient_id: uuid.UUID) -> ChangeList:
    """Of everything in a patient's record that can be changed, be it deleted since."""
    return ChangeList(_history(model, of_patient=patient_id) for model in patient_changes())


def changes_of_practice(practice_id: uuid.UUID) -> ChangeList:
    """Of the practice itself, its members, and the systems that it let in."""
    own = _history(Practice.history.model, id=practice_id)
    return ChangeList(
        [own, *(_history(model.history.model, practice_id=practice_id) for model in (Membership, Integration))]
    )


def patient_changes() -> Iterator[type[PatientChange]]:
    """The models of all changes to patients' records."""
    return (model for model in apps.get_models() if issubclass(model, PatientChange))


def _history(model: Any, **whose: Any) -> QuerySet[Any]:
    earlier = model.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    previous = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
    rows: QuerySet[Any] = model.objects.filter(**whose).annotate(previous_id=previous)
    return rows


@dataclass(frozen=True)
class FieldChange:
    """What a field said before and says after; None where there was no row yet, or is none any more."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Told:
    """One change in words of the record: `change` is created, changed or deleted; `user` a person or an integration.

    `object_name`: of members, integrations and practices.
    """

    at: datetime.datetime
    change: str
    object_type: str
    object_id: str
    object_name: str | None
    user: uuid.UUID | None
    user_name: str | None
    request_id: str
    fields: list[FieldChange]


def told(rows: Iterable[Any]) -> list[Told]:
    """Each of these changes, with the names that people have today, in few queries for all."""
    shown = list(rows)
    before = _previous(shown)
    names = _names([*shown, *before.values()])
    return [_told(row, before.get((type(row), row.previous_id)), names) for row in shown]


def _previous(rows: Iterable[Any]) -> dict[tuple[Any, int], Any]:
    wanted: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        if row.previous_id is not None:
            wanted[type(row)].add(row.previous_id)
    return {(model, pk): one for model, pks in wanted.items() for pk, one in model.objects.in_bulk(pks).items()}


def _names(rows: list[Any]) -> dict[Any, str]:
    said = [row.says() for row in rows]
    people = {value for one in said for name, value in one.items() if name in PEOPLE}  # members are among them
    return names_of(people | {row.history_user_id for row in rows})


def _told(row: Any, previous: Any, names: Mapping[Any, str]) -> Told:
    return Told(
        at=row.history_date,
        change=KINDS[row.history_type],
        object_type=row.object_type,
        object_id=str(row.object_id),
        object_name=names.get(row.object_id) or getattr(row, "name", None),
        user=row.history_user_id,
        user_name=names.get(row.history_user_id),
        request_id=row.request_id,
        fields=list(_fields(previous, row, names)),
    )


def _fields(previous: Any, row: Any, names: Mapping[Any, str]) -> Iterator[FieldChange]:
    before = previous.says() if previous else {}
    after = row.says() if row.history_type != "-" else {}
    for name in after or before:
        one, other = before.get(name), after.get(name)
        if name not in WHERE_IT_BELONGS and (one != other or not (before and after)):
            yield FieldChange(name, _readable(name, one, names), _readable(name, other, names))


def _readable(name: str, value: Any, names: Mapping[Any, str]) -> Any:
    """Of a person the id, and the name where there is still one."""
    return {"id": value, "name": names.get(value)} if name in PEOPLE and value else value
