"""Reads the catalogue's source files and checks them. Pure: files in, values or faults with file and line out.

The format is described in `content/README.md`; the classes below are its exact form.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator

from catalogue.figures.checking import faults
from catalogue.figures.pose import Figure
from catalogue.figures.source import LikeNothing, doubled_keys, resolved, resolved_positions
from catalogue.protocols import Code, Level, PlacementDose, ProtocolRules, Value, in_plain_words
from catalogue.vocabulary import Category, Effect, GroupRole, Posture, Side, StartPosition, TermKind, TrunkRole
from patients.vocabulary import BodyRegion, Equipment, Precaution

CONTENT = Path(__file__).parent / "content"
HOUSE = "house"

Line = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Passage = Annotated[str, Field(max_length=1000)]
HouseFact = Literal["effects", "side", "equipment", "precautions", "progression_of", "start_position"]


class Citation(Value):
    code: Code
    title: Name
    kind: Literal["leaflet", "article", "guideline", "book", "web"]
    language: str = ""
    authors: str = ""
    year: int | None = None
    doi: str = ""


class MuscleFacts(Value):
    code: Code
    trunk: TrunkRole
    region: Literal["front", "back"]


class Withdrawal(Value):
    on: datetime.date
    replaced_by: Code | None = None


class ExerciseFacts(Value):
    """One exercise as a movement, in no language."""

    code: Code
    source: Code
    section: Annotated[str, Field(max_length=200)] = ""
    start_position: StartPosition
    side: Literal["both_together", "alternating", "each_side"]
    effects: dict[Effect, tuple[Code, ...]] = {}
    equipment: tuple[Equipment | tuple[Equipment, ...], ...] = ()
    precautions: dict[Precaution, Literal["caution", "never"]] = {}
    stop_at_pain: bool = False
    progression_of: Code | None = None
    moments: Annotated[tuple[Code, ...], Field(min_length=1, max_length=6)]
    steps: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    house: tuple[HouseFact, ...] = ()
    avoid: bool = False
    withdrawn: Withdrawal | None = None
    authors: str = ""
    licence: str = ""

    @field_validator("moments")
    @classmethod
    def _moments_start_and_differ(cls, moments: tuple[str, ...]) -> tuple[str, ...]:
        if moments[0] != "start":
            raise ValueError("the first moment must be `start`")
        if len(set(moments)) != len(moments):
            raise ValueError("a moment stands here twice")
        return moments

    @model_validator(mode="after")
    def _steps_show_moments(self) -> ExerciseFacts:
        if unknown := sorted(set(self.steps) - set(self.moments)):
            raise ValueError(f"steps name moments that do not exist: {', '.join(unknown)}")
        return self


class ExerciseWords(Value):
    """The words of one exercise in one language."""

    name: Name
    aliases: tuple[Name, ...] = ()
    purpose: Passage
    start_position: Passage
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    cautions: tuple[Line, ...] = ()
    easier: Passage = ""
    harder: Passage = ""
    avoid_reason: Passage = ""


class PlacementFacts(Value):
    """An exercise's place in a protocol."""

    exercise: Code
    phases: dict[Code, Level] = {}
    dose: PlacementDose = PlacementDose()


class GroupFacts(Value):
    code: Code
    role: GroupRole
    phases: dict[Code, Level] = {}
    dose: PlacementDose = PlacementDose()
    exercises: tuple[PlacementFacts, ...] = ()


class ProtocolFacts(Value):
    code: Code
    version: int = 1
    source: Code
    body_regions: tuple[BodyRegion, ...] = ()
    rules: ProtocolRules
    groups: Annotated[tuple[GroupFacts, ...], Field(min_length=1)]


class PhaseWords(Value):
    name: Name
    plain: Line


class GroupWords(Value):
    name: Name


class PainWords(Value):
    """What pain means: `stop_at_pain` for exercises marked so, the traffic light for the others."""

    stop_at_pain: Line
    go_on: Line
    ease_off: Line
    stop: Line


