#!/usr/bin/env python3
"""alliedsky against astroz, python-sgp4, skyfield and TAT-C: the same task, whole process against whole process, in one run.

The programs take turns, so that whatever else the machine does falls on all of them; medians are compared. What is not
installed is skipped with a notice. Every program reads the same file of element sets, written by alliedsky.

    python3 -m venv peers && peers/bin/pip install astroz==0.17.0 sgp4==2.27 skyfield==1.55 tatc==3.6.0
    cargo build --release
    python3 benches/peers.py --python peers/bin/python                    # the bundled catalogue, a minute
    python3 benches/peers.py --python peers/bin/python FILE --from TIME   # a catalogue of one's own
"""

import argparse
import csv
import datetime
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from measure import (BUNDLED, BUNDLED_CLOCK, ONE_CORE, ROOT, apart, checked, environment, machine, measured,
                     program_arguments, rewrite, summary, today, warn_if_busy)
from peer_tables import TITLES, full_table, small_table

KEPT = ROOT / "target" / "peers.json"
SITE = "37.5665,126.978"
# Half the angle of the cone of the case coverage, degrees.
CONE_DEG = 45.0
# The Rust crate stands beside alliedsky's own kernels in benches/propagate.rs, in rows with this word.
CRATE = "sgp4 crate"
# Objects that go round in less than 225 minutes: the near-earth theory, and all that is low.
NEAR_EARTH_REV_PER_DAY = 6.4


