"""The data map in `docs/privacy.md` names every table and field there is, and no other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from patients.models import Clearance, Episode, Patient, PhaseAssessment, User
from plans.models import Plan, Revision

PAGE = settings.BASE_DIR / "docs" / "privacy.md"
OF_PEOPLE = (User, Patient, Episode, PhaseAssessment, Clearance, Plan, Revision)
HEADS = "| table | fields | of whom | what for | how long |"


def data_map() -> dict[str, dict[str, str]]:
    """By table, of whom each of its fields is; `*` stands for those that are not named."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in lines[lines.index(HEADS) + 2 :]:
        if not line.startswith("|"):
            break
        table, fields, whom = [cell.strip() for cell in line.strip("|").split("|")][:3]
        for field in fields.replace("`", "").split():
            assert field not in found[table.strip("`")], f"{table} {field} stands twice."
            found[table.strip("`")][field] = whom
    return found


MAP = data_map()
TABLES: dict[str, Any] = {
    model._meta.db_table: model for model in (*apps.get_models(include_auto_created=True), MigrationRecorder.Migration)
}


def fields_of(model: Any) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def test_every_table_is_in_the_map_and_no_other():
    assert sorted(MAP) == sorted(TABLES)


def test_every_field_is_in_the_map():
    missing = [
        f"{table}.{field.name}"
        for table, model in TABLES.items()
        for field in fields_of(model)
        if field.name not in MAP[table] and "*" not in MAP[table]
    ]

    assert missing == []


def test_the_map_names_no_field_that_is_not_there():
    unknown = [
        f"{table}.{name}"
        for table, named in MAP.items()
        for name in named
        if name != "*" and name not in {field.name for field in fields_of(TABLES[table])}
    ]

    assert unknown == []


def test_every_field_has_somebody_it_is_of():
    assert {whom for named in MAP.values() for whom in named.values()} == {"patient", "member", "author", "nobody"}


def test_only_of_tables_that_know_no_people_are_fields_left_unnamed():
    for table, named in MAP.items():
        if "*" in named:
            assert named["*"] == "nobody"
            assert not [field.name for field in fields_of(TABLES[table]) if field.related_model in OF_PEOPLE], table


def test_what_points_to_a_patient_or_an_account_is_of_one():
    for table, model in TABLES.items():
        for field in fields_of(model):
            if field.related_model in OF_PEOPLE:
                assert MAP[table][field.name] in {"patient", "member"}, f"{table}.{field.name}"
