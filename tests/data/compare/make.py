"""Makes the lists of this folder: what a stranger would publish of the catalogue in ../elements, and what he did to it.

Needs sgp4, numpy and numba from PyPI; takes some minutes. Every pair is looked at on every step: no sieve, no index.
"""

import csv
import datetime
import gzip
import io
import json
import math
import pathlib

import numba
import numpy as np
from sgp4.api import WGS72, Satrec, SatrecArray

HERE = pathlib.Path(__file__).parent
START = datetime.datetime(2018, 1, 21)
OURS_H, OURS_KM = (0.0, 168.0), 6.0
# The stranger begins six hours later and ends six hours later, looks less far, and leaves out what his rules leave out.
THEIRS_H, THEIRS_KM = (6.0, 174.0), 5.0
STEP_S = 20.0
# He has no sets of these, we have none of those, and his sets of the last are three days older and not as good.
NOT_THEIRS = (29252, 39136, 39451)
NOT_OURS = (40655, 42789)
REPLACED = (33493, 40360, 42772, 42781, 42997)
FLEETS = ("IRIDIUM", "FLOCK 3P")
LEFT_OUT_EVERY = 97
NEAR_END_S = 60.0


def catalogue():
    lines = gzip.open(HERE / "../elements/gpredict_20180120.tle.gz", "rt").read().splitlines()
    sets = {}
    for name, one, two in zip(lines[0::3], lines[1::3], lines[2::3]):
        sets[int(one[2:7])] = (name.strip(), Satrec.twoline2rv(one, two, WGS72))
    return sets


def older(sat, days=3.0, off_rev_per_day=1e-4):
    """A set as it might have been published days before: angles moved back by SGP4's secular rates, and a little off."""
    back, turn = -days * 1440.0, 2.0 * math.pi
    off = off_rev_per_day * turn / 1440.0
    epoch = sat.jdsatepoch + sat.jdsatepochF - 2433281.5 - days
    old = Satrec()
    old.sgp4init(
        WGS72, "i", sat.satnum, epoch, sat.bstar, sat.ndot, sat.nddot, sat.ecco,
        (sat.argpo + sat.argpdot * back) % turn, sat.inclo, (sat.mo + sat.mdot * back) % turn,
        sat.no_kozai + off, (sat.nodeo + sat.nodedot * back) % turn,
    )
    return old


def julian(seconds):
    """Julian date of a time after START in two parts."""
    days = np.floor(np.asarray(seconds) / 86400.0)
    return 2458139.5 + days, np.asarray(seconds) / 86400.0 - days


@numba.njit(parallel=True)
def brackets(position, velocity, is_known, below_km):
    """Steps at whose end a pair recedes that approached at its beginning, and on straight lines comes nearly so close: two
    orbits bend apart by less than 1 km in a step when they are that near."""
    reach_km = below_km + 16.0 * STEP_S
    count = position.shape[0]
    found = [[(0, 0, 0)][:0] for _ in range(count)]
    for index in numba.prange(count):
        one = np.int64(index)
        mine = [(0, 0, 0)][:0]
        for other in range(one + 1, count):
            before = 1.0
            for step in range(position.shape[1]):
                if not (is_known[one, step] and is_known[other, step]):
                    before = 1.0
                    continue
                dx = position[one, step, 0] - position[other, step, 0]
                dy = position[one, step, 1] - position[other, step, 1]
                dz = position[one, step, 2] - position[other, step, 2]
                if dx * dx + dy * dy + dz * dz > reach_km * reach_km:
                    before = 1.0
                    continue
                vx = velocity[one, step, 0] - velocity[other, step, 0]
                vy = velocity[one, step, 1] - velocity[other, step, 1]
                vz = velocity[one, step, 2] - velocity[other, step, 2]
                now = dx * vx + dy * vy + dz * vz
                if before < 0.0 <= now:
                    off = dx * dx + dy * dy + dz * dz - now * now / max(vx * vx + vy * vy + vz * vz, 1e-12)
                    if off < (below_km + 3.0) ** 2 or now * now < 1e-2:
                        mine.append((one, other, step))
                before = now
        found[index] = mine
    return found


def distance(one, other, seconds):
    jd, fr = julian(seconds)
    states = [sat.sgp4(float(jd), float(fr)) for sat in (one, other)]
    if any(state[0] for state in states):
        return None
    return math.dist(states[0][1], states[1][1]), math.dist(states[0][2], states[1][2])


