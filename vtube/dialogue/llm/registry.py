"""The language models by the kind their SPEC names; a new one is one file and one line here."""

from __future__ import annotations

from vtube.dialogue.llm.base import ChatModel
from vtube.registry import Entry, Registry
from vtube.settings import LanguageModelSettings

NONE = "none"

LLMS: Registry[LanguageModelSettings, ChatModel] = Registry(
    "language model",
    "vtube.llms",
    [
        Entry(
            "openai",
            "vtube.dialogue.llm.openai:OpenAiModel",
            "any server with OpenAI's /chat/completions",
            "[:MODEL]",
            aliases=("openai-compatible",),
        ),
        Entry("ollama", "vtube.dialogue.llm.ollama:OllamaModel", "the program Ollama", "[:MODEL]"),
        Entry(
            "anthropic",
            "vtube.dialogue.llm.anthropic:AnthropicModel",
            "Anthropic's models",
            "[:MODEL]",
            aliases=("claude",),
        ),
        Entry("echo", "vtube.dialogue.llm.echo:EchoModel", "a few rules, no model"),
        Entry(NONE, "vtube.dialogue.llm.base:NoModel", "nobody answers", aliases=("off",)),
    ],
    ("llm",),
)


def create_model(text: str, settings: LanguageModelSettings) -> ChatModel | None:
    """The language model that a SPEC names, None for `none`; it is connected to when it is first asked.

    Raises:
        SettingsError: there is no such kind, or a key is missing.
    """
    return None if LLMS.parse(text).kind == NONE else LLMS.create(text, settings)
