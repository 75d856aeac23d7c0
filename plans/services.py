"""What is done with plans: one function an operation, one transaction each. API, pages, admin and commands call these."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalogue.models import Exercise, Protocol
from catalogue.records import digest
from patients.access import Action, record_access
from patients.models import Episode, Patient
from plans.checking import case_of, protocol_of
from plans.diff import diff_of
from plans.documents import Override, content_digest, document_of
from plans.forms import item_data, programme_data, programme_frequency_data
from plans.lettering import in_words, unprintable_in
from plans.models import MAXIMUM_ITEMS, IssuedPicture, Plan, PlanItem, Revision
from plans.pictures import Picture
from plans.rules import check
from plans.rules.case import Case
from plans.rules.fixing import apply_fix
from plans.values import Finding, Programme, Severity


class StaleVersion(Exception):
    """Somebody else changed the plan since it was read. `current` is its version now."""

    def __init__(self, current: int) -> None:
        self.current = current
        super().__init__(f"The plan is at version {current} now.")


class HasRevisions(Exception):
    """A plan with issued revisions is kept: it is part of the patient's record."""


class NothingChanged(Exception):
    """The plan says what its last revision says."""


class NotPrintable(Exception):
    """The programme has characters that no font here has: it could be issued and never printed."""

    def __init__(self, characters: list[str]) -> None:
        super().__init__(f"No font here has {in_words(characters)}.")


class NotIssuable(Exception):
    """Findings stand in the way: errors, or warnings without an override."""

    def __init__(self, findings: list[Finding], case: Case) -> None:
        self.findings, self.case = findings, case
        super().__init__(", ".join(finding.id for finding in findings))


class UnknownFix(Exception):
    """No such fix is offered by a finding that stands now."""


class TooManyItems(Exception):
    """A fix would make the plan longer than a plan may be."""


