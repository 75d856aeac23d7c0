"""The OpenAPI description as schemathesis reads it, with real ids and good bodies among what it makes up."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import schemathesis
from rest_framework.test import APIClient
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi.checks import RejectedPositiveData

from tests.over_wsgi import application
from tests.plans.api.access_table import NAMED
from tests.plans.api.routes import CALLS, World

METHODS_OF = {path: [key for key in CALLS if key[0] == name] for name, path in NAMED.items()}

KNOWN = {
    "query.patient": "patient",
    "query.episode": "episode",
    "query.from": "revision",
    "body.episode": "episode",
    "body.protocol": "=back-care",
    "body.phase": "=post_acute",
    "body.items[*].exercise": "=bridge",
}
"""What is real by its name; what stands in paths, `CALLS` says. A leading `=`: the value itself."""

REFUSED = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]

# A description can't say which codes there are, whether an id is the practice's or a name is free, and that one field
# goes with another or with the path.
# A good request by its description may be refused for these reasons, field by field, and for no other.
SEMANTIC = {
    "unknown",
    "order",
    "beyond",
    "range",
    "twice",
    "either",
    "no-word",
    "invalid_choice",
    "too-short",
    "sessions",
    "taken",
    "nobody-responsible",
    "not-confirmed",
}


@cache
def description() -> dict[str, Any]:
    described: dict[str, Any] = APIClient().get("/api/schema/?format=json").json()
    return described


def api(world: World, *, examples: int, deterministic: bool) -> Any:
    """The API of a world, in process."""
    described = copy.deepcopy(description())
    operations = [_with_real(path, methods, world) for path, methods in described["paths"].items()]
    tags = [f'"{world.plan.pk}.{world.plan.version}"']
    config = SchemathesisConfig.from_dict(
        {
            "dictionaries": {"tags": {"values": tags}} | {name: {"values": [_real(name, world)]} for name in _names()},
            "operations": [one for one in operations if one["parameters"]],
            "parameters": {"header.If-Match": _half("tags")} | {place: _half(name) for place, name in KNOWN.items()},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 429]},
                "negative_data_rejection": {"expected-statuses": REFUSED},
                "missing_required_header": {"expected-statuses": [403, 404, 428]},
            },
            "generation": {"database": "none", "deterministic": deterministic, "max-examples": examples},
        }
    )
    schema: Any = schemathesis.openapi.from_dict(described, config=config)
    schema.app = served
    schema.hook(filter_failure)
    return schema


def served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application as servers ask it: they close an answer when it is sent."""
    answer: Any = application(environ, start_response)
    try:
        return list(answer)
    finally:
        answer.close()


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether this counts: refusing what is good by its description doesn't, where the reason is one of meaning."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    return not all(
        error["code"] in SEMANTIC and not error["detail"].startswith("Unknown") for error in response.json()["errors"]
    )


def _with_real(path: str, methods: Mapping[str, Any], world: World) -> dict[str, Any]:
    """The path's operations, each with an example that succeeds; and where half of the ids come from."""
    for name, method in METHODS_OF[path]:
        said, call = methods[method], CALLS[name, method]
        real = {_as_described(one): _real(wanted, world) for one, wanted in call.kwargs.items()}
        real["If-Match"] = f'"{world.plan.pk}.{world.plan.version}"'
        for parameter in said.get("parameters", []):
            if parameter["name"] in real:
                parameter["example"] = real[parameter["name"]]
        if "requestBody" in said and (body := call.json(world)) is not None:
            for content in said["requestBody"]["content"].values():
                content["example"] = json.loads(json.dumps(body, default=str))
    kwargs = CALLS[METHODS_OF[path][0]].kwargs
    return {
        "include-path": path,
        "parameters": {f"path.{_as_described(one)}": _half(wanted) for one, wanted in kwargs.items()},
    }


def _as_described(kwarg: str) -> str:
    return "id" if kwarg == "pk" else kwarg


def _names() -> set[str]:
    return {wanted for call in CALLS.values() for wanted in call.kwargs.values()} | set(KNOWN.values())


def _real(wanted: str, world: World) -> str:
    if wanted.startswith("="):
        return wanted[1:]
    known = getattr(world, wanted)
    return str(getattr(known, "pk", known))


def _half(name: str) -> dict[str, Any]:
    return {"dictionary": name, "probability": 0.5}
