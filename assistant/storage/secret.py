"""The installation's own secret."""

import os
import secrets
from pathlib import Path

from assistant.errors import StorageError

_BYTES = 32


def load_secret(data_dir: Path) -> bytes:
    """The secret of this data directory, made when first asked for; workers starting together get the same one."""
    file = data_dir / "secret.key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _create(file)
        secret = file.read_bytes()
    except OSError as error:
        raise StorageError(f"{file}: {error.strerror}") from error
    if len(secret) != _BYTES:
        raise StorageError(f"{file}: must hold {_BYTES} bytes, holds {len(secret)}")
    return secret


def _create(file: Path) -> None:
    # Written aside and linked into place: whoever comes second finds the name taken, and never half a secret.
    draft = file.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_BYTES))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
