"""`/healthz` says that the process lives, `/readyz` that it can do its work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from catalogue.models import Exercise

pytestmark = pytest.mark.django_db

READY = {
    "status": "ok",
    "database": "ok",
    "migrations": "ok",
    "catalogue": "ok",
    "files": "ok",
    "cache": "ok",
    "erasures": "ok",
}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    caches["process"].clear()
    yield
    caches["process"].clear()


def ready() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def unreachable(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("connection to server at db.internal failed for user hep with password hunter2")


def test_a_service_that_can_work_says_so():
    assert ready() == (200, READY)


def test_a_process_without_its_database_lives_and_is_not_ready(monkeypatch):
    monkeypatch.setattr(connection, "cursor", unreachable)

    status, said = ready()

    assert Client().get("/healthz").status_code == 200
    assert (status, said["status"], said["database"]) == (503, "unavailable", "unreachable")
    assert (said["migrations"], said["catalogue"]) == ("unknown", "unknown")
    assert "hunter2" not in str(said)


def test_a_migration_that_is_not_applied_is_named_as_the_reason():
    MigrationRecorder.Migration.objects.filter(app="plans").latest("pk").delete()

    assert ready() == (503, READY | {"status": "unavailable", "migrations": "pending", "catalogue": "unknown"})


def test_an_empty_catalogue_is_named_as_the_reason():
    Exercise.objects.update(progression_of=None, replaced_by=None)
    Exercise.objects.all().delete()

    assert ready() == (503, READY | {"status": "unavailable", "catalogue": "empty"})


def test_files_that_cannot_be_written_are_named_as_the_reason(tmp_path: Path, monkeypatch):
    (tmp_path / "not-a-folder").write_text("")
    monkeypatch.setattr(default_storage, "_wrapped", FileSystemStorage(tmp_path / "not-a-folder" / "files"))

    assert ready() == (503, READY | {"status": "unavailable", "files": "not-writable"})


def test_asking_leaves_no_file_behind(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(default_storage, "_wrapped", FileSystemStorage(tmp_path))

    assert ready() == (200, READY)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_named_as_the_reason(tmp_path: Path, settings):
    (tmp_path / "not-a-folder").write_text("")
    place = str(tmp_path / "not-a-folder" / "cache")
    backend = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": place}
    settings.CACHES = settings.CACHES | {"default": backend}

    assert ready() == (503, READY | {"status": "unavailable", "cache": "not-writable"})


def test_a_file_of_erasures_that_cannot_be_written_is_named_as_the_reason(tmp_path: Path, settings):
    (tmp_path / "not-a-folder").write_text("")
    settings.ERASURES_FILE = tmp_path / "not-a-folder" / "erasures.jsonl"

    assert ready() == (503, READY | {"status": "unavailable", "erasures": "not-writable"})


@pytest.mark.parametrize("is_working", [True, False])
def test_however_often_it_is_asked_it_looks_once_in_a_few_seconds(monkeypatch, is_working):
    looked: list[str] = []
    save = default_storage.save

    def counted(name: str, content: Any) -> str:
        looked.append(name)
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", counted)
    if not is_working:
        monkeypatch.setattr(connection, "cursor", unreachable)

    first, *others = [ready() for _ in range(5)]

    assert others == [first] * 4
    assert first[0] == (200 if is_working else 503)
    assert len(looked) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3.1)
    assert ready() == first
    assert len(looked) == 2
