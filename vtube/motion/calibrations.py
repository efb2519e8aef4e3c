"""A neutral face for each kind of tracker: a phone below the face and a webcam above it see different ones."""

from __future__ import annotations

from vtube.motion.calibration import Calibration
from vtube.motion.facevector import Vector
from vtube.motion.neutral_faces import KeptFaces


class Calibrations:
    """Calibrates each face by the tracker that saw it.

    Args:
        auto_s: see `Calibration`; changes count for trackers that are new.
        kept: where neutral faces that were asked for are kept; None: nowhere.
    """

    def __init__(self, auto_s: float, kept: KeptFaces | None = None) -> None:
        self.auto_s = auto_s
        self.kept = kept
        self._by_source: dict[str, Calibration] = {}
        self._current: Calibration | None = None
        self._asked = False

    @property
    def done(self) -> bool:
        """The tracker that was heard last has a neutral face."""
        return self._current is not None and self._current.done

    @property
    def placed(self) -> bool:
        """And it is known where the head rests."""
        return self._current is not None and self._current.placed

    def request(self) -> None:
        """Take the face of this moment, or the next one, as neutral for its tracker. From any thread."""
        self._asked = True

    def apply(self, vector: Vector, now: float, source: str) -> Vector:
        """See `Calibration.apply`; `source` is the kind of tracker."""
        self._current = self._by_source.get(source) or self._begin(source)
        if self._asked:
            self._asked = False
            self._current.request()
        return self._current.apply(vector, now)

    def _begin(self, source: str) -> Calibration:
        kept = self.kept.get(source) if self.kept is not None else None
        calibration = Calibration(self.auto_s, kept, lambda neutral: self._keep(source, neutral))
        self._by_source[source] = calibration
        return calibration

    def _keep(self, source: str, neutral: Vector) -> None:
        if self.kept is not None and source:
            self.kept.put(source, neutral)
