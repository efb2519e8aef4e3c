"""Body and face on random networks of THA3's shape: what is learnt is what they draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.avatar.puppet_fixtures import figure, resting_puppet
from tests.avatar.random_weights import random_poser
from tools.refine import body, face
from tools.refine.body import BodyRefinement, begun, pairs
from tools.refine.exact import ManyExact
from tools.refine.face import FaceRefinement
from vtube.avatar.puppet.layout import PAINTS, SHIFT_UNIT, Box
from vtube.avatar.puppet.model import body_decoder, face_decoder
from vtube.avatar.puppet.poses import face_poses
from vtube.pose import BODY, COUNT, HIGH, LOW

BOX, FIGURE = Box(48, 48, 32, 32), Box(144, 48, 224, 464)
