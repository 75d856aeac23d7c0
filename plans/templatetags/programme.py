"""What the programme's templates say beside the document: the page's own words, in the handout's language."""

from __future__ import annotations

import base64
from typing import Any

from django import template

from catalogue.protocols import Range
from plans import words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, key: str, under: str = "page", **values: object) -> str:
    """`{% say "for" name=patient.name %}`: a phrase of the page; `under="log"`: of the access log; `"link"`: of links to it."""
    return words.say(context["language"], f"{under}.{key}", **values)


@register.simple_tag(takes_context=True)
def weeks(context: template.Context, first: int, last: int) -> str:
    """`Week 3`, or `Weeks 3 to 5`."""
    return words.say_weeks(context["language"], first, last)


@register.simple_tag(takes_context=True)
def only(context: template.Context, first: int, last: int) -> str:
    """`Only in week 3.`, or `Only in weeks 3 to 5.`"""
    return words.say_only(context["language"], first, last)


@register.simple_tag(takes_context=True)
def span(context: template.Context, value: dict[str, Any]) -> str:
    """`3`, or `3 to 5`."""
    return words.say_range(context["language"], Range(**value))


@register.simple_tag(takes_context=True)
def every(context: template.Context, hours: int) -> str:
    """`every 2 hours during the day`."""
    return words.say_hours(context["language"], hours)


@register.simple_tag(takes_context=True)
def things(context: template.Context, needs: list[list[str]]) -> str:
    """`a stool, a cushion or a towel`: each need, with what can serve for it."""
    either = f" {words.say(context['language'], 'page.or')} "
    return ", ".join(either.join(need) for need in needs)


@register.simple_tag(takes_context=True)
def sign(context: template.Context, name: str) -> str:
    """What a sign in the pictures means."""
    return words.say(context["language"], f"sign.{name}")


@register.simple_tag(takes_context=True)
def image(context: template.Context, name: str) -> str:
    """One of the page's `assets` as the address of a picture that is fetched from nowhere."""
    body, kind = context["assets"][name]
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"


@register.filter
def digits(telephone: str) -> str:
    """A telephone number as a phone dials it: `+31 (20) 000-0000` as `+31200000000`."""
    return "".join(sign for sign in telephone if sign in "+0123456789")
