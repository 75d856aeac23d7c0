"""Who is treated, by whom, and who looked.

Every row of practice data belongs to one practice. `visible_to(user)` is the only place that decides who sees what.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar, Self

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.functional import cached_property
from knox.models import AbstractAuthToken
from knox.models import AuthTokenManager as KnoxTokenManager

from patients.history import Change, History, PatientChange
from patients.text import searchable
from patients.vocabulary import BodyRegion, Country, FigureHair, FigureTone, Language


class Role(models.TextChoices):
    """What a member may do. An assistant reads only."""

    OWNER = "owner"
    CLINICIAN = "clinician"
    ASSISTANT = "assistant"


class Scope(models.TextChoices):
    """What an integration may do."""

    CATALOGUE_READ = "catalogue:read"
    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    SESSIONS_READ = "sessions:read"
    AUDIT_READ = "audit:read"


class AppendOnlyError(Exception):
    """A record that may only be added was about to be changed."""


class AppendOnly(models.Model):
    """A record that is added and never changed: a correction is another record."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} records are never changed; add another one.")
        super().save(*args, **kwargs)


class Practice(models.Model):
    """The organisation that owns patients, plans and its own catalogue additions: the tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=40, blank=True, help_text="Printed on every programme.")
    country = models.CharField(max_length=2, choices=Country.choices, default=Country.NETHERLANDS)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.DUTCH)
    logo_png = models.BinaryField(blank=True, default=b"", editable=False)
    figure_tone = models.CharField(
        max_length=10, choices=FigureTone.choices, default=FigureTone.MEDIUM, help_text="Of the people in pictures."
    )
    figure_hair = models.CharField(max_length=10, choices=FigureHair.choices, default=FigureHair.SHORT)
    demand_mfa = models.BooleanField(
        "demand a second factor", default=False, help_text="Members without one are sent to set one up."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = History(Change, without=("logo_png", "created_at", "updated_at"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. For which practice a login or token acts stands in `membership`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, help_text="As patients know this person; printed on programmes.")
    is_staff = models.BooleanField("may use the admin", default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    # Not stored: set per request by `act_for`, so that a membership which is taken away acts on the next request.
    membership: Membership | None = None
    # Not stored: the person for whom this one acts, where it is another.
    on_behalf_of: uuid.UUID | None = None

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The address that signs in follows the one that stands here.

        A new password ends every token, as it does sessions: whoever had the old one may have made some.
        """
        fields = kwargs.get("update_fields")
        is_set = getattr(self, "_password", None) is not None or not self.has_usable_password()
        has_new_password = is_set and not self._state.adding and (fields is None or "password" in fields)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if fields is None or "email" in fields:
                self._keep_address()
            if has_new_password:
                self.auth_token_set.all().delete()

    def _keep_address(self) -> None:
        addresses = EmailAddress.objects.filter(user=self)
        if addresses.filter(email=self.email.lower(), primary=True, verified=True).exists():
            return
        addresses.exclude(email=self.email.lower()).filter(Q(primary=True) | Q(verified=True)).delete()
        addresses.update_or_create(user=self, email=self.email.lower(), defaults={"primary": True, "verified": True})

    @property
    def person(self) -> User:
        """Whom rows name as their author."""
        return self

    @property
    def acting_practice(self) -> Practice:
        """The practice this login or token acts for. Raises PermissionDenied without one."""
        if self.membership is None:
            raise PermissionDenied
        return self.membership.practice

    def act_for(self, practice_id: uuid.UUID | None) -> Membership | None:
        """Act for one practice: the one named, else the first. None without a membership there."""
        memberships = self.memberships.select_related("practice")
        if practice_id is not None:  # at most one: to sort it would only cost time, at every request
            memberships = memberships.filter(practice_id=practice_id).order_by()
        else:
            memberships = memberships.order_by("created_at", "pk")
        self.membership = next(iter(memberships[:1]), None)
        return self.membership


class PracticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The rows of the practice that this user acts for; none for anyone else."""
        membership = getattr(user, "membership", None)
        return self.filter(practice_id=membership.practice_id) if membership else self.none()


class MembershipChange(Change):
    """Of a member, whom the API and the access log know by the account."""

    object_type = "member"

    class Meta:
        abstract = True

    @property
    def object_id(self) -> Any:
        return getattr(self, "user_id", None)


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CLINICIAN)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PracticeQuerySet.as_manager()
    history = History(MembershipChange, without=("created_at",))

    # Not stored: who makes or changes it, where that isn't who makes the request.
    changed_by: uuid.UUID | None = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "practice"], name="one_membership_per_practice")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) at {self.practice}"

    @property
    def may_write(self) -> bool:
        return self.role in {Role.OWNER, Role.CLINICIAN}


class AuthTokenManager(KnoxTokenManager):
    def acting(self, digest: str) -> AuthToken | None:
        """The token with this digest, with its user acting for its practice; None without a membership there.

        One query: it is asked at every request.
        """
        here = self.filter(digest=digest, user__memberships__practice=F("practice")).order_by()
        by_role = here.annotate(member=F("user__memberships__pk"), role=F("user__memberships__role"))
        found = next(iter(by_role.select_related("user", "practice")), None)
        if found is not None:
            user, practice = found.user, found.practice
            user.membership = Membership(pk=found.member, user=user, practice=practice, role=found.role)
        return found


class AuthToken(AbstractAuthToken):
    """A hashed, expiring, named API token that acts for one practice."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)

    objects = AuthTokenManager()

    class Meta:
        ordering = ["-created"]


