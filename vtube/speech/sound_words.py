"""Which words name a sound of the body: laughter, a breath, a yawn, in the languages in which people write them.

A word counts in each of its forms (giggles, giggling), alone or with what tells how (softly, nervous, deep).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from vtube.speech.laughter import is_laughter

LAUGH, SIGH, YAWN = "laugh", "sigh", "yawn"
MOST_WORDS = 4
"""Of a tag that names a sound; more of them tell something else."""

_STEMS = {
    LAUGH: "laugh laughter chuckle giggle snicker snigger cackle guffaw titter lol lmao rofl risa ríe rie riendo reír"
    " carcajada rire rit riant lacht lache lachen lachend lachte kichert kichern risata risada risos gargalhada"
    " смех смеётся смеется смеясь хихикает хихиканье",
    SIGH: "sigh breath breathe exhale inhale gasp pant suspiro suspira suspirar suspirando soupir soupire soupirant"
    " seufz seufzt seufzen seufzer seufzend atmet sospiro sospira respira вздох вздыхает вздыхая",
    YAWN: "yawn bostezo bosteza bostezar bostezando bâille bâillement gähnt gähnen gähnend bocejo boceja sbadiglio"
    " sbadiglia зевает зевок зевая",
}
_BY_STEM = {stem: sound for sound, stems in _STEMS.items() for stem in stems.split()}
_WHOLE = {
    LAUGH: r"(?:大|爆|高|失|哄|くすくす|クスクス|けらけら|ケラケラ|げらげら|ゲラゲラ)?っ?と?"
    r"笑(?:い|う|って|い声|いながら)?"
    r"|(?:くすくす|クスクス|くすっ|クスッ|けらけら|ケラケラ|げらげら|ゲラゲラ|うふふ|ふふ)と?"
    r"|笑声|(?:轻|輕|偷|狂|傻|大|哈哈大|嘻嘻)笑(?:了|着|声|聲|起来)?|笑(?:了|着|出声|起来)|큭큭|킥킥|낄낄"
    r"|웃음(?:소리)?|웃(?:는다|으며|는|다)",
    SIGH: r"(?:ため|溜め|溜)息(?:を(?:つく|ついて))?|ためいき|タメ息|深呼吸|息を吐く"
    r"|[叹嘆歎](?:了?口?[气氣]|息|了?一口[气氣])"
    r"|[吸呼](?:了?口?[气氣])|한숨(?:을|소리)?|심호흡",
    YAWN: r"(?:大|生)?(?:あくび|アクビ|欠伸)(?:を?する|して)?|(?:打了?个?)?(?:哈|呵)欠|하품(?:을)?",
}
_BY_PATTERN = {sound: re.compile(pattern) for sound, pattern in _WHOLE.items()}
_WORD = re.compile(r"[^\W\d_]+")
_HOW_WORDS = (
    "a an one the big deep long short slight small little tiny loud quiet soft gentle light heavy nervous happy sad"
    " evil awkward hard out in again aloud hearty maniacal tired wide fuerte profundo hondo doucement leise tief"
)
_HOW = frozenset(_HOW_WORDS.split())


def sounds_in(text: str) -> tuple[str, ...]:
    """The sounds of the body that words of `text` name, each once."""
    return tuple(dict.fromkeys(_sounds(_words(text))))


def names_sound(text: str) -> str:
    """The sound of the body that `text` names and nothing else, but for how it is made; "" for none."""
    words = _words(text)
    named = [(word, next(_sounds([word]), "")) for word in words]
    plain = all(sound or word in _HOW or word.endswith("ly") for word, sound in named)
    return next(iter(sounds_in(text)), "") if plain and len(words) <= MOST_WORDS else ""


def tag_sounds(text: str) -> tuple[str, ...]:
    """The sounds of the body that a [tag] means, also by laughter written out."""
    if len(_words(text)) > MOST_WORDS:
        return ()
    return sounds_in(text) or ((LAUGH,) if is_laughter(text) else ())


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _sounds(words: list[str]) -> Iterator[str]:
    for word in words:
        yield from (_BY_STEM[stem] for stem in _stems(word) if stem in _BY_STEM)
        yield from (sound for sound, pattern in _BY_PATTERN.items() if pattern.fullmatch(word))


def _stems(word: str) -> Iterator[str]:
    """The word, and what it may be a form of."""
    yield word
    for ending in ("s", "es", "ed", "d", "ing", "ingly"):
        if len(stem := word.removesuffix(ending)) > 2 and stem != word:
            yield stem
            yield stem + "e"
