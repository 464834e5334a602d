"""A running Flink cluster through its REST interface: jobs, gauges, savepoints."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tidegate.errors import ClusterError

FINAL_STATES = frozenset({"FINISHED", "CANCELED", "FAILED", "SUSPENDED"})


class FlinkRest:
    """Client of one cluster's REST interface.

    Args:
        url: for example ``http://localhost:8081``.
        clock: seconds, monotonic; injected so that a test need not wait.
        pause: called between two polls with a duration in seconds.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self._clock = clock
        self._pause = pause

    def get(self, path: str) -> Any:
        """The parsed JSON answer to ``GET path``; raises ClusterError when there is none."""
        return self._request(path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The parsed JSON answer to ``POST path``; raises ClusterError when there is none."""
        return self._request(path, json.dumps(body).encode())

    def state(self, job_id: str) -> str:
        """The job's state, for example ``RUNNING``."""
        return str(self.get(f"/jobs/{job_id}/status")["status"])

    def running_jobs(self) -> dict[str, str]:
        """Job ids and names of the jobs that have not ended."""
        return {
            job["jid"]: job["name"]
            for job in self.get("/jobs/overview")["jobs"]
            if job["state"] not in FINAL_STATES
        }

    def all_tasks_running(self, job_id: str) -> bool:
        """Whether every subtask of the job runs: a job is RUNNING before its tasks are.

        One whose input has ended counts too, as long as others run.
        """
        counts = self.get(f"/jobs/{job_id}")["status-counts"]
        begun = counts["RUNNING"] + counts["FINISHED"]
        return bool(counts["RUNNING"] > 0 and begun == sum(counts.values()))

    def gauges(self, job_id: str, names: Iterable[str]) -> dict[str, float]:
        """Sums over all subtasks of the numeric metrics whose last name part is in ``names``.

        A name that no subtask reports is absent from the answer: it is not zero.
        """
        wanted = set(names)
        sums: dict[str, float] = defaultdict(float)
        for vertex in self.get(f"/jobs/{job_id}")["vertices"]:
            path = f"/jobs/{job_id}/vertices/{vertex['id']}/metrics"
            ids = [m["id"] for m in self.get(path) if m["id"].rsplit(".", 1)[-1] in wanted]
            for start in range(0, len(ids), 40):  # the query string has a limited length
                query = ",".join(quote(i, safe="") for i in ids[start : start + 40])
                for metric in self.get(f"{path}?get={query}"):
                    sums[metric["id"].rsplit(".", 1)[-1]] += float(metric["value"])
        return dict(sums)

    def wait_until(self, what: str, condition: Callable[[], bool], limit_s: float) -> None:
        """Polls until the condition holds; raises ClusterError naming ``what`` after the limit."""
        deadline = self._clock() + limit_s
        while not condition():
            if self._clock() > deadline:
                raise ClusterError(f"{self.url}: {what} did not happen within {limit_s:.0f} s")
            self._pause(0.2)

    def stop_with_savepoint(self, job_id: str, directory: str, limit_s: float = 120.0) -> str:
        """Stops the job with a savepoint and returns where it lies.

        Event time does not advance: no MAX watermark is sent (``drain`` is false).
        """
        trigger = self.post(f"/jobs/{job_id}/stop", {"targetDirectory": directory, "drain": False})[
            "request-id"
        ]
        status: dict[str, Any] = {}

        def finished() -> bool:
            status.update(self.get(f"/jobs/{job_id}/savepoints/{trigger}"))
            return bool(status["status"]["id"] == "COMPLETED")

        self.wait_until(f"savepoint of job {job_id}", finished, limit_s)
        operation = status["operation"]
        if "location" not in operation:
            cause = operation["failure-cause"]["stack-trace"].splitlines()[0]
            raise ClusterError(f"{self.url}: no savepoint of job {job_id}: {cause}")
        self.wait_until(f"end of job {job_id}", lambda: self.state(job_id) in FINAL_STATES, limit_s)
        return str(operation["location"])

    def checkpoint(self, job_id: str, limit_s: float = 120.0) -> None:
        """Takes a checkpoint now, whatever the job's interval, and waits until it is complete."""
        trigger = self.post(f"/jobs/{job_id}/checkpoints", {"checkpointType": "CONFIGURED"})[
            "request-id"
        ]
        status: dict[str, Any] = {}

        def finished() -> bool:
            status.update(self.get(f"/jobs/{job_id}/checkpoints/{trigger}"))
            return bool(status["status"]["id"] == "COMPLETED")

        self.wait_until(f"checkpoint of job {job_id}", finished, limit_s)
        if "failure-cause" in status["operation"]:
            cause = status["operation"]["failure-cause"]["stack-trace"].splitlines()[0]
            raise ClusterError(f"{self.url}: no checkpoint of job {job_id}: {cause}")

    def cancel(self, job_id: str, limit_s: float = 60.0) -> None:
        """Cancels the job and waits for its end."""
        self._request(f"/jobs/{job_id}?mode=cancel", None, method="PATCH")
        self.wait_until(f"end of job {job_id}", lambda: self.state(job_id) in FINAL_STATES, limit_s)

    def root_exception(self, job_id: str) -> str:
        """The first line of the failure that was reported last, or an empty text."""
        entries = self.get(f"/jobs/{job_id}/exceptions")["exceptionHistory"]["entries"]
        return str(entries[0]["stacktrace"]) if entries else ""

    def _request(self, path: str, body: bytes | None, method: str | None = None) -> Any:
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:300]
            raise ClusterError(f"{self.url}{path}: {error.code} {detail}") from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise ClusterError(
                f"{self.url}: no Flink cluster answers ({error}); start one: `tidegate stack up`"
            ) from error
        return json.loads(text) if text else {}
