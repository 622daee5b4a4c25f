"""Telling people that a run has failed: in the log, by mail, by webhook.

What belongs here: the notice, and sending it. What does not: what may be told of a failure
(`orchestration/failures.py`).
"""

import json
import logging
import smtplib
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage

from warehouse.errors import NotifyError
from warehouse.settings import Settings

logger = logging.getLogger(__name__)

SECONDS = 20.0


@dataclass(frozen=True)
class Notice:
    """What is told of a failed run; nothing in it is about a person.

    Args:
        job: The job.
        run_id: The run.
        step: The first step that failed; empty when the run as a whole did.
        error: The error's class.
        message: Our own words; empty for errors that are not ours.
        link: The run in the UI; empty when its address is not set.
    """

    job: str
    run_id: str
    step: str
    error: str
    message: str
    link: str

    @property
    def subject(self) -> str:
        """One line."""
        return f"jamlik: run {self.run_id[:8]} of {self.job} failed"

    @property
    def text(self) -> str:
        """The whole, a line each."""
        told = self.message or "Not one of our own errors: its words are in the run's log only."
        parts = {
            "Step": self.step or "none: the run as a whole",
            "Error": f"{self.error}. {told}",
            "Run": self.link or self.run_id,
        }
        return "\n".join([self.subject, *(f"{name}: {value}" for name, value in parts.items())])


def notify(settings: Settings, notice: Notice) -> list[str]:
    """Log a notice, and send it by every channel that is set.

    Returns:
        The channels.

    Raises:
        NotifyError: A channel failed; the others were used all the same.
    """
    logger.error(notice.text)
    channels: dict[str, Callable[[Settings, Notice], None]] = {}
    if settings.notify_smtp:
        channels["mail"] = _mail
    if settings.notify_webhook:
        channels["webhook"] = _post
    faults = []
    for name, send in channels.items():
        try:
            send(settings, notice)
        except (OSError, smtplib.SMTPException) as error:
            # The address of a webhook is a secret and stands in no text.
            faults.append(f"{name} ({type(error).__name__})")
    if faults:
        raise NotifyError(
            f"The notice of run {notice.run_id} could not be sent by {', '.join(faults)}.",
            "See JAMLIK_NOTIFY_SMTP and JAMLIK_NOTIFY_WEBHOOK in `make doctor`.",
        )
    return ["log", *channels]


def _mail(settings: Settings, notice: Notice) -> None:
    message = EmailMessage()
    message["Subject"] = notice.subject
    message["From"] = settings.notify_from
    message["To"] = settings.notify_to
    message.set_content(notice.text)
    host, _, port = settings.notify_smtp.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=SECONDS) as relay:
        relay.ehlo()
        if relay.has_extn("starttls"):
            relay.starttls()
        relay.send_message(message)


def _post(settings: Settings, notice: Notice) -> None:
    body = {"text": notice.text, **asdict(notice)}
    request = urllib.request.Request(
        settings.notify_webhook,
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        answer.read()
