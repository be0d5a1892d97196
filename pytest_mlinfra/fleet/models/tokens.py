"""A tokenizer that needs no vocabulary.

A token is a run of word characters or one other character, together with the white
space before it; white space at the end is a token of its own. So the tokens of a text,
joined, are the text, and anybody can count them by looking at it.
"""

from __future__ import annotations

import re
import zlib

# Token ids lie below this.
VOCABULARY = 100_000
_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")


def split_tokens(text: str) -> list[str]:
    """The tokens of `text`, which joined are `text`."""
    return _TOKEN.findall(text)


def count_tokens(text: str) -> int:
    """How many tokens `text` has."""
    return len(split_tokens(text))


def token_id(token: str) -> int:
    """A number for `token`, the same at every run; two tokens may share one."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) % VOCABULARY
