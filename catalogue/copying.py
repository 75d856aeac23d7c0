"""A practice's own copy of a global record, which it may then change. One function a kind, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from catalogue.models import Article, Exercise, PhaseSuitability, Placement, Protocol, Shadowed
from patients.models import Practice

Row = TypeVar("Row", bound=models.Model)
Record = TypeVar("Record", bound=Shadowed)


class CannotCopy(Exception):
    """No copy was made. The message says why, to be shown as it is."""


@transaction.atomic
def copy_exercise(*, exercise: Exercise, practice: Practice) -> Exercise:
    """A global exercise with all its rows, placed in the same groups of the protocols that the practice sees.

    Raises CannotCopy for a record that is not global, and where the practice has one of that code already.
    """
    copy = _copy(exercise, practice)
    for rows in (exercise.texts, exercise.effects, exercise.equipment, exercise.precautions, exercise.photos):
        _copy_rows(rows.all(), exercise_id=copy.pk)
    within = Q(group__protocol__practice=None) | Q(group__protocol__practice=practice)
    for placement in exercise.placements.filter(within):
        _copy_placement(placement, exercise_id=copy.pk)
    return copy


@transaction.atomic
def copy_protocol(*, protocol: Protocol, practice: Practice) -> Protocol:
    """A global protocol with its texts and groups, and in them every exercise that the practice sees.

    Raises CannotCopy for a record that is not global, and where the practice has one of that code already.
    """
    copy = _copy(protocol, practice)
    _copy_rows(protocol.texts.all(), protocol_id=copy.pk)
    seen = Exercise.objects.of_practice(practice.pk)
    for group in protocol.groups.all():
        own = _duplicate(group, protocol_id=copy.pk)
        own.save()
        for placement in group.placements.filter(exercise__in=seen):
            _copy_placement(placement, group_id=own.pk)
    return copy


@transaction.atomic
def copy_article(*, article: Article, practice: Practice) -> Article:
    """A global article with its texts. Raises CannotCopy as the others do."""
    copy = _copy(article, practice)
    _copy_rows(article.texts.all(), article_id=copy.pk)
    return copy


def _copy(record: Record, practice: Practice) -> Record:
    """The record alone. It is nobody's source file, so it has no digest, and its versions start anew."""
    if record.practice_id not in (None, practice.pk):
        raise CannotCopy(f"{record.code} is not a global record.")
    copy = _duplicate(record, practice_id=practice.pk, loaded_digest="", version=1)
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError as error:
        raise CannotCopy(f"{practice} has its own {record.code} already.") from error
    return copy


def _duplicate(row: Row, **changes: Any) -> Row:
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{name: getattr(row, name) for name in names} | changes)


def _copy_rows(rows: Iterable[models.Model], **changes: Any) -> None:
    for row in rows:
        _duplicate(row, **changes).save()


def _copy_placement(placement: Placement, **changes: Any) -> None:
    copy = _duplicate(placement, **changes)
    copy.save()
    PhaseSuitability.objects.bulk_create(_duplicate(row, placement_id=copy.pk) for row in placement.suitabilities.all())
