"""Everything about one patient as a zip: the rows as data, the programmes as files, and who looked.

Written to a file of its own: of programmes, changes and the log, which grow without bound, a few are in memory at a time.
Nothing of the patient stands in a name.
"""

from __future__ import annotations

import io
import json
import math
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from patients.access import Action, record_access
from patients.changes import AT_A_TIME, changes_of_patient, told
from patients.history import Change
from patients.models import AccessEvent, Patient
from patients.records import patient_paths, records_of
from plans import words
from plans.access_log import MOST_LINES, exported_event, names_in, printed_log
from plans.models import ProgrammeFile, Revision
from plans.pdf import LAYOUTS, RenderError, render_access_log
from plans.programmes import stored_programme

FORMAT = "patient-export/1"
IN_MEMORY = 1024 * 1024
MOST_RENDERED = 5
"""Programmes that are rendered for one export, where nobody printed them before: a few seconds. The next export has more."""
MOST_PARTS = 2
"""Parts of the log that are printed, the newest. As data it is complete."""
CHUNK = 500


def export_patient(*, user: Any, patient_id: uuid.UUID) -> IO[bytes]:
    """The zip, to be read from its start and closed. Raises Patient.DoesNotExist for a stranger's."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever reads it closes it.
    try:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            _write(archive, user, patient_id)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(archive: ZipFile, user: Any, patient_id: uuid.UUID) -> None:
    """Data as it stands at one moment: nobody writes to a patient who is held. Rendering is no part of that."""
    visible = Patient.objects.visible_to(user).select_related("practice")
    _print_missing(visible.get(pk=patient_id))
    with transaction.atomic():
        patient = visible.held().get(pk=patient_id)
        record_access(user, Action.EXECUTE, "export", [patient.pk], patient_id=patient.pk)
        archive.writestr("README.txt", readme(patient.language))
        _write_json(archive, "patient.json", data_of(patient))
        folders = _write_revisions(archive, patient)
        _write_list(archive, "changes.json", _changes(patient))
        _write_list(archive, "access-log.json", _logged(_events(patient)))
    _write_programmes(archive, folders)
    _write_printed_log(archive, patient)


def readme(first: str) -> str:
    """What is in the zip, in every language that patients read; theirs comes first."""
    languages = sorted(words.LANGUAGES, key=lambda language: language != words.language_for(first))
    return "\n\n".join(words.say(language, "export.readme") for language in languages) + "\n"


def data_of(patient: Patient) -> dict[str, Any]:
    """Every row about the patient with every field, by kind. Made from the models: a new field is there by itself."""
    records = [(model, found) for model, found in records_of(patient.pk) if not issubclass(model, Change)]
    rows = {str(model._meta.model_name): [_row(one) for one in found] for model, found in records}
    return {"format": FORMAT, "exported_at": timezone.now(), **rows}


def _row(record: models.Model) -> dict[str, Any]:
    """The fields of a row. What it refers to outside the record has its name beside its id: a person, an exercise."""
    row: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        row[field.name] = value.name if isinstance(field, models.FileField) else value
        if field.related_model is not None and field.related_model not in patient_paths() and value is not None:
            row[f"{field.name}_name"] = str(getattr(record, field.name))
    return row


def _write_revisions(archive: ZipFile, patient: Patient) -> dict[uuid.UUID, str]:
    """The folder of each programme, numbered as they were issued."""
    folders = {}
    revisions = Revision.objects.filter(patient=patient).order_by("issued_at", "number")
    for number, revision in enumerate(revisions.iterator(chunk_size=10), 1):
        folders[revision.pk] = f"revisions/{number}"
        _write_json(archive, f"{folders[revision.pk]}/programme.json", revision.complete_document())
    return folders


def _events(patient: Patient) -> Any:
    return AccessEvent.objects.filter(practice_id=patient.practice_id).about(patient.pk)


def _changes(patient: Patient) -> Iterator[dict[str, Any]]:
    """Who changed what, newest first; by which request is the practice's own."""
    rows = iter(changes_of_patient(patient.pk))
    while some := list(islice(rows, AT_A_TIME)):
        for one in told(some):
            fields = [asdict(field) for field in one.fields]
            kind = {"object_type": one.object_type, "object_id": one.object_id}
            yield {"at": one.at, "change": one.change, **kind, "user": one.user_name, "fields_changed": fields}


def _logged(events: Any) -> Iterator[dict[str, Any]]:
    for chunk in _chunks(events):
        names = names_in(chunk)
        for event in chunk:
            yield exported_event(event, names)


def _write_list(archive: ZipFile, name: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """A JSON list of any length, one entry after the other."""
    with archive.open(name, "w") as binary, io.TextIOWrapper(binary, encoding="utf-8") as file:
        before = "["
        for entry in entries:
            file.write(f"{before}\n{json.dumps(entry, cls=DjangoJSONEncoder)}")
            before = ","
        file.write("\n]\n" if before == "," else "[]\n")


def _chunks(events: Any) -> Iterator[list[AccessEvent]]:
    """Newest first, each chunk behind the last one's end."""
    chunk = list(events[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(events.filter(pk__lt=chunk[-1].pk)[:CHUNK])


def _write_json(archive: ZipFile, name: str, data: Mapping[str, Any]) -> None:
    with archive.open(name, "w") as binary, io.TextIOWrapper(binary, encoding="utf-8") as file:
        json.dump(data, file, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _print_missing(patient: Patient) -> None:
    """Of the newest programmes that nobody printed, the usual print in the patient's language."""
    printed = ProgrammeFile.objects.filter(revision__patient=patient, layout=LAYOUTS[0])
    languages = set(printed.values_list("revision_id", "language"))
    newest = Revision.objects.filter(patient=patient).without_document().newest_first()
    missing = [one for one in newest if (one.pk, one.patients_language) not in languages]
    for one in missing[:MOST_RENDERED]:
        with suppress(RenderError):  # what can't be printed is there as data
            stored_programme(one.pk, LAYOUTS[0], one.patients_language)


def _write_programmes(archive: ZipFile, folders: Mapping[uuid.UUID, str]) -> None:
    """Every print that is stored."""
    for revision_id, folder in folders.items():
        for file in ProgrammeFile.objects.filter(revision=revision_id).order_by("layout", "language"):
            if (body := file.read()) is not None:
                archive.writestr(f"{folder}/programme-{file.layout}-{file.language}.pdf", body)


def _write_printed_log(archive: ZipFile, patient: Patient) -> None:
    events = _events(patient)
    parts = math.ceil(events.count() / MOST_LINES)
    for part in range(1, min(parts, MOST_PARTS) + 1):
        shown = list(events[(part - 1) * MOST_LINES : part * MOST_LINES])
        place = {"part": part, "parts": parts, "printed_at": timezone.localtime()}
        log = printed_log(patient, shown, names_in(shown), language=patient.language, **place)
        with suppress(RenderError):
            archive.writestr(f"access-log-{part}.pdf", render_access_log(log))
