"""The constants of an ONNX file, read without its runtime: only what the format (protobuf) needs for that."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_FLOAT = 1

# Numbers of the fields in onnx.proto.
_MODEL_GRAPH, _GRAPH_NODE = 7, 1
_NODE_OUTPUT, _NODE_ATTRIBUTE = 2, 5
_ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 5, 6
_TENSOR_SIZES, _TENSOR_KIND, _TENSOR_FLOATS, _TENSOR_RAW = 1, 2, 4, 9


def constants(content: bytes) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """Every constant of floating point numbers with its name, those of branches included."""
    for number, graph in _fields(memoryview(content)):
        if number == _MODEL_GRAPH and isinstance(graph, memoryview):
            yield from _of_graph(graph)


def _of_graph(graph: memoryview) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    for number, node in _fields(graph):
        if number == _GRAPH_NODE and isinstance(node, memoryview):
            yield from _of_node(node)


def _of_node(node: memoryview) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    parts = [(number, value) for number, value in _fields(node) if isinstance(value, memoryview)]
    name = next((bytes(value).decode() for number, value in parts if number == _NODE_OUTPUT), "")
    for number, attribute in parts:
        if number != _NODE_ATTRIBUTE:
            continue
        for kind, value in _fields(attribute):
            if kind == _ATTRIBUTE_GRAPH and isinstance(value, memoryview):
                yield from _of_graph(value)
            elif kind == _ATTRIBUTE_TENSOR and isinstance(value, memoryview):
                values = _tensor(value)
                if values is not None:
                    yield name, values


def _tensor(tensor: memoryview) -> npt.NDArray[np.float32] | None:
    """None where it is not of floating point numbers."""
    sizes: list[int] = []
    kind, raw = 0, b""
    for number, value in _fields(tensor):
        if number == _TENSOR_SIZES:
            sizes += _packed(value) if isinstance(value, memoryview) else [value]
        elif number == _TENSOR_KIND and isinstance(value, int):
            kind = value
        elif number in {_TENSOR_FLOATS, _TENSOR_RAW} and isinstance(value, memoryview):
            raw += bytes(value)
    return np.frombuffer(raw, "<f4").reshape(sizes) if kind == _FLOAT else None


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message by their numbers; numbers of fixed length are left out."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield number, value
        elif kind == _LENGTH:
            length, place = _varint(message, place)
            yield number, message[place : place + length]
            place += length
        elif kind in {_EIGHT_BYTES, _FOUR_BYTES}:
            place += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"unknown wire type {kind}")


def _packed(values: memoryview) -> list[int]:
    found, place = [], 0
    while place < len(values):
        value, place = _varint(values, place)
        found.append(value)
    return found


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
