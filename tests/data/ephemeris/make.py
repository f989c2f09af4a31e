#!/usr/bin/env python3
"""Ephemerides of one object in three frames: writes the files of this folder.

The state of the ISS at the beginning is python-sgp4's; from there it is integrated with the oblateness of the Earth alone
(Runge-Kutta of the fourth order in steps of a second), so that velocities are the rates of positions, which SGP4's are
not. Skyfield turns TEME to the other frames.

    python3 make.py ../../../tle/catalogue_20180120.csv.gz
"""
import csv
import datetime
import gzip
import io
import sys

from sgp4 import omm
from sgp4.api import Satrec
from skyfield.api import load
from skyfield.framelib import itrs
from skyfield.sgp4lib import TEME
from skyfield.positionlib import build_position
from skyfield.units import Distance, Velocity

NORAD = "25544"
START = datetime.datetime(2018, 1, 21)
APART_S, COUNT = 240, 46

with gzip.open(sys.argv[1], "rt") as file:
    row = next(row for row in omm.parse_csv(file) if row["NORAD_CAT_ID"] == NORAD)
satellite = Satrec()
omm.initialize(satellite, row)
# UT1 = UTC, no polar motion: what a reader has who has no Earth orientation.
scale = load.timescale(delta_t=37 + 32.184)


def day(seconds):
    t = START + datetime.timedelta(seconds=seconds)
    return t, scale.utc(t.year, t.month, t.day, t.hour, t.minute, t.second + t.microsecond * 1e-6)


MU, RADIUS, J2 = 398600.4418, 6378.137, 1.08262668e-3


def rate(s):
    x, y, z, vx, vy, vz = s
    r2 = x * x + y * y + z * z
    pull = -MU / r2**1.5
    bulge, polar = 1.5 * J2 * RADIUS**2 / r2, 5 * z * z / r2
    across, along = 1 + bulge * (1 - polar), 1 + bulge * (3 - polar)
    return [vx, vy, vz, pull * x * across, pull * y * across, pull * z * along]


def step(s, h):
    def moved(k, share):
        return [a + share * h * b for a, b in zip(s, k)]

    k1 = rate(s)
    k2 = rate(moved(k1, 0.5))
    k3 = rate(moved(k2, 0.5))
    k4 = rate(moved(k3, 1.0))
    return [a + h / 6 * (p + 2 * q + 2 * r + t) for a, p, q, r, t in zip(s, k1, k2, k3, k4)]


# The Julian date of UTC, split as python-sgp4 wants it.
error, r, v = satellite.sgp4((START - datetime.datetime(2000, 1, 1, 12)).days + 2451545.5, 0.0)
assert error == 0
path = [[*r, *v]]
for _ in range(APART_S * (COUNT - 1)):
    path.append(step(path[-1], 1.0))


def teme(seconds):
    s = path[round(seconds)]
    return s[:3], s[3:]


def in_frame(frame, seconds):
    r, v = teme(seconds)
    if frame == "TEME":
        return r, v
    at = day(seconds)[1]
    # The axes of TEME as vectors of the GCRS.
    turn = TEME.rotation_at(at).T
    r, v = turn @ r, turn @ v
    if frame == "GCRF":
        return r, v
    place = build_position(Distance(km=r).au, Velocity(km_per_s=v).au_per_d, at, center=399)
    r, v = place.frame_xyz_and_velocity(itrs)
    return r.km, v.km_per_s


for frame, name in (("TEME", "teme"), ("GCRF", "gcrf"), ("ITRF2014", "itrf")):
    text = io.StringIO()
    print("CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2018-01-20T18:00:00\nORIGINATOR = RK4-J2\n", file=text)
    stop = day(APART_S * (COUNT - 1))[0]
    print("META_START\nOBJECT_NAME = ISS (ZARYA)\nOBJECT_ID = 1998-067A\nCENTER_NAME = EARTH", file=text)
    print(f"REF_FRAME = {frame}\nTIME_SYSTEM = UTC\nSTART_TIME = {START.isoformat()}", file=text)
    print(f"STOP_TIME = {stop.isoformat()}\nINTERPOLATION = HERMITE\nINTERPOLATION_DEGREE = 7\nMETA_STOP\n", file=text)
    for k in range(COUNT):
        r, v = in_frame(frame, k * APART_S)
        numbers = " ".join(f"{x:.9f}" for x in r) + " " + " ".join(f"{x:.12f}" for x in v)
        print(day(k * APART_S)[0].isoformat(), numbers, file=text)
    with open(f"iss_{name}.oem", "w") as file:
        file.write(text.getvalue())

with open("iss_between.csv", "w") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow("time_s x_km y_km z_km vx_km_s vy_km_s vz_km_s".split())
    for k in range(COUNT - 1):
        for share in (0.25, 0.5, 0.9):
            seconds = (k + share) * APART_S
            r, v = teme(seconds)
            writer.writerow([seconds] + [f"{x:.9f}" for x in r] + [f"{x:.12f}" for x in v])
