#!/usr/bin/env python3
"""What screening costs as a function of objects, window and threshold: a table, and the plot `benches/cost.svg`.

Larger catalogues are copies of the user's own with other nodes and mean anomalies, so that they keep its mixture of
orbits: copy k is turned by k golden angles about the Earth's axis and shifted by k times 222.5 degrees in mean anomaly.
Smaller ones are every so-manieth object. Catalogue numbers of copies are new, with up to nine digits, and so the files
are OMM in CSV. Each run is a whole process, from the file to a CSV file of results.

    cargo build --release
    python3 benches/cost.py FILE --from TIME
"""

import argparse
import csv
import json
import math
import pathlib
import sys
import tempfile
import textwrap

from measure import (ROOT, apart, checked, machine, measured, number, program_arguments, rewrite, runs, summary, table,
                     today, warn_if_busy)
from plot import Panel, Series, figure

KEPT = ROOT / "target" / "cost.json"
PICTURE = ROOT / "benches" / "cost.svg"
GOLDEN_ANGLE_DEG = 137.50776405
ANOMALY_SHIFT_DEG = 222.49223595
# Above every number that a copy's original can have, and small enough for 300 copies below a thousand million.
NUMBERS_A_COPY = 1_000_000
BASE_HOURS, BASE_THRESHOLD_KM = 24.0, 5.0


