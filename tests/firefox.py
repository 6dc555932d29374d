"""Firefox without a driver beside it: it speaks WebDriver BiDi itself, over a web socket that it opens.

Playwright's own Firefox is a patched build that no system packages. What is here is what ``test_firefox.py`` needs.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

#: Firefox takes WebGL by software for a fault unless it is told that slow is good enough.
_WEBGL = {"webgl.force-enabled": True, "webgl.disable-fail-if-major-performance-caveat": True}
_PREFS = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "intl.accept_languages": "zh-CN",
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}
_ENTER = "\ue007"


class Firefox:
    """One window. ``troubles`` gathers what the console warns of and every request that leaves the file."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.troubles: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._window = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def _send(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("type") == "event":
                self._hear(answer["params"])
            elif answer.get("id") == self._number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def _hear(self, event: dict[str, Any]) -> None:
        url = event.get("request", {}).get("url", "file:")
        if url.split(":")[0] not in ("file", "data", "blob", "about"):
            self.troubles.append(url)
        if event.get("level") in ("warn", "error"):
            self.troubles.append(str(event["text"]))

    def size(self, width: int, height: int) -> None:
        self._send("browsingContext.setViewport", context=self._window, viewport={"width": width, "height": height})

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What the expression, awaited, comes to, by way of JSON."""
        result = self._send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._window},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"].get("value", "null"))

    def wait(self, condition: str) -> None:
        """Until the condition holds, for half a minute at most."""
        self.evaluate(
            f"""new Promise((done, fail) => {{ const end = performance.now() + 30000;
            const look = () => {condition} ? done(true) : performance.now() > end ? fail(new Error("never"))
              : setTimeout(look, 20); look(); }})"""
        )

    def type(self, text: str) -> None:
        """Press the keys of a text, a line's end being Enter."""
        keys = [_ENTER if key == "\n" else key for key in text]
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keys", "actions": strokes})

    def click(self, x: float, y: float) -> None:
        steps: list[dict[str, Any]] = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        steps += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._perform({"type": "pointer", "id": "mouse", "actions": steps})

    def _perform(self, source: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._window, actions=[source])

    def screenshot(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self._send("browsingContext.captureScreenshot", context=self._window)["data"])


@contextmanager
def display() -> Iterator[str]:
    """A screen of no window, on which Mesa draws WebGL by software; headless Firefox has none of it."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield f":{process.stdout.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def started(program: str, profile: Path, screen: str | None) -> Iterator[Firefox]:
    """Firefox with a profile of its own: on a screen with WebGL, or else headless and without."""
    profile.mkdir(parents=True)
    prefs = _PREFS | (_WEBGL if screen else {"webgl.disabled": True})
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items())
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [program, "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    command += [] if screen else ["--headless"]
    env = os.environ | ({"DISPLAY": screen} if screen else {})
    said = profile / "said"
    with said.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output, env=env) as process:
        try:
            with connect(f"{_address(said, process)}/session", max_size=None, compression=None) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()


def _address(said: Path, process: subprocess.Popen[bytes]) -> str:
    """The web socket that Firefox says it listens on."""
    for _ in range(600):
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", said.read_text(errors="replace"))
        if found:
            return found[1]
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"Firefox does not answer: {said.read_text(errors='replace')[-2000:]}")
