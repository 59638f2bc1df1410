"""The child that opens what strangers wrote, with limited memory and no core dump.

Protocol, one JSON object a line: the parent writes a request for one file or for several text files, the child answers
any number of `{"progress": [done, total]}` then one `{"verdicts": {delivery_id: {...}}}`, or why there is none.
`python -m pipelines.reading.worker MIB` starts it.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from pathlib import Path

from pipelines.machine.child import die_with_parent, keep_output, leave_signals_to_parent


def main() -> None:
    """Serve requests on standard input until it closes."""
    die_with_parent()
    leave_signals_to_parent()
    answers = keep_output()

    def say(message: dict[str, object]) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    if incident := _limit(int(sys.argv[1])):
        # Judge no file with less memory than was promised to it.
        for _ in sys.stdin:
            say({"incident": incident})
        return

    import pyarrow as pa

    from pipelines.base.refusal import Defect
    from pipelines.catalogue.load import load_catalogue
    from pipelines.machine.disk import is_full
    from pipelines.machine.faults import MachineFault
    from pipelines.reading.parse import parse_file, parse_texts
    from pipelines.reading.verdict import Limits, Verdict

    pa.set_cpu_count(1)
    catalogue = load_catalogue(models=None)  # whoever asks has checked it

    for line in sys.stdin:
        request = json.loads(line)
        files = [(Path(path), delivery_id) for path, delivery_id, _ in request["files"]]
        raw = Path(request["raw"])
        limits = Limits.from_json(request["limits"])
        try:
            if len(files) > 1:
                verdicts = parse_texts(files, raw, catalogue, limits)
            else:
                [(path, delivery_id)] = files
                verdict = parse_file(
                    path,
                    delivery_id,
                    raw,
                    catalogue,
                    limits,
                    progress=lambda done, total: say({"progress": [done, total]}),
                    announce=lambda sheet: say({"sheet": sheet}),
                    name=request["files"][0][2],
                )
                verdicts = {delivery_id: verdict}
        except MemoryError:
            say({"exhausted": True})
            return
        except MachineFault as fault:
            say({"incident": str(fault)})
            continue
        except OSError as error:
            # The readers refuse what is wrong in a file: this error is the disk's.
            say({"full": error.errno or errno.ENOSPC} if is_full(error) else {"incident": _unreadable(error)})
            continue
        except (KeyboardInterrupt, SystemExit):
            return
        # A reader written in Rust panics with what is not an Exception.
        except BaseException as error:
            if len(files) > 1:
                # The parent asks for each alone, and learns which one it was.
                say({"again": True})
                continue
            # A reader that gives up on a damaged file is that file's fault; its kind is enough for the log,
            # its text may quote the content.
            defect = Defect(
                "lecture_impossible",
                f"le contenu ne se laisse pas lire ({type(error).__name__})",
                "redéposer le fichier tel que le producteur l'a publié ; s'il est encore refusé, transmettre "
                "logs/lecture.log à la personne qui maintient Vigie",
            )
            verdicts = {files[0][1]: Verdict(defects=[defect])}
        say({"verdicts": {delivery_id: verdict.as_json() for delivery_id, verdict in verdicts.items()}})


def _limit(mib: int) -> str | None:
    """Limit this process to so much memory; a sentence when the machine has not left it that much."""
    wanted = mib << 20
    _, left = resource.getrlimit(resource.RLIMIT_AS)
    if left != resource.RLIM_INFINITY and left < wanted:
        return (
            f"Une limite de mémoire de la machine (ulimit -v) laisse {left >> 20} Mio à la lecture des fichiers, "
            f"qui en demande {mib}. Lever cette limite, ou baisser worker_memory_mib dans vigie.toml, puis relancer : "
            "la livraison n'est pas jugée."
        )
    resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return None


def _unreadable(error: OSError) -> str:
    return (
        f"Un fichier de l'archive n'a pas pu être lu ({os.strerror(error.errno or 0)}). "
        "Vérifier le disque et les droits, puis relancer : la livraison n'est pas jugée."
    )


if __name__ == "__main__":
    main()
