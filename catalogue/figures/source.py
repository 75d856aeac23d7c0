"""Figures as their source files write them: named positions, and moments that build on one another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from catalogue.figures.pose import merged

MARKS = frozenset({"arrows", "pushes", "worked", "stretched", "hold"})
"""What a moment doesn't take over from the pose that it is like."""


class LikeNothing(ValueError):
    """A moment or position is to be like one that isn't there before it. `name`: which."""

    def __init__(self, name: str, like: object) -> None:
        self.name = name
        super().__init__(f"{name}: there is no {like} before it to be like")


def resolved(raw: Mapping[str, Any], positions: Mapping[str, Any]) -> dict[str, Any]:
    """A figure's values with each `like` replaced by the pose that it names, in the form of `Figure`.

    Raises LikeNothing for a `like` that is neither an earlier moment nor a position.
    """
    moments: dict[str, Any] = {}
    for name, pose in raw.get("moments", {}).items():
        moments[name] = _resolved_pose(pose, {**positions, **moments}, name)
    return {**raw, "moments": moments}


def resolved_positions(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Named positions; each may be like one before it."""
    found: dict[str, Any] = {}
    for name, pose in raw.items():
        found[name] = _resolved_pose(pose, found, name)
    return found


def _resolved_pose(pose: Any, known: Mapping[str, Any], name: str) -> Any:
    if not isinstance(pose, dict) or "like" not in pose:
        return pose
    if not isinstance(pose["like"], str) or pose["like"] not in known:
        raise LikeNothing(name, pose["like"])
    base = {key: value for key, value in known[pose["like"]].items() if key not in MARKS}
    return merged(_without_other_ways(base, pose), {key: value for key, value in pose.items() if key != "like"})


WAYS = frozenset({"upper", "fore", "reach", "thigh", "shin", "plant"})


def _without_other_ways(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Where a limb is told in another way (angles, reach, plant), the base's way is forgotten."""
    cleaned = dict(base)
    for limbs in ("arms", "legs"):
        known, told = base.get(limbs), changes.get(limbs)
        if not isinstance(known, dict) or not isinstance(told, dict):
            continue
        cleaned[limbs] = {
            side: {key: value for key, value in limb.items() if key not in WAYS}
            if _another_way(limb, told.get(side))
            else limb
            for side, limb in known.items()
        }
    return cleaned


def _another_way(limb: Any, told: Any) -> bool:
    """`thigh` alone over a limb of angles changes that angle; `plant` over it is another way."""
    if not isinstance(limb, dict) or not isinstance(told, dict):
        return False
    before, after = WAYS & limb.keys(), WAYS & told.keys()
    return bool(after) and not (after <= before or before & after)


def doubled_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Line and message of each key that stands twice in a mapping: the first would be lost without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, f"{key.value} stands twice"
            seen.add(key.value)
            yield from doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from doubled_keys(child)
