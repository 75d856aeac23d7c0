"""What WeasyPrint leaves open of PDF/UA-1, mended in the finished document: running lines as artifacts, scopes of headings,
links that are printed as they are shown.

WeasyPrint marks what stands in page margins as content, and then leaves it out of the structure: neither tagged nor an
artifact (Matterhorn 01-005, 18). And it names the headers of each cell, but not what a header heads (15-003).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

PRINTED = 4
"""The flag of an annotation that is printed too."""


def finish(_document: Any, pdf: pydyf.PDF) -> None:
    """To be given to `write_pdf` as its finisher."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    linked = set(_walked(pdf, root["K"][0]))
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for page in (one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/Page"):
        elements = numbers[numbers.index(page["StructParents"]) + 1]
        loose = {number for number, element in enumerate(elements) if element not in linked}
        _mark_as_artifacts(_object(pdf, page["Contents"]).stream, loose)
        elements[:] = ["null" if number in loose else element for number, element in enumerate(elements)]
    for element in (_object(pdf, one) for one in linked):
        if element.get("S") == "/TH":
            element["A"]["Scope"] = "/Column" if _is_in_head(pdf, element) else "/Row"
    for link in (one for one in pdf.objects if isinstance(one, dict) and one.get("Subtype") == "/Link"):
        link["F"] = PRINTED


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _walked(pdf: pydyf.PDF, reference: bytes) -> Iterator[bytes]:
    """The references of an element and of all below it."""
    yield reference
    for kid in _object(pdf, reference).get("K", ()):
        if isinstance(kid, bytes):
            yield from _walked(pdf, kid)


def _mark_as_artifacts(stream: list[Any], loose: set[int]) -> None:
    for place, command in enumerate(stream):
        if command == b"BDC" and stream[place - 1].get("MCID") in loose:
            stream[place - 2 : place] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


def _is_in_head(pdf: pydyf.PDF, element: Any) -> bool:
    while element.get("S") not in {"/THead", "/Table"}:
        element = _object(pdf, element["P"])
    return bool(element["S"] == "/THead")
