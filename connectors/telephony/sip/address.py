"""SIP addresses: URIs, and the values of From, To, Contact, Route and their like."""

import re
from dataclasses import dataclass
from urllib.parse import unquote


class MalformedError(ValueError):
    """A message, or a part of one, is not what its standard says."""


Params = tuple[tuple[str, str | None], ...]
_URI = re.compile(
    r"(?P<scheme>sips?):(?:(?P<user>[^@<>\s:;?]*(?:;[^@<>\s:?]*)?)(?::[^@<>\s]*)?@)?"
    r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?"
    r"(?P<params>(?:;[^;?<>\s]*)*)(?:\?(?P<headers>[^<>\s]*))?",
    re.IGNORECASE | re.ASCII,
)
_TEL = re.compile(r"tel:(?P<number>[^;<>\s]+)(?P<params>(?:;[^;<>\s]*)*)", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"\+?[0-9][0-9.()*#-]*|[*#][0-9*#]+")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|[^"<,;]+|[,;]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Uri:
    """A ``sip:``, ``sips:`` or ``tel:`` URI; of a number to call, ``user`` is the number and ``host`` is empty."""

    scheme: str
    user: str | None
    host: str
    port: int | None = None
    params: Params = ()

    @property
    def number(self) -> str | None:
        """The telephone number, as it was signalled without marks for the eye; None where it is a name."""
        user = unquote(self.user or "").partition(";")[0]
        return re.sub(r"[.()-]", "", user) if _NUMBER.fullmatch(user) else None


@dataclass(frozen=True, slots=True)
class Address:
    """A URI with what stands around it: ``text`` is the URI as it came, ``params`` are those of the header."""

    text: str
    uri: Uri
    params: Params = ()

    @property
    def tag(self) -> str | None:
        """The tag that names one end of a dialog."""
        return param(self.params, "tag")


def parse_uri(text: str) -> Uri:
    """Raises MalformedError for any other scheme, and for what is no URI."""
    if tel := _TEL.fullmatch(text):
        return Uri("tel", tel["number"], "", None, parse_params(tel["params"]))
    found = _URI.fullmatch(text)
    if not found:
        raise MalformedError("not a SIP URI")
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65_536:
        raise MalformedError("not a port")
    return Uri(found["scheme"].lower(), found["user"], found["host"].lower(), port, parse_params(found["params"]))


def parse_address(text: str) -> Address:
    """One ``name-addr`` or ``addr-spec`` with its parameters; raises MalformedError."""
    pieces = _pieces(text)
    bracketed = next((piece for piece in pieces if piece.startswith("<")), None)
    if bracketed is None:
        # Without brackets, parameters belong to the header (RFC 3261, 20).
        uri, _, rest = text.strip().partition(";")
        return Address(uri.strip(), parse_uri(uri.strip()), parse_params(rest))
    uri = bracketed[1:-1].strip()
    rest = "".join(pieces[pieces.index(bracketed) + 1 :]).strip()
    if rest and not rest.startswith(";"):
        raise MalformedError("something odd behind an address")
    return Address(uri, parse_uri(uri), parse_params(rest))


def parse_params(text: str) -> Params:
    """``;name=value;name`` by lower-case names; quotes around values are taken off."""
    found = []
    for piece in split_outside_quotes(text, ";"):
        name, has_value, value = piece.partition("=")
        if name.strip():
            found.append((name.strip().lower(), unquoted(value.strip()) if has_value else None))
    return tuple(found)


def param(params: Params, name: str) -> str | None:
    """The value of a parameter; empty where it has none, None where it is absent."""
    return next((value or "" for known, value in params if known == name), None)


def unquoted(text: str) -> str:
    """What a quoted string says; any other text as it is."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def split_outside_quotes(text: str, at: str) -> list[str]:
    """The parts between ``at`` (a comma or semicolon), wherever it stands neither in quotes nor in brackets."""
    parts = [""]
    for piece in _pieces(text):
        if piece == at:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]


def _pieces(text: str) -> list[str]:
    pieces = _PIECE.findall(text)
    if sum(map(len, pieces)) != len(text):
        raise MalformedError("quotes or brackets that are not closed")
    return pieces