class UnknownOverride(Exception):
    """An override is for a finding that does not stand. `index` is its place in the list."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"Override {index} is for no standing finding.")


@transaction.atomic
def create_plan(*, user: Any, episode: Episode, protocol: Protocol, programme: Programme) -> Plan:
    """A new draft for an episode. The programme's codes must exist in the practice's catalogue."""
    Patient.objects.held().get(pk=episode.patient_id)
    plan = Plan(practice=user.membership.practice, episode=episode, author=user.person, protocol=protocol)
    _write(plan, programme)
    record_access(user, Action.CREATE, "plan", [plan.pk], patient_id=episode.patient_id)
    return _read(plan.pk)


@transaction.atomic
def replace_plan(*, user: Any, plan_id: uuid.UUID, version: int, protocol: Protocol, programme: Programme) -> Plan:
    """Write a plan anew; an issued one becomes a draft beside its revisions. Raises StaleVersion."""
    plan = _locked(user, plan_id)
    if plan.version != version:
        raise StaleVersion(plan.version)
    plan.protocol = protocol
    plan.status = Plan.Status.DRAFT
    plan.version += 1
    _write(plan, programme)
    record_access(user, Action.UPDATE, "plan", [plan.pk], patient_id=plan.episode.patient_id)
    return _read(plan.pk)


@transaction.atomic
def apply_finding_fix(*, user: Any, plan_id: uuid.UUID, version: int, finding: str, where: str, fix: str) -> Plan:
    """Apply one fix of a finding that stands now. Raises StaleVersion, UnknownFix when it is not offered, or TooManyItems."""
    plan = _locked(user, plan_id)
    if plan.version != version:
        raise StaleVersion(plan.version)
    case = case_of(plan, timezone.localdate())
    standing = (one for one in check(case) if (one.id, one.where) == (finding, where))
    offered = next((one for found in standing for one in found.fixes if one.id == fix), None)
    if offered is None:
        raise UnknownFix
    programme = apply_fix(case.programme, offered, case.exercises)
    if len(programme.items) > MAXIMUM_ITEMS:
        raise TooManyItems
    return replace_plan(user=user, plan_id=plan_id, version=version, protocol=protocol_of(plan), programme=programme)


@transaction.atomic
def delete_plan(*, user: Any, plan_id: uuid.UUID, version: int) -> None:
    """Delete a draft that was never issued. Raises StaleVersion or HasRevisions."""
    plan = _locked(user, plan_id)
    if plan.version != version:
        raise StaleVersion(plan.version)
    if plan.revisions.exists():
        raise HasRevisions
    record_access(user, Action.DELETE, "plan", [plan.pk], patient_id=plan.episode.patient_id)
    plan.delete()


@transaction.atomic
def issue_plan(*, user: Any, plan_id: uuid.UUID, overrides: Iterable[Override] = ()) -> Revision:
    """Issue a plan: an immutable, numbered revision with the complete document.

    Raises NotIssuable with the findings that still stand, UnknownOverride, NotPrintable, or NothingChanged since the
    last revision.
    Of concurrent calls, one issues; the others find nothing changed.
    """
    plan = _locked(user, plan_id)
    issued_at = timezone.now()
    case = case_of(plan, timezone.localdate(issued_at))
    findings = check(case)
    given = list(overrides)
    last = plan.revisions.last()
    number, revision_id = (last.number + 1 if last else 1), uuid.uuid4()
    document = document_of(
        plan,
        case,
        findings,
        clinician=user.person,
        issued_at=timezone.localtime(issued_at),
        number=number,
        revision_id=str(revision_id),
        overrides=given,
    )
    pictures = document.pop("pictures")
    document["patient_part"]["changes"] = _changes(document, last)
    content = content_digest(document)
    if last and last.content_digest == content:
        raise NothingChanged
    _refuse_standing(case, findings, given)
    if characters := unprintable_in(document["patient_part"]):
        raise NotPrintable(characters)
    IssuedPicture.objects.bulk_create(
        (IssuedPicture.of(Picture.from_data(data)) for data in pictures.values()), ignore_conflicts=True
    )
    revision = Revision.objects.create(
        id=revision_id,
        practice=plan.practice,
        patient=plan.episode.patient,
        episode=plan.episode,
        plan=plan,
        number=number,
        document=document,
        digest=digest(document),
        content_digest=content,
        issued_by=user.person,
        issued_at=issued_at,
    )
    Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.ISSUED, version=plan.version + 1, updated_at=issued_at)
    record_access(user, Action.CREATE, "revision", [revision.pk], patient_id=revision.patient_id)
    return revision


def _changes(document: dict[str, Any], last: Revision | None) -> dict[str, list[str]]:
    """What is new, changed and stopped since the last revision, in the words of each language. Nothing for a first one."""
    if last is None:
        return {}
    return {language: diff_of(document, last.document, language)["words"] for language in document["languages"]}


def _refuse_standing(case: Case, findings: Iterable[Finding], overrides: list[Override]) -> None:
    """Errors always stand; a warning stands unless an override names it."""
    found = list(findings)
    known = {(finding.id, finding.where) for finding in found}
    for index, override in enumerate(overrides):
        if (override.finding, override.where) not in known:
            raise UnknownOverride(index)
    overridden = {(override.finding, override.where) for override in overrides}
    standing = [
        finding
        for finding in found
        if finding.severity == Severity.ERROR
        or (finding.severity == Severity.WARNING and (finding.id, finding.where) not in overridden)
    ]
    if standing:
        raise NotIssuable(standing, case)


def _read(plan_id: uuid.UUID) -> Plan:
    return Plan.objects.complete().get(pk=plan_id)


def _locked(user: Any, plan_id: uuid.UUID) -> Plan:
    """A plan that nobody else changes until this transaction ends. Raises Plan.DoesNotExist for a stranger's.

    The patient is held before the plan: in this order nobody waits for each other.
    """
    Patient.objects.visible_to(user).held().filter(episodes__plans=plan_id).first()
    return (
        Plan.objects.visible_to(user)
        .complete()
        .select_related("practice", "episode__patient")
        .select_for_update(of=("self",))
        .get(pk=plan_id)
    )


def _write(plan: Plan, programme: Programme) -> None:
    """Store a programme in a plan's row and item rows."""
    data = programme_data(programme)
    for name in ("phase", "language", "weeks", "title", "goal", "note", "criteria", "articles"):
        setattr(plan, name, data[name])
    plan.starts_on, plan.review_on = programme.starts_on, programme.review_on
    plan.frequency = programme_frequency_data(programme)
    plan.written_items = data["items"]
    plan.save()
    seen = Exercise.objects.of_practice(plan.practice_id).filter(code__in={item.exercise for item in programme.items})
    exercises: dict[str, Exercise] = {exercise.code: exercise for exercise in seen}
    plan.items.all().delete()
    rows = []
    for position, item in enumerate(programme.items):
        data = item_data(item)
        dose = asdict(item.dose)
        kept = {name: data[name] for name in ("from_week", "to_week", "goal", "weeks", "frequency", "note")}
        rows.append(PlanItem(plan=plan, position=position, exercise=exercises[item.exercise], **dose, **kept))
    PlanItem.objects.bulk_create(rows)
