"""Stays for as long as a job lives, so that a supervisor launches it again when it has ended.

``python -m pipeline.launching.follow FLINK_URL JOB_ID`` is what ``python -m pipeline --follow`` becomes.
"""

import sys
import time

import requests
from tenacity import Retrying, retry_if_exception_type, retry_if_result, wait_fixed

from pipeline.launching.flink import Flink


def await_end(flink: Flink, job_id: str, seconds_between: float = 2) -> str:
    """Wait for as long as the job lives, and for Flink if it is away; return how the job ended."""
    unknown = retry_if_result(lambda end: end is None) | retry_if_exception_type(requests.RequestException)
    return str(Retrying(wait=wait_fixed(seconds_between), retry=unknown)(flink.end_of, job_id))


if __name__ == "__main__":
    end = await_end(Flink(sys.argv[1]), sys.argv[2])
    sys.exit(f"{time.strftime('%F %T')} The job {sys.argv[2]} has ended: {end}")