def write_copies(source, out, count):
    """Writes a catalogue of `count` objects made from another, as OMM in CSV; returns how many the other has."""
    with open(source, newline="") as text:
        reader = csv.DictReader(text)
        originals, columns = list(reader), reader.fieldnames
    size = len(originals)
    with open(out, "w", newline="") as text:
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        for index in range(count):
            copy, place = divmod(index, size)
            # The last copy, or the only one, takes its objects evenly from the whole.
            in_copy = min(size, count - copy * size)
            row = dict(originals[place * size // in_copy])
            if copy:
                node = float(row["RA_OF_ASC_NODE"]) + copy * GOLDEN_ANGLE_DEG
                anomaly = float(row["MEAN_ANOMALY"]) + copy * ANOMALY_SHIFT_DEG
                row["RA_OF_ASC_NODE"], row["MEAN_ANOMALY"] = f"{node % 360.0:.4f}", f"{anomaly % 360.0:.4f}"
                row["NORAD_CAT_ID"] = str(int(row["NORAD_CAT_ID"]) + copy * NUMBERS_A_COPY)
                row["OBJECT_NAME"] = f"{row['OBJECT_NAME']} COPY {copy}"
            writer.writerow(row)
    return size


def rows_in(file):
    """Rows of a CSV file without its header."""
    with open(file, "rb") as text:
        return sum(block.count(b"\n") for block in iter(lambda: text.read(1 << 20), b"")) - 1


class Bench:
    """The program, the catalogue that is copied, and the points measured so far."""

    def __init__(self, options, scratch):
        self.options, self.scratch = options, pathlib.Path(scratch)
        database, self.source = self.scratch / "catalogue.db", self.scratch / "catalogue.csv"
        for words in (["import", options.file], ["catalog", "--elements", "omm-csv", "-o", self.source]):
            measured([options.alliedsky, "--db", database, *words], self.scratch)
        self.size = rows_in(self.source)
        self.points = []

    def measure(self, objects, hours, threshold_km):
        """Screens a catalogue of that many objects, several times."""
        if any((p["objects"], p["hours"], p["threshold_km"]) == (objects, hours, threshold_km) for p in self.points):
            return
        catalogue, out = self.scratch / f"{objects}.csv", self.scratch / "events.csv"
        if not catalogue.exists():
            apart(write_copies, self.source, catalogue, objects)
        command = [self.options.alliedsky, "screen", catalogue, "--from", self.options.start, "--hours", hours,
                   "--threshold-km", threshold_km, "--format", "csv", "-o", out]
        costs = [measured(command, self.scratch) for _ in range(self.options.runs)]
        point = {"objects": objects, "hours": hours, "threshold_km": threshold_km, "rows": rows_in(out),
                 **summary(costs)}
        self.points.append(point)
        self.keep()
        print(f"  {objects} objects, {hours:g} h, {threshold_km:g} km: {point['wall_s']:.2f} s, "
              f"{point['peak_mib']:.0f} MiB, {point['rows']} rows", file=sys.stderr)

    def keep(self):
        """Writes the points so far down, with where and when they were measured."""
        version = measured([self.options.alliedsky, "--version"], self.scratch).output.split()[-1]
        KEPT.write_text(json.dumps({"date": today(), "machine": machine(), "version": version, "size": self.size,
                                    "runs": self.options.runs, "points": self.points}, indent=1))


def along(kept, axis):
    """The points along one axis through the base point: the catalogue as it is, 24 hours, 5 km."""
    base = {"objects": kept["size"], "hours": BASE_HOURS, "threshold_km": BASE_THRESHOLD_KM}
    same = [name for name in base if name != axis]
    points = [p for p in kept["points"] if all(p[name] == base[name] for name in same)]
    return sorted(points, key=lambda point: point[axis])


def exponent(points, axis, value):
    """The power with which a value grows along an axis, between the two largest; None where there is one point."""
    if len(points) < 2 or points[-2][value] <= 0:
        return None
    ratio = points[-1][value] / points[-2][value]
    return math.log(ratio) / math.log(points[-1][axis] / points[-2][axis])


def thousands(objects):
    """A number of objects as a label."""
    return f"{objects / 1000:.3g}k" if objects >= 1000 else str(objects)


def span(hours):
    """A length of time as a label."""
    return f"{hours / 24:g} d" if hours > 48.0 else f"{hours:g} h"


def picture(kept):
    """The plot: seconds and memory along each axis."""
    size = thousands(kept["size"])
    axes = [("objects", "objects (24 h, 5 km)", thousands), ("hours", f"window ({size} objects, 5 km)", span),
            ("threshold_km", f"threshold, km ({size} objects, 24 h)", lambda value: f"{value:g}")]
    times, memories = [], []
    for axis, label, shown in axes:
        points = along(kept, axis)
        if axis == "objects":
            points = [p for p in points if p["objects"] != kept["size"] or len(points) == 1]
        ticks = [(point[axis], shown(point[axis])) for point in points]
        line = lambda value: [(point[axis], point[value]) for point in points]
        title = {"objects": "by objects", "hours": "by window", "threshold_km": "by threshold"}[axis]
        taken = [Series("seconds on the clock", 0, line("wall_s"), True),
                 Series("processor seconds", 1, line("cpu_s"))]
        times.append(Panel(f"Time {title}", label, ticks, taken, guide=axis != "threshold_km"))
        bound = (2048.0, "2 GiB") if axis == "objects" else None
        held = [Series("peak memory", 2, line("peak_mib"), True)]
        memories.append(Panel(f"Memory {title}", label, ticks, held, bound))
    told = [f"{p['objects']} objects, {span(p['hours'])}, {p['threshold_km']:g} km: {number(p['wall_s'])} s on the "
            f"clock, {p['peak_mib']:.0f} MiB" for p in kept["points"]]
    return figure(
        "What screening costs, from file to CSV",
        f"alliedsky {kept['version']}, {kept['machine']}, {kept['date']}; whole process, {runs(kept['runs'])}; "
        "both axes logarithmic",
        "Six log-log plots of seconds and of peak memory of a screening, all against all, by number of objects, by "
        "window and by threshold. " + "; ".join(told) + ".",
        [("seconds", times), ("MiB", memories)],
    )


def law(kept):
    """How processor time and approaches grow along each axis, in one sentence."""
    grown = {"cpu_s": [], "rows": []}
    for axis, word in (("objects", "objects"), ("hours", "window"), ("threshold_km", "threshold")):
        points = [p for p in along(kept, axis) if axis != "objects" or p["objects"] != kept["size"]]
        for value, powers in grown.items():
            power = exponent(points, axis, value)
            if power is not None:
                powers.append(f"{word}^{power:.1f}")
    if not grown["cpu_s"]:
        return ""
    return (f"Between the two largest points of each, processor time grows as {', '.join(grown['cpu_s'])}; approaches "
            f"as {', '.join(grown['rows'])}.")


def in_words(kept):
    """The plot in a few sentences, for README.md."""
    def told(point):
        return (f"{point['objects']} objects over {span(point['hours'])} below {point['threshold_km']:g} km: "
                f"{number(point['wall_s'])} s, {point['peak_mib']:.0f} MiB, {point['rows']} approaches.")

    points = along(kept, "objects")
    as_it_is = next((told(point) for point in points if point["objects"] == kept["size"]), "")
    made = "Catalogues of other sizes are parts or turned copies of this one."
    return textwrap.fill(f"{as_it_is} {told(points[-1])} {law(kept)} {made}", 120)


def cost_table(kept):
    """Every point, for benches/README.md."""
    header = ["objects", "window", "threshold km", "s", "min – max", "cpu s", "peak MiB", "rows"]
    rows = [[str(p["objects"]), span(p["hours"]), f"{p['threshold_km']:g}", number(p["wall_s"]),
             f"{number(p['wall_min_s'])} – {number(p['wall_max_s'])}", number(p["cpu_s"]), f"{p['peak_mib']:.0f}",
             str(p["rows"])] for p in kept["points"]]
    head = (f"{kept['date']}, {kept['machine']}; alliedsky {kept['version']}; a catalogue of {kept['size']} objects "
            f"and its copies; {runs(kept['runs'])}.")
    return "\n\n".join([textwrap.fill(head, 120), table(header, rows), textwrap.fill(law(kept), 120)])


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    program_arguments(parser)
    numbers = lambda kind: lambda words: [kind(word) for word in words.split(",")]
    parser.add_argument("--objects", type=numbers(int), default=[10_000, 30_000, 100_000, 300_000])
    parser.add_argument("--hours", type=numbers(float), default=[6.0, 24.0, 72.0, 168.0])
    parser.add_argument("--thresholds-km", type=numbers(float), default=[1.0, 5.0, 10.0, 20.0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each point (default: 3)")
    return checked(parser.parse_args())


def main():
    options = arguments()
    if not options.redraw:
        warn_if_busy()
        with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
            bench = Bench(options, scratch)
            for objects in options.objects:
                bench.measure(objects, BASE_HOURS, BASE_THRESHOLD_KM)
            for hours in options.hours:
                bench.measure(bench.size, hours, BASE_THRESHOLD_KM)
            for threshold_km in options.thresholds_km:
                bench.measure(bench.size, BASE_HOURS, threshold_km)
    if not KEPT.exists():
        sys.exit("nothing measured yet")
    kept = json.loads(KEPT.read_text())
    print(cost_table(kept))
    if options.write:
        PICTURE.write_text(picture(kept))
        rewrite("benches/README.md", "cost", cost_table(kept))
        rewrite("README.md", "cost", in_words(kept))


if __name__ == "__main__":
    main()
