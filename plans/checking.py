"""Brings stored plans, patients and catalogue to the plain values that rules work on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import connection

from catalogue.models import Exercise as ExerciseRecord
from catalogue.models import Muscle, Placement, Term
from catalogue.models import Protocol as ProtocolRecord
from catalogue.protocols import DoseRanges, PlacementDose, ProtocolRules, Range
from catalogue.records import effects_of
from catalogue.vocabulary import TermKind
from patients.models import Episode, Practice
from plans.forms import frequency_from, programme_from
from plans.models import Plan, Revision
from plans.progression import dose_in_week, frequency_in_week, last_week
from plans.rules.case import Case
from plans.values import (
    MEASURES,
    Dose,
    Exercise,
    Goal,
    Item,
    LastDose,
    Names,
    PatientFacts,
    Programme,
    Protocol,
    WeekDose,
)


def protocol_value(record: ProtocolRecord) -> Protocol:
    """A protocol, read with `complete()`, as a value."""
    texts = list(record.texts.all())

    def words(part: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for text in texts:
            for code, word in text.words.get(part, {}).items():
                found.setdefault(code, {})[text.language] = word if isinstance(word, str) else word["name"]
        return found

    return Protocol(
        code=record.code,
        version=record.version,
        rules=ProtocolRules.model_validate(record.rules),
        groups={group.code: group.role for group in record.groups.all()},
        source=record.source,
        trunk_roles=dict(Muscle.objects.values_list("code", "trunk")),
        names={text.language: text.name for text in texts},
        phase_names=words("phases"),
        group_names=words("groups"),
        evidence=words("evidence"),
    )


def _resolved(*scopes: DoseRanges) -> DoseRanges:
    """For each measure the range of the first scope that has one."""
    ranges: dict[str, Range | None] = {
        name: next((found for scope in scopes if (found := getattr(scope, name)) is not None), None)
        for name in MEASURES
    }
    return DoseRanges(**ranges)


def exercise_value(record: ExerciseRecord, protocol: ProtocolRecord, rules: ProtocolRules) -> Exercise:
    """An exercise, read with `complete()`, within a protocol, as a value."""
    placement = next((one for one in record.placements.all() if one.group.protocol_id == protocol.pk), None)
    needs: dict[int, list[str]] = {}
    for row in record.equipment.all():
        needs.setdefault(row.need, []).append(row.thing)
    texts = list(record.texts.all())
    return Exercise(
        code=record.code,
        names={text.language: text.name for text in texts},
        posture=record.posture.value,
        side=record.side,
        effects=tuple((effect, muscle) for effect, muscles in effects_of(record).items() for muscle in muscles),
        equipment=tuple(tuple(things) for things in needs.values()),
        precautions={row.precaution: row.level for row in record.precautions.all()},
        progression_of=record.progression_of.code if record.progression_of else None,
        source=record.source,
        section=record.section,
        avoid=record.avoid,
        avoid_reasons={text.language: text.avoid_reason for text in texts if text.avoid_reason},
        withdrawn=record.withdrawn_on is not None,
        replaced_by=record.replaced_by.code if record.replaced_by else None,
        **_placed(placement, rules),
    )


def _placed(placement: Placement | None, rules: ProtocolRules) -> dict[str, Any]:
    """What depends on the complaint and not on the movement."""
    if placement is None:
        return {"ranges": rules.dose.ranges, "start_ranges": rules.dose.start}
    own, group = PlacementDose.model_validate(placement.dose), PlacementDose.model_validate(placement.group.dose)
    return {
        "group": placement.group.code,
        "role": placement.group.role,
        "position": placement.position,
        "suitability": {row.phase: row.level for row in placement.suitabilities.all()},
        "ranges": _resolved(own.ranges, group.ranges, rules.dose.ranges),
        "start_ranges": _resolved(own.start, group.start, rules.dose.start),
        "default_dose": own.default,
        "default_goal": own.goal,
        "dose_source": own.source,
    }


Catalogue = tuple[Protocol, Mapping[str, Exercise]]
"""A protocol, and every exercise that a practice sees, by code."""


def catalogue_of(practice_id: Any, protocol: ProtocolRecord) -> Catalogue:
    """A protocol and the exercises as values. Kept in memory until one of them changes."""
    key = Practice._meta.pk.get_db_prep_value(practice_id, connection)
    stamp = _stamp(
        "SELECT MAX(updated_at), COUNT(*), SUM(id), (SELECT MAX(updated_at) FROM catalogue_muscle) "
        "FROM catalogue_exercise WHERE practice_id IS NULL OR practice_id = %s",
        key,
    )
    return _catalogue(practice_id, protocol.pk, (*stamp, protocol.updated_at, protocol.version))


def _stamp(sql: str, *parameters: Any) -> tuple[Any, ...]:
    """What tells one state of the catalogue from another. Asked at every check, so without the ORM's own cost."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return tuple(cursor.fetchone())


