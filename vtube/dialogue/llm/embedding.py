"""Embeddings from a server: Ollama's own `/api/embed`, or OpenAI's `/embeddings` that many have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing

import numpy as np
from numpy.typing import NDArray

from vtube.dialogue.llm.http import ModelServer, Patience, key_of
from vtube.dialogue.llm.ollama import ADDRESS as OLLAMA
from vtube.dialogue.llm.openai import ADDRESS as OPENAI
from vtube.dialogue.llm.openai import KEY_VARIABLE
from vtube.errors import LanguageModelError
from vtube.settings import LanguageModelSettings
from vtube.spec import parse_spec

NONE = "none"
MODELS = {"ollama": "nomic-embed-text", "openai": "text-embedding-3-small"}
"""Kinds, and the model of each where none is named."""
MOST_CHARACTERS = 2000


class EmbeddingServer:
    """One model of one server."""

    def __init__(self, kind: str, model: str, settings: LanguageModelSettings) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: a key is missing.
        """
        self.name = f"{kind}:{model}"
        key = key_of(kind, settings, KEY_VARIABLE) if kind == "openai" else ""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = settings.addresses.get(kind, OPENAI if kind == "openai" else OLLAMA)
        self._path = "/embeddings" if kind == "openai" else "/api/embed"
        self._model, self._settings = model, settings
        self._server = ModelServer(f"{kind} (embeddings)", address, settings, headers, secret=key)

    async def embed(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """See `memory.meaning.Embedder`."""
        body = {"model": self._model, "input": [text[:MOST_CHARACTERS] for text in texts]}
        patience = Patience(self._settings, self._server.clock)
        try:
            async with aclosing(self._server.lines(self._path, body, patience)) as lines:
                answer = "".join([line async for line in lines])
        finally:
            await self._server.close()
        vectors = _vectors(answer)
        if len(vectors) != len(texts) or len({one.size for one in vectors}) != 1:
            raise LanguageModelError(f"{self.name} gives no embeddings; is it a model for that?")
        return vectors


def create_embedder(text: str, settings: LanguageModelSettings) -> EmbeddingServer | None:
    """What a SPEC names, None for `none`.

    Raises:
        SettingsError: there is no such kind, or a key is missing.
    """
    spec = parse_spec(text, (NONE, *MODELS), "embeddings")
    if spec.kind == NONE:
        return None
    return EmbeddingServer(spec.kind, spec.argument or MODELS[spec.kind], settings)


def _vectors(answer: str) -> list[NDArray[np.float32]]:
    """Those of both protocols, in the order of the texts; none in anything else."""
    try:
        value = json.loads(answer)
        rows = value.get("embeddings")
        if rows is None:
            rows = [one["embedding"] for one in sorted(value["data"], key=lambda one: one.get("index", 0))]
        vectors = [np.asarray(row, np.float32) for row in rows]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return []
    return vectors if all(one.ndim == 1 and one.size and np.isfinite(one).all() for one in vectors) else []
