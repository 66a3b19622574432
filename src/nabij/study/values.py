"""What the values of a study file may be: paths, text, codes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
)

from nabij.errors import one_line
from nabij.outside.address import is_address

ONE, SEVERAL = "one path", "several paths"
"""Of a key that is either; a message about it names the key alone."""

ESCAPED = {
    "\n": "/n",
    "\t": "/t",
    "\r": "/r",
    "\b": "/b",
    "\f": "/f",
    "\x1b": "/e",
}
"""What a backslash and a letter become in a study file, and what was meant in a path."""


def _beside_study(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path as relative to the study file, not to where the user stands."""
    if path == Path():
        raise ValueError("is empty; write the path of a file")
    if is_address(str(path)):
        raise ValueError("is the address of a database; write it as database = in [register]")
    folder = (info.context or {}).get("folder")
    written = str(path)
    path = Path(os.path.expanduser(path))
    path = folder / path if folder is not None and not path.is_absolute() else path
    if any(sign in written for sign in ESCAPED) and not path.exists():
        meant = one_line("".join(ESCAPED.get(sign, sign) for sign in written), most=200)
        raise ValueError(f'is cut by a backslash; write it with slashes: "{meant}"')
    return path


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"is {text!r}, which holds a NUL character")
    return text


def _code(code: str) -> str:
    if not code.removeprefix("!").strip(" ."):
        raise ValueError(f"is {code!r}, which holds no code")
    from nabij.codes.library import definition  # which a study without sectors has no use for

    definition(code)  # raises for one that the library does not have
    return code


def _listed(codes: Any) -> Any:
    """Read one code, or one definition, as a list of one."""
    return [codes] if isinstance(codes, str) else codes


StudyPath = Annotated[Path, AfterValidator(_beside_study)]
Paths = Annotated[
    Annotated[StudyPath, Tag(ONE)] | Annotated[list[StudyPath], Field(min_length=1), Tag(SEVERAL)],
    Discriminator(lambda value: SEVERAL if isinstance(value, list) else ONE),
]
Text = Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]
Code = Annotated[Text, AfterValidator(_code)]
ListedCodes = Annotated[list[Code], BeforeValidator(_listed)]
Codes = Annotated[list[Code], BeforeValidator(_listed), Field(min_length=1)]