def near_earth(tle, out, most, designated=False):
    """Copies the near-earth objects of a file of element sets, at most so many, evenly; returns how many.

    Where it is asked for, those with an international designator alone: TAT-C has no satellites without one.
    """
    lines = pathlib.Path(tle).read_text().splitlines()
    near = [lines[k:k + 2] for k in range(len(lines) - 1)
            if lines[k].startswith("1 ") and float(lines[k + 1][52:63]) >= NEAR_EARTH_REV_PER_DAY
            and (lines[k][9:14].isdigit() or not designated)]
    count = min(most, len(near))
    chosen = [near[k * len(near) // count] for k in range(count)]
    pathlib.Path(out).write_text("".join(line + "\n" for pair in chosen for line in pair))
    return count


def evenly(tle, most):
    """Catalogue numbers of at most so many objects of the file, evenly; Alpha-5 numbers are passed over."""
    ids = [line[2:7].strip() for line in open(tle) if line.startswith("2 ")]
    ids = [norad_id for norad_id in ids if norad_id.isdigit()]
    count = min(most, len(ids))
    return [str(int(ids[k * len(ids) // count])) for k in range(count)]


def norad_ids(tle):
    """Catalogue numbers of the file, Alpha-5 (a letter but I and O for the first two digits) among them."""
    for line in open(tle):
        if line.startswith("2 "):
            first, rest = line[2], line[3:7]
            tens = "ABCDEFGHJKLMNPQRSTUVWXYZ".find(first) + 10 if first.isalpha() else int(first.strip() or 0)
            yield str(tens * 10_000 + int(rest))


def approaches(file):
    """(pair, TCA in seconds, whether it is an encounter at 10 m/s or faster) of each row of an answer."""
    for row in csv.DictReader(open(file)):
        pair = tuple(sorted((int(row["primary_id"]), int(row["secondary_id"]))))
        tca = datetime.datetime.fromisoformat(row["tca"].replace("Z", "+00:00")).timestamp()
        yield pair, tca, row.get("kind", "encounter") == "encounter" and float(row["rel_speed_km_s"]) >= 0.01


def compared(ours, theirs):
    """Encounters of each of two answers, and how many the other has in no row within a second."""
    answers = [list(approaches(file)) for file in (ours, theirs)]
    counts, alone = [], []
    for answer, other in (answers, answers[::-1]):
        times = {}
        for pair, tca, _ in other:
            times.setdefault(pair, []).append(tca)
        fast = [(pair, tca) for pair, tca, is_encounter in answer if is_encounter]
        counts.append(len(fast))
        alone.append(sum(all(abs(tca - at) >= 1.0 for at in times.get(pair, [])) for pair, tca in fast))
    return (*counts, *alone)


def rises(file, ids):
    """Passes of these objects that rise inside the window."""
    return sum(row["norad_id"] in ids and row["open_start"] != "true" for row in csv.DictReader(open(file)))


def cones(ids):
    """A roster in which each of these satellites has one cone."""
    assets = "".join(f'  {{ norad_id = {norad_id}, name = "{norad_id}", nation = "xx", mission = "rf", '
                     f'sensors = ["cone"], assumed = true }},\n' for norad_id in ids)
    return (f'asset = [\n{assets}]\n[sensor.cone]\nkind = "rf"\noff_nadir_deg = [0.0, {CONE_DEG}]\nsource = "bench"\n'
            f'assumed = true\n')


def accesses(file):
    """Accesses of all cells of a file."""
    with open(file) as rows:
        return sum(int(row["accesses"]) for row in csv.DictReader(rows))


class Bench:
    """The programs, the files that they share, and the results so far."""

    def __init__(self, options, scratch):
        self.options, self.scratch = options, pathlib.Path(scratch)
        self.tle, self.near = self.scratch / "catalogue.tle", self.scratch / "near.tle"
        self.results = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        self.peers = self.versions()
        database = self.scratch / "catalogue.db"
        self.alliedsky("import", options.file, database=database)
        self.alliedsky("catalog", "--elements", "tle", "-o", self.tle, database=database)
        self.objects = sum(line.startswith("1 ") for line in open(self.tle))

    def alliedsky(self, *words, database=None):
        """Runs alliedsky once, for what is not timed; returns what it said."""
        where = [] if database is None else ["--db", database]
        return measured([self.options.alliedsky, *where, *words], self.scratch).output

    def task(self, name, **arguments):
        """The command of a peer's task."""
        words = [f"--{key.replace('_', '-')}={value}" for key, value in arguments.items()]
        return [self.options.python, ROOT / "benches" / "peer_tasks.py", name, *words]

    def versions(self):
        """Peers that are installed, by name."""
        found = json.loads(measured(self.task("versions"), self.scratch).output)
        for name in ["astroz", "sgp4", "skyfield", "tatc"]:
            if name not in found:
                print(f"skipped: {name} is not installed for {self.options.python}", file=sys.stderr)
        return found

    def turns(self, commands):
        """Runs each command in turn, as many rounds as asked for; costs by name."""
        costs = {name: [] for name in commands}
        for turn in range(self.options.runs):
            for name, (command, core) in commands.items():
                costs[name].append(measured(command, self.scratch, core))
                wall_s = costs[name][-1].wall_s
                print(f"  {turn + 1}/{self.options.runs} {name}: {wall_s:.2f} s", file=sys.stderr)
        return costs

    def keep(self, case, objects, rows, note):
        """Writes down a case, with where and when it was measured."""
        crate = re.search(r'name = "sgp4"\nversion = "([^"]+)"', (ROOT / "Cargo.lock").read_text())
        versions = {"alliedsky": self.alliedsky("--version").split()[-1], CRATE: crate[1], **self.peers}
        self.results[case] = {"objects": objects, "rows": rows, "note": note, "date": today(), "machine": machine(),
                              "versions": versions, "runs": self.options.runs}
        KEPT.write_text(json.dumps(self.results, indent=1))

    def best_step(self):
        """The step at which astroz is fastest, minutes, of one run each over 24 hours."""
        if self.options.astroz_step is None:
            walls = {step: measured(self.screening(24, step_min=step), self.scratch).wall_s for step in (0.25, 0.5, 1)}
            told = ", ".join(f"{step} min {wall_s:.2f} s" for step, wall_s in walls.items())
            print(f"  astroz by step: {told}", file=sys.stderr)
            self.options.astroz_step = min(walls, key=walls.get)
        return self.options.astroz_step

    def screening(self, hours, **more):
        """astroz's command for a screening."""
        return self.task("screen_astroz", file=self.tle, start=self.options.start, hours=hours, threshold_km=5,
                         output=self.scratch / "theirs.csv", **more)

    def screen(self, case, hours, fleet=None):
        """Screening against astroz at its best step."""
        if "astroz" not in self.peers:
            return
        step = self.best_step()
        out = self.scratch / "ours.csv"
        command = [self.options.alliedsky, "screen", self.tle, "--from", self.options.start, "--hours", hours,
                   "--threshold-km", 5, "--format", "csv", "-o", out]
        more = {}
        if fleet:
            command += ["--primaries", ",".join(fleet)]
            more = {"fleet": ",".join(fleet)}
        theirs = self.screening(hours, step_min=step, **more)
        costs = self.turns({"alliedsky": (command, None), "astroz": (theirs, None)})
        ours, theirs, missed, extra = apart(compared, out, self.scratch / "theirs.csv")
        rows = [{"who": name, **summary(costs[name]), "found": count}
                for name, count in (("alliedsky", ours), ("astroz", theirs))]
        note = (f"astroz at its best step of {step} min; of the encounters at 10 m/s or faster it lacks {missed} of "
                f"alliedsky's, and alliedsky {extra} of its")
        self.keep(case, self.objects, rows, note)

    def passes(self):
        """Passes against skyfield, which gets a part of the satellites."""
        if "skyfield" not in self.peers:
            return
        options, database = self.options, self.scratch / "near.db"
        count = apart(near_earth, self.tle, self.near, options.pass_objects)
        part = self.scratch / "part.tle"
        few = apart(near_earth, self.near, part, options.skyfield_objects)
        self.alliedsky("import", self.near, database=database)
        out = self.scratch / "passes.csv"
        ours = [options.alliedsky, "--db", database, "passes", "--site", SITE, "--from", options.start, "--hours", 168,
                "--format", "csv", "-o", out]
        theirs = self.task("passes_skyfield", file=part, start=options.start, hours=168, site=SITE)
        costs = self.turns({"alliedsky": (ours, None), "skyfield": (theirs, None)})
        told = [json.loads(cost.output) for cost in costs["skyfield"]]
        for cost, each in zip(costs["skyfield"], told):
            more_s = each["search_s"] * (count / few - 1)
            cost.wall_s, cost.cpu_s = cost.wall_s + more_s, cost.cpu_s + more_s
        found = apart(rises, out, set(norad_ids(part)))
        rows = [{"who": "alliedsky", **summary(costs["alliedsky"]), "found": found},
                {"who": "skyfield", **summary(costs["skyfield"]), "found": told[0]["rises"]}]
        note = (f"skyfield searched {few} of the objects, and the time of its search is scaled to all {count}; rises "
                f"of these {few}: alliedsky {found}, skyfield {told[0]['rises']}")
        self.keep("passes", count, rows, note)

    def coverage(self):
        """Coverage against TAT-C: low satellites of the file with one cone each, over the cells of Japan."""
        if "tatc" not in self.peers:
            return
        options, database, tle = self.options, self.scratch / "cover.db", self.scratch / "cover.tle"
        count = apart(near_earth, self.tle, tle, options.cover_objects, True)
        self.alliedsky("import", tle, database=database)
        config = self.scratch / "cover.toml"
        config.write_text(f'[files]\nroster = ["{self.scratch / "cones.toml"}"]\n')
        (self.scratch / "cones.toml").write_text(cones(norad_ids(tle)))
        cells = self.scratch / "cells.csv"
        ours = [options.alliedsky, "--db", database, "--config", config, "coverage", "--region", "japan", "--from",
                options.start, "--hours", 168, "--nations", "xx", "--mission", "rf", "--fresh", "0s", "--show", "cells",
                "--format", "csv", "-o", cells]
        measured(ours, self.scratch)
        theirs = self.task("coverage_tatc", file=tle, start=options.start, hours=168, cells=cells,
                           off_nadir_deg=CONE_DEG, output=self.scratch / "tatc.csv")
        costs = self.turns({"alliedsky": (ours, None), "tatc": (theirs, None)})
        found = apart(accesses, cells)
        rows = [{"who": "alliedsky", **summary(costs["alliedsky"]), "found": found},
                {"who": "tatc", **summary(costs["tatc"]),
                 "found": json.loads(costs["tatc"][0].output)["accesses"]}]
        note = (f"accesses to the middles of the same cells within {CONE_DEG:.0f}° of the nadir, their figures by cell to "
                f"CSV; TAT-C uses one core")
        self.keep("coverage", count, rows, note)

    def rate(self):
        """States a second: alliedsky's by `cargo bench --bench propagate`, the peers' by their own best call."""
        database, all_sets, near = self.scratch / "rate.db", self.scratch / "rate.tle", self.scratch / "rate_near.tle"
        self.alliedsky("import", BUNDLED, database=database)
        self.alliedsky("catalog", "--elements", "tle", "-o", all_sets, database=database)
        count = apart(near_earth, all_sets, near, 10**9)
        bench = ["cargo", "bench", "--quiet", "--manifest-path", ROOT / "Cargo.toml", "--bench", "propagate"]
        subprocess.run([*map(str, bench), "--no-run"], check=True, env=environment(self.scratch))
        commands = {"alliedsky": (bench, ONE_CORE)}
        for name in ["sgp4", "astroz", "skyfield"]:
            if name in self.peers:
                commands[name] = (self.task(f"rate_{name}", file=near, start=BUNDLED_CLOCK), ONE_CORE)
        rows = []
        for name, costs in self.turns(commands).items():
            told = [bench_rates(cost.output) if name == "alliedsky" else json.loads(cost.output) for cost in costs]
            for call in told[0]:
                rates = [each[call] for each in told]
                who = CRATE if name == "alliedsky" and "crate" in call else name
                rows.append({"who": who, "call": call, "rate": statistics.median(rates), "rate_min": min(rates),
                             "rate_max": max(rates), "runs": len(rates)})
        note = "in the process, without start and reading; alliedsky's rows are those of benches/propagate.rs"
        self.keep("rate", count, rows, note)


def bench_rates(output):
    """Millions of items a second, the median, by the path of each row in divan's tree."""
    rates, path = {}, []
    for line in output.splitlines():
        shown = re.match(r"([ │]*(?:[├╰]─ )?)([^\s│][^│]*)?│?", line)
        name = re.sub(r"\s{2,}.*", "", shown[2] or "").strip()
        if re.search(r"[├╰]─ ", line):
            depth = len(shown[1]) // 3
            path = path[:depth - 1] + [name]
        found = re.findall(r"([\d.]+) ([KMG])item/s", line)
        if len(found) >= 3 and path:
            value, unit = found[2]
            rates[" ".join(path)] = float(value) * {"K": 1e-3, "M": 1.0, "G": 1e3}[unit]
    return rates


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    program_arguments(parser)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers (default: this)")
    parser.add_argument("--cases", default=",".join(TITLES), help=f"of {','.join(TITLES)} (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="rounds of each case (default: 5)")
    parser.add_argument("--astroz-step", type=float, help="minutes (default: the fastest of 0.25, 0.5 and 1)")
    parser.add_argument("--cover-objects", type=int, default=50, help="near-earth objects of the case coverage")
    parser.add_argument("--pass-objects", type=int, default=10_000, help="near-earth objects of the case passes")
    parser.add_argument("--skyfield-objects", type=int, default=300, help="how many of them skyfield gets")
    options = checked(parser.parse_args())
    options.cases = options.cases.split(",")
    unknown = set(options.cases) - set(TITLES)
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}")
    return options


def main():
    options = arguments()
    if not options.redraw:
        warn_if_busy()
        with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
            bench = Bench(options, scratch)
            for case in options.cases:
                print(TITLES[case], file=sys.stderr)
                if case in ("day", "week"):
                    bench.screen(case, {"day": 24, "week": 168}[case])
                elif case == "fleet":
                    bench.screen(case, 168, evenly(bench.tle, 100))
                else:
                    getattr(bench, case)()
    if not KEPT.exists():
        sys.exit("nothing measured yet")
    kept = json.loads(KEPT.read_text())
    results = {case: kept[case] for case in TITLES if case in kept}
    print(full_table(results))
    if options.write:
        rewrite("benches/README.md", "peers", full_table(results))
        rewrite("README.md", "peers", small_table(results))


if __name__ == "__main__":
    main()
