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
