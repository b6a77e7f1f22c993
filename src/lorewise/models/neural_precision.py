"""The numbers in which nets multiply.

Imports PyTorch; import this module only where a net is trained.
"""

from functools import cache

import torch


@cache
def short_type() -> torch.dtype:
    """Return bfloat16 where the processor itself multiplies such numbers, else float32."""
    able = torch.cpu.get_capabilities()
    is_able = any(able.get(name) for name in ("avx512_bf16", "amx_bf16"))
    return torch.bfloat16 if is_able else torch.float32


def mixed_precision() -> torch.autocast:
    """Return a context in which matrices are multiplied as ``short_type``, all else as before."""
    is_short = short_type() != torch.float32
    return torch.autocast("cpu", torch.bfloat16, enabled=is_short)
