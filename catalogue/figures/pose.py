"""The form of a figure: what stands around a person, and the person's pose at each moment of an exercise.

`content/figures/README.md` explains it for people who write poses.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)  # fmt: skip

from catalogue.protocols import Code, Value

Angle = Annotated[float, Field(ge=-360, le=360)]
Length = Annotated[float, Field(ge=-400, le=400)]
Size = Annotated[float, Field(gt=0, le=400)]
Share = Annotated[float, Field(ge=0.05, le=1)]
Few = Field(max_length=12)
"""No picture needs more of anything; and what is written is drawn, and checked, in a bounded time."""
Side = Literal["near", "far", "left", "right"]
View = Literal["side", "front", "back"]

SIDES: dict[str, tuple[Side, Side]] = {"side": ("far", "near"), "front": ("right", "left"), "back": ("right", "left")}
"""The two arms and legs of a view, the one that is drawn first before the other."""

JOINTS = ("shoulder", "elbow", "wrist", "hand", "fingers", "hip", "knee", "ankle", "heel", "toes")
PLACES = ("hips", "waist", "belly", "low_back", "chest", "upper_back", "neck", "head", "face", "nape", "head_top")
POINTS = frozenset(PLACES) | {f"{side}_{joint}" for side in ("near", "far", "left", "right") for joint in JOINTS}

LIMB_PARTS = ("arm", "forearm", "hand", "thigh", "shin", "knee", "foot")
TRUNK_PARTS = ("head", "neck", "upper_trunk", "lower_trunk")
PARTS = frozenset(TRUNK_PARTS) | {f"{side}_{part}" for side in ("near", "far", "left", "right") for part in LIMB_PARTS}

TRUNK_REGIONS = ("abdomen", "low_back", "upper_back", "back", "chest")
SIDE_REGIONS = (
    "arm", "forearm", "buttock", "thigh_front", "thigh_back", "calf", "hip_front", "hip_side", "waist", "neck", "shoulder_back",
)  # fmt: skip
REGIONS = frozenset(TRUNK_REGIONS) | {
    f"{side}_{region}" for side in ("near", "far", "left", "right") for region in SIDE_REGIONS
}


def _known(names: frozenset[str], kind: str) -> Any:
    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in names:
            raise ValueError(f"{value} is not a {kind}")
        return value

    return BeforeValidator(check)


Part = Annotated[str, _known(PARTS, "part of the body")]
Region = Annotated[str, _known(REGIONS, "region of the body")]

PointName = Annotated[str, _known(POINTS, "point of the body")]


def _one_of_the_ways(value: Any, parse: ValidatorFunctionWrapHandler) -> Any:
    """One message for a point that is none, in place of one for each way to write points."""
    try:
        return parse(value)
    except ValidationError as error:
        names = [part for part in (value if isinstance(value, list | tuple) else [value]) if isinstance(part, str)]
        unknown = [name for name in names if name not in POINTS]
        raise ValueError(
            f"{unknown[0]} is not a point of the body" if unknown else "a point is `knee`, `[x, y]` or `[knee, x, y]`"
        ) from error


Point = Annotated[PointName | tuple[Length, Length] | tuple[PointName, Length, Length], WrapValidator(_one_of_the_ways)]
"""A point of the body, `[x, y]` from the middle of the floor, or a point of the body and how far from it: `[knee, 5, 8]`."""


class Arm(Value):
    """Angles of upper arm and forearm, or a point that the hand reaches. `hand`: as the forearm unless it says else.

    `short`: how long upper arm and forearm look where they point towards the viewer. `bend`: in front views, whether the
    elbow of a reaching arm points outwards (1) or inwards (-1). `behind`: drawn behind the trunk. `across`: the upper arm is
    behind the trunk, forearm and hand come before it. `nearer`: it lies on the floor in front of the body, so that the page
    shows it up to so far lower.
    """

    upper: Angle | None = None
    fore: Angle | None = None
    reach: Point | None = None
    hand: Angle | None = None
    fist: bool = False
    short: tuple[Share, Share] = (1, 1)
    bend: Literal[1, -1] = 1
    behind: bool | None = None
    across: bool = False
    nearer: Annotated[float, Field(ge=0, le=8)] = 0

    @model_validator(mode="after")
    def _angles_or_reach(self) -> Arm:
        if (self.reach is None) == (self.upper is None or self.fore is None):
            raise ValueError("give `upper` and `fore`, or `reach`")
        return self


class Leg(Value):
    """Angles of thigh and shin; or `plant`, where on the floor the ankle stands; or a point that the ankle reaches.

    `foot`: from heel to toes; a planted foot is flat. `short`, `bend` and `behind` as in `Arm`. `across`: the thigh is in
    front of the other leg, shin and foot are behind it.
    """

    thigh: Angle | None = None
    shin: Angle | None = None
    plant: Length | None = None
    reach: Point | None = None
    foot: Angle | None = None
    short: tuple[Share, Share] = (1, 1)
    foot_short: Share | None = None
    bend: Literal[1, -1] = 1
    behind: bool | None = None
    across: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Leg:
        angles = self.thigh is not None and self.shin is not None
        if [angles, self.plant is not None, self.reach is not None].count(True) != 1:
            raise ValueError("give `thigh` and `shin`, or `plant`, or `reach`")
        return self


class Arrow(Value):
    """A movement from one point to another. `bend`: how far the arrow bulges to its left, in centimetres."""

    start: Point
    end: Point
    bend: Length = 0
    both_ways: bool = False


class Push(Value):
    """Pressure at a point, in a direction."""

    at: Point
    direction: Angle


class Pose(Value):
    """A person at one moment. Side views look to the right or, lying on the back, have the head on the left.

    `hips`: height of the hip joints above the floor; None: so that the lowest part rests on the floor. `at`: where the
    hips are from left to right. `trunk`: directions towards the head of its lower and upper half. `turn`: in front and
    back views, how far pelvis and shoulders are turned about the body's length. `shrug`, `protract`: how far the shoulders
    are pulled up, and (side views) forwards. `nod`: in front and back views, how far the head is bent forwards. `touches`:
    what rests on the floor, on a prop (by its kind) or on another part of the body. `worked` and `stretched`: regions to be
    shown so.
    """

    view: View = "side"
    from_above: bool = False
    hips: Length | None = None
    at: Length = 0
    trunk: tuple[Angle, Angle]
    turn: tuple[Angle, Angle] = (0, 0)
    shrug: Length = 0
    protract: Length = 0
    head: Angle | None = None
    nod: Annotated[float, Field(ge=-30, le=60)] = 0
    face: Literal["profile", "viewer", "away", "left", "right"] | None = None
    arms: dict[Side, Arm]
    legs: dict[Side, Leg]
    touches: Annotated[dict[str, Annotated[tuple[Part, ...], Few]], Few] = {}
    worked: Annotated[tuple[Region, ...], Few] = ()
    stretched: Annotated[tuple[Region, ...], Few] = ()
    arrows: Annotated[tuple[Arrow, ...], Few] = ()
    pushes: Annotated[tuple[Push, ...], Few] = ()
    hold: bool = False

    @model_validator(mode="after")
    def _sides_of_the_view(self) -> Pose:
        sides = SIDES[self.view]
        for name, limbs in (("arms", self.arms), ("legs", self.legs)):
            if set(limbs) != set(sides):
                raise ValueError(f"{name}: a {self.view} view has {sides[1]} and {sides[0]}")
        return self


class Prop(Value):
    """A thing beside the person. `x`, `y`: its middle, at its lower edge; `width`, `height` where they can be chosen.

    A wall's `x` is its face; it stands to the right of it, with `facing: right` to the left, with `facing: viewer` behind the
    person. `beyond`: it stands on the far side of the person, who may be seen before it.
    """

    kind: Literal["mat", "stool", "chair", "table", "wall", "door", "cushion", "towel", "home_trainer"]
    x: Length = 0
    y: Length = 0
    width: Size | None = None
    height: Size | None = None
    facing: Literal["left", "right", "viewer"] = "left"
    beyond: bool = False
    over: bool = False


class Figure(Value):
    """The pictures of one exercise. `sided`: it is done on one side, which the picture names and can be mirrored to."""

    props: Annotated[tuple[Prop, ...], Few] = ()
    sided: bool = False
    moments: Annotated[dict[Code, Pose], Field(min_length=1, max_length=6)]


def merged(base: Any, changes: Any) -> Any:
    """`changes` laid over `base`: mappings key by key, all else replaced; null takes a key away."""
    if not isinstance(base, dict) or not isinstance(changes, dict):
        return changes
    both = base | {key: merged(base.get(key), value) for key, value in changes.items()}
    return {key: value for key, value in both.items() if value is not None}
