"""Any program as the speaker behind a camera that runs: answers lines typed here; chat_loop.py [ADDRESS].

Start the camera without a language model, `python run_vcam.py`, then this. Put your own agent in place of `answer_to`.
"""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any


def answer_to(text: str) -> Iterator[str]:
    """Your agent: sentences as they come, with what face and body do meanwhile."""
    yield f"[curiosity] [do:nod] You say: {text}."
    yield "[joy] I like that!"


def ask(url: str, method: str = "GET", body: object = None) -> Any:
    """The camera's answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def speak(address: str, text: str) -> None:
    """Say an answer sentence by sentence, the first in place of what was being said, and wait for its end."""
    number = 0
    for place, sentence in enumerate(answer_to(text)):
        number = ask(f"{address}/api/say", "POST", {"text": sentence, "interrupt": place == 0})["number"]
    while number in (speech := ask(f"{address}/api/state")["speech"])["pending"]:
        time.sleep(0.1)
    if speech["failure"] is not None and speech["failure"]["number"] == number:
        print(speech["failure"]["line"])


def main() -> None:
    """Read lines, and answer them."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8787"
    for line in sys.stdin:
        if line.strip():
            speak(address, line.strip())


if __name__ == "__main__":
    try:
        main()
    except urllib.error.URLError as error:
        sys.exit(f"the camera does not answer: {error.reason}; start it with `python run_vcam.py`")
