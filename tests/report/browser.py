"""A real browser without a window, told what to do over a pipe in its own debugging protocol: no driver to install."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds for one answer
PROGRAM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


class Browser:
    """One page. `troubles`: errors and messages of its console. `requests`: addresses it asked for."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write, self._held, self._number = read, write, b"", 0
        self._session: str | None = None
        self.troubles: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._session = session
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer. Raises AssertionError where the browser refuses."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._write, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._message()
            if told.get("id") == self._number:
                assert "error" not in told, told["error"]
                return dict(told["result"])

    def open(self, path: Path, fragment: str = "") -> None:
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=path.resolve().as_uri() + fragment)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of a script on the page."""
        told = self.call(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait(self, condition: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.run(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.02)

    def type(self, key: str, text: str = "") -> None:
        """Press and release a key."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def pdf(self, landscape: bool = False) -> bytes:
        told = self.call(
            "Page.printToPDF",
            landscape=landscape,
            printBackground=True,
            paperWidth=8.27,
            paperHeight=11.69,
        )
        return base64.b64decode(told["data"])

    def picture(self, path: Path, wide: int = 1300, high: int = 900, whole: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=wide,
            height=high,
            deviceScaleFactor=1,
            mobile=False,
        )
        told = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(told["data"]))

    def dark(self, on: bool) -> None:
        """Whether the system asks for dark colours."""
        value = "dark" if on else "light"
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": value}],
        )

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            ready, _, _ = select.select([self._read], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            more = os.read(self._read, 1 << 20)
            assert more, "the browser ended"
            self._held += more
        text, _, self._held = self._held.partition(b"\0")
        told: dict[str, Any] = json.loads(text)
        self._note(told.get("method"), told.get("params", {}))
        return told

    def _note(self, method: str | None, params: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.troubles.append(json.dumps(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.troubles.append(json.dumps(params["args"]))
        elif method == "Log.entryAdded":
            self.troubles.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`; it ends with the block."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # Away from 3 and 4, which the browser expects.
    theirs = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 50) for one in (theirs_in, theirs_out)]
    for one in (theirs_in, theirs_out):
        os.close(one)

    def before() -> None:
        os.dup2(theirs[0], 3)
        os.dup2(theirs[1], 4)

    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    command = [str(PROGRAM), *options, f"--user-data-dir={folder}", "--remote-debugging-pipe"]
    process = subprocess.Popen(
        command, preexec_fn=before, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    for one in theirs:
        os.close(one)
    try:
        yield Browser(ours_in, ours_out)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        os.close(ours_in)
        os.close(ours_out)
