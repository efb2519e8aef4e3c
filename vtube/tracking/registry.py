"""Tracker kinds by the name their SPEC starts with; a new tracker is one file and one entry here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vtube.errors import SettingsError
from vtube.registry import Entry, Registry
from vtube.settings import Settings
from vtube.tracking.base import Tracker

UDP, TCP = "UDP", "TCP"


@dataclass(frozen=True, slots=True)
class TrackerEntry(Entry[Settings, Tracker]):
    """One kind of tracker.

    Attributes:
        ports: (UDP or TCP, number) of the ports it listens on unless its SPEC or the settings name others.
    """

    ports: tuple[tuple[str, int], ...] = ()


class TrackerRegistry(Registry[Settings, Tracker]):
    """Knows the programs and devices that people name instead of what these speak."""

    def entry(self, name: str) -> Entry[Settings, Tracker]:
        """See `Registry.entry`."""
        if name not in self:
            spec = SPOKEN.get("".join(sign for sign in name.lower() if sign.isalnum()))
            if spec is not None:
                raise SettingsError(f"there is no tracker {name!r}; for that, write --tracking {spec}")
        return Registry.entry(self, name)

    def ports(self) -> Iterator[tuple[str, int, str]]:
        """(UDP or TCP, number, names of the trackers that listen there), each port once, by its number."""
        users: dict[tuple[int, str], list[str]] = {}
        for entry in self:
            for kind, port in entry.ports if isinstance(entry, TrackerEntry) else ():
                users.setdefault((port, kind), []).append(entry.name)
        for (port, kind), names in sorted(users.items()):
            yield kind, port, ", ".join(names)


def _udp(*ports: int) -> tuple[tuple[str, int], ...]:
    return tuple((UDP, port) for port in ports)


TRACKERS = TrackerRegistry(
    "tracker",
    "vtube.trackers",
    [
        TrackerEntry("auto", "vtube.tracking.network.auto:create", "whatever sends to a port known here"),
        TrackerEntry(
            "ifacialmocap",
            "vtube.tracking.protocols.ifacialmocap_tracker:create",
            "iFacialMocap and Facemotion3d on an iPhone",
            "[:PHONE_IP]",
            aliases=("ifm", "facemotion3d"),
            ports=(*_udp(49983, 49993), (TCP, 49986)),
        ),
        TrackerEntry(
            "vts",
            "vtube.tracking.protocols.vts:create",
            "VTube Studio's phone app, and MeowFace on Android",
            ":PHONE_IP",
            ports=_udp(12345),
        ),
        TrackerEntry(
            "vmc",
            "vtube.tracking.protocols.vmc:create",
            "programs that speak the VMC protocol",
            "[:PORT]",
            ports=_udp(39539, 39540),
        ),
        TrackerEntry(
            "livelink",
            "vtube.tracking.protocols.livelink:create",
            "Live Link Face on an iPhone",
            "[:PORT]",
            aliases=("llf", "live-link", "livelinkface"),
            ports=_udp(11111),
        ),
        TrackerEntry(
            "openseeface",
            "vtube.tracking.protocols.openseeface:create",
            "OpenSeeFace, a webcam tracker",
            "[:PORT]",
            aliases=("osf",),
            ports=_udp(11573),
        ),
        TrackerEntry(
            "vrcft",
            "vtube.tracking.protocols.vrcft:create",
            "VRCFaceTracking and VRChat's OSC",
            "[:PORT]",
            aliases=("vrcfacetracking",),
            ports=_udp(9000),
        ),
        TrackerEntry(
            "facecap",
            "vtube.tracking.protocols.facecap:create",
            "Face Cap on an iPhone",
            "[:PORT]",
            aliases=("face-cap",),
            ports=_udp(9000),
        ),
        TrackerEntry(
            "osc",
            "vtube.tracking.protocols.generic_osc:create",
            "OSC from any program: Project Babble, or by a table in the settings",
            "[:PORT]",
            ports=_udp(9010, 8888),
        ),
        TrackerEntry(
            "webcam",
            "vtube.tracking.webcam:create",
            "any webcam, with MediaPipe",
            "[:N]",
            extra="webcam",
            modules=("mediapipe",),
        ),
        TrackerEntry(
            "pointer",
            "vtube.tracking.pointer:create",
            "mouse and keyboard instead of a tracker",
            extra="pointer",
            modules=("pynput",),
        ),
        TrackerEntry("replay", "vtube.tracking.recordings.replay:create", "a recording, over and over", ":FILE"),
        TrackerEntry("none", "vtube.tracking.base:create", "no tracker: the character idles"),
    ],
    ("tracking",),
)
"""What `--tracking` can name."""

_PHONE_APPS = "ifacialmocap[:PHONE_IP], livelink, vts:PHONE_IP or facecap, whichever app is on the phone"
SPOKEN: dict[str, str] = {
    **dict.fromkeys(("iphone", "ipad", "ios", "phone", "arkit", "apple", "faceid", "truedepth"), _PHONE_APPS),
    **dict.fromkeys(
        ("vtubestudio", "vtsphone", "meowface", "android", "meow", "samsung", "pixel"),
        "vts:PHONE_IP, with the address that the phone's app shows",
    ),
    **dict.fromkeys(
        (
            *("vseeface", "vsf", "vnyan", "warudo", "waidayo", "vmcprotocol", "virtualmotioncapture", "vmagicmirror"),
            *("rhyface", "facemocap", "facemocap2vmc", "tdpt", "xranimator", "systemanimator", "webcammotioncapture"),
            *("vrm", "unity", "3tene", "luppet", "vup", "dollars", "mocap", "hana", "perfectsync", "marionette"),
        ),
        "vmc[:PORT], and let that program send by VMC to this computer",
    ),
    **dict.fromkeys(("unreal", "epic", "metahuman", "livelinkfaceapp"), "livelink[:PORT]"),
    **dict.fromkeys(
        ("mediapipe", "camera", "cam", "video", "facelandmarker", "opencv", "integrated", "dlib"), "webcam[:N]"
    ),
    **dict.fromkeys(("facetracker", "osftracker", "openseefacetracker"), "openseeface[:PORT]"),
    **dict.fromkeys(
        ("vrchat", "vrcfacetracker", "eyetrackvr", "etvr", "quest", "questpro", "vivefacialtracker", "sranipal"),
        "vrcft[:PORT]",
    ),
    **dict.fromkeys(("babble", "projectbabble"), "osc:8888"),
    **dict.fromkeys(("bannaflak",), "facecap[:PORT]"),
    **dict.fromkeys(("mouse", "keyboard", "cursor"), "pointer"),
    **dict.fromkeys(("record", "recording", "file", "csv", "play", "json"), "replay:FILE"),
    **dict.fromkeys(("off", "no", "idle", "nothing", "disabled"), "none"),
    **dict.fromkeys(("any", "all", "default", "detect", "automatic"), "auto"),
}
"""What people call their device or program, letters and digits only, to the SPEC that it needs."""


def create_tracker(text: str, settings: Settings) -> Tracker:
    """The tracker that the SPEC `text` names, not yet started.

    Raises:
        SettingsError: an unknown kind or a wrong argument.
        PackageMissingError: an optional package is not installed.
    """
    return TRACKERS.create(text, settings)
