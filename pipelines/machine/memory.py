"""The memory of this process, as far as it can be steered."""

import ctypes
import gc


def collect_rarely() -> None:
    """Collect cycles rarely, before large libraries are imported: they allocate hundreds of thousands of objects and
    free none, and a collection every 700 took a fifth of the imports of Dagster.
    """
    gc.set_threshold(50_000, 20, 20)


def collect_as_usual() -> None:
    """Collect cycles as usual, in a process that has imported what it needs and stays for days."""
    gc.set_threshold(700, 10, 10)


def give_back() -> None:
    """Hand back to the system what reading has freed and the allocators keep: dbt, a child, is about to need it."""
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)
