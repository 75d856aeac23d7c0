"""Issued plans for tests: through the same services as the API, despite their warnings."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from patients.models import User
from plans import services
from plans.checking import case_of
from plans.documents import Override
from plans.models import Plan, Revision
from plans.rules import check
from plans.values import Severity
from tests import factories

SESSION = ("warm-up-walk", "pelvic-tilt", "knee-to-chest", "hamstring-stretch", "half-sit-up", "prone-lying")


def issue(user: User, plan: Plan) -> Revision:
    """Issue a plan, overriding its warnings."""
    warnings = [one for one in check(case_of(plan, timezone.localdate())) if one.severity == Severity.WARNING]
    overrides = [Override(one.id, one.where, "A reason for the test.") for one in warnings]
    return services.issue_plan(user=user, plan_id=plan.pk, overrides=overrides)


def make_revision(*codes: str, **fields: Any) -> Revision:
    """An issued revision of a plan with these exercises for a made-up patient."""
    user = factories.make_user(factories.make_practice())
    episode = factories.make_episode(factories.make_patient(user.membership.practice))
    return issue(user, factories.make_plan(episode, *(codes or SESSION), author=user, **fields))