class AdviceWords(Value):
    before: tuple[Line, ...]
    breathing: tuple[Line, ...] = ()
    stretching: tuple[Line, ...] = ()
    floor: tuple[Line, ...] = ()
    pain: PainWords
    stop_and_call: tuple[Line, ...]


class ProtocolWords(Value):
    name: Name
    phases: dict[Code, PhaseWords]
    groups: dict[Code, GroupWords]
    advice: AdviceWords
    evidence: dict[Code, Passage] = {}


class ArticleFacts(Value):
    code: Code
    source: Code
    section: str = ""


class ArticleSection(Value):
    heading: Name
    paragraphs: tuple[Annotated[str, Field(min_length=1, max_length=3000)], ...]


class ArticleWords(Value):
    title: Name
    sections: Annotated[tuple[ArticleSection, ...], Field(min_length=1)]


Vocabulary = dict[TermKind, dict[Code, Name]]


@dataclass(frozen=True)
class Fault:
    """Something wrong in a source file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ContentError(Exception):
    """The source files have faults; nothing was loaded."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass
class Content:
    """Everything the source files say. `words` are by language, then by code."""

    citations: dict[str, Citation] = field(default_factory=dict)
    muscles: dict[str, MuscleFacts] = field(default_factory=dict)
    exercises: dict[str, ExerciseFacts] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    protocols: dict[str, ProtocolFacts] = field(default_factory=dict)
    articles: dict[str, ArticleFacts] = field(default_factory=dict)
    vocabulary: dict[str, Vocabulary] = field(default_factory=dict)
    exercise_words: dict[str, dict[str, ExerciseWords]] = field(default_factory=dict)
    protocol_words: dict[str, dict[str, ProtocolWords]] = field(default_factory=dict)
    article_words: dict[str, dict[str, ArticleWords]] = field(default_factory=dict)


T = TypeVar("T")


