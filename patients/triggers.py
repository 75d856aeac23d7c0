"""Tables whose rows the database itself refuses to change: triggers for SQLite and PostgreSQL, as migration operations."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def refuse_updates(table: str) -> migrations.RunPython:
    """A migration operation: from now on, no row of `table` can be updated, by ORM, admin or SQL."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
        elif schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {table}_immutable() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} rows are never changed'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_immutable()"
            )

    def backwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_immutable")
        elif schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_immutable ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_immutable()")

    return migrations.RunPython(forwards, backwards)


def refuse_deletions(table: str) -> migrations.RunPython:
    """A migration operation: from now on, no row of `table` can be deleted or replaced, nor the table be emptied."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in KEEPING.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement.format(table=table))

    def backwards(apps: Any, schema_editor: Any) -> None:
        for statement in NO_LONGER_KEEPING.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement.format(table=table))

    return migrations.RunPython(forwards, backwards)


def keep_until_erasure(table: str, *, patient: str, same: str) -> migrations.RunPython:
    """A migration operation: from now on, a row of `table` is deleted only where an erasure of its patient is on record.

    `patient`: SQL for the patient's id of the row OLD. `same`: a condition for what a row NEW would replace.
    """
    erased = f"EXISTS (SELECT 1 FROM patients_erasure WHERE patient_id = {patient})"  # noqa: S608 - from migrations
    return keep_unless(table, erased, same=same)


def keep_unless(table: str, gone: str, *, same: str) -> migrations.RunPython:
    """A migration operation: from now on, a row OLD of `table` is deleted only where the condition `gone` holds."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in KEEPING_UNLESS.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement.format(table=table, gone=gone, same=same))

    def backwards(apps: Any, schema_editor: Any) -> None:
        for statement in NO_LONGER_KEEPING.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement.format(table=table))

    return migrations.RunPython(forwards, backwards)


# SQLite: INSERT OR REPLACE deletes without asking a trigger for deletions; an id that is not given yet is -1 there.
# PostgreSQL: TRUNCATE asks none either.
KEEPING = {
    "sqlite": (
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END",
        "CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN NEW.id > 0 AND EXISTS "
        "(SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{table} rows are kept'; END $$",
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        "CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_kept()",
    ),
}
NO_LONGER_KEEPING = {
    "sqlite": ("DROP TRIGGER {table}_kept", "DROP TRIGGER {table}_not_replaced"),
    "postgresql": (
        "DROP TRIGGER {table}_kept ON {table}",
        "DROP TRIGGER {table}_not_emptied ON {table}",
        "DROP FUNCTION {table}_kept()",
    ),
}

KEEPING_UNLESS = {
    "sqlite": (
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} WHEN NOT {gone} "
        "BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END",
        "CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS "
        "(SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{table} rows are kept'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN IF {gone} THEN RETURN OLD; END IF; END IF; "
        "RAISE EXCEPTION '{table} rows are kept'; END $$",
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        "CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_kept()",
    ),
}
