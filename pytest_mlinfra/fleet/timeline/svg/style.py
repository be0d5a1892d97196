"""The looks of the picture. Colours are told apart by people who see few, and never alone."""

from __future__ import annotations

# Everything is below one class, so that a picture within a page leaves the page alone.
STYLE = """
.mlinfra-timeline {
  --page: #ffffff; --ink: #1c2329; --soft: #5c6873; --grid: #e3e8ed; --band: #f5f7f9;
  --waiting: #2f6fbb; --streaming: #86b6ea; --queued: #8a97a5;
  --faulted: #c77700; --reset: #c4314b; --cancelled: #7a8794; --retry: #7d5bbe;
  max-width: 100%; height: auto;
  font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  .mlinfra-timeline {
    --page: #12171c; --ink: #e4e9ee; --soft: #95a1ad; --grid: #29323a; --band: #181f25;
    --waiting: #5b9ae6; --streaming: #33608f; --queued: #6d7985;
    --faulted: #e09a36; --reset: #ee6a80; --cancelled: #8e9ba8; --retry: #ab8fe6;
  }
}
.mlinfra-timeline .page { fill: var(--page); stroke: var(--grid); }
.mlinfra-timeline .band { fill: var(--band); }
.mlinfra-timeline text { fill: var(--ink); white-space: pre; }
.mlinfra-timeline .heading { font: 600 14px system-ui, sans-serif; }
.mlinfra-timeline .soft { fill: var(--soft); }
.mlinfra-timeline .grid { stroke: var(--grid); }
.mlinfra-timeline .cut { stroke: var(--soft); fill: none; }
.mlinfra-timeline .gap { fill: var(--page); }
.mlinfra-timeline .queued { fill: none; stroke: var(--queued); stroke-dasharray: 3 2; }
.mlinfra-timeline .waiting { fill: var(--waiting); }
.mlinfra-timeline .streaming { fill: var(--streaming); }
.mlinfra-timeline .faulted .waiting, .mlinfra-timeline .faulted .streaming { fill: var(--faulted); }
.mlinfra-timeline .reset .waiting, .mlinfra-timeline .reset .streaming { fill: var(--reset); }
.mlinfra-timeline .cancelled .waiting, .mlinfra-timeline .cancelled .streaming {
  fill: var(--cancelled);
}
.mlinfra-timeline .mark { fill: none; stroke-width: 2; stroke-linecap: round; }
.mlinfra-timeline .faulted .mark { stroke: var(--faulted); }
.mlinfra-timeline .reset .mark { stroke: var(--reset); }
.mlinfra-timeline .cancelled .mark { stroke: var(--cancelled); }
.mlinfra-timeline .in-flight .mark { stroke: var(--waiting); }
.mlinfra-timeline .retry { fill: none; stroke: var(--retry); stroke-dasharray: 2 2; }
.mlinfra-timeline .elided { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 6 4; }
""".strip()
