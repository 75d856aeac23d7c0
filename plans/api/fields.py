"""Serializers that refuse what they do not know, and fields that take one type only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patients.text import forbidden_in

REQUIRED = serializers.ErrorDetail("This field is required.", code="required")


class Strict(serializers.Serializer[Any]):
    """Refuses unknown fields, naming each. Read-only fields may be sent back and are not looked at.

    A PATCH may leave out fields of the object itself; what stands inside it is given whole.

    `fewest`: how many fields must be given where none is required by itself.
    """

    fewest = 0

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data.keys() - self.fields.keys())
            if unknown:
                known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
                message = serializers.ErrorDetail(f"Unknown field. Known: {known}.", code="unknown")
                raise serializers.ValidationError({name: [message] for name in unknown})
            self._refuse_parts(data)
        return super().to_internal_value(data)

    def _refuse_parts(self, data: Mapping[str, Any]) -> None:
        """What stands inside a patched object must have all that is required: fields themselves no longer look."""
        if self is self.root or not getattr(self.root, "partial", False):
            return
        required = (name for name, field in self.fields.items() if field.required and not field.read_only)
        if missing := [name for name in required if name not in data]:
            raise serializers.ValidationError({name: [REQUIRED] for name in missing})


def listed(form: type[Strict], most: int) -> Any:
    """A list of at most so many forms."""
    options: dict[str, Any] = {"many": True, "required": False, "max_length": most}
    return form(**options)


class Number(serializers.IntegerField):
    """A whole number; not a string that looks like one."""

    default_error_messages = {"min_value": "Must be at least {min_value}.", "max_value": "Must be at most {max_value}."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("Give a whole number.", code="type")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false; not a string or number that looks like one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Give true or false.", code="type")
        return data


class Text(serializers.CharField):
    """A string, trimmed, without control characters beside line breaks and tabs."""

    default_error_messages = {"max_length": "At most {max_length} characters.", "blank": "Must not be empty."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("Give a string.", code="type")
        if wrong := forbidden_in(data):
            raise serializers.ValidationError(wrong[1], code=wrong[0])
        return super().to_internal_value(data)


class Email(Text, serializers.EmailField):
    """An e-mail address."""


class Choice(serializers.ChoiceField):
    """One of a closed list; the error names the list."""

    default_error_messages = {"invalid_choice": "{input} is not known. Known: {known}."}

    def fail(self, key: str, **values: Any) -> Any:
        return super().fail(key, known=", ".join(str(choice) for choice in self.choices), **values)


class ChoiceList(serializers.ListField):
    """Different entries of a closed list."""

    def __init__(self, *, choices: Iterable[Any], **options: Any) -> None:
        self.among = list(choices)
        if not options.get("allow_empty", True):
            options["min_length"] = 1  # which the description has, unlike the other
        super().__init__(child=Choice(choices=self.among), max_length=len(self.among), **options)

    def run_validation(self, data: Any = serializers.empty) -> list[Any] | None:
        said = super().run_validation(data)
        return said if said is None else list(dict.fromkeys(said))


_RANGE = {
    "oneOf": [
        {"type": "integer", "minimum": 1},
        {
            "type": "object",
            "required": ["min", "max"],
            "properties": {"min": {"type": "integer", "minimum": 1}, "max": {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
        },
    ]
}


@extend_schema_field(_RANGE)
class RangeField(serializers.Field[Any, Any, Any, Any]):
    """A number, or `{"min": 3, "max": 5}`. Always given back as the latter."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if not isinstance(data, Mapping):
            number = self._checked(data)
            return {"min": number, "max": number}
        if data.keys() != {"min", "max"}:
            raise serializers.ValidationError("Give a number, or an object with min and max.", code="type")
        for name, value in data.items():
            try:
                self._checked(value)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({name: error.detail}) from error
        if data["min"] > data["max"]:
            raise serializers.ValidationError("min must not be above max.", code="range")
        return dict(data)

    def _checked(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise serializers.ValidationError("Give a whole number.", code="type")
        if not 1 <= value <= self.most:
            raise serializers.ValidationError(f"Must be from 1 to {self.most}.", code="range")
        return value

    def to_representation(self, value: Any) -> Any:
        return value
