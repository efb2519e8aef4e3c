"""What language models write around their words: thoughts, code, HTML, Markdown, stage directions, tags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from vtube.speech.bodily import marks_of, marks_of_tag, unmarked
from vtube.speech.sound_words import YAWN, names_sound, tag_sounds

JOINERS = "\u200d\ufe0f\ufe0e"
"""Parts of emoji that are no printable characters by themselves."""

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_FILLERS = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")
"""Letters by name, which look like nothing."""
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
"""Of a terminal."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_PILED_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20e2\u20e4-\u20ff\ufe20-\ufe2f]+")

_THOUGHT = (
    r"(?:[\w-]+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad|inner[_ ]?monologue|思考"
    r"|(?:tools?|function)[_ ]?calls?)"
)
"""What is not meant to be heard: also the calls of tools that a server leaves among the words."""
THOUGHT_MARK = re.compile(
    rf"(?P<open><\s*{_THOUGHT}(?:\s[^<>]*)?>|\[\s*{_THOUGHT}\s*\]|◁\s*{_THOUGHT}\s*▷"
    r"|<\|channel\|>\s*(?:analysis|commentary)\b[^<]*(?:<\|message\|>)?|<\|begin_of_thought\|>|<\|START_THINKING\|>"
    r"|<[|｜]\s*(?:tool|function)[_▁]calls?(?:[_▁]section)?(?:[_▁]begin)?\s*[|｜]>)"
    rf"|(?P<close><\s*/\s*{_THOUGHT}\s*>|\[\s*/\s*{_THOUGHT}\s*\]|◁\s*/\s*{_THOUGHT}\s*▷"
    r"|<\|end\|>|<\|channel\|>\s*final\b[^<]*(?:<\|message\|>)?|<\|end_of_thought\|>|<\|END_THINKING\|>"
    r"|<[|｜]\s*(?:/\s*(?:tool|function)[_▁]calls?|(?:tool|function)[_▁]calls?(?:[_▁]section)?[_▁]end)\s*[|｜]>)",
    re.IGNORECASE,
)
SPECIAL_TOKEN = re.compile(r"<\|[^<>|\n]{1,40}\|>|</?s>|<(?:bos|eos|pad)>|\[/?INST\]", re.IGNORECASE)

_FENCE = re.compile(
    r"^[ \t>]*(`{3,}|~{3,})[^\n`]*(?:\n.*?(?:^[ \t>]*\1[`~]*(?:[ \t]+|$)|\Z)|\Z)", re.DOTALL | re.MULTILINE
)
_FENCE_INLINE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)

_HTML_DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|svg|iframe|rt|rp|audio|video)\b[^<>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_HTML_BREAK = re.compile(
    r"<\s*(?:br|hr)\b[^<>]*>|<\s*/\s*(?:p|div|li|tr|h[1-6]|blockquote|ul|ol|table|section)\s*>", re.IGNORECASE
)
_HTML_CELL = re.compile(r"<\s*/\s*(?:td|th)\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,32};?")
_HTML_TAG = re.compile(r"<(?:/\s*)?[A-Za-z][\w:.-]*(?:\s[^<>]*=[^<>]*)?\s*/?>|<[!?][^<>]*>")

_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^()\n]*\)")
_LINK = re.compile(
    r"\[([^\]\n]+)\]\(\s*<?[^()\s]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"\n]*\")?\s*\)"
    r"|\[([^\]\n]+)\]\[(?:[\w-]*\d[\w-]*)?\]|\[([^\]\n]{25,})\]\[[^\]\n]*\]"
)
"""Of two brackets in a row the second has a number or the first is long; else both are tags."""
_LINK_TARGET = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+[^\n]*$", re.MULTILINE)
_URL = re.compile(
    r"<?\b(?:https?|ftp|wss?|rtmps?|file)://[^\s<>\"'「」『』（）、。！？\u3000-\u30ff\u4e00-\u9fff]+>?", re.IGNORECASE
)
_BARE_URL = re.compile(
    r"(?<![\w@./-])www\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"'\u3000-\u30ff\u4e00-\u9fff]*)?", re.IGNORECASE | re.ASCII
)

