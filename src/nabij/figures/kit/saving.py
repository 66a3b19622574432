"""Write a figure to a file, the same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nabij.figures.kit.style import house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCREEN_DPI = 200
# What a vector file holds as pixels (very many dots) is printed at this resolution.
PRINT_DPI = 300


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
        ".png": {"Software": None, "Title": title},
        ".svg": {"Date": None, "Creator": None, "Title": title},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": title},
    }
    kind = path.suffix.lower()
    if kind not in metadata:
        raise ValueError(
            f"{path.name}: a figure is saved as {', '.join(metadata)}; change the suffix"
        )
    with house_style():
        figure.savefig(
            path,
            format=kind[1:],
            dpi=SCREEN_DPI if kind == ".png" else PRINT_DPI,
            metadata=metadata[kind],
        )
    return path
