"""Pinyin to initials and finals."""

from __future__ import annotations

INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcs")
AS_SPOKEN = {
    "yi": "i", "yin": "in", "ying": "ing", "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn", "ya": "ia",
    "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yong": "iong", "you": "iou", "wu": "u", "wa": "ua",
    "wai": "uai", "wan": "uan", "wang": "uang", "wei": "uei", "wen": "uen", "weng": "ueng", "wo": "uo",
}  # fmt: skip
"""Syllables without an initial that are not written as they are spoken."""

SHORT = {"ui": "uei", "un": "uen", "iu": "iou"}
FRONT = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
"""What these finals are after j, q and x."""


def split(syllable: str) -> tuple[str, str, str]:
    """Initial (may be empty), final and tone of one syllable such as zhong1."""
    written, tone = (syllable[:-1], syllable[-1]) if syllable[-1].isdigit() else (syllable, "5")
    if written in AS_SPOKEN:
        return "", AS_SPOKEN[written], tone
    initial = next((one for one in INITIALS if written.startswith(one)), "")
    final = written[len(initial) :]
    if initial in ("j", "q", "x"):
        final = FRONT.get(final, final)
    if final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "iii"
    return initial, SHORT.get(final, final), tone
