"""Issued plans for tests: through the same services as the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalogue.models import Protocol
from patients.models import Patient, User
from plans import services
from plans.checking import case_of, catalogue_of
from plans.documents import Override
from plans.forms import programme_from
from plans.models import Plan, Revision
from plans.rules import check
from plans.rules.case import default_item
from plans.values import Severity
from tests.factories import make_episode, make_patient, make_practice, make_user

SESSION = ("warm-up-walk", "pelvic-tilt", "knee-to-chest", "hamstring-stretch", "half-sit-up", "prone-lying")


def make_plan(user: User, patient: Patient, *codes: str, **fields: Any) -> Plan:
    """A draft of the given exercises with the protocol's doses."""
    protocol = Protocol.objects.get(code="back-care", practice=None)
    _, exercises = catalogue_of(patient.practice_id, protocol)
    head = {
        "protocol": "back-care",
        "phase": "post_acute",
        "language": patient.language,
        "weeks": 6,
        "frequency": {"days_per_week": 3, "goal": {"days_per_week": 5}},
        "criteria": protocol.rules["criteria"],
    }
    items = tuple(default_item(exercises[code]) for code in codes or SESSION)
    programme = replace(programme_from(head | fields), items=items)
    return services.create_plan(user=user, episode=make_episode(patient), protocol=protocol, programme=programme)


def issue(user: User, plan: Plan) -> Revision:
    """Issue a plan, overriding its warnings."""
    findings = check(case_of(plan, plan.created_at.date()))
    overrides = [
        Override(one.id, one.where, "A reason for the test.") for one in findings if one.severity == Severity.WARNING
    ]
    return services.issue_plan(user=user, plan_id=plan.pk, overrides=overrides)


def make_revision(*codes: str, **fields: Any) -> Revision:
    user = make_user(make_practice())
    patient = make_patient(user.membership.practice)
    return issue(user, make_plan(user, patient, *codes, **fields))
