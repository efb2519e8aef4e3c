"""Every kind of output by the name its SPEC has. A new one is a file beside this and a line below."""

from __future__ import annotations

from collections.abc import Callable

from vtube.outputs.base import Output, OutputContext
from vtube.outputs.camera import create_camera
from vtube.outputs.file import create_file
from vtube.outputs.ndi import NdiOutput
from vtube.outputs.simple import NullOutput, create_browser
from vtube.outputs.spout import SpoutOutput
from vtube.outputs.window import WindowOutput
from vtube.spec import Spec, parse_spec

OutputFactory = Callable[[Spec, OutputContext], Output]

OUTPUTS: dict[str, OutputFactory] = {
    "browser": create_browser,
    "camera": create_camera,
    "file": create_file,
    "ndi": NdiOutput,
    "null": NullOutput,
    "spout": SpoutOutput,
    "window": WindowOutput,
}


def create_output(text: str, context: OutputContext) -> Output:
    """The output that a SPEC such as `file:take.mkv` names; not opened yet.

    Raises:
        SettingsError: there is no such kind of output, or its argument is wrong.
    """
    spec = parse_spec(text, OUTPUTS, "output")
    return OUTPUTS[spec.kind](spec, context)
