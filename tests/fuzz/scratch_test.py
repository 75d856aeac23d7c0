"""scratch discovery"""
import collections, os, time, copy, json
import pytest, schemathesis
from hypothesis import given, settings, HealthCheck, Phase
from django.db import transaction
from rest_framework.test import APIClient
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.generation.hypothesis.builder import create_test, HypothesisTestConfig, HypothesisTestMode
from schemathesis.checks import load_all_checks
from config.wsgi import application
from patients.models import Role, AuthToken
from tests.factories import make_user
from tests.plans.api.routes import CALLS, make_world, routes
load_all_checks()
answered = []
SEMANTIC = "unknown order beyond range twice either no-word invalid_choice too-short sessions".split()
NAMES = {path: name for path, name in routes()}

def load(world, token, examples):
    raw = APIClient().get("/api/schema/?format=json").json()
    dictionaries, operations = {}, []
    for path, ops in raw["paths"].items():
        name = next((n for p, n in NAMES.items() if p == path), None)
        if name is None: print("??", path); continue
        for method, op in ops.items():
            call = CALLS[name, method]
            body = call.json(world)
            if body is not None and "requestBody" in op:
                for c in op["requestBody"]["content"].values():
                    c["example"] = json.loads(json.dumps(body, default=str))
        call = next(CALLS[name, m] for m in ops)
        params = {}
        for key, v in call.kwargs.items():
            value = v[1:] if v.startswith("=") else str(getattr(world, v).pk)
            dictionaries.setdefault(v.strip("="), {"values": [value]})
            for op in ops.values():
                for one in op.get("parameters", []):
                    if one["in"] == "path" and one["name"] in (key, "id" if key == "pk" else key):
                        one["example"] = value
                    if one["in"] == "header" and one["name"] == "If-Match":
                        one["example"] = f'"{world.plan.pk}.{world.plan.version}"'
            params["path." + key.replace("pk", "id")] = {"dictionary": v.strip("="), "probability": 0.6}
        if params:
            operations.append({"include-path": path, "parameters": params})
    dictionaries["etag"] = {"values": [f'"{world.plan.pk}.{world.plan.version}"']}
    config = SchemathesisConfig.from_dict({
        "dictionaries": dictionaries, "operations": operations,
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 429]}, "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]}},
        "parameters": {"header.If-Match": {"dictionary": "etag", "probability": 0.5}},
        "generation": {"database": "none", "deterministic": True, "max-examples": examples},
    })
    schema = schemathesis.openapi.from_dict(raw, config=config)
    schema.app = application
    return schema

@pytest.mark.parametrize("role", os.environ.get("ROLES", "clinician").split())
def test_discover(db, role):
    world = make_world()
    user = make_user(world.practice, role)
    _, secret = AuthToken.objects.create(user, practice=world.practice)
    schema = load(world, secret, int(os.environ.get("EXAMPLES", 10)))
    found = collections.defaultdict(dict); count = collections.Counter(); took = collections.Counter(); statuses = collections.defaultdict(collections.Counter)
    only = os.environ.get("ONLY", "")
    for r in schema.get_all_operations():
        op = r.ok()
        if only not in op.label: continue
        def run(case):
            count[op.label] += 1
            with transaction.atomic():
                try:
                    headers = {"Authorization": f"Token {secret}", "Host": "testserver"}
                    response = case.call(headers=headers); answered.append(response); case.validate_response(response, headers=headers, transport_kwargs={"headers": headers})
                    statuses[op.label][response.status_code] += 1
                except FailureGroup as group:
                    for f in group.exceptions:
                        if type(f).__name__ == "RejectedPositiveData":
                            problem = answered[-1].json()
                            wrong = [e for e in problem["errors"] if e["code"] not in SEMANTIC]
                            if problem["status"] == 400 and not wrong:
                                statuses[op.label]["semantic"] += 1
                                continue
                            f.message = str(wrong or problem) + "  "
                        key = f"{type(f).__name__}: {f.title} {(f.message or '')[:600]}"
                        if len([k for k in found[op.label] if k.startswith(type(f).__name__)]) < int(os.environ.get("MANY", 4)):
                            found[op.label].setdefault(key, case.as_curl_command()[:400])
                        statuses[op.label][type(f).__name__] += 1
                transaction.set_rollback(True)
        s = time.time()
        modes = [HypothesisTestMode(m) for m in os.environ.get("MODES", "examples coverage fuzzing").split()]
        test = create_test(operation=op, test_func=run, config=HypothesisTestConfig(project=schema.config, modes=modes,
              settings=settings(max_examples=int(os.environ.get("EXAMPLES", 10)), deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))))
        try:
            test()
        except Exception as e:
            print("!!", op.label, type(e), str(e)[:500])
        took[op.label] = time.time() - s
    for label in count:
        print("==", label, count[label], f"{took[label]:.1f}s", dict(statuses[label]))
        for k, v in found[label].items():
            print("   -", k.replace("\n", " | ")); print("        ", v)
    print(sum(count.values()), sum(took.values()))
