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

    beside: ClassVar[tuple[str, ...]] = ()
    """What is kept beside the row's own fields, and was changed with them."""

    class Meta:
        abstract = True


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

    def post_save(self, instance: Any, created: bool, using: Any = None, **kwargs: Any) -> None:
        """A save that names its fields, and none that is kept here, changes nothing."""
        named = kwargs.get("update_fields")
        if named is None or any(field.name in named for field in self.fields_included(instance)):
            super().post_save(instance, created, using, **kwargs)
