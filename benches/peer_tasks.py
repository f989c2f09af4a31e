"""What the peers are asked to do, each in a process of its own; `peers.py` starts these with the peers' interpreter.

Each task prints one JSON object. Times are measured here only where a whole process would measure something else:
states a second, and the share of a run that grows with the number of satellites.
"""

import argparse
import datetime
import importlib.metadata
import json
import statistics
import time


def element_sets(file):
    """Pairs of lines of a file of two- or three-line element sets."""
    lines = open(file).read().splitlines()
    return [(one, two) for one, two in zip(lines, lines[1:]) if one.startswith("1 ") and two.startswith("2 ")]


def instant(text):
    """An RFC 3339 time in UTC."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def versions(_):
    """The versions of the peers that are installed."""
    found = {}
    for name in ["astroz", "sgp4", "skyfield", "tatc", "numpy"]:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def screen_astroz(options):
    """All approaches to CSV, by number, time, distance and speed; with `--fleet` those of these objects alone."""
    import astroz

    catalogue = astroz.Constellation(open(options.file).read())
    ids = catalogue.satnums
    start = instant(options.start)
    target = None
    if options.fleet:
        wanted = {int(word) for word in options.fleet.split(",")}
        target = [index for index, norad_id in enumerate(ids) if norad_id in wanted]
    minutes = options.hours * 60.0
    threshold, step = options.threshold_km, options.step_min
    found = astroz.screen(catalogue, minutes, threshold=threshold, step=step, target=target, start_time=start)
    with open(options.output, "w") as out:
        out.write("primary_id,secondary_id,tca,miss_km,rel_speed_km_s\n")
        columns = [column.tolist() for column in found]
        for i, j, minute, distance, speed in zip(*columns):
            tca = (start + datetime.timedelta(minutes=minute)).isoformat()
            out.write(f"{ids[i]},{ids[j]},{tca},{distance:.6f},{speed:.6f}\n")
    return {"events": len(found.i)}


def rate(propagate, states):
    """Millions of states a second of a call, the median of five after one to warm up."""
    taken = []
    for _ in range(6):
        begun = time.perf_counter()
        propagate()
        taken.append(time.perf_counter() - begun)
    return states / statistics.median(taken[1:]) / 1e6


def day_of_minutes(start):
    """A day in steps of a minute as Julian dates in two parts."""
    import numpy

    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    jd = midnight.timestamp() / 86400.0 + 2440587.5
    return numpy.full(1440, jd), (start - midnight).total_seconds() / 86400.0 + numpy.arange(1440) / 1440.0


def rate_sgp4(options):
    """python-sgp4: all satellites at once, and satellite by satellite."""
    from sgp4.api import Satrec, SatrecArray

    satellites = [Satrec.twoline2rv(*lines) for lines in element_sets(options.file)]
    together = SatrecArray(satellites)
    jd, fraction = day_of_minutes(instant(options.start))
    states = len(satellites) * len(jd)
    return {
        "SatrecArray.sgp4": rate(lambda: together.sgp4(jd, fraction), states),
        "Satrec.sgp4_array": rate(lambda: [one.sgp4_array(jd, fraction) for one in satellites], states),
    }


def rate_astroz(options):
    """astroz: its own call, and the one it shares with python-sgp4."""
    import astroz
    import numpy
    from astroz.api import Satrec, SatrecArray

    start = instant(options.start)
    minutes = numpy.arange(1440.0)
    catalogue = astroz.Constellation(open(options.file).read())
    together = SatrecArray([Satrec.twoline2rv(*lines) for lines in element_sets(options.file)])
    jd, fraction = day_of_minutes(start)
    states = catalogue.num_satellites * len(minutes)
    own = lambda: astroz.propagate(catalogue, minutes, start_time=start, output="teme", velocities=True)
    return {"propagate": rate(own, states), "SatrecArray.sgp4": rate(lambda: together.sgp4(jd, fraction), states)}


def rate_skyfield(options):
    """skyfield: states turned to its inertial frame, which is what its calls give; every tenth satellite."""
    from skyfield.api import EarthSatellite, load

    scale = load.timescale()
    satellites = [EarthSatellite(*lines, ts=scale) for lines in element_sets(options.file)[::10]]
    start = instant(options.start)
    minutes = [start + datetime.timedelta(minutes=minute) for minute in range(1440)]
    times = scale.from_datetimes(minutes)
    return {"EarthSatellite.at": rate(lambda: [one.at(times) for one in satellites], len(satellites) * len(minutes))}


def passes_skyfield(options):
    """Rises, culminations and sets over a site; tells the seconds of the search itself, and how many rose."""
    from skyfield.api import EarthSatellite, load, wgs84

    scale = load.timescale()
    latitude_deg, longitude_deg = (float(word) for word in options.site.split(","))
    site = wgs84.latlon(latitude_deg, longitude_deg)
    satellites = [EarthSatellite(*lines, ts=scale) for lines in element_sets(options.file)]
    start = instant(options.start)
    first = scale.from_datetime(start)
    last = scale.from_datetime(start + datetime.timedelta(hours=options.hours))
    begun = time.perf_counter()
    rises = 0
    with open(options.output, "w") as out:
        out.write("norad_id,event,time\n")
        for satellite in satellites:
            times, events = satellite.find_events(site, first, last, altitude_degrees=options.min_elevation_deg)
            rises += int((events == 0).sum())
            for event, at in zip(events, times.utc_iso()):
                out.write(f"{satellite.model.satnum},{event},{at}\n")
    return {"search_s": time.perf_counter() - begun, "rises": rises}


def coverage_tatc(options):
    """Accesses of a cone to the middles of cells, and what they make of each cell, by NASA's TAT-C; tells how many."""
    import csv

    from tatc.analysis import aggregate_observations, collect_observations, reduce_observations
    from tatc.schemas import Instrument, Point, Satellite, TwoLineElements

    with open(options.cells) as cells:
        middles = {row["cell"]: (float(row["latitude_deg"]), float(row["longitude_deg"])) for row in csv.DictReader(cells)}
    points = [Point(id=int(cell), latitude=latitude_deg, longitude=longitude_deg)
              for cell, (latitude_deg, longitude_deg) in middles.items()]
    cone = Instrument(name="cone", field_of_regard=2 * options.off_nadir_deg)
    satellites = [Satellite(name=one[2:7], orbit=TwoLineElements(tle=list(lines)), instruments=[cone])
                  for lines in element_sets(options.file) for one in lines[:1]]
    start = instant(options.start)
    end = start + datetime.timedelta(hours=options.hours)
    found = collect_observations(points, satellites, start, end)
    reduced = reduce_observations(aggregate_observations(found))
    reduced.drop(columns="geometry").to_csv(options.output)
    return {"accesses": len(found)}


TASKS = {task.__name__: task for task in
         [versions, screen_astroz, rate_sgp4, rate_astroz, rate_skyfield, passes_skyfield, coverage_tatc]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--file", help="two- or three-line element sets")
    parser.add_argument("--start", help="begin of the window")
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--threshold-km", type=float, default=5.0)
    parser.add_argument("--step-min", type=float, default=0.5)
    parser.add_argument("--fleet", help="catalogue numbers with commas")
    parser.add_argument("--site", help="latitude and longitude with a comma")
    parser.add_argument("--min-elevation-deg", type=float, default=10.0)
    parser.add_argument("--cells", help="CSV with the columns cell, latitude_deg, longitude_deg")
    parser.add_argument("--off-nadir-deg", type=float, default=45.0)
    parser.add_argument("--output", default="/dev/null")
    options = parser.parse_args()
    print(json.dumps(TASKS[options.task](options)))


if __name__ == "__main__":
    main()