class IntegrationChange(Change):
    """`responsible`: the person's account, as a membership says nothing any more when it is gone."""

    responsible = models.UUIDField(null=True)

    beside = ("responsible",)

    class Meta:
        abstract = True


class Integration(models.Model):
    """Another system that acts for a practice, within its scopes. In a request it stands where a person would.

    Of its secret only a hash is kept, and the public part by which it is found.
    """

    ROLE = "integration"
    PREFIX = "hepi_"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="integrations")
    name = models.CharField(max_length=100, help_text="As the access log has it.")
    scopes = models.JSONField(default=list)
    responsible = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Who answers for what it writes."
    )
    key = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the hour.")
    revoked_at = models.DateTimeField(null=True)

    objects = PracticeQuerySet.as_manager()
    history = History(IntegrationChange, without=("responsible", "digest", "created_by", "created_at", "last_used_at"))

    # It is nobody who signed in: what asks for no more than that stays closed.
    is_authenticated = False

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), "practice", name="integration_name_once_per_practice"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def acting_practice(self) -> Practice:
        return self.practice

    @cached_property
    def membership(self) -> Membership:
        """Where it belongs. Its role opens nothing: its scopes do."""
        return Membership(practice=self.practice, role=self.ROLE)

    @property
    def person(self) -> User | None:
        """Whom rows name as their author: who answers for it, as long as this person may write in the practice."""
        one = self.responsible
        return one.user if one is not None and one.may_write and one.user.is_active else None

    @property
    def on_behalf_of(self) -> uuid.UUID | None:
        return self.person.pk if self.person else None

    @property
    def prefix(self) -> str:
        """How its secret begins: all that is ever shown of it again."""
        return f"{self.PREFIX}{self.key}"

    @property
    def is_open(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class PracticeData(models.Model):
    """A row that belongs to one practice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        abstract = True


class InvitationQuerySet(PracticeQuerySet):
    def open(self) -> Self:
        """Those that can be accepted. An invitation stands no longer than the inviter is an owner."""
        by_an_owner = {
            "invited_by__is_active": True,
            "invited_by__memberships__practice": F("practice"),
            "invited_by__memberships__role": Role.OWNER,
        }
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now(), **by_an_owner)


class Invitation(PracticeData):
    """Somebody is asked to become a member. Who holds the secret can accept; of it only a hash is kept.

    Only a secret that was mailed makes an account: who holds it reads the address.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    is_mailed = models.BooleanField(
        default=False, help_text="The secret was mailed to the address, and told nobody else."
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.email} ({self.role}) to {self.practice}"

    @property
    def state(self) -> str:
        """`accepted`, `revoked`, `expired` or `open`."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


class PatientQuerySet(PracticeQuerySet):
    def found_by(
        self, name: str = "", birth_date: datetime.date | None = None, identifier: dict[str, str] | None = None
    ) -> Self:
        """Those that match everything given; of a name, every word, blind to accents and case."""
        found = self
        for word in searchable(name).split():
            found = found.filter(search__contains=word)
        if birth_date is not None:
            found = found.filter(birth_date=birth_date)
        if identifier is not None:
            found = found.filter(identifiers__system=identifier["system"], identifiers__value=identifier["value"])
        return found

    def held(self) -> Self:
        """Those that nobody erases or writes to until this transaction ends. Who was erased meanwhile isn't among them."""
        return self.select_for_update(of=("self",), no_key=True)


class Patient(PracticeData):
    """A person treated by a practice."""

    given_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.DUTCH)
    equipment = models.JSONField(null=True, blank=True, help_text="What the patient has at home. Null: not asked.")
    minutes_per_session = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="Minutes the patient has for a session."
    )
    search = models.TextField(editable=False, default="")

    objects = PatientQuerySet.as_manager()
    history = History(PatientChange, without=("search", "created_at", "updated_at"))

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        indexes = [
            models.Index(fields=["practice", "-created_at", "-id"], name="patient_newest"),
            models.Index(fields=["practice", "updated_at"], name="patient_changed"),
            models.Index(fields=["practice", "family_name", "given_name"], name="patient_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = searchable(self.name)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class PatientIdentifier(models.Model):
    """What another system calls this patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=200, help_text="URI of the other system, as in FHIR.")
    value = models.CharField(max_length=200)

    history = History(PatientChange)

    class Meta:
        ordering = ["system", "value"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "system", "value"], name="identifier_once_per_practice")
        ]

    def __str__(self) -> str:
        return f"{self.system}|{self.value}"


class Episode(PracticeData):
    """One complaint of one patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="episodes")
    complaint = models.CharField(max_length=500)
    body_region = models.CharField(max_length=20, choices=BodyRegion.choices)
    onset_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    precautions = models.JSONField(default=list, blank=True)
    goals = models.JSONField(default=list, blank=True, help_text="In the patient's own words.")

    history = History(PatientChange, without=("created_at", "updated_at"))

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["practice", "-created_at", "-id"], name="episode_newest"),
            models.Index(fields=["practice", "updated_at"], name="episode_changed"),
        ]

    def __str__(self) -> str:
        return f"Episode {self.pk}"


