"""The memory of this process, as far as it can be steered."""

import ctypes
import gc


def give_back() -> None:
    """Hand back to the system what reading has freed and the allocators keep: dbt, a child, is about to need it."""
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)
