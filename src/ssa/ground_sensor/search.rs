//! When a sensor can observe an object.

use chrono::{DateTime, Utc};

use super::limit::{Sight, all, any, dark, not, sunlit};
use super::{Field, GroundSensor};
use crate::astro::crossing::{Fix, Horizon, Interval, Sample, Scan, Steps, SunPath, Track, intervals};
use crate::astro::frame::EarthOrientation;
use crate::astro::look::Station;
use crate::astro::propagator::PropagationError;
use crate::astro::span::Span;

/// A sensor with the vectors that searches need, computed once for all objects.
#[derive(Clone, Debug)]
pub struct Observer<'a> {
    sensor: &'a GroundSensor,
    station: Station,
    min_elevation_deg: f64,
}

impl<'a> Observer<'a> {
    /// Prepares a sensor.
    #[must_use]
    pub fn new(sensor: &'a GroundSensor) -> Self {
        let least = sensor.fields.iter().map(|field| field.min_elevation_deg).fold(90.0, f64::min);
        Self { sensor, station: sensor.station(), min_elevation_deg: least }
    }

    /// The sensor.
    #[must_use]
    pub const fn sensor(&self) -> &'a GroundSensor {
        self.sensor
    }

    /// Where it stands.
    #[must_use]
    pub const fn station(&self) -> &Station {
        &self.station
    }

    /// All stretches of `within` in which the sensor can observe the object, by geometry and light alone: whether it is
    /// bright or large enough, and whether anybody asks for it, is not known.
    ///
    /// First the stretches above the least elevation, then in them all limits at once, each with its own bound (the text of
    /// `limit` derives them): none of half a second or longer is lost, and no gap of that length. `sun` is the Sun's path
    /// during the track's window.
    ///
    /// # Errors
    /// The object has no state at the start of `within`. Where it ceases to have one later, [`Scan::lost`] tells when.
    pub fn observations<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        sun: &SunPath,
        within: Span,
    ) -> Result<Scan<PropagationError>, PropagationError> {
        let horizon = Horizon::new(track, &self.station, self.min_elevation_deg);
        let mut scan = horizon.intervals(within, Steps::default())?;
        let mut observed = Vec::new();
        for outer in &scan.intervals {
            let inner = intervals(outer.span, Steps::default(), |time_s| {
                Ok::<_, PropagationError>(self.sample(&track.fix(time_s)?, sun, time_s))
            })?;
            observed.extend(inner.intervals.iter().map(|inner| Interval {
                span: inner.span,
                open_start: inner.open_start && outer.open_start,
                open_end: inner.open_end && outer.open_end,
            }));
        }
        scan.intervals = observed;
        Ok(scan)
    }

    /// Every limit but the least elevation of all fields, joined.
    fn sample(&self, fix: &Fix, sun: &SunPath, time_s: f64) -> Sample {
        let sensor = self.sensor;
        let sight = Sight::new(&self.station, fix);
        let sun_km = sun.at_km(time_s);
        let fields = any(sensor.fields.iter().map(|field| in_field(&sight, field, self.min_elevation_deg)));
        let near = (sensor.range.min_km > 0.0).then(|| sight.beyond(sensor.range.min_km));
        let far = not(sight.beyond(sensor.range.max_km));
        let low = sensor.altitude.filter(|band| band.min_km > 0.0).map(|band| sight.higher(band.min_km));
        let high = sensor.altitude.map(|band| not(sight.higher(band.max_km)));
        let fan = sensor.fan_half_width_deg.map(|deg| sight.in_fan(deg));
        let night = sensor.max_sun_elevation_deg.map(|deg| dark(&self.station, &sun_km, deg));
        let light = sensor.needs_sunlit_target.then(|| sunlit(fix, &sun_km));
        all([Some(fields), near, Some(far), low, high, fan, night, light].into_iter().flatten())
    }
}

/// Inside a field; its least elevation where it is not the one that was searched for before.
fn in_field(sight: &Sight<'_>, field: &Field, searched_deg: f64) -> Sample {
    let floor = (field.min_elevation_deg > searched_deg).then(|| sight.above_elevation(field.min_elevation_deg));
    let ceiling = (field.max_elevation_deg < 90.0).then(|| not(sight.above_elevation(field.max_elevation_deg)));
    let sector = field.azimuth.map(|sector| {
        let edges = [sight.clockwise_of(sector.from_deg), not(sight.clockwise_of(sector.to_deg))];
        // Two half spaces: what both hold up to half a circle, what either holds beyond.
        if sector.width_deg() <= 180.0 { all(edges) } else { any(edges) }
    });
    all([floor, ceiling, sector].into_iter().flatten())
}
