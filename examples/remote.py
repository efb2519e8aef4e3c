"""Steers a camera that runs already, with the standard library alone: remote.py [ADDRESS]."""

import json
import sys
import urllib.error
import urllib.request
from typing import Any


def ask(url: str, method: str = "GET", body: object = None) -> Any:
    """The camera's answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def main() -> None:
    """Show joy, turn the head, say what the camera does."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8787"
    ask(f"{address}/api/emotion", "PUT", {"name": "joy"})
    ask(f"{address}/api/pose", "PUT", {"head_y": 0.5})
    state = ask(f"{address}/api/state")
    print(f"{state['engine']}, {state['output_fps']} frames a second out, {state['render_fps']} drawn")


if __name__ == "__main__":
    try:
        main()
    except urllib.error.URLError as error:
        sys.exit(f"the camera does not answer: {error.reason}; start it with `python run_vcam.py`")
