"""Fake models: how they answer, and how they are served."""

from pytest_mlinfra.fleet.models.behaviours import Calls, Canned, Echo, Function, InTurn, Template
from pytest_mlinfra.fleet.models.generation import Generation, Limits
from pytest_mlinfra.fleet.models.mapping import Models
from pytest_mlinfra.fleet.models.model import Model
from pytest_mlinfra.fleet.models.question import Behaviour, Question, Reply, ToolCall
from pytest_mlinfra.fleet.models.replay import Replay
from pytest_mlinfra.fleet.models.rollout import Rollout
from pytest_mlinfra.fleet.models.seeded import Seeded
from pytest_mlinfra.fleet.models.served import ServedModel
from pytest_mlinfra.fleet.models.serving import Serving
from pytest_mlinfra.fleet.models.table import model_from_dict
from pytest_mlinfra.fleet.models.tensors import Tensor, TensorSpec

__all__ = [
    "Behaviour",
    "Calls",
    "Canned",
    "Echo",
    "Function",
    "Generation",
    "InTurn",
    "Limits",
    "Model",
    "Models",
    "Question",
    "Replay",
    "Reply",
    "Rollout",
    "Seeded",
    "ServedModel",
    "Serving",
    "Template",
    "Tensor",
    "TensorSpec",
    "ToolCall",
    "model_from_dict",
]
