"""What the readers of webhooks have in common: a signature over the body, compared in constant time."""

import hashlib
import hmac
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.errors import ForgedSignalError

T = TypeVar("T")


def require_signature(secret: str, algorithm: str, signed: bytes, said: str) -> None:
    """Raises ForgedSignalError where ``said`` is not ``<algorithm>=<hex>`` of what was signed with the secret."""
    expected = f"{algorithm}={hmac.new(secret.encode(), signed, algorithm).hexdigest()}"
    if not secret or not hmac.compare_digest(expected.encode(), said.encode()):
        raise ForgedSignalError("the signature is not right")


def parse(shape: TypeAdapter[T], body: bytes) -> T:
    """The body in its shape; raises ValueError without quoting it."""
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        raise ValueError(f"not the shape it should have ({error.error_count()} faults)") from None


def delivery_of(said: str, body: bytes) -> str:
    """What tells one delivery from another; the same body is the same where the system gives it no name."""
    return hashlib.sha256(said.encode() or body).hexdigest()[:32]
