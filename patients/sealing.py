"""Seals on the access log: a hash chain for each practice, which tells whether a row was altered, deleted or inserted.

Rows are sealed in the order of their ids, once nothing can be committed before them any more. Each seal holds the digest of
every row that it covers and is chained with the seal before. That a seal was made is written into the log itself.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max, QuerySet

from patients.access import Action, origin
from patients.models import AccessEvent, LogSeal

BATCH = 1000
"""Rows in a seal, at most."""

SEALING = "log_seal"
"""The object type of the events that tell of a seal; their object ids are its number and its hash."""

Heads = Mapping[uuid.UUID | None, list[list[str]]]
"""Seals that were noted elsewhere, by practice: the number and hash of each, as the log itself tells of them."""


class LogBusy(Exception):
    """Somebody has been writing for so long that the log can't be sealed now. Later it can."""


@dataclass(frozen=True)
class LogState:
    """What verifying says of one practice's log. `fault` is the first thing that is wrong, or empty."""

    practice_id: uuid.UUID | None
    fault: str
    sealed: int
    waiting: int


def digest_of(event: AccessEvent) -> str:
    """SHA-256 of everything a row says. What is empty is left out, so that a new column changes no old digest."""
    said = {one.name: getattr(event, one.attname) for one in event._meta.concrete_fields}
    return _sha256({name: value for name, value in said.items() if value not in (None, "", [])})


def hash_of(seal: LogSeal, before: str) -> str:
    """SHA-256 of everything a seal says, and of the seal before."""
    said = {
        one.name: getattr(seal, one.attname) for one in seal._meta.concrete_fields if one.name not in {"id", "hash"}
    }
    return _sha256(said | {"before": before})


def _sha256(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=_written).encode()).hexdigest()


def _written(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return str(value)


def seal_log(*, batch: int = BATCH) -> Iterator[LogSeal]:
    """Seal what was written since the last time, for every practice; each seal in a transaction of its own.

    Raises LogBusy when somebody is writing for long.
    """
    settled = _settled()
    for practice_id in _practices():
        while (seal := _seal_next(practice_id, settled, batch)) is not None:
            yield seal


@transaction.atomic
def _settled() -> int:
    """The id up to which all rows are there: none with a lower one can still be committed.

    PostgreSQL gives ids when rows are written and shows rows when they are committed: a moment's lock waits for those in
    between, and no longer than 2 seconds, as others wait behind it. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            try:
                cursor.execute(f"LOCK TABLE {AccessEvent._meta.db_table} IN SHARE MODE")
            except OperationalError as error:
                raise LogBusy from error
    highest: int | None = AccessEvent.objects.aggregate(highest=Max("id"))["highest"]
    return highest or 0


@transaction.atomic
def _seal_next(practice_id: uuid.UUID | None, settled: int, batch: int) -> LogSeal | None:
    _wait_for_other_sealers()
    last = _seals(practice_id).last()
    waiting = _waiting(practice_id, last).filter(pk__lte=settled)
    if not waiting.exclude(object_type=SEALING).exists():
        return None
    digests: list[Any] = [[event.pk, digest_of(event)] for event in waiting.order_by("pk")[:batch]]
    seal = LogSeal(
        practice_id=practice_id,
        number=last.number + 1 if last else 1,
        from_id=digests[0][0],
        to_id=digests[-1][0],
        count=len(digests),
        digests=digests,
    )
    seal.hash = hash_of(seal, last.hash if last else "")
    seal.save()
    _tell_of(seal)
    return seal


def _wait_for_other_sealers() -> None:
    """Until this transaction ends, nobody else seals. On SQLite it is the only one that writes anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {LogSeal._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _tell_of(seal: LogSeal) -> None:
    """Write into the log that a seal was made: without this, a log without its newest seal would look unsealed."""
    AccessEvent.objects.create(
        practice_id=seal.practice_id,
        action=Action.EXECUTE,
        object_type=SEALING,
        object_ids=_telling(seal),
        client=origin.get().client,
    )


def _telling(seal: LogSeal) -> list[str]:
    return [str(seal.number), seal.hash]


def _practices() -> list[uuid.UUID | None]:
    """Every practice that the log or a seal names, and None where some belong to none."""
    named = {*_named_in(AccessEvent), *_named_in(LogSeal)}
    return sorted(named, key=str)


def _named_in(model: type[AccessEvent] | type[LogSeal]) -> QuerySet[Any, Any]:
    return model.objects.order_by().values_list("practice_id", flat=True).distinct()


def _seals(practice_id: uuid.UUID | None) -> QuerySet[LogSeal]:
    return LogSeal.objects.filter(practice_id=practice_id).order_by("number")


def _waiting(practice_id: uuid.UUID | None, last: LogSeal | None) -> QuerySet[AccessEvent]:
    events = AccessEvent.objects.filter(practice_id=practice_id)
    return events.filter(pk__gt=last.to_id) if last else events


@dataclass
class _Reading:
    """What was read so far of one practice's seals."""

    seals: int = 0
    rows: int = 0
    last: LogSeal | None = None
    told: set[str] = field(default_factory=set)

    def add(self, seal: LogSeal) -> None:
        self.seals += 1
        self.rows += seal.count
        self.last = seal
        self.told.add(json.dumps(_telling(seal)))


def verify_log(*, heads: Heads | None = None) -> Iterator[LogState]:
    """The state of each practice's log; also of practices that only `heads` name, whose seals must be as noted there."""
    noted = heads or {}
    for practice_id in sorted({*_practices(), *noted}, key=str):
        reading = _Reading()
        fault = next(_faults(practice_id, reading, noted.get(practice_id, [])), "")
        waiting = _waiting(practice_id, reading.last).exclude(object_type=SEALING).count()
        yield LogState(practice_id, fault, reading.rows, waiting)


def _faults(practice_id: uuid.UUID | None, reading: _Reading, noted: list[list[str]]) -> Iterator[str]:
    """What is wrong, in the order of the log."""
    told = [*_told(practice_id), *noted]  # read before the seals: who seals meanwhile disturbs nothing
    for seal in _seals(practice_id).iterator(chunk_size=10):
        if seal.number != reading.seals + 1:
            yield f"seal {reading.seals + 1} was deleted"
        if seal.hash != hash_of(seal, reading.last.hash if reading.last else ""):
            yield f"seal {seal.number} was altered"
        yield from _faults_under(seal, reading.last)
        reading.add(seal)
    yield from (f"seal {_number(one)} was deleted or replaced" for one in told if json.dumps(one) not in reading.told)


def _told(practice_id: uuid.UUID | None) -> list[Any]:
    """The seals that the log says were made, each as its number and hash."""
    events = AccessEvent.objects.filter(practice_id=practice_id, object_type=SEALING).order_by("pk")
    return [*events.values_list("object_ids", flat=True)]


def _number(told: Any) -> str:
    """Of a seal that the log tells of; the row may say anything, as nothing protects it yet."""
    return str(told[0]) if isinstance(told, list) and told else "?"


def _faults_under(seal: LogSeal, before: LogSeal | None) -> Iterator[str]:
    """Rows that are not as they were when this seal was made, up to its last one."""
    sealed = dict(seal.digests)
    found = {event.pk: digest_of(event) for event in _waiting(seal.practice_id, before).filter(pk__lte=seal.to_id)}
    for pk in sorted({*sealed, *found}):
        if pk not in found:
            yield f"row {pk} was deleted"
        elif pk not in sealed:
            yield f"row {pk} was inserted"
        elif found[pk] != sealed[pk]:
            yield f"row {pk} was altered"