class PhaseAssessment(AppendOnly):
    """The phase of an episode as a clinician assessed it on a day. The newest one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="phase_history")
    phase = models.CharField(max_length=40)
    assessed_on = models.DateField()
    note = models.TextField(blank=True, max_length=2000)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["assessed_on", "created_at"]

    def __str__(self) -> str:
        return f"{self.phase} on {self.assessed_on}"


class Clearance(AppendOnly):
    """A clinician's dated record that the patient does the basic exercises without problems (leaflet, rule 4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="clearances")
    cleared_on = models.DateField()
    note = models.TextField(blank=True, max_length=2000)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["cleared_on", "created_at"]

    def __str__(self) -> str:
        return f"Cleared on {self.cleared_on}"


class AccessEventQuerySet(PracticeQuerySet):
    def about(self, patient_id: uuid.UUID) -> Self:
        """What concerns one patient: requests about that patient, and lists that the patient stood in."""
        lists = self.annotate(listed=Cast("patient_ids", models.TextField()))
        return lists.filter(Q(patient_id=patient_id) | Q(listed__contains=str(patient_id)))


class AccessEvent(AppendOnly):
    """Who saw or changed what, and when. Holds ids only, so that it survives an erasure. The database keeps every row."""

    class Action(models.TextChoices):
        CREATE = "C", "create"
        READ = "R", "read"
        UPDATE = "U", "update"
        DELETE = "D", "delete"
        EXECUTE = "E", "execute"

    class Outcome(models.TextChoices):
        OK = "ok"
        DENIED = "denied"
        NOT_FOUND = "not_found"

    id = models.BigAutoField(primary_key=True)
    practice_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=1, choices=Action.choices)
    object_type = models.CharField(max_length=40)
    object_ids = models.JSONField(default=list)
    patient_id = models.UUIDField(null=True)
    patient_ids = models.JSONField(null=True, help_text="Of a list: the patients whose records it showed.")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OK)
    client = models.CharField(max_length=100, blank=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["practice_id", "-id"], name="access_by_practice"),
            models.Index(fields=["patient_id", "-id"], name="access_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} at {self.at:%Y-%m-%d %H:%M:%S}"


class Erasure(AppendOnly):
    """The record of a patient's erasure: that it was decided, and nothing of what was erased.

    While the database has it, the patient's append-only rows may be deleted; see `patients/triggers.py`.
    """

    class Reason(models.TextChoices):
        PATIENTS_REQUEST = "patients_request"
        RETENTION_OVER = "retention_over"
        ENTERED_BY_MISTAKE = "entered_by_mistake"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice_id = models.UUIDField()
    patient_id = models.UUIDField(unique=True)
    user_id = models.UUIDField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    kept_until = models.DateField(help_text="The last day of the term that the record would have been kept for.")
    counts = models.JSONField(help_text="How many rows were erased, by kind.")
    at = models.DateTimeField(default=timezone.now)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"Erasure of {self.patient_id}"


class LogSeal(AppendOnly):
    """What a stretch of one practice's access log said: each row's digest, chained with the seal before."""

    id = models.BigAutoField(primary_key=True)
    practice_id = models.UUIDField(null=True, help_text="Null: of events that belong to no practice.")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … in each practice.")
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digests = models.JSONField(help_text="The id and the SHA-256 of each row, in order.")
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["practice_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["practice_id", "number"], name="seal_number_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(practice_id=None), name="seal_number_once_without_practice"
            ),
        ]

    def __str__(self) -> str:
        return f"Seal {self.number} of {self.practice_id}"
