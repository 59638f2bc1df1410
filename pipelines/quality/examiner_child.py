"""The child that runs suites: Great Expectations takes four seconds to import and a third of a load's memory.

Protocol, pickles both ways between processes of one load: the parent sends (suite, frame, parameters), the child
answers a list of outcomes, or the text of a `SuiteError`. To an empty tuple it gives back what it can of its memory,
and answers nothing. It leaves when its input closes.
"""

from __future__ import annotations

import pickle
import sys

from pipelines.machine.child import keep_output, leave_signals_to_parent


def main() -> None:
    """Serve requests on standard input until it closes."""
    leave_signals_to_parent()
    answers = keep_output()

    from pipelines.machine.memory import collect_rarely, give_back
    from pipelines.quality.on_first_use import load_on_first_use

    collect_rarely()
    # Great Expectations 1.24 imports both for expectations and charts that no suite here has: a third of its import.
    load_on_first_use("scipy.stats", "altair")
    # It does without a database where there is no SQLAlchemy: no frame here comes from one.
    sys.modules["sqlalchemy"] = None  # type: ignore[assignment]
    from pipelines.quality.suites import SuiteError, forget, get_ready, run

    get_ready()

    while (request := _request()) is not None:
        if not request:
            forget()
            give_back()
            continue
        try:
            pickle.dump(run(*request), answers)
        except SuiteError as error:
            pickle.dump(str(error), answers)
        answers.flush()


def _request() -> tuple | None:
    try:
        request: tuple = pickle.load(sys.stdin.buffer)  # noqa: S301 -- what the parent wrote, not what was received
    except EOFError:
        return None
    return request


if __name__ == "__main__":
    main()
