"""Inner values of an ONNX network as further outputs, without the package onnx.

Two protobuf messages written one after the other are one message with the fields of both, so an output is added by
appending a model that holds nothing else. Fields: ModelProto.graph 7, GraphProto.output 12, ValueInfoProto.name 1
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

from typing import Any

from vtube.registry import optional


def session_with_outputs(model: bytes, *outputs: str, who: str, extra: str) -> Any:
    """An onnxruntime session of `model` whose run() also gives the tensors named `outputs`, behind its own.

    Raises:
        PackageMissingError: onnxruntime is missing; the extra `extra` brings it.
    """
    runtime = optional("onnxruntime", extra, who)
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return runtime.InferenceSession(with_outputs(model, *outputs), options, providers=["CPUExecutionProvider"])


def with_outputs(model: bytes, *names: str) -> bytes:
    """The serialised `model` with the inner tensors `names` as further outputs."""
    return model + b"".join(_field(7, _field(12, _field(1, name.encode()))) for name in names)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])
