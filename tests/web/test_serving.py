"""`gradus serve` as a process of its own, spoken to by real requests: proxies, cookies, logs, limits, links."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from gradus import store
from tests.questions.conftest import CLAIMS
from tests.questions.exams import told
from tests.web.rooms import EXAM
from tests.web.test_statements import DEPENDS, HEAD

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r'name="csrf" value="([^"]*)"')


@dataclass
class Served:
    """A server of an exam in a folder of its own."""

    folder: Path
    port: int
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *options: str) -> list[str]:
        main = "from gradus.cli import main; main()"
        place = ["--port", str(self.port), "--database", "room.sqlite", "--log", "room.log"]
        return [sys.executable, "-c", main, "serve", "exam.md", *place, *options]

    @property
    def environment(self) -> dict[str, str]:
        cache = {"GRADUS_CACHE": str(self.folder / "cache"), "PYTHONUNBUFFERED": "1"}
        return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **cache}

    def start(self, *options: str) -> None:
        self.process = subprocess.Popen(
            self.command(*options), cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(600):
            try:
                httpx.get(self.address)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.said += (self.process.stdout.read() or "").splitlines()

    def run(self, *options: str) -> str:
        done = subprocess.run(
            self.command(*options), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        if self.process is not None and self.process.stdout is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    @property
    def log(self) -> str:
        return (self.folder / "room.log").read_text(encoding="utf-8")


def link_in(text: str) -> str:
    return str(re.findall(r"http://\S+(/staff/enter/\S+)", text)[-1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        made = Served(tmp_path, probe.getsockname()[1])
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    yield made
    made.stop()


def enter(served: Served, link: str) -> httpx.Client:
    client = httpx.Client(base_url=served.address)
    served.clients.append(client)
    token = TOKEN.search(client.get(link).text)
    assert token is not None
    assert client.post(link, data={"csrf": token[1], "name": "Grace"}).status_code == 303
    return client


def test_a_lost_staff_link_is_replaced_from_the_command_line_while_the_room_is_served(served: Served) -> None:
    served.start()
    lost = link_in("\n".join(served.said))  # the first start prints one
    thief = enter(served, lost)
    assert thief.get("/staff").status_code == 200
    other = served.run("--staff-link", "--link-only")
    assert "is ended" not in other
    assert enter(served, link_in(other)).get("/staff").status_code == 200
    assert thief.get("/staff").status_code == 200
    told = served.run("--new-staff-link", "--link-only")
    assert "Every staff link and session that there was is ended." in told
    for _ in range(200):  # a server looks once a second what other processes ended
        if (refused := thief.get("/staff")).status_code == 303:
            break
        time.sleep(0.1)
    assert refused.headers["location"] == "/"
    assert thief.get(lost).status_code == 404
    assert enter(served, link_in(told)).get("/staff").status_code == 200


def test_behind_a_proxy_cookies_are_secure_and_each_browser_has_its_own_tries(served: Served) -> None:
    served.start()
    link = link_in("\n".join(served.said))
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    cookie = httpx.get(f"{served.address}{link}", headers=through).headers
    assert cookie["set-cookie"].startswith("__Host-gradus=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie["set-cookie"].split("; "))
    assert cookie["strict-transport-security"] == "max-age=31536000"
    assert "Secure" not in httpx.get(served.address).headers["set-cookie"]

    def guess(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        with httpx.Client(base_url=served.address, headers=headers) as client:
            found = TOKEN.search(client.get("/").text)
            assert found is not None
            return client.post("/enter", data={"csrf": found[1], "code": "WRNG-WRNG"}).status_code

    assert {guess("198.51.100.7") for _ in range(20)} == {422}
    assert guess("198.51.100.7") == 429
    assert guess("198.51.100.8") == 422


def test_every_answer_has_the_policy_and_what_is_too_large_is_cut_off(served: Served) -> None:
    served.start()
    with httpx.Client(base_url=served.address) as client:
        for path in ("/", "/nothing", "/static/0/room.css", "/practice", "/exam", "/exam/state"):
            answer = client.get(path)
            assert answer.headers["content-security-policy"].startswith("default-src 'none'"), path
            assert "unsafe" not in answer.headers["content-security-policy"]
        assert client.post("/enter", content=b"x" * 5_000_000).status_code == 413

        def endless() -> Iterator[bytes]:  # says no length
            for _ in range(100):
                yield b"x" * 100_000

        form = {"Content-Type": "application/x-www-form-urlencoded"}
        with suppress(httpx.WriteError):  # it may close the connection in the middle
            assert client.post("/enter", content=endless(), headers=form).status_code in {400, 413}
        assert client.get("/").status_code == 200


def test_nothing_secret_is_in_the_log_whatever_goes_wrong(served: Served) -> None:
    served.start()
    link = link_in("\n".join(served.said))
    staff = enter(served, link)
    token = TOKEN.search(staff.get("/staff/roster").text)
    assert token is not None
    staff.post("/staff/roster", data={"csrf": token[1], "text": "candidate,name\nada,Ada Lovelace"})
    row = staff.get("/staff/roster.csv").text.splitlines()[1].split(",")
    code, entry = row[3], row[4].removeprefix(served.address)
    httpx.get(served.address + entry + "x")
    httpx.get(served.address + entry + "?a=secret-word")
    httpx.request("PUT", served.address + link)
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        raw.sendall(f"GET {entry} HTTP/9\r\nbroken {code}\r\n\r\n".encode())
        raw.recv(100)
    served.stop()
    secret = (served.folder / "room.secret").read_text().strip()
    assert (served.folder / "room.secret").stat().st_mode & 0o077 == 0
    cookie = staff.cookies["gradus"]
    words = [
        secret,
        link.rpartition("/")[2],
        entry.rpartition("/")[2],
        code,
        cookie,
        token[1],
        "Lovelace",
        "secret-word",
    ]
    assert "/enter/{word}" in served.log
    assert not [word for word in words if word in served.log]


def test_an_authors_own_claims_are_run_and_the_gate_is_that_of_the_audit(served: Served) -> None:
    options = [told("true", more="id: plain"), told("both", more="id: torn"), DEPENDS]
    text = "".join(f"  - {option}\n" for option in options)
    (served.folder / "exam.md").write_text(f"{HEAD}options:\n{text}```\n", encoding="utf-8")
    (served.folder / "own.py").write_text(CLAIMS, encoding="utf-8")
    served.start()
    staff = enter(served, link_in("\n".join(served.said)))
    for _ in range(600):
        if "Done:" in (page := staff.get("/staff/audit").text):
            break
        time.sleep(0.2)
    assert "Done: 3 answers, 2 countersigned" in page
    assert page.count("is not countersigned") == 1
    assert "1 answer will be marked by a person" in page
    ledger = store.open_ledger(str(served.folder / "room.sqlite"), create=False)
    found = store.latest_audit(ledger, "statements")
    assert found is not None
    assert not found.complete
    store.close_ledger(ledger)