def least(one, other, low, high):
    """Golden section on the distance itself."""
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    while high - low > 1e-5:
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        at = [distance(one, other, time) for time in (a, b)]
        if None in at:
            return None
        low, high = (low, b) if at[0][0] < at[1][0] else (a, high)
    time = (low + high) / 2.0
    return time, *distance(one, other, time)


def screened(sets, hours, below_km):
    """(id, id): [(seconds, km, km/s)] of all minima."""
    ids = sorted(sets)
    array, found, chunk_h = SatrecArray([sets[norad_id] for norad_id in ids]), {}, 6.0
    for begin in np.arange(hours[0], hours[1], chunk_h):
        seconds = begin * 3600.0 + np.arange(0.0, chunk_h * 3600.0 + STEP_S / 2.0, STEP_S)
        errors, position, velocity = array.sgp4(*julian(seconds))
        for rows in brackets(position, velocity, errors == 0, below_km):
            for one, other, step in rows:
                pair = (ids[one], ids[other])
                minimum = least(sets[pair[0]], sets[pair[1]], seconds[step - 1], seconds[step])
                if minimum and minimum[1] < below_km and hours[0] <= minimum[0] / 3600.0 < hours[1]:
                    found.setdefault(pair, []).append(minimum)
    return found


def is_payload(name):
    return not (name.endswith(" DEB") or " DEB " in name or "R/B" in name or name.startswith("OBJECT"))


def fleet(name):
    return next((fleet for fleet in FLEETS if name.startswith(fleet)), None)


def same(pair, time, others, reach_s):
    """The approach of a pair that another screening has in its place."""
    near = [other for other in others.get(pair, []) if abs(other[0] - time) <= reach_s[pair]]
    return min(near, key=lambda other: abs(other[0] - time), default=None)


def deeds_on_ours(pair, minimum, names, theirs, reach_s, farthest_km):
    """Everything the stranger did that keeps this approach of ours from his list."""
    time, miss_km, _ = minimum
    deeds = []
    if not THEIRS_H[0] * 3600.0 <= time < THEIRS_H[1] * 3600.0:
        deeds.append("boundary")
    if any(norad_id in NOT_THEIRS for norad_id in pair) or not any(is_payload(names[i]) for i in pair):
        deeds.append("scope")
    if fleet(names[pair[0]]) and fleet(names[pair[0]]) == fleet(names[pair[1]]):
        deeds.append("constellation filter")
    if miss_km >= farthest_km:
        deeds.append("threshold")
    if any(norad_id in REPLACED for norad_id in pair) and not same(pair, time, theirs, reach_s):
        deeds.append("other element set")
    return deeds


def utc(seconds, form):
    return (START + datetime.timedelta(seconds=seconds)).strftime(form)


def pack(name, text):
    with open(HERE / name, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())


