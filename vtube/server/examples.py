"""A body for every route that takes JSON, as the description of the interface shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SMILE = {"mouth_raised_corner_left": 1.0, "mouth_raised_corner_right": 1.0}

EXAMPLES: Mapping[str, Any] = {
    "put_pose": {"head_y": 0.5, "mouth_aaa": 0.7},
    "patch_pose": {"head_y": 0.5, "head_x": None},
    "put_emotion": {"name": "joy", "strength": 0.7},
    "post_expressions": {"sly": {"mouth_smirk": 0.5}, "glad": SMILE},
    "put_expression": SMILE,
    "put_gesture": {"name": "nod"},
    "post_react": {"name": "gift"},
    "put_characters": {"name": "Miko"},
    "post_stills": {"stills": [{"name": "joy", "expression": "joy"}, {"name": "left", "pose": {"head_y": 1.0}}]},
    "post_scene": {"name": "Chat"},
    "put_scene": {"name": "Chat", "seconds": 0.6},
    "patch_scene": {"name": "Talk"},
    "post_clip": {"text": "[joy] Hello everyone!", "voice": "auto", "frame": "bust", "size": "1080x1920"},
    "put_settings": {"scene": {"zoom": 1.4}, "save": False},
    "post_say": {"text": "Hello there!", "interrupt": True},
    "put_speech": {"volume": 0.8, "paused": False},
    "post_chat": {
        "text": "What are you drawing?",
        "user": "Aoi",
        "user_id": "42",
        "source": "shop",
        "roles": ["member"],
    },
    "post_choose": {"key": "twitch:1", "answer": True},
    "post_forget": {"viewer": "twitch:123"},
    "put_fact": {"text": "has a cat named Mochi", "viewer": "twitch:123", "importance": 0.8},
    "put_motion": {"paused": True},
    "put_air": {"on": False},
    "put_recording": {"on": True, "kind": "mov"},
    "put_outputs": {"spec": "ndi", "on": True},
    "post_do": {"action": "expression:joy"},
    "post_link": {"name": "Stream Deck"},
    "post_answer": {"number": 1, "allow": True},
    "classify": {"text": "What a lovely surprise!"},
    "set_emotion": {"emotion_name": "joy"},
    "load_emotion_templates": {"joy": SMILE},
    "load_animator_settings": {"target_fps": 25},
}
"""Handler to body."""
