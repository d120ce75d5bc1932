"""Sending alarms: the log always, a webhook and mail where they are set.

Addresses and passwords are secrets: they are never logged, and what goes wrong in sending is told
by its kind only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from phlogiston_assets.domain.alarms import Alarm
from resources.settings import Settings

SECONDS: Final = 10.0
"""How long a webhook or mail server may take to answer."""


class RefusedAlarmError(RuntimeError):
    """A webhook did not take the alarm; the message is the status that it answered."""


class OpenLineError(RuntimeError):
    """A mail server would have had the password sent over a line that anyone may read."""


class Alarms:
    """Sends alarms as the settings say; sending never raises, so that no failure is hidden.

    What speaks to servers is imported when an alarm is sent, so that definitions load at once.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def raise_alarm(self, alarm: Alarm, log: logging.Logger) -> None:
        """Log an alarm and send it wherever it is to go."""
        log.error(alarm.text)
        if self.settings.alarm_webhook.get_secret_value():
            self._try("webhook", self._post, alarm, log)
        if self.settings.alarm_mail_to:
            self._try("mail", self._mail, alarm, log)

    def _try(
        self, way: str, send: Callable[[Alarm], None], alarm: Alarm, log: logging.Logger
    ) -> None:
        try:
            send(alarm)
        except RefusedAlarmError as error:
            log.warning("The alarm's %s answered %s.", way, error)
        except OpenLineError:
            log.warning(
                "The alarm was not sent by mail: the server offers no encryption (STARTTLS), and "
                "the log-in would have gone over the line in clear. Set PHLOGISTON_ALARM_SMTP_URL "
                "to a server that offers it, to smtps://, or to one without a user and password."
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the alarm is in the log
            log.warning(
                "The alarm could not be sent by %s (%s). Check PHLOGISTON_ALARM_%s.",
                way,
                type(error).__name__,
                "WEBHOOK" if way == "webhook" else "SMTP_URL",
            )

    def _post(self, alarm: Alarm) -> None:
        import httpx  # noqa: PLC0415 - see the class

        address = self.settings.alarm_webhook.get_secret_value()
        answer = httpx.post(address, json=alarm.message(), timeout=SECONDS)
        if not answer.is_success:
            raise RefusedAlarmError(str(answer.status_code))

    def _mail(self, alarm: Alarm) -> None:
        import smtplib  # noqa: PLC0415 - see the class
        import ssl  # noqa: PLC0415 - see the class

        server = urlsplit(self.settings.alarm_smtp_url.get_secret_value())
        host, port = server.hostname or "localhost", server.port or 0
        kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        with kind(host, port, timeout=SECONDS) as connection:
            connection.ehlo()
            if server.scheme != "smtps":
                if connection.has_extn("starttls"):
                    connection.starttls(context=ssl.create_default_context())
                    connection.ehlo()
                elif server.username:
                    raise OpenLineError
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(self._letter(alarm))

    def _letter(self, alarm: Alarm) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = alarm.title.replace("\n", " ")
        letter["From"] = self.settings.alarm_mail_from
        letter["To"] = self.settings.alarm_mail_to
        letter.set_content(alarm.text)
        return letter
