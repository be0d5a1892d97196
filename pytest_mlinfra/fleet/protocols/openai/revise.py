"""What a chat's request makes of the model's answer: JSON, or calls of tools."""

from __future__ import annotations

from pytest_mlinfra.fleet.models import Reply, ToolCall
from pytest_mlinfra.fleet.protocols.json_schema import as_json, sample
from pytest_mlinfra.fleet.protocols.openai.messages import ChatRequest, ToolFunction
from pytest_mlinfra.fleet.refusal import Refusal


def revised(reply: Reply, chat: ChatRequest) -> Reply:
    """`reply`, in the form that `chat` demands.

    A tool that has to be called is called with arguments that its schema allows. An
    answer that has to be JSON stays as it is if it is JSON; otherwise it becomes an
    object with the key ``answer``, or whatever the demanded schema allows.

    Raises:
        Refusal: a tool has to be called that is not offered.
    """
    function = _forced_function(chat)
    if function is not None:
        if reply.tool_calls:
            return reply
        arguments = sample(function.parameters or {"type": "object"}, chat.prompt)
        return Reply(tool_calls=(ToolCall(function.name, arguments),))
    wanted = chat.response_format
    if wanted is None or wanted.type == "text" or reply.tool_calls:
        return reply
    return Reply(as_json(reply.text, wanted.schema, chat.prompt))


def _forced_function(chat: ChatRequest) -> ToolFunction | None:
    offered = {tool.function.name: tool.function for tool in chat.tools or () if tool.function}
    choice = chat.tool_choice
    if choice == "required":
        if not offered:
            raise Refusal(
                "bad request", "a tool has to be called, but none is offered", where="tools"
            )
        return next(iter(offered.values()))
    if isinstance(choice, dict):
        name = choice.get("function", choice).get("name")
        if name not in offered:
            raise Refusal(
                "bad request",
                f"the tool {name!r} has to be called, but it is not among those offered: "
                f"{', '.join(offered) or 'none'}",
                where="tool_choice",
            )
        return offered[name]
    return None
