"""OSC datagrams for the tests, built by python-osc."""

from __future__ import annotations

from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder


def message(address: str, *arguments: Any) -> bytes:
    """One message."""
    built: bytes = _message(address, *arguments).dgram
    return built


def bundle(*contents: tuple[Any, ...]) -> bytes:
    """A bundle of messages, each an (address, argument …)."""
    built: bytes = _bundle(*contents).build().dgram
    return built


def nested(*contents: tuple[Any, ...]) -> bytes:
    """A bundle in a bundle."""
    outer = OscBundleBuilder(IMMEDIATELY)
    outer.add_content(_bundle(*contents).build())
    built: bytes = outer.build().dgram
    return built


def _message(address: str, *arguments: Any) -> Any:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


def _bundle(*contents: tuple[Any, ...]) -> Any:
    builder = OscBundleBuilder(IMMEDIATELY)
    for content in contents:
        builder.add_content(_message(*content))
    return builder