_RULE = re.compile(r"^[ \t]*(?:(?:[-*_=][ \t]*){3,})$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)
_TABLE_ROW = re.compile(r"^[ \t]*\|(.*?)\|?[ \t]*$", re.MULTILINE)
_LEADING = re.compile(r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+•‣▪][ \t]+(?:\[[ xX]\][ \t]+)?)?", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]\n]+\]:?|(?<![A-Za-z0-9_])\[\d{1,3}\](?!\()")
_HEADING_END = re.compile(r"[ \t]+#+[ \t]*$", re.MULTILINE)

_EMPHASIS = re.compile(
    r"(?<![A-Za-z0-9*\\])\*(?=[\w\"'“「『(（…~])([^*\n]{1,200}?)(?<![\s*\\])\*(?![A-Za-z0-9*])"
    r"|(?<![A-Za-z0-9_\\(（^;])_(?=[^\W_])([^_\n]{1,200}?)(?<![\s_\\(（^])_(?![A-Za-z0-9_)）])"
    r"|＊([^＊\n]{1,200}?)＊"
)
_SHOUTED = re.compile(r"\*{2,3}([^*\n]{1,40})\*{2,3}|__([^_\n]{1,40})__")
_QUOTED = re.compile(r"「([^「」\n]{1,20})」|『([^『』\n]{1,20})』|(?<![~～〜])[~～〜]([^\W\d_]{1,12})[~～〜]")
"""What may name a sound that is made."""
_BRACKETS = re.compile(r"\(([^()\n]{1,80})\)|（([^（）\n]{1,80})）")
_STRONG = re.compile(r"(\*{2,3}|_{2,3}|~~|\|\||==)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_INLINE_CODE = re.compile(r"(`+)([^`]*)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")

_HASHTAG = re.compile(r"(?<!\w)[#＃](?=[^\W\d])")

_SENTENCE_END = '。！？!?…．.♪☆★~〜♡♥」』”"'
_LAUGHS = frozenset(
    [
        "笑",
        "汗",
        "泣",
        "涙",
        "怒",
        "爆",
        "謎",
        "照",
        "嬉",
        "驚",
        "苦笑",
        "爆笑",
        "大笑",
        "微笑",
        "失笑",
        "小声",
        "大声",
        "棒",
        "棒読み",
        "照れ",
        "笑い",
        "涙目",
        "無言",
        "沈黙",
    ]
)
_NO_ACTION = frozenset(
    ["株", "有", "財", "社", "学", "医", "仮", "税込", "税抜", "月", "火", "水", "木", "金", "土", "日", "祝"]
)
_ACTION_WORD = re.compile(r"[a-z]+(?:s|ing|ly)\b")

_HEADING = re.compile(r"[【〔]([^【】〔〕\n]{1,16})[】〕]")
"""Brackets of headings, which are read out; but nobody heads a paragraph with laughter."""
_WIDE_TAG = re.compile(r"［\s*/?[^\W\d_][^［］\n]{0,47}］")
_TAG = re.compile(r"\[\s*(/?[^\W\d_][^\[\]\n]{0,60}?)\s*\]|\{\s*(/?[A-Za-z][\w :=.-]{0,40}?)\s*\}")
_TAG_NAME = re.compile(
    r"(?:(?:emotion|mood|expression|face|feeling)\s*[:=]\s*)?([A-Za-z][A-Za-z_ -]*?)(?:\s*[:=]\s*[\d.]+)?",
    re.IGNORECASE,
)
_GESTURE = re.compile(r"(?:do|motion|gesture|action|pose)\s*[:=]\s*([A-Za-z][A-Za-z_ -]{0,23})", re.IGNORECASE)
_RUBY = re.compile(r"[｜|]([^｜|《》\n]+)《([^《》\n]+)》|([\u3400-\u9fff々〆ヶ]+)《([\u3041-\u30ffー]+)》")


def printable(text: str) -> str:
    """The text composed, without marks piled on letters and characters that nobody sees."""
    return _tidied(unmarked(text))


