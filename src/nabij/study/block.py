"""What all blocks of a study have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from nabij.errors import InputError
from nabij.study.explain import explain

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _Explained(ModelMetaclass):
    """Says what is wrong with what is built in Python as it does of a file."""

    def __call__(self, *args: Any, **values: Any) -> Any:
        try:
            return super().__call__(*args, **values)
        except ValidationError as error:
            block: Any = self
            raise told(error, block, "study" if block.headed else self.__name__) from None


class Block(BaseModel, metaclass=_Explained):
    """A block of the study file."""

    headed: ClassVar[bool] = False
    """Whether its keys are headings of the file, as of the study as a whole."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def told(error: ValidationError, model: type[Block], source: str) -> InputError:
    """Return all that is wrong, a line each.

    Parameters
    ----------
    error : pydantic.ValidationError
    model : type
        Of what was built: the study, or one of its blocks.
    source : str
        What every line begins with.
    """
    said = dict.fromkeys(explain(problem, model, model.headed) for problem in error.errors())
    return InputError("\n".join(f"{source}: {line}" for line in said))
