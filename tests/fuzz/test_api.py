"""The whole API, asked by its own description: no answer is a failure of ours, undocumented, or not as described.

`make test` asks a little, the same each time; `make fuzz EXAMPLES=200` asks more, anew each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from rest_framework.test import APIClient
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario, TestPhase

from patients.models import Practice, Role
from tests.factories import make_client, make_integration, make_practice
from tests.fuzz.describing import api, description
from tests.over_wsgi import connections_kept
from tests.plans.api.access_table import ROWS
from tests.plans.api.routes import World, make_world

pytestmark = pytest.mark.django_db
load_all_checks()

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
BOUNDED = not EXAMPLES
FEW = 3

KINDS = sorted({path.split("/")[3] for path in description()["paths"]})
"""`patients`, `plans` and so on: a test for each kind and person, so that workers can share them."""


def integration(practice: Practice) -> APIClient:
    """Another system that may do all that integrations may."""
    scopes = sorted({row.scope for row in ROWS if row.scope != "–"})
    _, client = make_integration(practice, *scopes)
    return client


ACTORS: dict[str, Callable[[World], APIClient]] = {
    "stranger": lambda world: make_client(make_practice("There")),
    **{role: lambda world, role=role: make_client(world.practice, role) for role in Role.values},
    "integration": lambda world: integration(world.practice),
}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    with connections_kept():
        yield


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("actor", ACTORS)
def test_each_answer_is_as_the_description_says(actor: str, kind: str) -> None:
    world = make_world()
    headers = headers_of(actor, world)
    schema = api(world, examples=EXAMPLES or FEW, deterministic=BOUNDED)
    # The owner may do most: as her, all that the description has is tried, or a sample of it.
    modes = [mode for mode in HypothesisTestMode if mode != "coverage" or actor == Role.OWNER or not BOUNDED]

    operations = [one.ok() for one in schema.get_all_operations() if one.ok().path.startswith(f"/api/v1/{kind}/")]
    failed = [failure for one in operations for failure in failures(one, modes, headers)]

    assert operations
    assert failed == [], "\n\n".join(map(str, failed))


def headers_of(actor: str, world: World) -> dict[str, str]:
    return {"Authorization": ACTORS[actor](world)._credentials["HTTP_AUTHORIZATION"], "Host": "testserver"}


def failures(operation: Any, modes: list[HypothesisTestMode], headers: dict[str, str]) -> list[Exception]:
    """What is wrong with an operation: at most one find, made as small as can be."""
    asked = count(1)

    def ask(case: Any) -> None:
        if BOUNDED and is_left_out(case, next(asked)):
            return
        with transaction.atomic():
            try:
                case.call_and_validate(headers=headers)
            finally:
                transaction.set_rollback(True)

    config = operation.schema.config
    usual = config.get_hypothesis_settings(operation=operation)
    test = create_test(
        operation=operation,
        test_func=ask,
        config=HypothesisTestConfig(project=config, modes=modes, settings=usual, seed=config.seed),
    )
    try:
        test()
    except (FailureGroup, ExceptionGroup) as found:
        return [found]
    return []


def is_left_out(case: Any, number: int) -> bool:
    """Of the thousands of ways in which a body can be good or bad, most. Nothing of methods and missing parameters."""
    data = case.meta.phase.data
    if case.meta.phase.name != TestPhase.COVERAGE or not isinstance(data, CoveragePhaseData):
        return False
    always = {CoverageScenario.UNSPECIFIED_HTTP_METHOD, CoverageScenario.MISSING_PARAMETER}
    return data.scenario not in always and number > 10 and number % 40 != 0


@pytest.mark.parametrize("actor", [Role.CLINICIAN, Role.OWNER])
def test_what_is_made_is_there_and_what_is_deleted_is_gone(actor: str) -> None:
    """One request after another, each with what the ones before answered."""
    world = make_world()
    headers = headers_of(actor, world)
    schema = api(world, examples=EXAMPLES or FEW, deterministic=BOUNDED)

    class Scenario(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.undone = transaction.atomic()
            self.undone.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, additional_checks: Any = None, **sent: Any) -> None:
            # Beside what is inherited: that the token was given on purpose.
            case.validate_response(
                response,
                headers=headers,
                additional_checks=additional_checks,
                transport_kwargs=sent,
                recorder=self.recorder,
            )

    usual = schema.config.get_hypothesis_settings(phase="stateful")
    Scenario.run(settings=settings(usual, max_examples=EXAMPLES or 2 * FEW, stateful_step_count=8, derandomize=BOUNDED))
