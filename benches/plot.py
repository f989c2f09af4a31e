"""A figure of small log-log panels as SVG, written by hand: a card of its own, legible on light and dark pages."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, PANEL_HEIGHT = 880, 168
LEFT, RIGHT, TOP, BOTTOM, GAP_X, GAP_Y = 70, 26, 128, 56, 34, 78

STYLE = """
  .card { fill: #fbfbf9; stroke: #d9d8d2; }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #4a4945; }
  .head { font-size: 16px; font-weight: 600; fill: #1c1b19; }
  .name { font-size: 13px; font-weight: 600; fill: #1c1b19; }
  .value { font-size: 11px; fill: #1c1b19; }
  .grid { stroke: #e6e5df; } .axis { stroke: #a9a8a1; } .guide { stroke: #8b8a84; stroke-dasharray: 2 4; }
  .line { fill: none; stroke-width: 2; }
  .s0 { stroke: #1f6fc4; } .d0 { fill: #1f6fc4; } .s1 { stroke: #c4581f; stroke-dasharray: 6 3; } .d1 { fill: #c4581f; }
  .s2 { stroke: #1f8a63; } .d2 { fill: #1f8a63; }
  .dot { stroke: #fbfbf9; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #1b1c1e; stroke: #3a3b3e; } text { fill: #b9b8b2; } .head, .name, .value { fill: #f0efea; }
    .grid { stroke: #2d2e31; } .axis { stroke: #6a6a68; } .guide { stroke: #7d7d7a; }
    .s0 { stroke: #5fa8f0; } .d0 { fill: #5fa8f0; } .s1 { stroke: #ef8a52; } .d1 { fill: #ef8a52; }
    .s2 { stroke: #4fc497; } .d2 { fill: #4fc497; } .dot { stroke: #1b1c1e; }
  }"""


@dataclass
class Series:
    """One line: its name for the legend, its style (0 to 2), its points; values are written at the points or not."""

    name: str
    style: int
    points: list
    show_values: bool = False


@dataclass
class Panel:
    """One small plot. `ticks` are the x values that were measured, with their labels."""

    title: str
    x_label: str
    ticks: list
    series: list
    bound: tuple = None  # (y, label): a level to stay below
    guide: bool = False  # a line through the first point, along which y grows as x does


def decades(values):
    """Ends of a logarithmic axis that holds the values, and its ticks at 1, 2 and 5, or at decades where it is long."""
    low, high = min(values) / 2.2, max(values) * 1.7
    span = math.log10(high / low)
    steps = (1,) if span > 3.2 else (1, 3) if span > 1.6 else (1, 2, 5)
    ticks = [step * 10.0**power for power in range(-4, 9) for step in steps]
    return low, high, [tick for tick in ticks if low <= tick <= high]


def grouped(value):
    """A whole number, in groups of three digits from five on."""
    return f"{value:,.0f}".replace(",", "\u2009") if value >= 10_000 else f"{value:.0f}"


def tick_label(value):
    """The label of a tick on the y axis."""
    return grouped(value) if value >= 1 else f"{value:g}"


def value_label(value):
    """The label of a measured value: two digits or more."""
    return grouped(value) if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def text(x, y, words, style="", anchor="start", more=""):
    """A line of text."""
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind} text-anchor="{anchor}"{more}>{escape(words)}</text>'


def rule(x1, y1, x2, y2, style):
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def draw_panel(panel, x0, y0, width, y_axis, y_label):
    """One panel with its corner at x0, y0; `y_label` only where the panel is the first of its row."""
    low, high, y_ticks = y_axis
    x_values = [value for value, _ in panel.ticks]
    x_low, x_high = min(x_values) / 1.35, max(x_values) * 1.35

    def x(value):
        return x0 + width * math.log(value / x_low) / math.log(x_high / x_low)

    def y(value):
        return y0 + PANEL_HEIGHT * (1 - math.log(value / low) / math.log(high / low))

    parts = [text(x0, y0 - 12, panel.title, "name")]
    for tick in y_ticks:
        parts.append(rule(x0, y(tick), x0 + width, y(tick), "grid"))
        if y_label:
            parts.append(text(x0 - 8, y(tick) + 4, tick_label(tick), anchor="end"))
    if y_label:
        middle = y0 + PANEL_HEIGHT / 2
        parts.append(text(18, middle, y_label, anchor="middle", more=f' transform="rotate(-90 18 {middle:.1f})"'))
    bottom = y0 + PANEL_HEIGHT
    parts.append(rule(x0, bottom, x0 + width, bottom, "axis"))
    for value, label in panel.ticks:
        parts.append(rule(x(value), bottom, x(value), bottom + 4, "axis"))
        parts.append(text(x(value), bottom + 18, label, anchor="middle"))
    parts.append(text(x0 + width / 2, bottom + 36, panel.x_label, anchor="middle"))
    if panel.bound and low < panel.bound[0] < high:
        parts.append(rule(x0, y(panel.bound[0]), x0 + width, y(panel.bound[0]), "guide"))
        parts.append(text(x0 + 4, y(panel.bound[0]) + 14, panel.bound[1]))
    if panel.guide:
        first_x, first_y = panel.series[0].points[0]
        last_x = min(max(x_values), first_x * high / first_y)
        parts.append(rule(x(first_x), y(first_y), x(last_x), y(first_y * last_x / first_x), "guide"))
    for series in panel.series:
        route = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in series.points)
        parts.append(f'<polyline points="{route}" class="line s{series.style}"/>')
    for series in panel.series:
        for a, b in series.points:
            parts.append(f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5" class="dot d{series.style}"/>')
            if series.show_values:
                parts.append(text(x(a), y(b) + 17, value_label(b), "value", "middle"))
    return parts


def draw_legend(rows):
    """The names of all series, and of the guide where a panel has one, under the heading."""
    panels = [panel for _, panels in rows for panel in panels]
    entries = {series.name: f"line s{series.style}" for panel in panels for series in panel.series}
    if any(panel.guide for panel in panels):
        entries["proportional"] = "guide"
    parts = []
    x = 20.0
    for name, style in entries.items():
        parts += [rule(x, 72, x + 24, 72, style), text(x + 31, 76, name)]
        x += 52 + 7.2 * len(name)
    return parts


def figure(title, subtitle, description, rows):
    """The whole figure: rows of (y label, panels); the panels of a row share their y axis."""
    height = TOP + len(rows) * PANEL_HEIGHT + (len(rows) - 1) * GAP_Y + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(description)}</desc>',
        f"<style>{STYLE}\n</style>",
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" class="card"/>',
        text(20, 30, title, "head"),
        text(20, 49, subtitle),
    ]
    parts += draw_legend(rows)
    for index, (y_label, panels) in enumerate(rows):
        width = (WIDTH - LEFT - RIGHT - (len(panels) - 1) * GAP_X) / len(panels)
        y_axis = decades([b for panel in panels for series in panel.series for _, b in series.points])
        for column, panel in enumerate(panels):
            x0, y0 = LEFT + column * (width + GAP_X), TOP + index * (PANEL_HEIGHT + GAP_Y)
            parts += draw_panel(panel, x0, y0, width, y_axis, y_label if column == 0 else None)
    return "\n".join([*parts, "</svg>", ""])
