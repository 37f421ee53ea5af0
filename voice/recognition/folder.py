"""What a Vosk model folder must contain."""

from pathlib import Path

_ALWAYS = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf")
_FIXED_GRAPH = ("graph/HCLG.fst", "graph/words.txt")
_RUNTIME_GRAPH = ("graph/HCLr.fst", "graph/Gr.fst")


def missing_parts(folder: Path) -> tuple[str, ...]:
    """The files a recogniser would miss there, relative to it; empty for a whole model."""
    if not folder.is_dir():
        return (".",)
    graph = _RUNTIME_GRAPH if (folder / _RUNTIME_GRAPH[0]).exists() else _FIXED_GRAPH
    return tuple(part for part in (*_ALWAYS, *graph) if not (folder / part).is_file())


def has_runtime_graph(folder: Path) -> bool:
    """Whether its vocabulary can be restricted while it runs."""
    return all((folder / part).is_file() for part in _RUNTIME_GRAPH)
