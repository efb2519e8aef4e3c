"""What a listener says without wanting the floor: it interrupts nobody who speaks (Yngve, 1970: back channels)."""

from __future__ import annotations

import re

NODS = frozenset(
    [
        *("うん", "うんうん", "はい", "はいはい", "ええ", "へえ", "へー", "ふーん", "ふうん", "そう", "そうそう"),
        *("そうだね", "そうですね", "なるほど", "まあ", "あー", "えー", "嗯", "嗯嗯", "对", "对对", "好", "哦", "是的"),
        *("uh huh", "uhhuh", "mhm", "mm", "mmm", "mm hmm", "mmhmm", "hm", "hmm", "yeah", "yep", "yes", "yup", "ok"),
        *("okay", "right", "sure", "oh", "ah", "uh", "um", "i see", "ja", "genau", "oui", "si", "sí", "да", "네", "응"),
    ]
)


def is_nod(text: str) -> bool:
    """Whether a text is made of nothing else."""
    words = re.sub(r"[^\w\s]+", " ", text.casefold()).split()
    return bool(words) and (" ".join(words) in NODS or all(word in NODS for word in words))