class _Reader:
    """Reads one content folder, collecting faults instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.places: dict[tuple[str, str], tuple[Path, int]] = {}
        self.content = Content()

    def fault(self, path: Path, line: int, message: str) -> None:
        self.faults.append(Fault(path.relative_to(self.folder), line, message))

    def fault_at(self, kind: str, code: str, message: str) -> None:
        path, line = self.places[kind, code]
        self.fault(path, line, message)

    def parse(self, path: Path, form: type[T] | Any) -> Any | None:
        """The file's values in the given form, or None with faults noted."""
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            values = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.fault(path, line, f"not valid YAML: {error.problem}")
            return None
        before = len(self.faults)
        for line, message in doubled_keys(node):
            self.fault(path, line, message)
        try:
            parsed = TypeAdapter(form).validate_python(values)
        except ValidationError as error:
            self._invalid(path, node, error)
            return None
        self._remember_lines(path, node, parsed)
        return parsed if len(self.faults) == before else None

    def _invalid(self, path: Path, node: yaml.Node | None, error: ValidationError, *within: str) -> None:
        """Notes what is wrong with a file's values, or with those within an entry, each at its line."""
        for problem in error.errors():
            place = (*within, *problem["loc"])
            where = ".".join(str(part) for part in place)
            self.fault(path, _line_of(node, place), f"{where}: {in_plain_words(problem)}")

    def _remember_lines(self, path: Path, node: yaml.Node | None, parsed: Any) -> None:
        kind = str(path.relative_to(self.folder).parent)
        if isinstance(node, yaml.SequenceNode):
            for child, entry in zip(node.value, parsed, strict=True):
                self.places[kind, entry.code] = (path, child.start_mark.line + 1)
        elif isinstance(node, yaml.MappingNode):
            for key, _ in node.value:
                self.places[kind, key.value] = (path, key.start_mark.line + 1)
            self.places[kind, path.stem] = (path, 1)

    def lists(self, pattern: str, form: Any, into: dict[str, Any]) -> None:
        """Files that hold a list of coded entries."""
        for path in sorted(self.folder.glob(pattern)):
            for entry in self.parse(path, form) or []:
                if entry.code in into:
                    kind = str(path.relative_to(self.folder).parent)
                    self.fault(*self.places[kind, entry.code], f"{entry.code} stands twice")
                into[entry.code] = entry

    def singles(self, pattern: str, form: type[Any], into: dict[str, Any]) -> None:
        """Files that hold one entry each, named for its code."""
        for path in sorted(self.folder.glob(pattern)):
            entry = self.parse(path, form)
            if entry is None:
                continue
            if entry.code != path.stem:
                self.fault(path, 1, f"code is {entry.code}, but the file is named {path.stem}")
            into[entry.code] = entry

    def figures(self) -> None:
        """Poses by exercise, each `like` resolved first."""
        folder = self.folder / "figures"
        if not folder.is_dir():
            return
        positions = self._raw(folder / "positions.yaml") if (folder / "positions.yaml").exists() else {}
        try:
            known = resolved_positions(positions)
        except ValueError as error:
            self.fault(folder / "positions.yaml", 1, str(error))
            return
        for path in sorted(folder.glob("*.yaml")):
            if path.stem != "positions":
                self._figures_of(path, known)

    def _figures_of(self, path: Path, positions: dict[str, Any]) -> None:
        values = self._raw(path)
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for code, raw in values.items():
            line = _line_of(node, (code,))
            if code in self.content.figures:
                self.fault(path, line, f"{code} stands twice")
            try:
                figure = self._figure(code, resolved(raw, positions))
            except ValidationError as error:
                self._invalid(path, node, error, code)
            except LikeNothing as error:
                self.fault(path, _line_of(node, (code, "moments", error.name)), f"{code}: {error}")
            except ValueError as error:
                self.fault(path, line, f"{code}: {error}")
            else:
                self.content.figures[code] = figure
                for wrong in faults(figure):
                    self.fault(path, _line_of(node, (code, *wrong.where.split("."))), f"{code}.{wrong}")

    def _figure(self, code: str, values: dict[str, Any]) -> Figure:
        """Raises ValueError where it doesn't show what the exercise's facts say."""
        facts = self.content.exercises.get(code)
        if facts is None:
            raise ValueError("there is no such exercise")
        figure = Figure.model_validate({**values, "sided": facts.side == "each_side"})
        if tuple(figure.moments) != facts.moments:
            raise ValueError(f"poses for {', '.join(figure.moments)}, but the moments are {', '.join(facts.moments)}")
        return figure

    def _raw(self, path: Path) -> dict[str, Any]:
        """A file's values, a mapping; empty with faults noted."""
        values = self.parse(path, dict[str, dict[str, Any]])
        return dict(values) if values else {}

    def words(self) -> None:
        content = self.content
        for folder in sorted(path for path in (self.folder / "texts").iterdir() if path.is_dir()):
            language = folder.name
            vocabulary = (
                self.parse(folder / "vocabulary.yaml", Vocabulary) if self._has(folder, "vocabulary.yaml") else None
            )
            content.vocabulary[language] = vocabulary or {}
            content.exercise_words[language] = {}
            for path in sorted(folder.glob("exercises/*.yaml")):
                content.exercise_words[language] |= self.parse(path, dict[Code, ExerciseWords]) or {}
            content.protocol_words[language] = self._named(folder / "protocols", ProtocolWords)
            content.article_words[language] = self._named(folder / "articles", ArticleWords)

    def _has(self, folder: Path, name: str) -> bool:
        if not (folder / name).exists():
            self.fault(folder / name, 1, "this file is missing")
            return False
        return True

    def _named(self, folder: Path, form: type[T]) -> dict[str, T]:
        parsed = {path.stem: self.parse(path, form) for path in sorted(folder.glob("*.yaml"))}
        return {code: words for code, words in parsed.items() if words is not None}


