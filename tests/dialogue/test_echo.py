"""The partner of a few rules, which needs no language model."""

from __future__ import annotations

import json

from vtube.dialogue.llm.base import ModelMessage
from vtube.dialogue.llm.echo import EchoModel
from vtube.dialogue.llm.registry import create_model
from vtube.dialogue.prompt import order_line, task_line
from vtube.settings import LanguageModelSettings
from vtube.spec import Spec


async def test_echo_is_honest_and_speaks_the_viewers_language() -> None:
    model = create_model("echo", LanguageModelSettings())
    assert model is not None

    async def ask(text: str) -> str:
        asked = [ModelMessage("user", json.dumps({"viewer": "Mia", "text": text}))]
        return "".join([delta.text async for delta in model.stream(asked)])

    assert "few rules" in await ask("are you an AI?")
    assert "Mia" in await ask("hello!")
    assert "エコー" in await ask("あなたはAIですか？")
    assert "Mia" in await ask("今日はカレーを食べました")
    assert "{viewer} {topic} {0}" in await ask("{viewer} {topic} {0}")


async def test_echo_talks_by_itself_when_nobody_writes() -> None:
    echo = EchoModel(Spec("echo", None), LanguageModelSettings())
    said = [echo.answer([ModelMessage("user", task_line("Tell a pun."))]) for _ in range(2)]
    assert said[0] != said[1]
    assert not any("task" in one or "{" in one for one in said)
    assert "エコー" not in said[0]
    assert "書いて" in echo.answer([ModelMessage("user", order_line("今夜の星について話してください。"))])
