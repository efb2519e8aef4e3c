"""Emotions and gestures that a model writes into its words, in the many ways in which models write them."""

from __future__ import annotations

import json
import re

from vtube.speech.markup import with_narrow_tags
from vtube.speech.sound_words import names_sound

_NAME = r"[A-Za-z][A-Za-z_ -]{0,23}"
_ATTRIBUTE = re.compile(
    rf"<(?:emotion|mood|expression)\s+(?:name|value|type)\s*=\s*[\"']?({_NAME})[\"']?\s*/?>", re.IGNORECASE
)
_ELEMENT = re.compile(r"<(/?)([A-Za-z]{3,20})\s*/?>")
_ACT = re.compile(r"<\|\s*ACT\s*:?\s*(\{.*?\})\s*\|>", re.IGNORECASE | re.DOTALL)
_OBJECT = re.compile(r"\{[^{}\n]*\"(?:emotion|mood|expression)\"[^{}\n]*\}")
_WIDE = str.maketrans("［］：", "[]:")
_GESTURE = re.compile(
    r"[\[［(（]\s*(?:do|motion|gesture|action|pose)\s*[:：=]\s*([A-Za-z_ -]{1,24})\s*[\]］)）]", re.IGNORECASE
)
_SQUARE = re.compile(r"\[\s*([^\[\]\n:=]{1,24}?)\s*\]")
_BRACKETED = re.compile(rf"[(（]\s*({_NAME})\s*[)）]")
_ROLE_TAG = re.compile(
    r"<\|\s*(?:im_start|start_header_id|start)\s*\|>\s*(?:system|user|assistant|developer|tool)?", re.I
)
_INNER_TAG = re.compile(
    r"\[(?=[^\]]*[A-Za-z぀-ヿ一-鿿])[^\[\]\n]{1,48}\]|<\|[^|<>]{0,60}\|>|\[/?INST\]"
    r"|</?\s*(?:tools?|functions?)(?:[_ -]?\w+)?\s*>",
    re.IGNORECASE,
)

ALIASES = {
    "happy": "joy",
    "happiness": "joy",
    "joyful": "joy",
    "smile": "joy",
    "laugh": "amusement",
    "laughing": "amusement",
    "fun": "amusement",
    "sad": "sadness",
    "angry": "anger",
    "mad": "anger",
    "surprised": "surprise",
    "shocked": "surprise",
    "scared": "fear",
    "afraid": "fear",
    "shy": "embarrassment",
    "embarrassed": "embarrassment",
    "loving": "love",
    "excited": "excitement",
    "curious": "curiosity",
    "confused": "confusion",
    "thinking": "curiosity",
    "proud": "pride",
    "disgusted": "disgust",
    "relaxed": "relief",
    "calm": "neutral",
    "normal": "neutral",
    "grateful": "gratitude",
    "worried": "nervousness",
    "nervous": "nervousness",
    "disappointed": "disappointment",
    "喜び": "joy",
    "喜": "joy",
    "嬉しい": "joy",
    "楽しい": "amusement",
    "笑い": "amusement",
    "悲しみ": "sadness",
    "悲": "sadness",
    "悲しい": "sadness",
    "怒り": "anger",
    "怒": "anger",
    "驚き": "surprise",
    "驚": "surprise",
    "恐れ": "fear",
    "恥ずかしい": "embarrassment",
    "照れ": "embarrassment",
    "普通": "neutral",
    "高兴": "joy",
    "开心": "joy",
    "伤心": "sadness",
    "生气": "anger",
    "惊讶": "surprise",
}
"""What models call the emotions of config/emotions.yaml."""


class TagReader:
    """Brings tags into one form, which `speech.clean` understands, and takes gestures out."""

    def __init__(self, emotions: frozenset[str]) -> None:
        """`emotions`: the names that there are."""
        self._emotions = emotions

    def known(self, word: str) -> str:
        """The emotion, or the sound of the body, that `word` names, or an empty text."""
        word = word.strip().casefold()
        if names_sound(word):
            return word
        word = ALIASES.get(word, word)
        return word if word in self._emotions else ""

    def normal(self, text: str) -> str:
        """The text with every tag of an emotion written [so]; a closing one is gone."""
        text = _ACT.sub(lambda found: self._from_json(found[1]), text)
        text = _OBJECT.sub(lambda found: self._from_json(found[0]), text)
        text = _ATTRIBUTE.sub(lambda found: f"[{self.known(found[1]) or 'neutral'}]", text)
        text = _ELEMENT.sub(self._element, text)
        text = _BRACKETED.sub(lambda found: f"[{name}]" if (name := self.known(found[1])) else found[0], text)
        text = with_narrow_tags(text)
        return _SQUARE.sub(lambda found: f"[{name}]" if (name := self.known(found[1])) else found[0], text)

    def gestures(self, text: str) -> tuple[str, str]:
        """The text without [do:gesture], and the first gesture in it."""
        found = _GESTURE.search(text)
        return _GESTURE.sub("", text), found[1].strip().lower() if found else ""

    def _element(self, found: re.Match[str]) -> str:
        name = self.known(found[2])
        return "" if name and found[1] else f"[{name}]" if name else found[0]

    def _from_json(self, text: str) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            return ""
        named = next((value[key] for key in ("emotion", "mood", "expression") if key in value), "")
        named = named.get("name", "") if isinstance(named, dict) else named
        return f"[{self.known(named) or 'neutral'}]" if isinstance(named, str) else ""


def without_tags(text: str) -> str:
    """A viewer's text without what would work as a tag or as a mark of a chat template."""
    return _INNER_TAG.sub(" ", _ROLE_TAG.sub(" ", text.translate(_WIDE)))
