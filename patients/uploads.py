"""A practice's logo: an uploaded picture is decoded, bounded and written anew, so that only pixels are kept."""

from __future__ import annotations

import io
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image, ImageOps

MAXIMUM_BYTES = 2 * 1024 * 1024
MAXIMUM_SIDE = 4000
FITS_IN = (800, 240)
FORMATS = ("PNG", "JPEG", "WEBP")
JPEG_START, JPEG_SCAN, JPEG_END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"

# What Pillow's decoders raise on damaged files.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, MemoryError)


def logo_png(upload: File[bytes]) -> bytes:
    """A PNG of at most 800 by 240 pixels without metadata, made from an uploaded PNG, JPEG or WebP picture.

    Raises ValidationError for anything else, over 2 MB, and over 4000 pixels in width or height.
    """
    if upload.size > MAXIMUM_BYTES:
        raise ValidationError("The logo is larger than 2 MB.", "too-many-bytes")
    data = upload.read()
    picture = _opened(io.BytesIO(data))
    if max(picture.size) > MAXIMUM_SIDE:
        raise _too_many_pixels()
    if not _is_whole(data):
        raise _damaged()
    try:
        return _drawn_anew(picture)
    except DAMAGE as error:
        raise _damaged() from error


def _opened(data: IO[bytes]) -> Image.Image:
    """The picture's head. Nothing is decoded before its size is known."""
    try:
        return Image.open(data, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except DAMAGE as error:
        raise ValidationError("The logo is not a PNG, JPEG or WebP picture.", "not-a-picture") from error


def _too_many_pixels() -> ValidationError:
    return ValidationError(f"The logo is larger than {MAXIMUM_SIDE} by {MAXIMUM_SIDE} pixels.", "too-many-pixels")


def _damaged() -> ValidationError:
    return ValidationError("The logo is damaged: it cannot be read to its end.", "damaged")


def _is_whole(data: bytes) -> bool:
    """Whether a picture has its end. WeasyPrint lets Pillow read on without it, everywhere in the process."""
    if data.startswith(JPEG_START):
        return data.rfind(JPEG_END) > data.rfind(JPEG_SCAN)
    return b"IEND" in data if data.startswith(b"\x89PNG") else True


def _drawn_anew(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    pixels = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    pixels.thumbnail(FITS_IN)
    pixels.info.clear()
    written = io.BytesIO()
    pixels.save(written, "PNG", optimize=True)
    return written.getvalue()
