"""What `peers.py` and `cost.py` share: children that are measured, the machine's name, and tables written in place."""

import concurrent.futures
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "tle" / "catalogue_20180120.csv.gz"
BUNDLED_CLOCK = "2018-01-21T00:00:00Z"
# For what is measured on one core; None where the system does not let a process choose.
ONE_CORE = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


@dataclass
class Cost:
    """What one child took: seconds on the clock and of the processor, the largest resident memory, and what it said."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    output: str


def measured(command, scratch, core=None):
    """Runs a command to its end, on one core alone where `core` is a number; ends the script where it fails.

    The peak is the kernel's own count for the child. It is never below this process's at the fork, so callers keep
    large data out of this process (see `apart`).
    """
    def pin():
        os.sched_setaffinity(0, {core})

    log = pathlib.Path(scratch) / "child.log"
    with open(log, "wb") as out:
        begun = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(scratch),
            preexec_fn=pin if core is not None else None,
        )
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            child.kill()
            raise
        wall_s = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    output = log.read_text(errors="replace")
    if child.returncode != 0:
        sys.exit(f"{' '.join(str(word) for word in command)}\nended with {child.returncode}:\n{output[-2000:]}")
    per_mib = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mib, output)


def environment(scratch):
    """This environment with an empty home, so that no configuration and no database of the user's plays a part."""
    hidden = {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    # Cargo and rustup keep their things in the real home.
    homes = {"CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup"}
    real = {name: str(pathlib.Path.home() / folder) for name, folder in homes.items() if name not in os.environ}
    return {**kept, **real, "HOME": str(scratch)}


def apart(function, *arguments):
    """The value of a function called in a process of its own: its memory never counts in a later child's peak."""
    with concurrent.futures.ProcessPoolExecutor(max_workers=1) as pool:
        return pool.submit(function, *arguments).result()


def summary(costs):
    """Medians and extremes of several costs of one command, as plain numbers to be kept."""
    walls = [cost.wall_s for cost in costs]
    return {
        "wall_s": statistics.median(walls),
        "wall_min_s": min(walls),
        "wall_max_s": max(walls),
        "cpu_s": statistics.median(cost.cpu_s for cost in costs),
        "peak_mib": statistics.median(cost.peak_mib for cost in costs),
        "runs": len(costs),
    }


def machine():
    """Processor, number of cores this process may use, and system."""
    name = platform.processor() or platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()} {platform.release().split('-')[0]}"


def today():
    """The date in UTC."""
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def warn_if_busy():
    """Says so where something else is using the processor."""
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.5:
        print(f"note: the load is {os.getloadavg()[0]:.1f} already; ratios hold, seconds may not", file=sys.stderr)


def number(value):
    """Three significant digits, or all of those before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def runs(count):
    """How the figures of so many runs were put together."""
    return "one run" if count == 1 else f"median of {count} runs"


def table(header, rows):
    """A Markdown table; the first column to the left, the others to the right."""
    align = ["---"] + ["--:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, align, *rows])


def rewrite(file, marker, text):
    """Puts text between `<!-- marker:begin -->` and `<!-- marker:end -->` of a file."""
    begin, end = f"<!-- {marker}:begin -->", f"<!-- {marker}:end -->"
    path = ROOT / file
    document = path.read_text()
    if document.count(begin) != 1 or document.count(end) != 1:
        sys.exit(f"{file}: no block between {begin} and {end}")
    head, rest = document.split(begin)
    path.write_text(f"{head}{begin}\n{text.strip()}\n{end}{rest.split(end)[1]}")
    print(f"wrote {marker} into {file}", file=sys.stderr)


def program_arguments(parser):
    """The arguments that both scripts take."""
    parser.add_argument("file", nargs="?", type=pathlib.Path, default=BUNDLED,
                        help="element sets in any form alliedsky reads (default: the bundled catalogue of 2018)")
    parser.add_argument("--from", dest="start", help="begin of every window, RFC 3339 in UTC, ending in Z")
    parser.add_argument("--alliedsky", type=pathlib.Path, default=ROOT / "target" / "release" / "alliedsky",
                        help="the release binary")
    parser.add_argument("--scratch", help="folder for temporary files (default: the system's)")
    parser.add_argument("--write", action="store_true", help="rewrite the blocks of README.md and benches/README.md")
    parser.add_argument("--redraw", action="store_true", help="measure nothing, use the results kept from the last run")


def checked(options):
    """The arguments, once the program and the file are there and the window has a begin."""
    if options.file == BUNDLED and options.start is None:
        options.start = BUNDLED_CLOCK
    if not options.redraw:
        if options.start is None:
            sys.exit("--from says when the windows start: about a day after the file's epochs")
        if not options.alliedsky.exists():
            sys.exit(f"{options.alliedsky} is not there: cargo build --release")
    options.file = options.file.resolve()
    return options
