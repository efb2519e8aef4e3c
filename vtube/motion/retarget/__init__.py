"""FaceFrame in, the parameters that a face owns out: `natural` for drawn faces, `classic` as the THA3 demo."""

from vtube.motion.retarget.body import Lean
from vtube.motion.retarget.build import build_retargeter
from vtube.motion.retarget.retargeter import Retargeter

__all__ = ["Lean", "Retargeter", "build_retargeter"]
