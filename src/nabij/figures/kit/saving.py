"""Write a figure to a file, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nabij.figures.kit.style import house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCREEN_DPI = 200
# What a vector file holds as pixels (very many dots) is printed at this resolution.
PRINT_DPI = 300
# Of zlib: its usual 6 takes more than half as long again and makes a file a twentieth smaller.
PACKING = 3
# The same for pictures with transparency: half the time, and a twentieth larger.
PACKING_INSIDE = 4
# Tables of a type: how letters replace, move and join each other, and how formulas are set.
SETTING = {"GDEF", "GPOS", "GSUB", "MATH", "kern"}


def save(figure: Figure, path: str | Path) -> Path:
    """Write `figure` to `path`; its suffix, .png, .svg or .pdf, says how.

    No date, no random name and no version goes into the file, so the same figure gives the same
    bytes. Letters are shapes in SVG and embedded TrueType in PDF: no reader needs the font.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : str or pathlib.Path

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    ValueError
        For another suffix.
    """
    path = Path(path)
    title = str(figure.get_label())
    metadata: dict[str, dict[str, str | None]] = {
        ".png": {},
        ".svg": {"Date": None, "Creator": None, "Title": title},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": title},
    }
    kind = path.suffix.lower()
    if kind not in metadata:
        raise ValueError(
            f"{path.name}: a figure is saved as {', '.join(metadata)}; change the suffix"
        )
    with house_style(), _packed_quickly(), _letters_only() if kind == ".pdf" else nullcontext():
        if kind == ".png":
            path.write_bytes(png(figure))
        else:
            figure.savefig(path, format=kind[1:], dpi=PRINT_DPI, metadata=metadata[kind])
    return path


def png(figure: Figure, dpi: int = SCREEN_DPI) -> bytes:
    """Return the pixels without transparency, of which a sheet has none: less to pack."""
    raw, packed = BytesIO(), BytesIO()
    with house_style():
        figure.savefig(raw, format="raw", dpi=dpi)
    wide = int(figure.get_figwidth() * dpi)
    pixels = np.frombuffer(raw.getbuffer(), dtype=np.uint8).reshape(-1, wide, 4)
    about = PngInfo()
    about.add_text("Title", str(figure.get_label()))
    Image.fromarray(pixels).convert("RGB").save(
        packed, format="png", dpi=(dpi, dpi), pnginfo=about, compress_level=PACKING
    )
    return packed.getvalue()


@contextmanager
def _packed_quickly() -> Iterator[None]:
    """Pack the pictures inside an SVG or PDF at our level, for matplotlib has no setting for it."""
    pack = Image.SAVE["PNG"]

    def pack_quickly(image: Image.Image, *file: Any) -> None:
        image.encoderinfo.setdefault("compress_level", PACKING_INSIDE)
        pack(image, *file)

    Image.register_save("PNG", pack_quickly)
    try:
        yield
    finally:
        Image.register_save("PNG", pack)


@contextmanager
def _letters_only() -> Iterator[None]:
    """Embed the shapes of letters without the rules of the type for setting them.

    The words are set already, and to read the rules takes half the time of a PDF without dots.
    """
    from fontTools import subset  # type: ignore[import-untyped]  # as late as matplotlib does

    load = subset.load_font

    def load_light(*file_and_options: Any, **how: Any) -> Any:
        typeface = load(*file_and_options, **how)
        for table in SETTING & set(typeface.keys()):
            del typeface[table]
        return typeface

    subset.load_font = load_light
    try:
        yield
    finally:
        subset.load_font = load
