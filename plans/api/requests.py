"""What views share: language, the log of reads, versions, and creating once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from patients.access import Action, patient_of, record_access
from patients.models import Integration, User
from patients.vocabulary import Language
from plans import words
from plans.api.problems import InvalidQuery, Problem
from plans.models import IdempotencyKey

M = TypeVar("M", bound=models.Model)


def language_of(request: Request | HttpRequest) -> str:
    """`?language=`, else `Accept-Language`, else English."""
    asked = request.GET.get("language")
    if asked is None:
        return translation.get_language_from_request(request)[:2]
    if asked not in Language.values:
        raise InvalidQuery({"language": f"{asked} is not known. Known: {', '.join(Language.values)}."})
    translation.activate(asked)  # the answer's Content-Language
    return asked


def print_language(request: Request, otherwise: str) -> str:
    """`?language=` if programmes can be printed in it, else the patient's."""
    asked = request.GET.get("language")
    if asked is None:
        return otherwise
    if asked not in words.LANGUAGES:
        raise InvalidQuery({"language": f"{asked} is not known. Known: {', '.join(words.LANGUAGES)}."})
    return asked


def record_read(request: Request, object_type: str, objects: Iterable[Any], patient_id: Any = None) -> None:
    """These objects were shown: of the one patient whom the request is about, or of whomever they concern."""
    shown = list(objects)
    record_access(
        request.user,
        Action.READ,
        object_type,
        [one.pk for one in shown],
        patient_id=patient_id,
        patient_ids=[] if patient_id else [patient_of(one) for one in shown],
    )


def required_version(request: Request, prefix: str) -> int:
    """The version in `If-Match`. 428 without one; one that was never given out matches nothing: 412."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(428, "if-match-required", "Send If-Match with the ETag that you read.")
    tag = given.strip().removeprefix("W/").strip('"')
    version = re.fullmatch(rf"{re.escape(prefix)}\.([0-9]{{1,9}})", tag)
    if version is None:
        raise Problem(412, "stale", "If-Match is not an ETag of this plan. Read it again.")
    return int(version[1])


def member(request: Request) -> User | Integration:
    """Who makes a request that permissions let through: a person with a membership, or an integration."""
    return cast(User | Integration, request.user)


class CreatesOnce:
    """A viewset whose POST makes one object: validated, saved, and repeatable with an `Idempotency-Key`."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        made = create_once(request, self.make, shown_again(request, self.get_queryset()))  # type: ignore[attr-defined]
        return self.created(made)

    def make(self) -> Any:
        serializer = self.get_serializer(data=self.request.data)  # type: ignore[attr-defined]
        serializer.is_valid(raise_exception=True)
        return serializer.save(**self.given())

    def given(self) -> dict[str, Any]:
        """What the path says and the body doesn't: the object's parents."""
        return {}

    def created(self, made: Any) -> Response:
        return Response(self.get_serializer(made).data, status=201)  # type: ignore[attr-defined]


def create_once(request: Request, make: Callable[[], M], again: Callable[[str], M]) -> M:
    """What `make` creates. With an `Idempotency-Key` that was used before: what `again` gives for the object's id.

    The same key with another body is refused with 422. The key is one caller's in one practice.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return make()
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):
        raise Problem(400, "idempotency-key", "Idempotency-Key must have 1 to 200 printable ASCII characters.")
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            return _create_or_repeat(request, key, fingerprint, make, again)
    except IntegrityError:
        if IdempotencyKey.known(member(request), key) is None:
            raise
        return _create_or_repeat(request, key, fingerprint, make, again)


def _create_or_repeat(
    request: Request, key: str, fingerprint: str, make: Callable[[], M], again: Callable[[str], M]
) -> M:
    known = IdempotencyKey.known(member(request), key)
    if known is None:
        made = make()
        IdempotencyKey.objects.create(
            **IdempotencyKey.of(member(request)), key=key, fingerprint=fingerprint, object_id=str(made.pk)
        )
        return made
    if known.fingerprint != fingerprint:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request.")
    try:
        return again(known.object_id)
    except ObjectDoesNotExist as error:
        raise NotFound from error


def shown_again(request: Request, rows: QuerySet[M], object_type: str = "") -> Callable[[str], M]:
    """What answers a repeated request: the object as it is now, by today's rights. That it was shown is recorded.

    `object_type`: the log's word for it, where that isn't its model's name.
    """

    def again(pk: str) -> M:
        made = rows.get(pk=pk)
        record_read(request, object_type or made._meta.model_name or "", [made])
        return made

    return again


def forget_key(request: Request) -> None:
    """What this request made was taken back: it may be sent again with the same `Idempotency-Key`."""
    caller = member(request)
    IdempotencyKey.objects.filter(**IdempotencyKey.of(caller), key=request.headers.get("Idempotency-Key")).delete()


def _fingerprint(request: Request) -> str:
    said = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
