"""The pictures themselves: well-formed, the same each time, inside their frame, and of numbers and colours alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from catalogue.figures.drawing import LARGEST, Drawing, Look
from catalogue.figures.marks import LETTERS
from catalogue.figures.palette import (
    HAIR,
    MARK,
    OUTLINE,
    SHIRT,
    TONES,
    TROUSERS,
    WHITE,
)  # fmt: skip
from catalogue.figures.props import Box
from catalogue.figures.shapes import SCALE, Pen
from catalogue.source import read_content
from patients.vocabulary import FigureHair, FigureTone
from tests.catalogue.figures.make import draw, make_figure

CONTENT = read_content()
PICTURES = [(code, moment) for code, figure in CONTENT.figures.items() for moment in figure.moments]
SVG = "{http://www.w3.org/2000/svg}"


def numbers_in(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("code", "moment"), PICTURES)
def test_every_picture_is_well_formed_and_inside_its_frame(code: str, moment: str):
    root = ET.fromstring(draw(CONTENT.figures[code], moment))  # noqa: S314

    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert width <= LARGEST[0] * SCALE
    assert height <= LARGEST[1] * SCALE
    assert {element.tag for element in root} == {f"{SVG}path"}
    for element in root:
        path = re.sub(r"Q[-\d.]+ [-\d.]+ ", "L", element.attrib["d"])  # a control point may be outside
        points = numbers_in(re.sub(r"[aA][^MLCQz]*", " ", path))
        for x, y in zip(points[::2], points[1::2], strict=False):
            assert left - 9 <= x <= left + width + 9, element.attrib["d"]
            assert top - 9 <= y <= top + height + 9, element.attrib["d"]


@pytest.mark.parametrize("code", CONTENT.figures)
def test_all_moments_of_an_exercise_share_one_frame(code: str):
    figure = CONTENT.figures[code]
    boxes = {moment: frame_of(draw(figure, moment)) for moment in figure.moments}

    assert len({(left, width) for left, _, width, _ in boxes.values()}) == 1
    for above in (True, False):
        assert len({tuple(boxes[name]) for name, pose in figure.moments.items() if pose.from_above == above}) <= 1


def test_what_is_seen_from_above_leaves_no_empty_space_around_what_is_seen_from_the_side():
    figure = CONTENT.figures["low-back-rotation-crossed-knees"]
    start, end = (frame_of(draw(figure, moment)) for moment in ("start", "end"))

    assert figure.moments["end"].from_above
    assert start[3] < 0.6 * end[3]


@pytest.mark.parametrize("code", CONTENT.figures)
def test_moments_of_an_exercise_look_different(code: str):
    figure = CONTENT.figures[code]

    assert len({draw(figure, moment) for moment in figure.moments}) == len(figure.moments)


def test_the_same_pose_gives_the_same_bytes():
    first, again = make_figure({"like": "supine_knees_bent"}), make_figure({"like": "supine_knees_bent"})

    assert draw(first, "start") == draw(again, "start")


def test_a_moment_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        draw(make_figure(), "end")


def frame_of(svg: str) -> list[float]:
    return [float(number) for number in ET.fromstring(svg).attrib["viewBox"].split()]  # noqa: S314


def test_a_sided_picture_is_mirrored_to_the_other_side():
    figure = make_figure({"like": "standing"}, sided=True)

    right, left = (frame_of(draw(figure, "start", Look(side=side))) for side in ("right", "left"))

    assert left[0] == -(right[0] + right[2])
    assert left[1:] == right[1:]


def test_a_figure_of_several_views_shows_the_asked_side_in_each():
    """Written, a side view has the right side in front, a front view the left side acting."""
    views = {"start": {"like": "standing"}, "end": {"like": "standing_front"}}
    drawing = Drawing(make_figure(moments=views, sided=True), Look(side="left"))
    turned = Drawing(make_figure(moments=dict(reversed(views.items())), sided=True), Look(side="left"))

    assert {moment: pen.mirrored for moment, pen in drawing.pens.items()} == {"start": True, "end": False}
    assert [drawing.svg(moment) for moment in views] == [turned.svg(moment) for moment in views]
    for moment in views:
        frame = drawing.frames[moment]
        assert frame.left <= min(box.left for box in on_page(drawing, moment))
        assert frame.right >= max(box.right for box in on_page(drawing, moment))


def on_page(drawing: Drawing, moment: str) -> list[Box]:
    parts = [circle for circles in drawing.bodies[moment].parts.values() for circle in circles]
    turn = -1 if drawing.pens[moment].mirrored else 1
    return [Box(turn * at.real - r, at.imag - r, turn * at.real + r, at.imag + r) for at, r in parts]


def test_a_picture_that_is_not_sided_is_the_same_for_both_sides_and_has_no_letter():
    figure = make_figure({"like": "standing"})

    assert draw(figure, "start", Look(side="left")) == draw(figure, "start", Look(side="right"))


def test_the_letter_is_that_of_the_side_and_the_language():
    figure = make_figure({"like": "standing"}, sided=True)
    pictures = {
        (side, letters): draw(figure, "start", Look(side=side, letters=letters))
        for side in ("left", "right")
        for letters in (("L", "R"), ("G", "D"))
    }

    assert len(set(pictures.values())) == 4


def test_letters_are_never_mirrored():
    pen = Pen()
    assert all(pen.line([complex(x, y) for x, y in stroke]) for stroke in LETTERS.values())
    left, right = (
        draw(make_figure(sided=True), "start", Look(side=side, letters=("L", "L"))) for side in ("left", "right")
    )

    # The badge's three strokes come last: from top to bottom, then to the right.
    for picture in (left, right):
        x1, y1, x2, y2, x3, y3 = numbers_in(re.findall(r'd="(M[^"]*)"', picture)[-1])
        assert x1 == x2 < x3
        assert y1 < y2 == y3


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("hair", HAIR)
def test_skin_and_hair_are_a_setting(tone: str, hair: str):
    picture = draw(make_figure(), "start", Look(tone=tone, hair=hair))

    assert TONES[tone].skin in picture
    assert TONES[tone].hair in picture


def test_there_are_at_least_four_looks_and_practices_can_choose_each():
    assert len(TONES) >= 4
    assert set(FigureTone.values) == set(TONES)
    assert set(FigureHair.values) == set(HAIR)


def test_outlines_and_marks_stand_out_from_white():
    assert contrast(OUTLINE, WHITE) >= 7
    assert contrast(MARK, WHITE) >= 4.5


def test_clothes_and_marks_differ_in_greyscale():
    greys = sorted(luminance(colour) for colour in (SHIRT, TROUSERS, OUTLINE))

    assert all(darker * 1.5 < lighter for darker, lighter in pairwise(greys))


def test_worked_and_stretched_differ_without_colour():
    worked = draw(make_figure({"like": "standing", "worked": ["abdomen"]}), "start")
    stretched = draw(make_figure({"like": "standing", "stretched": ["abdomen"]}), "start")
    plain = draw(make_figure(), "start")

    assert worked.count("<path") == plain.count("<path") + 2
    assert stretched.count("<path") == plain.count("<path") + 2
    assert f'fill="{WHITE}" stroke="{MARK}"' in stretched  # and its stripes over it


def test_a_far_limb_is_marked_behind_the_near_one():
    figure = make_figure({"like": "standing", "worked": ["far_thigh_front"]})
    picture = draw(figure, "start")

    assert picture.index(f'fill="{MARK}"') < picture.index(f'fill="{SHIRT}"')


def test_hold_adds_a_badge_and_makes_room_for_it():
    plain, holding = Drawing(make_figure(), Look()), Drawing(make_figure({"like": "standing", "hold": True}), Look())

    assert holding.frames["start"].top >= plain.frames["start"].top
    assert holding.svg("start").count("<path") == plain.svg("start").count("<path") + 2


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_hull_is_one_closed_path_around_both_circles(mirrored: bool):
    path = Pen(mirrored).hull((0j, 4.0), (20 + 0j, 2.0))

    assert path.startswith("M")
    assert path.endswith("z")
    assert path.count("A") == 2
    assert path.count("L") == 1


def test_a_circle_within_another_is_the_larger_alone():
    assert Pen().hull((0j, 10.0), (1 + 0j, 2.0)) == Pen().circle(0j, 10.0)
