"""An agent over the Model Context Protocol, without a model: mcp_client.py PORT TEXT; needs the package mcp.

Starts `vtube mcp` as an agent's program does, asks which tools there are, and has the running camera say something.
"""

import asyncio
import os
import sys

from mcp import Client, StdioServerParameters


async def talk(port: str, text: str) -> None:
    """List the tools, say the text with a nod, and tell what the camera says of itself."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "vtube", "mcp", "--port", port], env=dict(os.environ)
    )
    async with Client(server) as camera:
        print("tools:", ", ".join(tool.name for tool in (await camera.list_tools()).tools))
        said = await camera.call_tool("say", {"text": f"[joy] [do:nod] {text}"})
        if said.is_error:
            print(said.content)
            return
        print("says text", said.structured_content)
        state = (await camera.call_tool("state", {})).structured_content or {}
        print("emotion:", state.get("emotion"))


if __name__ == "__main__":
    asyncio.run(talk(sys.argv[1] if len(sys.argv) > 1 else "8787", " ".join(sys.argv[2:]) or "Hello from an agent!"))
