"""The OpenAPI description: problems on every endpoint, the token, stable names."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from patients.text import CLEAN, CLEAN_AND_NOT_BLANK
from plans.pdf import LAYOUTS

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer to the field"},
                    "parameter": {"type": "string", "description": "The query parameter, where it is one"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

LANGUAGE = OpenApiParameter(
    "language", str, description="Language of texts; else Accept-Language.", enum=["nl", "en", "fr", "de"]
)
LAYOUT = OpenApiParameter("layout", str, description="`standard` unless given.", enum=list(LAYOUTS))
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="The same key and body give the same answer again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read.", required=True
)


class Operations(AutoSchema):
    """Without the parameter `format`: what an address answers with is one thing. With what forms ask of a whole body."""

    def _get_format_parameters(self) -> list[Any]:
        return []

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> tuple[Any, bool]:
        schema, is_required = super()._get_request_for_media_type(serializer, direction)
        return schema, is_required or getattr(serializer, "fewest", 0) > 0

    def _unwrap_list_serializer(self, serializer: Any, direction: Any) -> dict[str, Any] | None:
        described: dict[str, Any] | None = super()._unwrap_list_serializer(serializer, direction)
        most = getattr(serializer, "max_length", None)
        return described | {"maxItems": most} if described and most else described


class StrictForm(OpenApiSerializerExtension):
    """A form in a request has no other fields than these."""

    target_class = "plans.api.fields.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if direction == "request":
            described["additionalProperties"] = False
            if self.target.fewest:
                described["minProperties"] = self.target.fewest
        return described


class PlainText(OpenApiSerializerFieldExtension):
    """What a text in a request may be made of."""

    target_class = "plans.api.fields.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        usual = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        kept = ("format", "minLength", "maxLength")
        described = {"type": "string"} | {name: usual[name] for name in kept if name in usual}
        if direction == "request":
            needs_words = self.target.trim_whitespace and not self.target.allow_blank
            described["pattern"] = CLEAN_AND_NOT_BLANK if needs_words else CLEAN
        return described


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "plans.api.authentication.PracticeTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token hep_…` of a person, from `auth/login/`; or `Token hepi_…` of an integration, "
            "from `integrations/`, which may do what its scopes open.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "plans.api.authentication.PracticeSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


REFUSALS = {
    "401": "No token, or one that isn't valid (any more).",
    "403": "Not for this role; or, of an integration, not within its scopes: `scope` names the one that it takes.",
    "429": "Too often. `Retry-After` says in how many seconds to ask again, as does `retry_after`.",
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation may answer with a problem, and one that needs a token with a refusal."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            answers = operation["responses"]
            for status, description in REFUSALS.items():
                if status == "429" or {} not in operation.get("security", [{}]):
                    answers.setdefault(status, {"description": description})
            answers["429"].setdefault("headers", RETRY_AFTER)
            answers.setdefault("default", {"description": "A problem (RFC 9457)"})
            for status, answer in answers.items():
                if status == "default" or status >= "4":
                    answer.setdefault("content", content)
    return result
