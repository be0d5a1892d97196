"""Workers that share a queue; what has to wait is put back into it by a timer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, TypedDict

import httpx


class BatchError(TypedDict):
    """A batch that has failed for good."""

    batch: int
    attempts: int
    error: str


class BatchReport(TypedDict):
    """What became of all samples."""

    predictions: list[float | None]
    succeeded: int
    failed: int
    attempts: int
    errors: list[BatchError]


@dataclass
class Job:
    """A batch on its way to its predictions."""

    number: int
    samples: list[list[float]]
    attempts: int = 0
    predictions: list[float] | None = None
    error: str = ""


class Inference:
    """A call: its jobs, and what works on them."""

    def __init__(self, url: str, timeout: float, retries: int) -> None:
        self.url = url
        self.timeout = timeout
        self.retries = retries
        self.jobs: list[Job] = []
        self.ready: asyncio.Queue[Job] = asyncio.Queue()
        self.timers: list[asyncio.TimerHandle] = []

    def add(self, samples: list[list[float]]) -> None:
        """Have one more batch."""
        job = Job(len(self.jobs), samples)
        self.jobs.append(job)
        self.ready.put_nowait(job)

    async def run(self, workers: int) -> None:
        """Work until every job has ended."""
        pool = httpx.Limits(max_connections=workers, max_keepalive_connections=workers)
        async with httpx.AsyncClient(timeout=None, limits=pool) as client:
            tasks = [asyncio.create_task(self._work(client)) for _ in range(workers)]
            try:
                await self.ready.join()
            finally:
                for timer in self.timers:
                    timer.cancel()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            job = await self.ready.get()
            job.attempts += 1
            pause = await self._try(client, job)
            if pause is None or job.attempts > self.retries:
                self.ready.task_done()
            else:
                loop = asyncio.get_running_loop()
                self.timers.append(loop.call_later(pause, self._again, job))

    def _again(self, job: Job) -> None:
        self.ready.put_nowait(job)
        self.ready.task_done()

    async def _try(self, client: httpx.AsyncClient, job: Job) -> float | None:
        """One request; returns after which pause there may be another, or None for never."""
        request = client.post(self.url, json={"instances": job.samples})
        try:
            answer = await asyncio.wait_for(request, self.timeout)
        except TimeoutError:
            job.error = "too late"
            return 0
        except httpx.RequestError as error:
            job.error = repr(error)
            return 0
        if answer.status_code == 200:
            return self._accept(job, answer)
        job.error = f"the server says {answer.status_code} {answer.reason_phrase}"
        if answer.status_code == 429:
            return float(answer.headers.get("Retry-After") or 0)
        return 0 if answer.status_code // 100 == 5 else None

    @staticmethod
    def _accept(job: Job, answer: httpx.Response) -> None:
        job.error = "nonsense"
        try:
            content: Any = answer.json()
        except Exception:
            return
        match content:
            case {"predictions": [*predictions]} if len(predictions) == len(job.samples):
                job.predictions = predictions


async def batch_inference(
    samples: list[list[float]],
    url: str,
    *,
    batch_size: int = 10,
    max_concurrent: int = 4,
    timeout: float = 5.0,
    retries: int = 0,
) -> BatchReport:
    """Ask a model for the predictions of all samples."""
    if min(batch_size, max_concurrent, retries + 1) < 1 or not timeout > 0:
        raise ValueError("a number makes no sense")
    inference = Inference(url, timeout, retries)
    for start in range(0, len(samples), batch_size):
        inference.add(samples[start : start + batch_size])
    await inference.run(min(max_concurrent, len(inference.jobs)))
    report = BatchReport(predictions=[], succeeded=0, failed=0, attempts=0, errors=[])
    for job in inference.jobs:
        report["attempts"] += job.attempts
        if job.predictions is None:
            report["failed"] += len(job.samples)
            report["predictions"].extend([None] * len(job.samples))
            report["errors"].append(
                BatchError(batch=job.number, attempts=job.attempts, error=job.error)
            )
        else:
            report["succeeded"] += len(job.samples)
            report["predictions"].extend(job.predictions)
    return report
