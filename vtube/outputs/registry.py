"""Every kind of output by the name its SPEC has. A new one is a file beside this and an entry below."""

from __future__ import annotations

from vtube.outputs.base import Output, OutputContext
from vtube.registry import Entry, Registry

OUTPUTS: Registry[OutputContext, Output] = Registry(
    "output",
    "vtube.outputs",
    [
        Entry(
            "camera",
            "vtube.outputs.camera:create_camera",
            help="a webcam for other programs",
            argument="[:DEVICE]",
            aliases=("webcam", "virtualcam", "v4l2"),
        ),
        Entry(
            "browser",
            "vtube.outputs.simple:BrowserOutput",
            help="the pages and streams of the server, for OBS and browsers, with transparency",
            aliases=("obs", "page"),
        ),
        Entry(
            "file",
            "vtube.outputs.file:create_file",
            help="a video or a picture for each frame, by the ending",
            argument=":PATH",
        ),
        Entry("window", "vtube.outputs.window:WindowOutput", help="a preview on the desktop", aliases=("preview",)),
        Entry(
            "stream",
            "vtube.outputs.stream:StreamOutput",
            help="straight to a platform with sound, without OBS: twitch, youtube, or an address of RTMP or SRT",
            argument=":PLATFORM",
        ),
        Entry(
            "whip",
            "vtube.outputs.whip:WhipOutput",
            help="by WebRTC with sound, a fifth of a second behind, to a WHIP endpoint such as MediaMTX or LiveKit",
            argument="[:URL]",
            extra="whip",
            modules=("aiortc",),
        ),
        Entry(
            "ndi",
            "vtube.outputs.ndi:NdiOutput",
            help="a source in the local network, with transparency",
            argument="[:NAME]",
            extra="ndi",
            modules=("cyndilib",),
        ),
        Entry(
            "spout",
            "vtube.outputs.spout:SpoutOutput",
            help="frames for other programs on this Windows computer, with transparency",
            argument="[:NAME]",
            extra="spout",
            modules=("SpoutGL",),
        ),
        Entry("null", "vtube.outputs.simple:NullOutput", help="nowhere, to measure the rest"),
    ],
    ("outputs",),
)
"""What `--output` and the setting `outputs` take."""


def create_output(text: str, context: OutputContext) -> Output:
    """The output that a SPEC such as `file:take.mkv` names; not opened yet.

    Raises:
        SettingsError: there is no such kind of output, or its argument is wrong.
    """
    return OUTPUTS.create(text, context)