@lru_cache(maxsize=64)
def _catalogue(practice_id: Any, protocol_id: int, stamp: tuple[Any, ...]) -> Catalogue:
    record = ProtocolRecord.objects.complete().get(pk=protocol_id)
    protocol = protocol_value(record)
    exercises = {
        one.code: exercise_value(one, record, protocol.rules)
        for one in ExerciseRecord.objects.of_practice(practice_id).complete()
    }
    return protocol, exercises


def terms() -> Names:
    """The vocabulary in every language. Kept in memory until a term changes."""
    return _terms(_stamp("SELECT COUNT(*), MAX(updated_at) FROM catalogue_term"))


@lru_cache(maxsize=2)
def _terms(stamp: tuple[Any, ...]) -> Names:
    names: dict[str, dict[str, dict[str, str]]] = {}
    for language, kind, code, name in Term.objects.values_list("language", "kind", "code", "name"):
        names.setdefault(language, {}).setdefault(TermKind(kind).value, {})[code] = name
    return names


def item_value(row: Any) -> Item:
    return Item(
        exercise=row.exercise.code,
        dose=Dose(
            row.sets,
            row.repetitions,
            row.hold_seconds,
            row.duration_seconds,
            row.rest_seconds,
            row.side,
            row.load,
            row.intensity,
        ),
        goal=Goal(**row.goal),
        weeks=tuple(WeekDose(**week) for week in row.weeks),
        from_week=row.from_week,
        to_week=row.to_week,
        frequency=frequency_from(row.frequency) if row.frequency else None,
        note=row.note,
    )


def programme_of(plan: Plan) -> Programme:
    """A stored plan, read with `complete()`, as a value."""
    head = programme_from(
        {
            "protocol": plan.protocol.code,
            "phase": plan.phase,
            "language": plan.language,
            "weeks": plan.weeks,
            "frequency": plan.frequency,
            "criteria": plan.criteria,
            "title": plan.title,
            "goal": plan.goal,
            "note": plan.note,
            "starts_on": plan.starts_on,
            "review_on": plan.review_on,
            "articles": plan.articles,
        }
    )
    return replace(head, items=tuple(item_value(row) for row in plan.items.all()))


def facts_of(episode: Episode) -> PatientFacts:
    """What checking must know of an episode and its patient."""
    assessed = episode.phase_history.order_by("assessed_on", "created_at").last()
    documents = list(
        Revision.objects.filter(episode=episode)
        .order_by("issued_at", "number")
        .values_list("document__record__plan", flat=True)
    )
    earlier = {item["exercise"] for plan in documents for item in plan["items"]}
    last = programme_from(documents[-1]) if documents else None
    return PatientFacts(
        phase=assessed.phase if assessed else None,
        phase_assessed_on=assessed.assessed_on if assessed else None,
        precautions=frozenset(episode.precautions),
        equipment=None if episode.patient.equipment is None else frozenset(episode.patient.equipment),
        minutes=episode.patient.minutes_per_session,
        cleared=episode.clearances.exists(),
        earlier_exercises=frozenset(earlier),
        last_doses=last_doses(last) if last else {},
        last_days_per_week=last_days(last) if last else None,
        has_earlier_revision=bool(documents),
    )


def last_days(programme: Programme) -> int | None:
    """Days a week in a programme's last week."""
    return frequency_in_week(programme, programme.weeks).days_per_week.max


def last_doses(programme: Programme) -> dict[str, LastDose]:
    """What a programme asked of each exercise in the last week that had it; of several items then, the last one's."""
    days = last_days(programme) or 0
    found: dict[str, LastDose] = {}
    for item in sorted(programme.items, key=lambda item: last_week(item, programme)):
        week = last_week(item, programme)
        own = item.frequency.days_per_week.max or 0 if item.frequency else days
        found[item.exercise] = LastDose(dose_in_week(item, week, programme), own)
    return found


def protocol_of(plan: Plan) -> ProtocolRecord:
    """The protocol that a plan is checked against: the practice's own once it has one of that code, as with exercises."""
    return ProtocolRecord.objects.of_practice(plan.practice_id).get(code=plan.protocol.code)


def case_of(plan: Plan, checked_on: datetime.date) -> Case:
    """Everything that checking a stored plan needs. A fixed number of queries, whatever the plan holds."""
    protocol, exercises = catalogue_of(plan.practice_id, protocol_of(plan))
    return Case(programme_of(plan), protocol, exercises, facts_of(plan.episode), checked_on)
