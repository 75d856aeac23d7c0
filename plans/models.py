"""Plans that are composed, and the revisions that were issued from them."""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone
from simple_history.signals import pre_create_historical_record

from catalogue.models import Exercise, Protocol
from catalogue.vocabulary import Side
from patients.history import History, PatientChange
from patients.models import AppendOnly, Episode, Integration, Patient, Practice, PracticeData, PracticeQuerySet, User
from patients.vocabulary import Language
from plans.pictures import Picture, digests_in

MAXIMUM_WEEKS = 52
MAXIMUM_ITEMS = 40


class PlanQuerySet(PracticeQuerySet):
    def complete(self) -> Self:
        """With everything that a plan's form needs, in a constant number of queries."""
        return self.select_related("protocol", "episode", "author").prefetch_related("items__exercise")


class PlanChange(PatientChange):
    """A plan with its protocol's code and its items, as `plans.forms` has them. Of a deletion there are no items: the row
    before has them."""

    protocol = models.CharField(max_length=60)
    items = models.JSONField(null=True)

    beside = ("protocol", "items")

    class Meta:
        abstract = True


class Plan(PracticeData):
    """A programme for one episode, as it is composed. `version` rises with every change: it is the ETag."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        ISSUED = "issued"

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plans")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="plans")
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="plans")
    phase = models.CharField(max_length=40)
    language = models.CharField(max_length=8, choices=Language.choices)
    weeks = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MAXIMUM_WEEKS)])
    frequency = models.JSONField()
    criteria = models.JSONField(default=dict, blank=True)
    articles = models.JSONField(default=list, blank=True)
    title = models.CharField(max_length=200, blank=True)
    goal = models.TextField(max_length=500, blank=True, help_text="In the patient's own words.")
    note = models.TextField(max_length=2000, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)

    objects = PlanQuerySet.as_manager()
    history = History(PlanChange, without=("protocol", "status", "created_at", "updated_at"))

    # Not stored in this row: the items that are written with it, for the history.
    written_items: list[dict[str, Any]] | None = None

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["practice", "-created_at", "-id"], name="plan_newest"),
            models.Index(fields=["practice", "status", "-created_at", "-id"], name="plan_by_status"),
            models.Index(fields=["practice", "updated_at"], name="plan_changed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=MAXIMUM_WEEKS), name="plan_weeks_possible")
        ]

    def __str__(self) -> str:
        return f"Plan {self.pk}"


@receiver(pre_create_historical_record, sender=Plan.history.model)
def keep_what_belongs_to_a_plan(instance: Plan, history_instance: Any, **kwargs: Any) -> None:
    """Raises ValueError where a plan is saved without its items: it would be told as one that lost them."""
    if instance.written_items is None and history_instance.history_type != "-":
        raise ValueError("Set `written_items`.")
    history_instance.items = instance.written_items
    history_instance.protocol = instance.protocol.code


class PlanItem(models.Model):
    """One exercise of a plan. A number that is None does not apply."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+")
    from_week = models.PositiveSmallIntegerField(default=1)
    to_week = models.PositiveSmallIntegerField(null=True, blank=True)
    sets = models.PositiveIntegerField(null=True, blank=True)
    repetitions = models.PositiveIntegerField(null=True, blank=True)
    hold_seconds = models.PositiveIntegerField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    rest_seconds = models.PositiveIntegerField(null=True, blank=True)
    side = models.CharField(max_length=20, choices=Side.choices)
    load = models.CharField(max_length=100, blank=True)
    intensity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="RPE, 0 to 10.")
    goal = models.JSONField(default=dict, blank=True)
    weeks = models.JSONField(default=list, blank=True)
    frequency = models.JSONField(null=True, blank=True)
    note = models.TextField(max_length=5000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_item_per_place"),
            models.CheckConstraint(condition=Q(intensity=None) | Q(intensity__lte=10), name="item_intensity_is_rpe"),
            models.CheckConstraint(
                condition=Q(from_week__gte=1) & (Q(to_week=None) | Q(to_week__gte=models.F("from_week"))),
                name="item_weeks_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.exercise_id}"


class RevisionQuerySet(PracticeQuerySet):
    def without_document(self) -> Self:
        """What handing over a file needs: all but the document, which is large."""
        return self.only("number", "patient_id")

    def newest_first(self) -> Self:
        return self.order_by("-issued_at", "-number")


@lru_cache(maxsize=10_000)
def language_of(revision_id: uuid.UUID) -> str:
    """The language that a revision was issued in. It never changes, and to find it in the document takes the database long."""
    return str(Revision.objects.values_list("document__language", flat=True).get(pk=revision_id))


class Revision(AppendOnly):
    """An issued plan: immutable, numbered per plan, complete. A trigger in the database refuses any change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="revisions")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="revisions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the document without its pictures, which it names by theirs."
    )
    content_digest = models.CharField(max_length=64, help_text="The same without what differs at each issue.")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="revision_number_once")]
        indexes = [
            models.Index(fields=["practice", "-issued_at", "-id"], name="revision_newest"),
            models.Index(fields=["episode", "-issued_at"], name="revision_by_episode"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of {self.plan_id}"

    @property
    def patients_language(self) -> str:
        """The language it was issued in."""
        return language_of(self.pk)

    def complete_document(self) -> dict[str, Any]:
        """The document with its pictures: self-contained."""
        shown = IssuedPicture.objects.filter(digest__in=digests_in(self.document)).order_by("digest")
        return {**self.document, "pictures": {one.digest: one.as_picture().data() for one in shown}}


class IssuedPicture(models.Model):
    """A picture that an issued revision shows, by its digest: kept once for all that show it, and never changed."""

    digest = models.CharField(max_length=32, primary_key=True)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.digest

    @classmethod
    def of(cls, picture: Picture) -> IssuedPicture:
        return cls(digest=picture.digest, media_type=picture.media_type, content=picture.content)

    def as_picture(self) -> Picture:
        return Picture(bytes(self.content), self.media_type)


class ProgrammeFileQuerySet(models.QuerySet[Any]):
    def to_hand_over(self, user: Any) -> Self:
        """Those that this user may see, with what handing over needs of their revision, so that it need not be read."""
        membership = getattr(user, "membership", None)
        if membership is None:
            return self.none()
        files = self.filter(revision__practice_id=membership.practice_id).only("language", "file", "digest")
        return files.annotate(
            number=models.F("revision__number"),
            patient_id=models.F("revision__patient_id"),
        )


class ProgrammeFile(models.Model):
    """The stored PDF of a revision in a layout and a language. `digest`: SHA-256 of its bytes, its ETag."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="files")
    layout = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    renderer = models.CharField(max_length=40, help_text="What drew it.")
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to="programmes", max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    changes_record = False

    objects = ProgrammeFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "layout", "language"], name="one_file_per_layout_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.layout} {self.language}"

    def read(self) -> bytes | None:
        """Its bytes; None where the file is lost or isn't what was stored."""
        try:
            with self.file.open("rb") as stored:
                body: bytes = stored.read()
        except FileNotFoundError:
            return None
        return body if hashlib.sha256(body).hexdigest() == self.digest else None


class ShareLinkQuerySet(PracticeQuerySet):
    def with_revision(self) -> Self:
        """With the head of the revision. The document, which is large, is read where it is shown."""
        return self.select_related("revision").defer("revision__document")

    def working(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def of_token(self, token: str) -> ShareLink | None:
        return next(iter(self.filter(digest=ShareLink.digest_of(token))), None)


class ShareLink(models.Model):
    """A patient's way to one revision without an account. `digest`: SHA-256 of its token, which is told once and not kept.

    `revoked_at` says whether it is revoked; without `revoked_by` it was by an administrator's command.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="share_links")
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    changes_record = False

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["practice", "-created_at", "-id"], name="share_link_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="share_link_revoked_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Share link {self.pk}"

    @property
    def works(self) -> bool:
        return self.revoked_at is None and timezone.now() < self.expires_at

    @property
    def patient_id(self) -> uuid.UUID:
        return self.revision.patient_id

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class IdempotencyKey(models.Model):
    """A creating request that was answered once, and which object it made. The same key makes no second one.

    It is one person's, or one integration's.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "user", "key"], name="idempotency_key_once"),
            models.UniqueConstraint(fields=["integration", "key"], name="idempotency_key_once_for_an_integration"),
            models.CheckConstraint(
                condition=Q(user=None, integration__isnull=False) | Q(user__isnull=False, integration=None),
                name="idempotency_key_is_of_one_caller",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def of(caller: User | Integration) -> dict[str, Any]:
        """The fields that say whose a key is."""
        whose = "integration" if isinstance(caller, Integration) else "user"
        return {"practice_id": caller.acting_practice.pk, whose: caller}

    @classmethod
    def known(cls, caller: User | Integration, key: str) -> IdempotencyKey | None:
        return cls.objects.filter(**cls.of(caller), key=key).first()
