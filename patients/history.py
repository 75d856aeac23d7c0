"""Who changed what. After each change of a row its fields are kept as they are now, with who made it and in which request.

django-simple-history keeps them in a table beside the model's own. What is only added and never changed is its own history.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords


class Change(models.Model):
    """A row as a change left it; of a deletion, as it was before. `history_user_id`: of a person or an integration."""

    request_id = models.CharField(max_length=64, blank=True)

    id: Any
    history_type: str
    instance_type: ClassVar[type[models.Model]]
    tracked_fields: ClassVar[list[Any]]

    beside: ClassVar[tuple[str, ...]] = ()
    """What is kept beside the row's own fields, and was changed with them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A change of nothing is none."""
        if self.history_type != "~" or self.says() != self._said_last():
            super().save(*args, **kwargs)

    @property
    def object_type(self) -> str:
        """What kind of row was changed, as `patient_identifier`."""
        return str(self.instance_type._meta.verbose_name).replace(" ", "_")

    @property
    def object_id(self) -> Any:
        return self.id

    def says(self) -> dict[str, Any]:
        """What is kept of the row, by field; of what it refers to, the key."""
        own = {field.name: getattr(self, field.attname) for field in self.tracked_fields}
        return own | {name: getattr(self, name) for name in self.beside}

    def _said_last(self) -> dict[str, Any] | None:
        rows: Any = type(self)._base_manager
        newest = rows.filter(id=self.id).order_by("-history_id").first()
        return newest.says() if newest else None


class PatientChange(Change):
    """Of a row that belongs to a patient: it is erased with the patient, wherever the row itself went."""

    of_patient = models.UUIDField(db_index=True)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """The history of a model but for the fields in `without`."""

    def __init__(self, kind: Any, *, without: tuple[str, ...] = ()) -> None:
        super().__init__(
            bases=[kind],
            excluded_fields=without,
            history_id_field=models.BigAutoField(),
            history_user_id_field=models.UUIDField(null=True),
        )
        self.beside = kind.beside

    def post_save(self, instance: Any, created: bool, using: Any = None, **kwargs: Any) -> None:
        """A save that names its fields, and none that is kept here, changes nothing."""
        named = kwargs.get("update_fields")
        kept = {*self.beside, *(field.name for field in self.fields_included(instance))}
        if named is None or kept & set(named):
            super().post_save(instance, created, using, **kwargs)
