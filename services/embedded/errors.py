"""The one error of the embedded servers; its text is a sentence for the person at the terminal."""

OWN_SERVERS = (
    "Use servers of your own with QINGKONG_DATABASE_URL and QINGKONG_MQTT_URL, "
    "or deploy/compose.yaml."
)


class EmbeddedError(RuntimeError):
    """The embedded servers cannot be built, started or stopped; the text says what to do."""
