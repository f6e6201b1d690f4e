"""Beam's SDK harness for Python without what costs each bundle a third of its time: what a worker process runs.

For each bundle Beam starts a thread that looks, after 2 ms and then at ever longer intervals, which step is at work,
and at the bundle's end waits until that thread has slept out. Then it reports to Flink, besides what our stages count,
how long each step took and how many elements of which size it put out; to know the size, it pickles some of them.
Nobody reads either: Flink measures by itself.

Nor is garbage looked for as often as Python does by itself: a bundle makes tens of thousands of objects and no cycles.
"""

import gc
import threading
from typing import Any

from apache_beam.runners.worker import bundle_processor, statesampler
from apache_beam.runners.worker.sdk_worker import SdkHarness

__all__ = ["SdkHarness"]

COLLECTED_AFTER = 100_000
"""New objects, as many as a few bundles have; Python's own number is 700."""


class Unsampled(statesampler.StateSampler):
    """Keeps track of the step at work, as metrics need it, and of no times."""

    def start(self) -> None:
        """Track this thread."""
        self.tracked_thread = threading.current_thread()
        statesampler.set_current_tracker(self)
        self.started = True

    def stop(self) -> None:
        """Track it no more."""
        statesampler.set_current_tracker(None)
        self.finished = True


class Unmeasured(bundle_processor.BundleProcessor):
    """Runs bundles without asking how large an element is."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for operation in self.ops.values():
            for receiver in operation.receivers:
                receiver.opcounter.coder_impl = None

    def monitoring_infos(self) -> list[Any]:
        """The metrics that the stages of a bundle have updated themselves."""
        infos: dict[Any, Any] = {}
        for step, operation in self.ops.items():
            infos |= operation.user_monitoring_infos(step)
        return list(infos.values())


gc.set_threshold(COLLECTED_AFTER)
statesampler.StateSampler = Unsampled  # type: ignore[misc]
bundle_processor.BundleProcessor = Unmeasured  # type: ignore[misc]
