"""The WebAssembly engine's configuration: the same in the build and in every worker, since compiled
code is only good for the configuration it was compiled with. Imported by workers: nothing else of
the pod may be needed here.
"""

from __future__ import annotations

import wasmtime

STACK = 1 << 20


def engine() -> wasmtime.Engine:
    """Components, epochs to interrupt with, no threads, no 64-bit memory, a bounded stack."""
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.wasm_component_model = True
    config.cranelift_opt_level = "speed"
    config.max_wasm_stack = STACK
    config.wasm_threads = False
    config.shared_memory = False
    config.wasm_memory64 = False
    config.wasm_gc = False
    config.wasm_stack_switching = False
    return wasmtime.Engine(config)
