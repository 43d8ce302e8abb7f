"""What cases say: that something holds, is the same, is refused, comes to be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

CLIENT_ERROR = range(400, 500)
# For refusals that are documented without a code.
ANY_CODE = "*"


class Failure(Exception):
    """What a case found wrong."""


class Refused(Exception):
    """The cloud answered with an error; `body` is that answer as far as the SDK kept it."""

    def __init__(
        self, code: str, status: int, message: str, request_id: str, body: dict[str, Any]
    ) -> None:
        super().__init__(f"HTTP {status} {code}: {message}")
        self.code, self.status, self.request_id, self.body = code, status, request_id, body


def check(holds: object, what: str) -> None:
    if not holds:
        raise Failure(what)


def same(what: str, got: object, expected: object) -> None:
    check(got == expected, f"{what}: expected {expected!r}, got {got!r}")


@contextmanager
def refused(*codes: str, status: Iterable[int] = CLIENT_ERROR) -> Iterator[None]:
    """What is within must be refused by the cloud, with one of the codes (`*` is a wildcard)."""
    try:
        yield
    except Refused as refusal:
        fits = any(fnmatchcase(refusal.code, code) for code in codes)
        check(fits, f"expected {' or '.join(codes)}, got {refusal}")
        check(refusal.status in status, f"expected HTTP {status}, got {refusal}")
    else:
        raise Failure(f"expected {' or '.join(codes)}, but the call succeeded")


def eventually(what: str, holds: Callable[[], object], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)
