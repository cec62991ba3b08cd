"""A real browser on a real server: Debian's Chromium, driven by Playwright, looked at by axe-core."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from gradus.web.application import build
from gradus.web.room import Room

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = "axe-core@4.10.3"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "gradus"
SCREENSHOTS = os.environ.get("GRADUS_SCREENSHOTS")
PHONE = {"width": 390, "height": 800}
WIDE = """[...document.querySelectorAll("main *")]
  .filter(one => !one.closest('.scroll, .wide') && !one.closest('.hidden')
  && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 90)).slice(0, 4)"""
DESKTOP = {"width": 1280, "height": 900}
LOOKS = (
    ("light", "desktop", DESKTOP),
    ("dark", "phone", PHONE),
    ("dark", "desktop", DESKTOP),
    ("light", "phone", PHONE),
)


@cache
def axe_source() -> str:
    """Return axe-core, fetched once through npm; the tests that need it skip where it cannot be had."""
    kept = CACHE / f"{AXE}.js"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is fetched by npm, and npm is not installed")
        CACHE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "pack", AXE, "--silent"], cwd=CACHE, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"npm pack {AXE} failed: {done.stderr.strip()[-200:]}")
        with tarfile.open(CACHE / done.stdout.strip().splitlines()[-1]) as archive:
            found = archive.extractfile("package/axe.min.js")
            assert found is not None
            kept.write_bytes(found.read())
    return kept.read_text(encoding="utf-8")


@contextmanager
def serving(room: Room) -> Iterator[str]:
    """Serve a room on a free port, in a thread; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(build(room), host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


class Visitor:
    """Someone at a browser of their own; whatever their console complains about is kept."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(base_url=address, **{"viewport": DESKTOP, **options})
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.strict = True
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if (
            self.strict and message.type == "error" and "net::ERR_" not in message.text
        ):  # a lost connection is part of the play
            self.complaints.append(message.text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str, most: int = 400) -> None:
        """Press Tab until an element has the focus, as someone without a mouse does."""
        for _ in range(most):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")

    def look(self, name: str) -> None:
        """Demand that the page is accessible, wide and narrow, light and dark; keep pictures where they are wanted."""
        for scheme, size, viewport in LOOKS if SCREENSHOTS else LOOKS[:2]:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            violations = self._violations()
            assert not violations, f"{name}, {scheme}, {size}: {violations}"
            across = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert across <= 0, f"{name}, {size}: {across} pixels too wide: {self.page.evaluate(WIDE)}"
            if SCREENSHOTS:
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                self.page.screenshot(
                    path=Path(SCREENSHOTS) / f"{name}-{size}-{scheme}.png", full_page=True, timeout=180_000
                )
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def keep(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture of the page as it is, where that is wanted."""
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=whole, timeout=180_000)

    def print(self, name: str) -> None:
        """Keep what the page is on paper, as wide as A4, where that is wanted."""
        if SCREENSHOTS:
            self.page.emulate_media(media="print")
            self.page.set_viewport_size({"width": 720, "height": 1020})
            self.keep(f"{name}-print", whole=True)
            self.page.pdf(path=Path(SCREENSHOTS) / f"{name}.pdf", format="A4")
            self.page.emulate_media(media="screen")
            self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def _violations(self) -> list[str]:
        self.page.evaluate(axe_source())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:4]}"
            for one in found["violations"]
        ]

    def close(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints


Visitors = Callable[..., Visitor]


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()


@contextmanager
def visiting(room: Room, browser: Browser) -> Iterator[Visitors]:
    """Serve a room, and let visitors come who go when it ends."""
    with serving(room) as address:
        opened: list[Visitor] = []

        def visit(**options: object) -> Visitor:
            opened.append(Visitor(browser, address, **options))
            return opened[-1]

        yield visit
        for one in opened:
            one.close()
