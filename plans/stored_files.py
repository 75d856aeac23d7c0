"""The files that rows name: which are missing or altered, and which files no row names any more."""

from __future__ import annotations

import datetime
import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

GRACE = datetime.timedelta(hours=1)
"""How long a file may wait for its row: it is written first."""


@dataclass(frozen=True)
class FileFault:
    """A row whose file isn't what was stored."""

    row: str
    name: str
    fault: str

    def __str__(self) -> str:
        return f"{self.row}: {self.name} is {self.fault}."


def file_fields() -> list[models.FileField]:
    """Every field that names files."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]


def folders() -> list[str]:
    """Where files are uploaded to. What else lies in the storage isn't ours: nobody looks at it, and nobody removes it."""
    return sorted({str(field.upload_to) for field in file_fields()})


def stored_files() -> Iterator[str]:
    """The name of every file in our folders."""
    for folder in folders():
        yield from _files_in(folder)


def _files_in(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    below, files = default_storage.listdir(folder)
    yield from (posixpath.join(folder, name) for name in files)
    for name in below:
        yield from _files_in(posixpath.join(folder, name))


def orphaned_files() -> Iterator[str]:
    """Files that no row names, older than an hour: of erased rows, of replaced files, and of a process that was killed
    between writing a file and its row."""
    found = list(stored_files())
    named = {name for field in file_fields() for name in _rows(field).values_list(field.name, flat=True)}
    youngest = timezone.now() - GRACE
    for name in found:
        if name not in named and default_storage.get_modified_time(name) < youngest:
            yield name


def file_faults() -> Iterator[FileFault]:
    """Rows whose file is missing, or has another digest than the row says."""
    for field in file_fields():
        for row in _rows(field).only("pk", field.name, *_digest(field)).iterator():
            name = getattr(row, field.name).name
            fault = _fault_of(row, name)
            # A row that was erased, or got another file, while this was reading is no fault.
            if fault and _rows(field).filter(pk=row.pk, **{field.name: name}).exists():
                yield FileFault(f"{row._meta.label} {row.pk}", name, fault)


def _rows(field: models.FileField) -> models.QuerySet[Any]:
    return field.model._base_manager.exclude(**{field.name: ""})


def _digest(field: models.FileField) -> list[str]:
    """A row that knows the SHA-256 of its file has it in `digest`."""
    return [one.name for one in field.model._meta.concrete_fields if one.name == "digest"]


def _fault_of(row: Any, name: str) -> str:
    try:
        with default_storage.open(name, "rb") as stored:
            found = hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    return "altered" if found != getattr(row, "digest", found) else ""
