"""The report as a PDF that everyone can read: tagged (PDF/UA-1), with its fonts, set by typst.

Texts reach the template as data, never as its own language, so a name is a name.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from nabij.errors import InputError
from nabij.figures.kit.style import font_file
from nabij.language import Language
from nabij.report.brand import Brand
from nabij.report.content import Block, Document, Picture, Table
from nabij.workplace import scratch

TEMPLATE = "report.typ"
# A drawing with more than this in it prints no better than a picture of it.
LARGEST_SVG = 4_000_000
# What a bureau's template may use of its folder: a register that stands there too is none of it.
BESIDE = frozenset({
    ".typ", ".svg", ".png", ".jpg", ".jpeg", ".pdf", ".ttf", ".otf", ".bib", ".csl", ".toml",
})  # fmt: skip
# From so many columns on a table has a page across.
WIDE_FROM = 9


def pdf(
    document: Document,
    made: datetime,
    *,
    paper: str = "a4",
    template: Path | None = None,
    written: Path | None = None,
) -> bytes:
    """Return a document as PDF.

    Parameters
    ----------
    document : Document
    made : datetime
        When: the date in the file.
    paper : {"a4", "us-letter"}
    template : Path, optional
        A bureau's own template in place of ours. It stands in its own folder, and may use the
        files there.
    written : Path, optional
        Folder with figures that are saved already: these are taken from there.

    Raises
    ------
    InputError
        If the bureau's template cannot be set; with what is wrong and on which line.
    """
    import typst

    with scratch() as folder:
        _lay_out(document, folder, paper, written)
        source = _template(folder, template)
        try:
            return bytes(
                typst.compile(
                    source,
                    root=folder,
                    font_paths=[font_file().parent],
                    ignore_system_fonts=True,
                    pdf_standards="ua-1",
                    timestamp=int(made.timestamp()),
                )
            )
        except typst.TypstError as error:
            told = getattr(error, "diagnostic", "") or str(error)
            if template is not None:
                said = f"{template}: cannot be set ([report] template): {told}"
                raise InputError(said) from None
            if document.brand.logo_kind == ".svg" and "logo.svg" in told:
                raise InputError(f"[report] logo: cannot be drawn: {told}") from None
            raise


def _lay_out(document: Document, folder: Path, paper: str, written: Path | None) -> None:
    """Write what the template reads: ``data.json``, the figures and the logo."""
    sections: list[dict[str, Any]] = [
        {
            "key": section.key,
            "title": section.title,
            "appendix": section.appendix,
            "blocks": [_plain(block, folder, written) for block in section.blocks],
        }
        for section in document.sections
    ]
    content = {
        **{key: value for key, value in vars(document).items() if key not in ("sections", "brand")},
        "key_figures": [asdict(each) for each in document.key_figures],
        "sections": sections,
        "paper": paper,
        "words": Language(document.language).section("page"),
        "brand": _brand(document.brand, folder),
    }
    (folder / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _plain(block: Block, folder: Path, written: Path | None) -> dict[str, Any]:
    """Return a block as the template reads it; of a figure, where it stands."""
    if isinstance(block, Picture):
        return {
            "kind": block.kind,
            "path": _saved(block, folder, written),
            "caption": block.caption,
            "alternative": block.alternative,
        }
    content = {"kind": block.kind, **asdict(block)}
    if isinstance(block, Table):
        del content["values"]
        content["columns"] = max(map(len, [block.head, *block.cells[:1]]))
        content["wide"] = content["columns"] >= WIDE_FROM
    return content


def _saved(picture: Picture, folder: Path, written: Path | None) -> str:
    """Put a figure beside the template: as drawing, or where that is heavy as picture."""
    from nabij import figures

    for suffix in ("svg", "png"):
        there = written / f"{picture.name}.{suffix}" if written is not None else None
        path = folder / f"{picture.name}.{suffix}"
        if there is not None and there.is_file():
            path.write_bytes(there.read_bytes())
        else:
            figures.save(picture.figure, path)
        if path.stat().st_size <= LARGEST_SVG:
            break
    return path.name


def _brand(brand: Brand, folder: Path) -> dict[str, str]:
    logo = ""
    if brand.logo:
        logo = f"logo{brand.logo_kind}"
        (folder / logo).write_bytes(brand.logo)
    told = {key: getattr(brand, key) for key in ("organisation", "contact", "confidentiality")}
    return {**told, "colour": brand.accent, "logo": logo}


def _template(folder: Path, own: Path | None) -> Path:
    """Put the template beside the data; with a bureau's own, what stands beside it too."""
    target = folder / TEMPLATE
    if own is None:
        content = files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
        target.write_text(content, encoding="utf-8")
        return target
    for path in own.parent.iterdir():
        fits = path.suffix.lower() in BESIDE and not path.is_symlink() and path.is_file()
        if fits and not (folder / path.name).exists():
            (folder / path.name).write_bytes(path.read_bytes())
    target = folder / own.name
    target.write_bytes(own.read_bytes())
    return target
