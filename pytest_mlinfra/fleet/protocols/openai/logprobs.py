"""Log probabilities of tokens: made up, and the same for the same token."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_mlinfra.fleet.models.generation import Token
from pytest_mlinfra.fleet.models.tokens import VOCABULARY, token_id


def logprobs_of(tokens: Sequence[Token]) -> dict[str, object]:
    """For each token that is said, a figure above -1 and up to 0."""
    return {
        "content": [
            {
                "token": token.text,
                "logprob": -token_id(token.text) / VOCABULARY,
                "bytes": list(token.text.encode()),
                "top_logprobs": [],
            }
            for token in tokens
            if token.call is None
        ]
    }
