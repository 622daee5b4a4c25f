"""A failed run is told by mail and webhook, with nothing in it but what may leave the house."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest

from orchestration.sensors import run_failed
from warehouse.errors import InputError, NotifyError
from warehouse.notify import Notice, notify
from warehouse.settings import SettingsError, load_settings

SECRET = "personal sentinel"
NOTICE = Notice("everything", "1234abcd-99", "load_lupp", "InputError", "Kolumn å saknas.", "")


@contextmanager
def mail_relay() -> Iterator[tuple[str, list[str]]]:
    """A relay on loopback that takes one mail; its address, and the lines that it got."""
    server = socket.create_server(("127.0.0.1", 0))
    lines: list[str] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as stream:
            in_mail = False

            def say(text: str) -> None:
                stream.write(f"{text}\r\n")
                stream.flush()

            say("220 relay")
            for line in stream:
                lines.append(line.rstrip("\r\n"))
                word = lines[-1].upper()
                if in_mail:
                    in_mail = word != "."
                    if not in_mail:
                        say("250 taken")
                elif word == "DATA":
                    in_mail = True
                    say("354 go on")
                elif word == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with server:
        yield f"127.0.0.1:{server.getsockname()[1]}", lines
        thread.join(timeout=10)


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A receiver on loopback; its address, and the bodies that it got."""
    bodies: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(json.loads(content.decode("utf-8")))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook/token", bodies
    finally:
        server.shutdown()
        server.server_close()


def fail_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a job whose step raises, and have the sensor see it."""

    @dg.op
    def load_lupp() -> None:
        try:
            raise ValueError(SECRET)
        except ValueError:
            raise error from None

    @dg.job
    def everything() -> None:
        load_lupp()

    with dg.instance_for_test() as instance:
        result = everything.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="run_failed",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        run_failed(context)


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    with webhook() as (address, bodies):
        monkeypatch.setenv("JAMLIK_NOTIFY_WEBHOOK", address)
        monkeypatch.setenv("JAMLIK_UI_URL", "http://127.0.0.1:3000/")
        yield bodies


def test_our_own_error_is_told_with_step_and_link(
    hooked: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(InputError("Kolumn å saknas i blad 1.", "Lägg till den."), monkeypatch)
    (body,) = hooked
    assert body["job"] == "everything" and body["step"] == "load_lupp"
    assert body["error"] == "InputError"
    assert body["message"] == "Kolumn å saknas i blad 1. Lägg till den."
    assert body["link"] == f"http://127.0.0.1:3000/runs/{body['run_id']}"
    assert "Traceback" not in str(body) and SECRET not in str(body)


def test_another_error_is_told_by_its_class_alone(
    hooked: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="warehouse.notify"):
        fail_with(KeyError(SECRET), monkeypatch)
    (body,) = hooked
    assert (body["error"], body["message"]) == ("KeyError", "")
    said = [record.message for record in caplog.records if record.name == "warehouse.notify"]
    assert len(said) == 1 and SECRET not in said[0] and SECRET not in str(body)


def test_a_class_that_only_looks_like_ours_is_not_believed(
    hooked: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class JamlikError(Exception):
        __module__ = "warehouse.check_log"

    JamlikError.__qualname__ = "CheckRecord"
    fail_with(JamlikError(SECRET), monkeypatch)
    assert SECRET not in str(hooked)


def test_mail_goes_to_everybody_who_is_named() -> None:
    with mail_relay() as (address, lines):
        settings = load_settings(
            notify_smtp=address, notify_to="anna@region.example, bo@region.example"
        )
        assert notify(settings, NOTICE) == ["log", "mail"]
    assert [line for line in lines if line.lower().startswith("rcpt")] == [
        "rcpt TO:<anna@region.example>",
        "rcpt TO:<bo@region.example>",
    ]
    assert "Subject: jamlik: run 1234abcd of everything failed" in lines


def test_a_channel_that_fails_is_named_and_the_other_is_used() -> None:
    with webhook() as (address, bodies):
        settings = load_settings(
            notify_webhook=address, notify_smtp="127.0.0.1:9", notify_to="a@region.example"
        )
        with pytest.raises(NotifyError, match="mail") as raised:
            notify(settings, NOTICE)
    assert len(bodies) == 1 and bodies[0]["message"] == NOTICE.message
    assert "webhook" not in raised.value.what


def test_a_webhook_that_refuses_is_no_success_and_its_address_stays_secret() -> None:
    with webhook(410) as (address, _), pytest.raises(NotifyError, match="webhook") as raised:
        notify(load_settings(notify_webhook=address), NOTICE)
    assert "token" not in str(raised.value)


def test_half_a_mail_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="needs both"):
        load_settings(notify_to="a@region.example")
