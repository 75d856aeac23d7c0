"""What a rule is, and how a plan is checked against all of them. Pure: same case, same findings, same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plans.rules.case import Case
from plans.values import Finding, Fix, Protocol, Severity


@dataclass(frozen=True)
class Hit:
    """A place where a rule fires. `severity` and `source` only where they differ from the rule's own."""

    where: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    source: str | None = None


Hits = Iterator[Hit]


def hit(
    where: str,
    fixes: Iterable[Fix] = (),
    *,
    severity: Severity | None = None,
    source: str | None = None,
    **values: Any,
) -> Hit:
    return Hit(where, values, tuple(fixes), severity, source)


@dataclass(frozen=True)
class Rule:
    """`source`: a passage of a protocol's source, as `leaflet: rule 3`; a reference; `record` for the catalogue's record;
    or `house`."""

    id: str
    severity: Severity
    source: str
    fires: Callable[[Case], Hits]

    def findings(self, case: Case) -> Iterator[Finding]:
        for found in self.fires(case):
            severity, source = found.severity or self.severity, found.source or self.source_under(case.protocol)
            yield Finding(self.id, severity, found.where, source, found.values, found.fixes)

    def source_under(self, protocol: Protocol) -> str:
        """The rule's source where the protocol rests on it. Where it does not, the protocol's own is what asks for this."""
        cited, colon, _ = self.source.partition(": ")
        return protocol.source if colon and cited != protocol.source else self.source


def check(case: Case, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """Every finding of every rule: in the order of the rules, then of the items."""
    return tuple(finding for rule in rules for finding in rule.findings(case))