def read_content(folder: Path = CONTENT) -> Content:
    """Read and check all source files below `folder`. Raises ContentError with every fault found."""
    reader = _Reader(folder)
    content = reader.content
    reader.lists("citations.yaml", list[Citation], content.citations)
    reader.lists("muscles.yaml", list[MuscleFacts], content.muscles)
    reader.lists("exercises/*.yaml", list[ExerciseFacts], content.exercises)
    reader.singles("protocols/*.yaml", ProtocolFacts, content.protocols)
    reader.singles("articles/*.yaml", ArticleFacts, content.articles)
    if (folder / "texts").is_dir():
        reader.words()
    if not reader.faults:
        reader.figures()
        _check_exercises(reader)
        _check_protocols(reader)
        _check_protocol_sources(reader)
        _check_words(reader)
    if reader.faults:
        raise ContentError(sorted(reader.faults, key=lambda fault: (str(fault.path), fault.line)))
    return content


@lru_cache(maxsize=1)
def named_positions() -> dict[str, Any]:
    """The positions that poses can be like, from the catalogue's own files."""
    text = (CONTENT / "figures" / "positions.yaml").read_text(encoding="utf-8")
    return resolved_positions(yaml.load(text, Loader=yaml.CSafeLoader))


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line of the innermost node that a pydantic error location names."""
    line = node.start_mark.line + 1 if node else 1
    for part in location:
        child: yaml.Node | None = None
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    child, line = value, key.start_mark.line + 1
        if child is None:
            continue
        if isinstance(node, yaml.SequenceNode):
            line = child.start_mark.line + 1
        node = child
    return line


def _check_exercises(reader: _Reader) -> None:
    content = reader.content
    for facts in content.exercises.values():
        unknown = sorted({code for codes in facts.effects.values() for code in codes} - content.muscles.keys())
        for code in unknown:
            reader.fault_at("exercises", facts.code, f"{facts.code}: no muscle group {code} in muscles.yaml")
        if facts.source != HOUSE and facts.source not in content.citations:
            reader.fault_at("exercises", facts.code, f"{facts.code}: no source {facts.source} in citations.yaml")
        if facts.progression_of and facts.progression_of not in content.exercises:
            reader.fault_at(
                "exercises", facts.code, f"{facts.code}: progression of {facts.progression_of}, which does not exist"
            )
        replacement = facts.withdrawn.replaced_by if facts.withdrawn else None
        if replacement and replacement not in content.exercises:
            reader.fault_at("exercises", facts.code, f"{facts.code}: replaced by {replacement}, which does not exist")
        if _climbs_to_itself(facts, content.exercises):
            reader.fault_at("exercises", facts.code, f"{facts.code}: is a progression of itself")


def _climbs_to_itself(facts: ExerciseFacts, exercises: dict[str, ExerciseFacts]) -> bool:
    seen = {facts.code}
    base = facts.progression_of
    while base in exercises:
        if base in seen:
            return True
        seen.add(base)
        base = exercises[base].progression_of
    return False


def _check_protocols(reader: _Reader) -> None:
    for protocol in reader.content.protocols.values():

        def fault(message: str, code: str = protocol.code) -> None:
            reader.fault_at("protocols", code, f"{code}: {message}")

        phases = {phase.code for phase in protocol.rules.phases}
        placed: set[str] = set()
        for group in protocol.groups:
            for phase in sorted(set(group.phases) - phases):
                fault(f"group {group.code} names phase {phase}, which the protocol does not have")
            for placement in group.exercises:
                if placement.exercise not in reader.content.exercises:
                    fault(f"group {group.code} names exercise {placement.exercise}, which does not exist")
                if placement.exercise in placed:
                    fault(f"{placement.exercise} stands in the protocol twice")
                placed.add(placement.exercise)
                for phase in sorted(set(placement.phases) - phases):
                    fault(f"{placement.exercise} names phase {phase}, which the protocol does not have")
        opening = protocol.rules.opening_exercise
        if opening and opening not in placed:
            fault(f"opening exercise {opening} is in none of its groups")


def _check_protocol_sources(reader: _Reader) -> None:
    for protocol in reader.content.protocols.values():
        doses = [group.dose for group in protocol.groups]
        doses += [placement.dose for group in protocol.groups for placement in group.exercises]
        sources = {protocol.source, *(dose.source for dose in doses)}
        for source in sorted(sources - reader.content.citations.keys() - {HOUSE}):
            reader.fault_at("protocols", protocol.code, f"{protocol.code}: no source {source} in citations.yaml")


def _check_words(reader: _Reader) -> None:
    """Words must be for something that exists, in every part; what a language lacks is not a fault."""
    content = reader.content
    for language, words_by_code in content.exercise_words.items():
        for code, words in words_by_code.items():
            _check_exercise_words(reader, f"texts/{language}/exercises", code, words)
    for language, protocol_words in content.protocol_words.items():
        for code, protocol in protocol_words.items():
            _check_protocol_words(reader, f"texts/{language}/protocols", code, protocol)
    for language, article_words in content.article_words.items():
        for code in sorted(article_words.keys() - content.articles.keys()):
            reader.fault_at(f"texts/{language}/articles", code, f"{code}: no such article")
    for language, vocabulary in content.vocabulary.items():
        _check_vocabulary(reader, language, vocabulary)


def _check_exercise_words(reader: _Reader, kind: str, code: str, words: ExerciseWords) -> None:
    facts = reader.content.exercises.get(code)
    if facts is None:
        reader.fault_at(kind, code, f"{code}: no such exercise")
        return
    if len(words.steps) != len(facts.steps):
        reader.fault_at(kind, code, f"{code}: {len(words.steps)} steps, but its facts have {len(facts.steps)}")
    if facts.avoid and not words.avoid_reason:
        reader.fault_at(kind, code, f"{code}: is on the avoid list, but avoid_reason is empty")


def _check_protocol_words(reader: _Reader, kind: str, code: str, words: ProtocolWords) -> None:
    facts = reader.content.protocols.get(code)
    if facts is None:
        reader.fault_at(kind, code, f"{code}: no such protocol")
        return
    expected = {
        "phases": ({phase.code for phase in facts.rules.phases}, set(words.phases)),
        "groups": ({group.code for group in facts.groups}, set(words.groups)),
        "evidence": ({note.code for note in facts.rules.evidence_notes}, set(words.evidence)),
    }
    for part, (wanted, found) in expected.items():
        for missing in sorted(wanted - found):
            reader.fault_at(kind, code, f"{code}: {part} lacks {missing}")
        for unknown in sorted(found - wanted):
            reader.fault_at(kind, code, f"{code}: {part} has {unknown}, which the protocol does not have")


def _check_vocabulary(reader: _Reader, language: str, vocabulary: Vocabulary) -> None:
    for kind, codes in expected_terms(reader.content).items():
        found = set(vocabulary.get(kind, {}))
        for code in sorted(codes - found):
            reader.fault_at(f"texts/{language}", "vocabulary", f"{kind.value} lacks {code}")
        for code in sorted(found - codes):
            reader.fault_at(f"texts/{language}", "vocabulary", f"{kind.value} has {code}, which does not exist")


def expected_terms(content: Content) -> dict[TermKind, set[str]]:
    """Every code that a language's vocabulary must name."""
    return {
        TermKind.EFFECT: set(Effect.values),
        TermKind.CATEGORY: set(Category.values),
        TermKind.MUSCLE: set(content.muscles),
        TermKind.START_POSITION: set(StartPosition.values),
        TermKind.POSTURE: set(Posture.values),
        TermKind.EQUIPMENT: set(Equipment.values),
        TermKind.PRECAUTION: set(Precaution.values),
        TermKind.SIDE: set(Side.values),
        TermKind.BODY_REGION: set(BodyRegion.values),
    }
