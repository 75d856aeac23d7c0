"""The PDFs of issued programmes: rendered once for each revision, layout and language, stored, and handed out as they are."""

from __future__ import annotations

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from plans.models import ProgrammeFile, Revision
from plans.pdf import RENDERER, render_programme


def stored_programme(revision_id: uuid.UUID, layout: str, language: str) -> tuple[bytes, str]:
    """The PDF of a revision and its ETag. Rendered and stored where nobody asked for it before.

    Rendering is no part of any transaction. Raises RenderError where the document can't be printed.
    """
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
    if known is not None:  # its file was lost
        known.file.save(_name(digest), ContentFile(body), save=False)
        ProgrammeFile.objects.filter(pk=known.pk).update(file=known.file.name, digest=digest, renderer=RENDERER)
        return body, digest
    made = ProgrammeFile(revision_id=revision_id, layout=layout, language=language, renderer=RENDERER, digest=digest)
    made.file.save(_name(digest), ContentFile(body), save=False)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        made.file.delete(save=False)
        first = ProgrammeFile.objects.get(revision_id=revision_id, layout=layout, language=language)
        return first.read() or body, first.digest
    return body, digest


def _name(digest: str) -> str:
    """Nothing of the patient stands in a file's name."""
    return f"{digest[:2]}/{digest}.pdf"
