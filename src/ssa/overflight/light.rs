//! How much of an overflight is by day.

use crate::astro::crossing::SunPath;
use crate::astro::look::Station;
use crate::astro::span::Span;

/// Whether the Sun is above a place's horizon during an overflight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Daylight {
    /// All the time below.
    Night,
    /// It rises or sets in between.
    Part,
    /// All the time above.
    Day,
}

/// Farther than the Sun ever is from a place on the Earth, km: aphelion and the Earth's radius.
const FARTHEST_SUN_KM: f64 = 1.522e8;

/// The fastest that the Sun's elevation can change, rad/s: the Earth's turn, with a margin for the Sun's own motion.
const FASTEST_RAD_S: f64 = 7.33e-5;

/// Nearer to the horizon than this the Sun is looked at once in so long, seconds.
const SHORTEST_STEP_S: f64 = 1.0;

impl Daylight {
    /// By whether the Sun is above the horizon at some time, and below it at some time.
    #[must_use]
    pub const fn of(is_ever_light: bool, is_ever_dark: bool) -> Self {
        match (is_ever_light, is_ever_dark) {
            (true, false) => Self::Day,
            (true, true) => Self::Part,
            (false, _) => Self::Night,
        }
    }

    /// That of a stretch at a place, in seconds from the start of the Sun's path.
    ///
    /// The sine of the elevation changes no faster than the elevation itself: one glance at the middle tells all of a
    /// stretch in which the Sun cannot get to the horizon. A day or a night of less than a second may be missed.
    pub(super) fn during(span: Span, station: &Station, sun: &SunPath) -> Self {
        let height_km = |time_s: f64| (sun.at_km(time_s) - station.position_km).dot(&station.up);
        // How long the Sun stays on its side of the horizon at least.
        let clear_s = |height_km: f64| height_km.abs() / (FARTHEST_SUN_KM * FASTEST_RAD_S);
        let middle_km = height_km(0.5 * (span.start_s + span.end_s));
        let is_light = middle_km > 0.0;
        if clear_s(middle_km) > 0.5 * span.seconds() {
            return Self::of(is_light, !is_light);
        }
        let mut time_s = span.start_s;
        while time_s < span.end_s {
            let now_km = height_km(time_s);
            if (now_km > 0.0) != is_light {
                return Self::Part;
            }
            time_s += clear_s(now_km).max(SHORTEST_STEP_S);
        }
        if (height_km(span.end_s) > 0.0) == is_light { Self::of(is_light, !is_light) } else { Self::Part }
    }

    /// The word for columns: is it day?
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Night => "no",
            Self::Part => "part",
            Self::Day => "yes",
        }
    }

    /// Whether the Sun is above the horizon at some time.
    #[must_use]
    pub const fn is_ever_light(self) -> bool {
        matches!(self, Self::Part | Self::Day)
    }

    /// Whether it is below at some time.
    #[must_use]
    pub const fn is_ever_dark(self) -> bool {
        matches!(self, Self::Part | Self::Night)
    }

    /// That of a stretch of which `self` and `other` are parts.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self::of(self.is_ever_light() || other.is_ever_light(), self.is_ever_dark() || other.is_ever_dark())
    }
}
