"""The ways into the service catalogue, one exchange format a module.

``IMPORTERS`` maps the name of a format to the factory of its importer. An import is one line::

    report = store.replace(IMPORTERS["bundle"]().read([Path("knowledge/bremen")]))
"""

from collections.abc import Callable, Mapping

from assistant.ports import CatalogueImporter
from knowledge.importers.bundle import BundleImporter
from knowledge.importers.dldb import DldbImporter
from knowledge.importers.xzufi import XzufiImporter

IMPORTERS: Mapping[str, Callable[[], CatalogueImporter]] = {
    "bundle": BundleImporter,
    "dldb": DldbImporter,
    "xzufi": XzufiImporter,
}

__all__ = ["IMPORTERS", "BundleImporter", "DldbImporter", "XzufiImporter"]
