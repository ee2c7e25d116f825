"""E-mail as plain text over SMTP: nothing in it is markup, and repeats have the same Message-ID."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

import aiosmtplib

from services.alerts.notify.channel import Letter
from services.runtime.addresses import ForbiddenAddressError, Gate
from services.runtime.smtp_address import SmtpAddress

TIMEOUT_S: Final = 10.0
OWN_NAME: Final = "qingkong.invalid"
"""What we call ourselves to a mail server: looking our name up would wait for the network."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail is handed in, in whose name, and whose certificates count."""

    server: SmtpAddress | None
    sender: str
    gate: Gate
    tls: ssl.SSLContext


async def send_email(post: Post, letter: Letter) -> str:
    """Hand it in; a server that takes it answers for it from then on."""
    server = post.server
    if server is None:
        return "no mail server: set QINGKONG_SMTP_URL"
    try:
        connected = await post.gate.connected(server.host, server.port)
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=None,
            sock=connected,
            username=server.username,
            password=server.password,
            local_hostname=OWN_NAME,
            use_tls=server.security == "tls",
            # Never "if it can": who sits between would say that it cannot.
            start_tls=server.security == "starttls",
            tls_context=post.tls,
            timeout=TIMEOUT_S,
        )
        async with client:
            await client.send_message(mail_of(letter, post.sender))
    except (ForbiddenAddressError, ValueError) as error:
        return str(error)
    except aiosmtplib.SMTPAuthenticationError:
        return "the mail server refuses the login: check QINGKONG_SMTP_URL"
    except aiosmtplib.SMTPException as error:
        return f"the mail server: {type(error).__name__}: {error}"[:300]
    except OSError as error:
        return f"the mail server cannot be reached: {error.strerror or type(error).__name__}"
    return ""


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """The message as a mail. Raises ValueError when the address is none."""
    message = letter.delivery.message
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.secrets.address
    mail["Subject"] = " ".join(message.title.split())
    mail["Date"] = letter.delivery.made_at
    mail["Message-ID"] = f"<{letter.key}@{sender.partition('@')[2]}>"
    mail["X-Qingkong-Key"] = letter.key
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, charset="utf-8")
    return mail