def table(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def main():
    known = catalogue()
    names = {norad_id: name for norad_id, (name, _) in known.items()}
    our_sets = {norad_id: sat for norad_id, (_, sat) in known.items() if norad_id not in NOT_OURS}
    their_sets = {norad_id: sat for norad_id, (_, sat) in known.items() if norad_id not in NOT_THEIRS}
    their_sets |= {norad_id: older(their_sets[norad_id]) for norad_id in REPLACED}
    ours, theirs = screened(our_sets, OURS_H, OURS_KM), screened(their_sets, THEIRS_H, THEIRS_KM)
    period_s = {norad_id: 120.0 * math.pi / sat.no_kozai for norad_id, (_, sat) in known.items()}
    reach_s = {pair: min(period_s[norad_id] for norad_id in pair) / 4.0 for pair in [*ours, *theirs]}

    listed = []
    for pair, minima in theirs.items():
        is_fleet = fleet(names[pair[0]]) and fleet(names[pair[0]]) == fleet(names[pair[1]])
        if not is_fleet and any(is_payload(names[norad_id]) for norad_id in pair):
            listed += [(pair, minimum) for minimum in minima]
    listed.sort(key=lambda row: row[1][0])
    left_out = {(row[0], row[1]) for row in listed[LEFT_OUT_EVERY // 2 :: LEFT_OUT_EVERY]}
    listed = [row for row in listed if (row[0], row[1]) not in left_out]
    farthest_km = max(round(row[1][1], 3) for row in listed)
    in_list = {}
    for pair, minimum in listed:
        in_list.setdefault(pair, []).append(minimum)

    done = []
    for pair, minima in ours.items():
        for minimum in minima:
            deeds = deeds_on_ours(pair, minimum, names, theirs, reach_s, farthest_km)
            partner = same(pair, minimum[0], in_list, reach_s)
            if partner:
                # A replaced set moves an approach that both still have.
                deeds = ["other element set"] if any(norad_id in REPLACED for norad_id in pair) else []
            done.append(("both" if partner else "us", pair, minimum, deeds or ["" if partner else "unknown"]))
    for pair, minimum in listed:
        if same(pair, minimum[0], ours, reach_s):
            continue
        deeds = []
        if not OURS_H[0] * 3600.0 <= minimum[0] < OURS_H[1] * 3600.0:
            deeds.append("boundary")
        if any(norad_id in NOT_OURS for norad_id in pair):
            deeds.append("scope")
        if any(norad_id in REPLACED for norad_id in pair):
            deeds.append("other element set")
        done.append(("them", pair, minimum, deeds or ["unknown"]))
    done.sort(key=lambda row: (row[2][0], row[1]))
    rows = [("found_by", "deeds", "primary_id", "secondary_id", "tca", "miss_km", "rel_speed_km_s")]
    for found_by, pair, (time, miss_km, speed), deeds in done:
        tca = utc(time, "%Y-%m-%dT%H:%M:%S.%fZ")
        rows.append((found_by, ";".join(deeds), *pair, tca, f"{miss_km:.6f}", f"{speed:.6f}"))
    pack("done.csv.gz", table(rows))

    heads = [f"{column}_{number}" for number in (1, 2) for column in ("NORAD_CAT_ID", "OBJECT_NAME", "DSE")]
    rows, messages = [[*heads, "TCA", "TCA_RANGE", "TCA_RELATIVE_SPEED", "MAX_PROB", "DILUTION"]], []
    for index, (pair, (time, miss_km, speed)) in enumerate(listed):
        jd, fr = julian(time)
        row = []
        for norad_id in reversed(pair) if index % 2 else pair:
            sat = their_sets[norad_id]
            row += [norad_id, f"{names[norad_id]} [+]", f"{jd - sat.jdsatepoch + fr - sat.jdsatepochF:.3f}"]
        # The greatest probability of a round covariance: r² / (e d²) at a deviation of d / √2, with r of 10 m.
        probability = min(1.0, 0.01**2 / (math.e * miss_km**2))
        row += [utc(time, "%Y-%m-%d %H:%M:%S.%f")[:-3], f"{miss_km:.3f}", f"{speed:.3f}"]
        rows.append([*row, f"{probability:.3E}", f"{miss_km / math.sqrt(2.0):.3f}"])
        message = {"CDM_ID": str(1000 + index), "CREATED": "2018-01-21 00:00:00.000000", "EMERGENCY_REPORTABLE": "N"}
        message |= {"TCA": utc(time, "%Y-%m-%dT%H:%M:%S.%f"), "MIN_RNG": f"{miss_km * 1000.0:.0f}", "PC": None}
        for number, norad_id in zip((1, 2), pair):
            kind = "PAYLOAD" if is_payload(names[norad_id]) else "DEBRIS" if "DEB" in names[norad_id] else "ROCKET BODY"
            message |= {f"SAT_{number}_ID": str(norad_id), f"SAT_{number}_NAME": names[norad_id]}
            message |= {f"SAT{number}_OBJECT_TYPE": kind, f"SAT{number}_RCS": None, f"SAT_{number}_EXCL_VOL": "1.00"}
        messages.append(message)
    pack("socrates.csv.gz", table(rows))
    pack("cdm_public.json.gz", json.dumps(messages, separators=(",", ":")))
    counts = {}
    for found_by, _, _, deeds in done:
        counts[found_by, ";".join(deeds)] = counts.get((found_by, ";".join(deeds)), 0) + 1
    for key, count in sorted(counts.items()):
        print(*key, count)
    named = {name: sum(any(fleet(names[i]) == name for i in pair) for pair, _ in listed) for name in FLEETS}
    print("rows", len(listed), "farthest", farthest_km, "rows of fleets", named)


main()
