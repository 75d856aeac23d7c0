"""Can this process do its work? What is asked, in order, and what each answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as sign_ins
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from catalogue.models import Exercise

OK = "ok"
UNKNOWN = "unknown"


def readiness() -> dict[str, str]:
    """Each thing that the service needs, with `ok` or a word for what is wrong with it; no addresses, no secrets."""
    return {**_of_database(), "files": _of_files(), "cache": _of_cache(), "erasures": _of_erasures()}


def _of_database() -> dict[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _is_migrated():
            return {"database": OK, "migrations": "pending", "catalogue": UNKNOWN}
        return {"database": OK, "migrations": OK, "catalogue": OK if _has_catalogue() else "empty"}
    except DatabaseError:
        return {"database": "unreachable", "migrations": UNKNOWN, "catalogue": UNKNOWN}


def _is_migrated() -> bool:
    return _wanted_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _wanted_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app. They are files: they change with the code only."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _has_catalogue() -> bool:
    return Exercise.objects.filter(practice=None).exists()


def _of_files() -> str:
    """Whether a programme could be stored: tried with a small file."""
    try:
        default_storage.delete(default_storage.save("readiness", ContentFile(b"ready")))
    except OSError:
        return "not-writable"
    return OK


def _of_cache() -> str:
    """Whether sign-ins can be counted: without that, nobody gets in. A cache may fail in as many ways as there are caches."""
    try:
        sign_ins.set("readiness", "ready", 60)
        return OK if sign_ins.get("readiness") == "ready" else "not-writable"
    except Exception:
        return "not-writable"


def _of_erasures() -> str:
    """Whether an erasure could be noted outside the database: what isn't noted comes back with the next restore."""
    path = Path(settings.ERASURES_FILE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            return OK
    except OSError:
        return "not-writable"
