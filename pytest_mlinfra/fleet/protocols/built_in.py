"""Everything that a model server speaks unless it is told otherwise."""

from __future__ import annotations

from pytest_mlinfra.fleet.protocols.deployments import DeploymentsProtocol
from pytest_mlinfra.fleet.protocols.health import HealthProtocol
from pytest_mlinfra.fleet.protocols.huggingface import HuggingFaceProtocol
from pytest_mlinfra.fleet.protocols.kserve_v1 import KServeV1Protocol
from pytest_mlinfra.fleet.protocols.ollama import OllamaProtocol
from pytest_mlinfra.fleet.protocols.open_inference import OpenInferenceProtocol
from pytest_mlinfra.fleet.protocols.openai import OpenAIProtocol
from pytest_mlinfra.fleet.protocols.predict import PredictProtocol
from pytest_mlinfra.fleet.protocols.prometheus import PrometheusProtocol
from pytest_mlinfra.fleet.protocols.route import ModelProtocol
from pytest_mlinfra.fleet.protocols.training_logs import TrainingLogsProtocol
from pytest_mlinfra.fleet.protocols.vllm import VllmProtocol

BUILT_IN: tuple[ModelProtocol, ...] = (
    HealthProtocol(),
    PredictProtocol(),
    OpenInferenceProtocol(),
    OpenAIProtocol(),
    VllmProtocol(),
    KServeV1Protocol(),
    HuggingFaceProtocol(),
    OllamaProtocol(),
    TrainingLogsProtocol(),
    DeploymentsProtocol(),
    PrometheusProtocol(),
)
