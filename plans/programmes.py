"""The PDFs of issued programmes: rendered once for each revision, layout and language, stored, and handed out as they are."""

from __future__ import annotations

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from patients.models import Patient
from plans.models import ProgrammeFile, Revision
from plans.pdf import RENDERER, render_programme


def stored_programme(
    revision_id: uuid.UUID, layout: str, language: str, known: ProgrammeFile | None = None
) -> tuple[bytes, str]:
    """The PDF of a revision and its ETag. Rendered and stored where nobody asked for it before. `known`: what is stored.

    Rendering is no part of any transaction. Raises RenderError where the document can't be printed, and DoesNotExist
    where its patient was just erased.
    """
    if known is None:
        files = ProgrammeFile.objects.filter(revision_id=revision_id, layout=layout, language=language)
        known = next(iter(files.only("file", "digest")), None)
    if known is not None and (body := known.read()) is not None:
        return body, known.digest
    document = Revision.objects.get(pk=revision_id).complete_document()
    body = render_programme(document, language, layout=layout)
    return _stored(known, revision_id, layout, language, body)


def _stored(
    known: ProgrammeFile | None, revision_id: uuid.UUID, layout: str, language: str, body: bytes
) -> tuple[bytes, str]:
    """Stores a file, unless somebody else just did: then theirs is the one."""
    digest = hashlib.sha256(body).hexdigest()
    made = known or ProgrammeFile(revision_id=revision_id, layout=layout, language=language)  # known: its file was lost
    made.renderer, made.digest = RENDERER, digest
    made.file.save(_name(digest), ContentFile(body), save=False)
    try:
        with transaction.atomic():
            Patient.objects.held().get(revisions=revision_id)
            made.save()
    except IntegrityError:
        made.file.delete(save=False)
        first = ProgrammeFile.objects.get(revision_id=revision_id, layout=layout, language=language)
        return first.read() or body, first.digest
    except Patient.DoesNotExist:
        made.file.delete(save=False)
        raise
    return body, digest


def _name(digest: str) -> str:
    """Nothing of the patient stands in a file's name."""
    return f"{digest[:2]}/{digest}.pdf"
