"""A subscriber of the alerts topic that notes when it read each alert."""

from __future__ import annotations

import threading
import time
from typing import Any

from connectors.alerts import read_alert
from connectors.kafka import messages


class AlertWatch:
    """Reads alerts in the background.

    Args:
        bootstrap: Kafka address.
        topic: the alerts topic; it must exist.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._alerts: list[tuple[float, dict[str, Any]]] = []
        self._failure: Exception | None = None
        self._arguments = (bootstrap, topic)
        # A daemon: nothing is lost when the process ends while it waits for more.
        self._thread = threading.Thread(target=self._read, name="alerts", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        bootstrap, topic = self._arguments
        try:
            for message in messages(bootstrap, [topic], follow=True):
                read_ms = time.time() * 1000
                self._alerts.append((read_ms, read_alert(message.value)))
        except Exception as error:
            self._failure = error

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts read so far; raises what stopped the reading, if something did."""
        if self._failure is not None:
            raise self._failure
        return [alert for _, alert in self._alerts]

    def latencies_ms(self) -> list[float]:
        """Per alert: milliseconds from the watermark passing its last event to reading it."""
        return [
            read_ms - alert["detected_at"].timestamp() * 1000 for read_ms, alert in self._alerts
        ]
