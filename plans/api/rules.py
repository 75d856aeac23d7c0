"""The checklist itself: every finding id with its words and source."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from plans.api.requests import language_of
from plans.api.schema import LANGUAGE
from plans.rules import RULES
from plans.rules.texts import texts_of


class RuleViewSet(viewsets.ViewSet):
    """The rules that plans are checked with."""

    @extend_schema(
        parameters=[LANGUAGE],
        responses=inline_serializer(
            "Rule",
            {
                "id": serializers.CharField(),
                "severity": serializers.ChoiceField(choices=["error", "warning", "advice"]),
                "source": serializers.CharField(),
                "title": serializers.CharField(),
                "hint": serializers.CharField(),
            },
            many=True,
        ),
    )
    def list(self, request: Request) -> Response:
        language = language_of(request)
        rows: list[dict[str, Any]] = []
        for rule in RULES:
            text = texts_of(rule.id, language)
            hint = text.hint.replace("{", "").replace("}", "")
            rows.append(
                {
                    "id": rule.id,
                    "severity": rule.severity.value,
                    "source": rule.source,
                    "title": text.title,
                    "hint": hint,
                }
            )
        return Response(rows)
