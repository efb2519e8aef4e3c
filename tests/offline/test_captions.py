import pytest

from vtube.offline.captions import Caption, Chapter, chapter_list, sections, subtitles

SAID = [Caption(0.5, 1.5, "First."), Caption(1.8, 3723.25, "Second.")]


def test_subtitles_are_subrip_or_webvtt() -> None:
    assert subtitles(SAID, ".srt") == (
        "1\n00:00:00,500 --> 00:00:01,500\nFirst.\n\n2\n00:00:01,800 --> 01:02:03,250\nSecond.\n"
    )
    assert subtitles(SAID, ".vtt").startswith("WEBVTT\n\n1\n00:00:00.500 --> 00:00:01.500\nFirst.\n")


def test_chapters_are_webvtt_or_lines_for_a_description() -> None:
    chapters = [Chapter(0.0, "One"), Chapter(65.2, "Two"), Chapter(3725.0, "Three")]
    assert chapter_list(chapters, 4000.0, ".txt") == "0:00 One\n1:05 Two\n1:02:05 Three\n"
    assert "00:01:05.200 --> 01:02:05.000\nTwo\n" in chapter_list(chapters, 4000.0, ".vtt")
    assert chapter_list(chapters, 4000.0, ".vtt").endswith("01:02:05.000 --> 01:06:40.000\nThree\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello.", [("", "Hello.")]),
        ("", [("", "")]),
        ("# One\nHello.\n#Two\n", [("One", "Hello.\n#Two\n")]),
        ("Hi\n## 第一章 ##\nはい", [("", "Hi\n"), ("第一章", "はい")]),
        ("#\u3000題\nはい", [("題", "はい")]),
    ],
)
def test_a_line_with_a_mark_and_a_space_is_a_title(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.title, one.text) for one in sections(text)] == found
