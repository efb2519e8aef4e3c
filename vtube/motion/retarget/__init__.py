"""FaceFrame in, the parameters that a face owns out: `natural` for drawn faces, `classic` as the THA3 demo."""

from vtube.motion.retarget.body import Lean
from vtube.motion.retarget.retargeter import FaceRetargeter, build_retargeter

__all__ = ["FaceRetargeter", "Lean", "build_retargeter"]
