"""``GET /metrics``: what the server saw, for Prometheus.

Source: Prometheus' page on its text format, version 0.0.4. Some figures are there again
under the names that autoscalers know from vLLM and Triton.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.exposition import Family, exposition, histogram
from pytest_mlinfra.fleet.protocols.route import Route

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds: Prometheus' own default, and two for slow models.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class PrometheusProtocol:
    """Counts and durations from the journal, and the state of slots and queues."""

    name = "prometheus"

    def routes(self, models: Models) -> Iterable[Route]:
        """The one route."""
        totals = _Totals(models)

        def metrics(_request: Request) -> Response:
            families = (*totals.families(), *_states(models), *_works(models))
            body = exposition(families).encode()
            return Response(body=body, headers={"content-type": _CONTENT_TYPE})

        yield Route("GET", "/metrics", metrics)


class _Totals:
    """What the journal has had on the requests of these models.

    A journal forgets, and a counter must not fall: so it is read once, at the first
    scrape, and watched from then on.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._is_watching = False
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._seconds: dict[str, Counter[float]] = {name: Counter() for name in models}

    def families(self) -> Iterator[Family]:
        """The counts, the durations, and how many are in flight."""
        if not self._is_watching:
            self._is_watching = True
            for exchange in self._models.journal:
                self._count(exchange)
            self._models.journal.watch(self._count)
        requests = Family("mlinfra_requests_total", "counter", "Requests that have ended.")
        for (model, method, status, outcome), count in sorted(self._counts.items()):
            labels = {"model": model, "method": method, "status": status, "outcome": outcome}
            requests.add(count, labels)
        yield requests
        durations = Family(
            "mlinfra_request_duration_seconds", "histogram", "From a request's arrival to its end."
        )
        for model, seconds in self._seconds.items():
            histogram(durations, _BUCKETS, seconds.items(), {"model": model})
        yield durations
        current = Family("mlinfra_requests_in_flight", "gauge", "Requests that have not ended.")
        in_flight = Counter(each.model for each in self._models.journal if each.ended is None)
        for model in self._models:
            current.add(in_flight[model], {"model": model})
        yield current

    def _count(self, exchange: Exchange) -> None:
        if exchange.seconds is None or exchange.model not in self._models:
            return
        status = str(exchange.status or "none")
        self._counts[exchange.model, exchange.method, status, exchange.outcome] += 1
        # Measured to the millisecond on a real clock, so that few values differ.
        self._seconds[exchange.model][round(exchange.seconds, 3)] += 1


def _states(models: Models) -> Iterator[Family]:
    """How things stand at this moment."""

    def gauge(name: str, text: str, values: Iterable[tuple[ServedModel, float | None]]) -> Family:
        family = Family(name, "gauge", text)
        label = "model_name" if name.startswith("vllm:") else "model"
        for model, value in values:
            if value is not None:
                family.add(value, {label: model.name})
        return family

    served = list(models.values())
    running = [(each, each.slots.in_use) for each in served]
    waiting = [(each, each.slots.waiting) for each in served]
    slots = [(each, each.model.serving.slots) for each in served]
    places = [(each, each.model.serving.queue) for each in served]
    ready = [(each, int(each.is_ready)) for each in served]
    yield gauge("mlinfra_model_ready", "Whether the model is loaded.", ready)
    yield gauge("mlinfra_slots", "How many slots the model has, if there is a limit.", slots)
    yield gauge("mlinfra_slots_in_use", "Slots that are taken.", running)
    yield gauge("mlinfra_queue_capacity", "Places in the queue, if there is a limit.", places)
    yield gauge("mlinfra_queue_length", "Requests that wait for a slot.", waiting)
    yield gauge("vllm:num_requests_running", "Slots that are taken.", running)
    yield gauge("vllm:num_requests_waiting", "Requests that wait for a slot.", waiting)


def _works(models: Models) -> Iterator[Family]:
    """What the models have done."""
    sizes = Family("mlinfra_batch_size", "histogram", "Rows that were worked on as one.")
    succeeded = Family("nv_inference_request_success", "counter", "Inferences that were answered.")
    rows = Family("nv_inference_count", "counter", "Rows of those inferences.")
    executions = Family("nv_inference_exec_count", "counter", "Batches of rows.")
    for model in models.values():
        labels = {"model": model.name, "version": model.model.version}
        histogram(sizes, (1, 2, 4, 8, 16, 32, 64), model.slots.batch_sizes.items(), labels)
        succeeded.add(model.tally.succeeded, labels)
        rows.add(model.tally.rows, labels)
        executions.add(model.slots.batch_sizes.total(), labels)
    yield from (sizes, succeeded, rows, executions)
