"""The pictures of an exercise: drawn figures as SVG, uploaded photographs as JPEG. Cacheable by their hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from catalogue.figures.drawing import Look, ShownSide
from catalogue.models import Exercise, Photo
from patients.models import Practice
from patients.vocabulary import FigureHair, FigureTone
from plans.api.problems import InvalidQuery
from plans.api.rendering import FileRenderer, has_already
from plans.api.requests import language_of, member
from plans.api.schema import LANGUAGE
from plans.handout import alternative_of
from plans.pictures import JPEG, SVG, drawing_of, drawn_moments, look_of, picture_hash

FOR_EVER = "private, max-age=31536000, immutable"
A_DAY = "private, max-age=86400"
AGAIN = "private, no-cache"
"""For a hash that is no longer the picture's: shown as it is now, and not kept."""

CHOICES = {"tone": FigureTone.values, "hair": FigureHair.values, "side": list(get_args(ShownSide))}
MOMENT = OpenApiParameter("moment", str, description="A moment of the exercise; `start` unless given.")
HASH = OpenApiParameter("v", str, description="The picture's hash, as `pictures` gives it: then cacheable for ever.")


class SvgRenderer(FileRenderer):
    media_type = SVG
    format = "svg"


class JpegRenderer(FileRenderer):
    media_type = JPEG
    format = "jpg"


class OneExercise(GenericAPIView[Exercise]):
    """Something to see of one exercise of the practice's catalogue."""

    queryset = Exercise.objects.none()
    lookup_field = "code"
    detail = True
    filterset_class = None
    pagination_class = None
    query_parameters: tuple[str, ...] = ()

    def get_queryset(self) -> Any:
        return Exercise.objects.visible_to(self.request.user)


class FigureView(OneExercise):
    """A figure of an exercise."""

    renderer_classes = [SvgRenderer, JSONRenderer]
    query_parameters = ("moment", "v", "tone", "hair", "side")

    @extend_schema(
        parameters=[
            MOMENT,
            HASH,
            LANGUAGE,
            *(OpenApiParameter(name, str, enum=values) for name, values in CHOICES.items()),
        ],
        responses={(200, SVG): OpenApiTypes.STR},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The picture of one moment, in the practice's look unless `tone` and `hair` say another."""
        exercise, moment, look = self.get_object(), request.GET.get("moment", "start"), _look(request)
        if moment not in drawn_moments(exercise):
            raise NotFound

        def draw() -> bytes:
            drawing = drawing_of(exercise, look)
            return drawing.svg(moment).encode() if drawing else b""

        return _answer(request, SVG, picture_hash(exercise, moment, look), draw)


class PhotoView(OneExercise):
    """A photograph of an exercise."""

    renderer_classes = [JpegRenderer, JSONRenderer]
    query_parameters = ("moment", "v")

    @extend_schema(parameters=[MOMENT, HASH], responses={(200, JPEG): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str) -> HttpResponse:
        """The photograph that stands in for the figure of one moment."""
        exercise, moment = self.get_object(), request.GET.get("moment", "start")
        if moment not in exercise.moments:
            raise NotFound
        photo = get_object_or_404(Photo, exercise=exercise, moment=moment)
        return _answer(request, JPEG, photo.digest[:16], lambda: bytes(photo.jpeg))


def _look(request: Request) -> Look:
    said = {name: request.GET.get(name, "") for name in CHOICES}
    for name, value in said.items():
        if value and value not in CHOICES[name]:
            raise InvalidQuery({name: f"{value} is not known. Known: {', '.join(CHOICES[name])}."})
    return look_of(member(request).acting_practice, language_of(request), **said)


def _answer(request: Request, kind: str, current: str, make: Callable[[], bytes]) -> HttpResponse:
    """The picture, or 304 without drawing it where the caller has it."""
    asked = request.GET.get("v")
    caching = A_DAY if asked is None else FOR_EVER if asked == current else AGAIN
    headers = {
        "ETag": f'"{current}"',
        "Cache-Control": caching,
        "Vary": "Accept-Language, Authorization, Cookie",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if has_already(request, current):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(make(), content_type=kind, headers=headers)


def pictures_data(
    exercise: Exercise, practice: Practice, language: str, words: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """What there is to see of an exercise, moment by moment: a photograph, else its figure. `words`: as `words_of`."""
    photos = {photo.moment: photo for photo in exercise.photos.all()}
    figures, look = drawn_moments(exercise), look_of(practice, language)
    found = []
    for moment in exercise.moments:
        if moment in photos:
            kind, name, query = "photo", "photo.jpg", {"v": photos[moment].digest[:16]}
        elif moment in figures:
            version = picture_hash(exercise, moment, look)
            kind, name = "figure", "figure.svg"
            query = {"tone": look.tone, "hair": look.hair, "language": language, "v": version}
        else:
            continue
        url = f"/api/v1/exercises/{exercise.code}/{name}?{urlencode({'moment': moment, **query})}"
        alternative = alternative_of(words, exercise.step_moments, moment) if words else ""
        found.append({"moment": moment, "kind": kind, "url": url, "alternative": alternative})
    return found