def _tidied(text: str) -> str:
    text = _CONTROLS.sub("", _COLOURS.sub("", text))
    text = _PILED_MARKS.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _FILLERS.sub(" ", _INVISIBLE.sub("", text))
    return "".join(char if char.isprintable() or char in JOINERS or char == "\n" else " " for char in text)


def without_thoughts(text: str) -> str:
    """Without what a model thinks before it speaks, nested, never closed or never opened."""
    kept, depth, place = "", 0, 0
    for mark in THOUGHT_MARK.finditer(text):
        if depth == 0:
            kept += text[place : mark.start()]
        if mark["open"]:
            depth += 1
        elif depth:
            depth -= 1
        elif mark["close"].casefold() != "<|end|>":  # never opened: all before it is a thought
            kept = ""
        place = mark.end()
    if depth == 0:
        kept += text[place:]
    return SPECIAL_TOKEN.sub("", kept)


def without_code(text: str) -> str:
    """Without fenced blocks, closed or not."""
    return _FENCE_INLINE.sub("\n", _FENCE.sub("\n", text))


def without_html(text: str) -> str:
    """Without elements, their ends as ends of lines where they are, and with characters for entities."""
    text = _HTML_BREAK.sub("\n", _HTML_DROPPED.sub("", text))
    text = _HTML_TAG.sub(_sound_in_element, _HTML_CELL.sub("、", text))
    return _tidied(_ENTITY.sub(lambda found: unmarked(unescape(found[0])), text))


def _sound_in_element(found: re.Match[str]) -> str:
    return "" if "=" in found[0] or found[0][1] in "/!?" else marks_of(found[0])


def with_short_links(text: str) -> str:
    """With a link's text in place of the link, and the name of the site in place of a bare address."""
    text = _LINK_TARGET.sub("", _IMAGE.sub("", text))
    text = _LINK.sub(lambda found: found[1] or found[2] or found[3], text)
    return _BARE_URL.sub(_site, _URL.sub(_site, text))


def _site(found: re.Match[str]) -> str:
    address = found[0].strip("<>")
    trail = address[len(address.rstrip(".,;:!?)]}*_~`|")) :]
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        host = ""
    return f"{host.removeprefix('www.')}{trail}"


def without_blocks(text: str) -> str:
    """Without rules, the marks of headings, lists and quotations; a row of a table as a list of its cells."""
    text = _TABLE_RULE.sub("", _RULE.sub("", text))
    text = _TABLE_ROW.sub(_row, text)
    return _HEADING_END.sub("", _FOOTNOTE.sub("", _LEADING.sub("", text)))


def _row(found: re.Match[str]) -> str:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", found[1])]
    comma = ", " if found[1].isascii() else "、"
    return comma.join(cell for cell in cells if cell)


def without_actions(text: str) -> str:
    """Without *actions* and (actions), but with the marks of their sounds; an *emphasised* word stays."""
    text = _SHOUTED.sub(lambda found: _performed(found, text), text)
    text = _QUOTED.sub(lambda found: _performed(found, text), text)
    text = _EMPHASIS.sub(lambda found: _acted(found, text) or marks_of(found[0]), text)
    return _BRACKETS.sub(lambda found: _bracketed(found, text) or marks_of(found[0]), text)


def _performed(found: re.Match[str], text: str) -> str:
    """A **sound** or 「sound」 that is made; one that is emphasised or talked about stays."""
    said = next(part for part in found.groups() if part)
    begins = _begins(text, found.start())
    apart = _at_end_of_line(text, found.end()) and (begins or _ends(text, found.start(), found.end()))
    verb = found[0][0] in "*_" and bool(_ACTION_WORD.search(said)) and said[:1].islower()
    drawn = found[0][0] in "~～〜" and _at_end_of_line(text, found.end())
    return marks_of(said) if names_sound(said) and (apart or verb or drawn) else found[0]


