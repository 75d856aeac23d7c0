"""The checklist as a page to read: `docs/rules.md`, made from the rules themselves. Pure."""

from __future__ import annotations

import inspect

from plans.rules import RULES, RULES_VERSION
from plans.rules.engine import Rule
from plans.rules.texts import texts_of

HEAD = f"""# The rules of plan checking

Made by `make docs` from `plans/rules/`; a test holds the two together. Version {RULES_VERSION} of the rules.

An **error** blocks issuing. A **warning** needs an override: a reason in words, stored in the revision. An **advice** is
shown and never in the way. Every number comes from the protocol's data (`catalogue/content/protocols/`), not from code.
A source like `leaflet: rule 3` is named under protocols that rest on it; under another, findings name that protocol's own.
"""


def rules_page() -> str:
    """The page in full, as Markdown."""
    families = dict.fromkeys(rule.id.split(".")[0] for rule in RULES)
    return "\n".join([HEAD, *(_family(name) for name in families)])


def _family(name: str) -> str:
    rows = [_row(rule) for rule in RULES if rule.id.split(".")[0] == name]
    head = ["| id | severity | what it says | fires when | source |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([f"## {name}", "", *head, *rows, ""])


def _row(rule: Rule) -> str:
    said = " ".join((inspect.getdoc(rule.fires) or "").split())
    fires = said.removeprefix(f"{rule.id}: ")
    cells = [f"`{rule.id}`", rule.severity.value, texts_of(rule.id, "en").title, fires, rule.source]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
