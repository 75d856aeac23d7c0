"""phase.*: whether the exercises suit the phase that the patient is in."""

from __future__ import annotations

from datetime import timedelta

from catalogue.protocols import EvidenceNote
from plans.rules.case import Case, Entry
from plans.rules.engine import Hits, hit
from plans.values import Exercise, Fix, Protocol, Set


def contraindicated(case: Case) -> Hits:
    """phase.contraindicated: an exercise that the protocol never allows in the plan's phase
    (leaflet, Basis 3 and rule 12)."""
    phase = case.programme.phase
    for entry in case.entries:
        if entry.exercise.suitability.get(phase) == "never":
            source = _source(case.protocol, entry.exercise)
            yield hit(entry.where, case.drop(entry), source=source, exercise=entry.exercise.code, phase=phase)


def _source(protocol: Protocol, exercise: Exercise) -> str:
    """The exercise's record, but where that rests on another source than the protocol: then the protocol itself."""
    if exercise.source not in {protocol.source, "house"}:
        return protocol.source
    return f"{exercise.source}: {exercise.section}" if exercise.section else exercise.source


def not_indicated(case: Case) -> Hits:
    """phase.not-indicated: exercise is usually not indicated in the plan's phase; once a plan (leaflet, rule 1)."""
    if case.entries and _is_not_indicated(case):
        yield hit("/phase", phase=case.programme.phase)


def _is_not_indicated(case: Case) -> bool:
    current = case.programme.phase
    return any(one.code == current and not one.exercise_usually_indicated for one in case.protocol.rules.phases)


def caution(case: Case) -> Hits:
    """phase.caution: the exercise's record says caution for this phase; silent where phase.not-indicated speaks
    (catalogue record)."""
    if _is_not_indicated(case):
        return
    for entry in case.entries:
        if entry.exercise.suitability.get(case.programme.phase) == "caution":
            yield hit(entry.where, case.drop(entry), exercise=entry.exercise.code, phase=case.programme.phase)


def evidence(case: Case) -> Hits:
    """phase.evidence: what research says of a group in this phase; each note once, where its group first stands
    (leaflet, research paragraph)."""
    told: set[str] = set()
    for entry in case.entries:
        notes = [note for note in _notes(case, entry) if note.code not in told]
        told |= {note.code for note in notes}
        if notes:
            source = "; ".join(dict.fromkeys(note.source for note in notes))
            yield hit(entry.where, source=source, group=entry.exercise.group, notes=[note.code for note in notes])


def _notes(case: Case, entry: Entry) -> list[EvidenceNote]:
    phase, group = case.programme.phase, entry.exercise.group
    return [note for note in case.protocol.rules.evidence_notes if phase in note.phases and group in note.groups]


def mismatch(case: Case) -> Hits:
    """phase.mismatch: the plan's phase is not the episode's current one, or was assessed too long ago (house)."""
    phase, current, assessed_on = case.programme.phase, case.patient.phase, case.patient.phase_assessed_on
    if current is None:
        yield hit("/phase", variant="unknown", phase=phase)
    elif current != phase:
        yield hit("/phase", _follow(case, current), variant="differs", phase=phase, current=current)
    elif assessed_on is not None and _is_old(case):
        days = case.protocol.rules.phase_assessment_max_days
        yield hit("/phase", variant="old", phase=phase, assessed_on=assessed_on.isoformat(), days=days)


def _is_old(case: Case) -> bool:
    assessed_on, most = case.patient.phase_assessed_on, timedelta(days=case.protocol.rules.phase_assessment_max_days)
    return assessed_on is not None and case.checked_on - assessed_on > most


def _follow(case: Case, current: str) -> list[Fix]:
    """Take over the episode's phase, unless that assessment is old or makes an exercise contraindicated."""
    forbidden = any(entry.exercise.suitability.get(current) == "never" for entry in case.entries)
    fits = current in case.protocol.phases and not forbidden and not _is_old(case)
    return [Fix("set-phase", (Set("/phase", current),))] if fits else []
