"""Small schemas, written out as XML of version 3.0."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"


def field(
    id: str,  # noqa: A002 - as the format calls it
    datatype: str = "text",
    *,
    occurs: str = "1:1",
    art: str = "input",
    name: str = "",
    limits: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    more: str = "",
) -> str:
    """A field where it stands."""
    attributes = " ".join(f"{key}={quoteattr(value)}" for key, value in (limits or {}).items())
    werte = "".join(
        f"<x:wert><x:code>{escape(code)}</x:code><x:name>{escape(label)}</x:name></x:wert>"
        for code, label in (values or {}).items()
    )
    return _placed(
        occurs,
        "datenfeld",
        id,
        name or id,
        f"<x:feldart><code>{'select' if values else art}</code></x:feldart>"
        f"<x:datentyp><code>{datatype}</code></x:datentyp>"
        f"<x:praezisierung {attributes}/>{f'<x:werte>{werte}</x:werte>' if values else ''}{more}",
    )


def group(id: str, *inner: str, occurs: str = "1:1", name: str = "", rules: tuple[str, ...] = ()) -> str:  # noqa: A002
    """A group where it stands."""
    return _placed(occurs, "datenfeldgruppe", id, name or id, "".join(map(_rule, rules)) + "".join(inner))


def schema(*inner: str, rules: tuple[str, ...] = (), more: str = "") -> str:
    """A whole file."""
    return (
        f'<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{NAMESPACE}"><x:stammdatenschema>'
        "<x:identifikation><x:id>S1</x:id><x:version>1.0.0</x:version></x:identifikation><x:name>Test</x:name>"
        f"{more}{''.join(map(_rule, rules))}{''.join(inner)}"
        "</x:stammdatenschema></x:xdatenfelder.stammdatenschema.0102>"
    )


def written(folder: Path, text: str) -> Path:
    """The text as a file."""
    path = folder / "schema.xml"
    path.write_text(text, encoding="utf-8")
    return path


def _placed(occurs: str, element: str, id: str, name: str, inner: str) -> str:  # noqa: A002
    return (
        f"<x:struktur><x:anzahl>{occurs}</x:anzahl><x:enthaelt><x:{element}>"
        f"<x:identifikation><x:id>{id}</x:id></x:identifikation><x:name>{escape(name)}</x:name>"
        f"{inner}</x:{element}></x:enthaelt></x:struktur>"
    )


def _rule(text: str) -> str:
    return f"<x:regel><x:freitextRegel>{escape(text)}</x:freitextRegel></x:regel>"
