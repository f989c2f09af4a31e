"""The results of `peers.py` as Markdown: every row for benches/README.md, one a peer for README.md."""

import textwrap

from measure import number, runs, table

TITLES = {
    "day": "screening, all against all, 24 h, 5 km",
    "week": "screening, all against all, 7 d, 5 km",
    "fleet": "screening, 100 objects against all, 7 d, 5 km",
    "passes": "passes over one site, 7 d",
    "coverage": "coverage of Japan by cells, 7 d",
    "rate": "SGP4, states a second, one core",
}


def factor(times):
    """A ratio to two digits."""
    return f"{times:.0f}" if times >= 9.95 else f"{times:.1f}" if times >= 0.95 else f"{times:.2f}"


def heading(results):
    """Where, when and with what the kept cases were measured; said once where it is the same for all."""
    told = {}
    for name, case in results.items():
        versions = ", ".join(f"{name} {version}" for name, version in case["versions"].items())
        line = f"{case['date']}, {case['machine']}; {versions}; {runs(case['runs'])}, taking turns."
        told.setdefault(line, []).append(name)
    if len(told) == 1:
        lines = list(told)
    else:
        lines = [f"{', '.join(names).capitalize()}: {line}" for line, names in told.items()]
    return "\n\n".join(textwrap.fill(line, 120) for line in lines)


def is_deep(row):
    """Whether a row's states are those of deep space, which have a theory of their own."""
    return row.get("call", "").startswith("deep_space")


def rows_of(case):
    """A case's rows in order, with the factor by which alliedsky's best at the same task is better."""
    key, better = ("rate", max) if "rate" in case["rows"][0] else ("wall_s", min)
    for row in case["rows"]:
        ours = better(one[key] for one in case["rows"] if one["who"] == "alliedsky" and is_deep(one) == is_deep(row))
        yield row, (ours / row[key] if key == "rate" else row[key] / ours)


def full_table(results):
    """Every row, for benches/README.md."""
    rows, notes, rates = [], [], []
    for name, case in results.items():
        for row, times in rows_of(case):
            if "rate" in row:
                spread = f"{number(row['rate_min'])} – {number(row['rate_max'])}"
                rates.append([f"{row['who']} `{row['call']}`", number(row["rate"]), spread, factor(times)])
            else:
                spread = f"{number(row['wall_min_s'])} – {number(row['wall_max_s'])}"
                rows.append([f"{TITLES[name]}, {case['objects']} objects", row["who"], number(row["wall_s"]), spread,
                             number(row["cpu_s"]), f"{row['peak_mib']:.0f}", str(row["found"]), factor(times)])
        notes.append(textwrap.fill(f"- {TITLES[name]}: {case['note']}.", 120, subsequent_indent="  "))
    parts = [heading(results)]
    if rows:
        header = ["whole process", "program", "s", "min – max", "cpu s", "peak MiB", "found", "ratio"]
        parts.append(table(header, rows))
    if rates:
        parts.append(table([TITLES["rate"], "M/s", "min – max", "ratio"], rates))
    return "\n\n".join([*parts, "\n".join(notes)])


def small_table(results):
    """One row a case and peer, for README.md."""
    rows = []
    for name, case in results.items():
        best = {}
        for row, times in rows_of(case):
            if not is_deep(row) and (row["who"] not in best or times < best[row["who"]][1]):
                best[row["who"]] = (row, times)
        key, unit = ("rate", "M/s") if name == "rate" else ("wall_s", "s")
        ours, _ = best.pop("alliedsky")
        for who, (row, times) in best.items():
            peer = f"{'python-' if who == 'sgp4' else ''}{who} {case['versions'][who]}"
            rows.append([f"{TITLES[name]}, {case['objects']} objects", f"{number(ours[key])} {unit}",
                         f"{peer}: {number(row[key])} {unit}", factor(times)])
    return heading(results) + "\n\n" + table(["task", "alliedsky", "peer", "ratio"], rows)