def _acted(found: re.Match[str], text: str) -> str:
    said = found[1] or found[2] or found[3]
    stands_alone = _begins(text, found.start()) or _ends(text, found.start(), found.end())
    acts = bool(_ACTION_WORD.search(said))
    if not said.isascii():
        return "" if stands_alone or _at_end_of_line(text, found.end()) else said
    emphasised = " " not in said and (said[:1].isupper() or not acts) and not _alone_in_line(text, found)
    if stands_alone:
        return said if emphasised and _begins(text, found.start()) and said[:1].isupper() else ""
    return "" if acts and not emphasised else said


def _bracketed(found: re.Match[str], text: str) -> str:
    said = (found[1] or found[2]).strip()
    if said in _LAUGHS or said.rstrip("wｗ") in _LAUGHS:
        return ""
    is_words = any(char.isalpha() for char in said) and not any(char.isdigit() for char in said)
    if not is_words or said in _NO_ACTION or re.search(r"\w\.\w", said):
        return found[0]
    stands_alone = _begins(text, found.start()) or _ends(text, found.start(), found.end())
    return "" if stands_alone or names_sound(said) else found[0]


def _begins(text: str, start: int) -> bool:
    """Whether a line begins here."""
    before = text[:start].rstrip(" \t\u3000")
    return not before or before[-1] == "\n"


def _ends(text: str, start: int, end: int) -> bool:
    """Whether a sentence is over before this, and nothing of its own follows that it could be a part of."""
    before = text[:start].rstrip(" \t\u3000")
    return bool(before) and (before[-1] in _SENTENCE_END or before[-1] in ")）*") and not text[end : end + 1].isalnum()


def _at_end_of_line(text: str, end: int) -> bool:
    return not text[end:].partition("\n")[0].strip(" \t\u3000。！？!?.…")


def _alone_in_line(text: str, found: re.Match[str]) -> bool:
    return _begins(text, found.start()) and _at_end_of_line(text, found.end())


def without_marks(text: str) -> str:
    """Without the marks of bold, italic, struck and code, and without backslashes before marks."""
    for _ in range(3):
        text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(lambda found: found[1] or found[2] or found[3], text)
    text = _INLINE_CODE.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text).replace("**", "").replace("`", "")


def without_hashes(text: str) -> str:
    """#hashtags as words."""
    return _HASHTAG.sub("", text)


def with_narrow_tags(text: str) -> str:
    """［Tags］ as a Japanese keyboard writes them, and 【laugh】, written [so]."""
    text = _WIDE_TAG.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _HEADING.sub(_sound_in_heading, text)


def _sound_in_heading(found: re.Match[str]) -> str:
    said = unicodedata.normalize("NFKC", found[1]).strip()
    return f"[{said}]" if names_sound(said) else found[0]


def parts(text: str, tags: bool = True) -> Iterator[tuple[str, str, str]]:
    """The text cut at its [tags]: the word of the tag before a part, its [do:gesture], both in lower case, the part.

    Where a tag named a sound, its mark stands.
    """
    part, place, name, sound, gesture = "", 0, "", "", ""
    text = with_narrow_tags(text) if tags else text
    for found in _TAG.finditer(text) if tags else ():
        part += text[place : found.start()]
        if (words := unmarked(part)).strip() and words.rstrip(" \t\u3000")[-1] in _SENTENCE_END + "\n":
            yield name or sound, gesture, part
            part, name, sound, gesture = "", "", "", ""
        if (acted := _GESTURE.fullmatch(found[1] or found[2])) is not None:
            gesture = gesture or acted[1].strip().lower()
        elif marks := marks_of_tag(said := (found[1] or found[2]).strip().lower()):
            part += marks
            sound = sound or ("" if YAWN in tag_sounds(said) else said)
        elif (named := _TAG_NAME.fullmatch(said)) is not None:
            name = name or named[1].strip()
        place = found.end()
    yield name or sound, gesture, part + text[place:]


def ruby(text: str) -> tuple[str, str]:
    """What is shown and what is said of 漢字《かんじ》."""
    shown = _RUBY.sub(lambda found: found[1] or found[3], text)
    return shown, _RUBY.sub(lambda found: found[2] or found[4], text)
