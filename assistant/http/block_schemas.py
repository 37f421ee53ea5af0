"""What all blocks of an answer have in common, as the API shows them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.model import Language


class BlockBase(BaseModel):
    """A block: complete HTML, and where it comes from."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    html: str
    """The block as safe, complete HTML."""
    source: int | None = None
    """Place in the answer's ``sources``; null for words of Roland's own."""
    language: Language | None = None
    """Set where the block is in another language than the answer."""
    dir: Literal["ltr", "rtl"] | None = None
    """Writing direction, set together with ``language``."""
