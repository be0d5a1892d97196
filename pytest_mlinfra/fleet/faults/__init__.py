"""What goes wrong with a model server, as data.

Several faults on one server are applied in their order, each around those after it: a
latency before a status delays the error, and a status before a latency spares it.
"""

from pytest_mlinfra.fleet.faults.content import (
    CutStream,
    GarbledGzip,
    InvalidJson,
    WrongContentType,
)
from pytest_mlinfra.fleet.faults.ending import EmptyReply, HalfClose, Hang, Reset, TruncatedBody
from pytest_mlinfra.fleet.faults.fault import (
    Answer,
    AnswerFault,
    BrokenOffError,
    ConnectionFault,
    EarlyFault,
    Fault,
    ListenerFault,
    RequestFault,
    WireFault,
)
from pytest_mlinfra.fleet.faults.garbling import BadChunk, MalformedHead, WrongContentLength
from pytest_mlinfra.fleet.faults.lifecycle import ColdStart, Flapping
from pytest_mlinfra.fleet.faults.listening import FullBacklog, Refused, SlowAccept
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.faults.pace import Bandwidth, Drip
from pytest_mlinfra.fleet.faults.placed import Faults
from pytest_mlinfra.fleet.faults.status import (
    EarlyResponse,
    Overload,
    RateLimit,
    RedirectLoop,
    Status,
)
from pytest_mlinfra.fleet.faults.table import fault_from_dict, fault_kinds, fault_to_dict
from pytest_mlinfra.fleet.faults.timing import (
    Latency,
    LognormalLatency,
    TimeBetweenTokens,
    TimeToFirstByte,
    TimeToFirstToken,
)

__all__ = [
    "Answer",
    "AnswerFault",
    "BadChunk",
    "Bandwidth",
    "BrokenOffError",
    "ColdStart",
    "ConnectionFault",
    "CutStream",
    "Drip",
    "EarlyFault",
    "EarlyResponse",
    "EmptyReply",
    "Fault",
    "Faults",
    "Flapping",
    "FullBacklog",
    "GarbledGzip",
    "HalfClose",
    "Hang",
    "InvalidJson",
    "Latency",
    "ListenerFault",
    "LognormalLatency",
    "MalformedHead",
    "Moment",
    "Overload",
    "RateLimit",
    "RedirectLoop",
    "Refused",
    "RequestFault",
    "Reset",
    "SlowAccept",
    "Status",
    "TimeBetweenTokens",
    "TimeToFirstByte",
    "TimeToFirstToken",
    "TruncatedBody",
    "WireFault",
    "WrongContentLength",
    "WrongContentType",
    "fault_from_dict",
    "fault_kinds",
    "fault_to_dict",
]
