"""What the pictures of exercises look like for a reader: drawn from poses in the practice's look, or photographs."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from catalogue.figures.drawing import DRAWING_VERSION, Drawing, Look, ShownSide
from catalogue.figures.pose import Figure
from catalogue.models import Exercise, Photo
from patients.models import Practice
from plans import words

SVG, JPEG = "image/svg+xml", "image/jpeg"


@dataclass(frozen=True)
class Picture:
    """A picture's bytes, known by their digest."""

    content: bytes
    media_type: str

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:32]

    def data(self) -> dict[str, str]:
        """As JSON-safe values: SVG as text, a photograph in base64."""
        if self.media_type == SVG:
            return {"media_type": SVG, "encoding": "utf-8", "content": self.content.decode()}
        return {"media_type": self.media_type, "encoding": "base64", "content": base64.b64encode(self.content).decode()}

    @classmethod
    def from_data(cls, data: dict[str, str]) -> Picture:
        text = data["content"]
        return cls(text.encode() if data["encoding"] == "utf-8" else base64.b64decode(text), data["media_type"])


def drawing_of(exercise: Exercise, look: Look) -> Drawing | None:
    """The figure of an exercise, ready to be drawn; None where it has none."""
    return _drawing(json.dumps(exercise.figure), exercise.is_sided, look) if exercise.figure else None


@lru_cache(maxsize=256)
def _drawing(stored: str, sided: bool, look: Look) -> Drawing:
    return Drawing(Figure.model_validate({**json.loads(stored), "sided": sided}), look)


def drawn_moments(exercise: Exercise) -> list[str]:
    """The moments that a figure shows, in order."""
    poses = exercise.figure.get("moments", {})
    return [moment for moment in exercise.moments if moment in poses]


def look_of(practice: Practice, language: str, *, side: str = "left", tone: str = "", hair: str = "") -> Look:
    """How a practice shows people, with the letters of a language. `side`: that of a dose; both begin with the left."""
    letters = tuple(words.say(words.language_for(language), f"page.{name}_letter") for name in ("left", "right"))
    shown: ShownSide = "right" if side == "right" else "left"
    return Look(tone or practice.figure_tone, hair or practice.figure_hair, shown, (letters[0], letters[1]))


def picture_hash(exercise: Exercise, moment: str, look: Look) -> str:
    """Names what one picture of a figure looks like, without drawing it: another pose, or look, or way of drawing."""
    said = [DRAWING_VERSION, exercise.figure, exercise.is_sided, moment, str(look)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def pictures_of(exercise: Exercise, looks: dict[str, Look]) -> Iterator[tuple[str, str, Picture]]:
    """Moment, language and picture of everything that a programme shows of an exercise, by the look of each language.

    A photograph stands in for a moment's figure. Languages with the same letters share a picture.
    """
    photos = {photo.moment for photo in exercise.photos.all()}
    for photo in Photo.objects.filter(exercise=exercise) if photos else ():
        picture = Picture(bytes(photo.jpeg), JPEG)
        yield from ((photo.moment, language, picture) for language in looks)
    drawings = {look: drawing for look in looks.values() if (drawing := drawing_of(exercise, look))}
    for moment in (one for one in drawn_moments(exercise) if one not in photos):
        drawn = {look: Picture(drawing.svg(moment).encode(), SVG) for look, drawing in drawings.items()}
        yield from ((moment, language, drawn[look]) for language, look in looks.items())


class Album:
    """Pictures by their digests, each once."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}

    def add(self, found: Iterable[tuple[str, str, Picture]]) -> dict[str, dict[str, str]]:
        """Takes pictures in; tells their digests by moment and language."""
        digests: dict[str, dict[str, str]] = {}
        for moment, language, picture in found:
            self.pictures[picture.digest] = picture
            digests.setdefault(moment, {})[language] = picture.digest
        return digests

    def data(self) -> dict[str, dict[str, str]]:
        return {digest: picture.data() for digest, picture in sorted(self.pictures.items())}


def digests_in(document: dict[str, Any]) -> set[str]:
    """The pictures that a document shows."""
    shown = (item.get("pictures", {}) for item in document["patient_part"]["items"])
    return {digest for moments in shown for languages in moments.values() for digest in languages.values()}
