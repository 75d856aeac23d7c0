"""The checklist itself: every finding id with its words and source."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from plans.api.requests import language_of
from plans.api.schema import LANGUAGE
from plans.rules import RULES
from plans.rules.texts import source_in, texts_of


class RuleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "advice"])
    source = serializers.CharField()  # type: ignore[assignment]
    title = serializers.CharField()
    hint = serializers.CharField()


@extend_schema_view(list=extend_schema(parameters=[LANGUAGE], filters=False))
class RuleViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """The rules that plans are checked with, in the order of findings."""

    serializer_class = RuleSerializer

    def get_queryset(self) -> Any:
        language = language_of(self.request)
        return [_row(rule.id, rule.severity.value, rule.source, language) for rule in RULES]


def _row(rule_id: str, severity: str, source: str, language: str) -> dict[str, str]:
    text = texts_of(rule_id, language)
    hint = text.hint.replace("{", "").replace("}", "")
    said = source_in(language, source)
    return {"id": rule_id, "severity": severity, "source": said, "title": text.title, "hint": hint}
