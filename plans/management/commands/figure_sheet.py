"""All figures of the catalogue with their names on one sheet, as a picture to be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.figures.drawing import Drawing, Look
from catalogue.figures.palette import DEFAULT_HAIR, DEFAULT_TONE, HAIR, TONES
from catalogue.figures.pose import Figure
from catalogue.models import Exercise
from catalogue.source import ContentError, read_content
from plans.pdf import render_figure_sheet


class Command(BaseCommand):
    help = "Draw every figure with its name on one sheet, a PNG file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, help="The PNG file to write.")
        parser.add_argument("--files", action="store_true", help="From the source files, not from the database.")
        parser.add_argument("--only", default="", help="A regular expression: exercises whose code matches.")
        parser.add_argument("--language", default="en")
        parser.add_argument("--tone", choices=TONES, default=DEFAULT_TONE)
        parser.add_argument("--hair", choices=HAIR, default=DEFAULT_HAIR)
        parser.add_argument("--columns", type=int, default=6)
        parser.add_argument("--width", type=int, default=46, help="Millimetres of a figure.")
        parser.add_argument("--grey", action="store_true", help="As a printer without colours shows it.")
        parser.add_argument("--without-names", action="store_true", help="Numbers instead: who recognises them?")

    def handle(self, *args: Any, **options: Any) -> None:
        found = _from_files(options["language"]) if options["files"] else _from_database(options["language"])
        figures = [(name, figure) for code, name, figure in found if re.search(options["only"], code)]
        if not figures:
            raise CommandError("No exercise of that code has a figure.")
        look = Look(options["tone"], options["hair"])
        cells = []
        for number, (name, figure) in enumerate(figures, 1):
            drawing = Drawing(figure, look)
            title = str(number) if options["without_names"] else name
            cells += [{"name": title, "moment": moment, "svg": drawing.svg(moment)} for moment in figure.moments]
        pdf = render_figure_sheet(cells, columns=options["columns"], width=options["width"])
        with pypdfium2.PdfDocument(pdf) as document:
            picture = document[0].render(scale=2).to_pil()
        (picture.convert("L") if options["grey"] else picture).save(options["output"], "PNG", optimize=True)
        self.stdout.write(f"{len(cells)} pictures of {len(figures)} exercises in {options['output']}.")


def _from_files(language: str) -> Iterator[tuple[str, str, Figure]]:
    try:
        content = read_content()
    except ContentError as error:
        raise CommandError(str(error)) from error
    names = content.exercise_words.get(language, {})
    for code in content.exercises:
        if code in content.figures:
            yield code, names[code].name if code in names else code, content.figures[code]


def _from_database(language: str) -> Iterator[tuple[str, str, Figure]]:
    for exercise in Exercise.objects.filter(practice=None).exclude(figure={}).prefetch_related("texts").order_by("pk"):
        names = {text.language: text.name for text in exercise.texts.all()}
        figure = Figure.model_validate({**exercise.ordered_figure, "sided": exercise.is_sided})
        yield exercise.code, names.get(language, exercise.code), figure
