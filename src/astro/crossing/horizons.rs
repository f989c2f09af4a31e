//! Heights over the masks of many stations, searched together.

use std::f64::consts::PI;

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use super::piece::{Smooth, at};
use super::track::Track;
use super::{CROSSING_TOLERANCE_S, Interval, Steps};
use crate::astro::frame::EarthOrientation;
use crate::astro::geodesy::WGS84;
use crate::astro::look::Station;
use crate::astro::span::Span;
use crate::kernel::beneath::above;
use crate::kernel::horizon::{Brackets, LANES, Motion, ONE, Seen, Tile, UNKNOWN, Verdict, look, zeros as zeros_of};
use crate::kernel::lanes::Form;
use crate::kernel::root::{Fineness, root, zeros};

/// A piece of path is walked in so many chords.
const CHORDS: f64 = 5.0;

/// When an object stands at or above an elevation, seen from each of many stations.
///
/// The same as [`super::Horizon`] of every station, by the same bounds; but a path is cut into its chords once, the stations
/// stand in the lanes of [`crate::kernel::horizon`], and so do the zeros of g.
#[derive(Clone, Debug)]
pub struct Horizons {
    tiles: Vec<Tile>,
    count: usize,
    farthest_km: f64,
    form: Form,
}

/// An object's place at an end of a chord: what the ground beneath it is, nearly.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    /// When.
    pub time_s: f64,
    /// The ellipsoid's normal beneath the object, Earth-fixed, to 1e-8 rad.
    pub normal: Vector3<f64>,
    /// Its rate, rad/s, to 1e-4 of itself: see [`super::Fix::near_normal`].
    pub turn_rad_s: Vector3<f64>,
    /// How far the normal can turn, rad, in half of the chord that ends here.
    pub swing_rad: f64,
}

/// What a search by [`Horizons`] found, and its scratch space.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// The stretches above the mask, each with its station's number, by their ends.
    pub found: Vec<(usize, Interval)>,
    /// The object at the ends of all chords, in order of time.
    pub glances: Vec<Glance>,
    /// Over less than this, in seconds, the ground track is nearly an arc of a great circle; 0 for orbits whose is not.
    pub arc_s: f64,
    running: Vec<Option<(f64, bool)>>,
    points_km: Vec<[f64; 3]>,
    seen: Vec<Seen>,
    verdicts: Vec<Verdict>,
    changes: Vec<(usize, f64)>,
    brackets: Vec<Bracket>,
}

/// One zero of g, bracketed.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    /// Its place among the changes.
    change: usize,
    station: usize,
    from: (f64, f64),
    to: (f64, f64),
    bend_km_s2: f64,
}

impl Horizons {
    /// The horizons of stations, each raised by its least elevation in degrees.
    #[must_use]
    pub fn new(stations: &[(Station, f64)]) -> Self {
        let mut tiles = vec![Tile::NOWHERE; stations.len().div_ceil(LANES)];
        for (index, (station, min_elevation_deg)) in stations.iter().enumerate() {
            let (tile, lane) = (&mut tiles[index / LANES], index % LANES);
            for axis in 0..3 {
                tile.place[axis][lane] = station.position_km[axis];
                tile.normal[axis][lane] = station.up[axis];
            }
            tile.sin_mask[lane] = min_elevation_deg.to_radians().sin();
        }
        let farthest_km = stations.iter().map(|(station, _)| station.position_km.norm()).fold(0.0, f64::max);
        Self { tiles, count: stations.len(), farthest_km, form: Form::best() }
    }

    /// All stretches of `within` in which an object is above the masks; nothing where its path is not smooth all along.
    pub fn search<O: Fn(DateTime<Utc>) -> EarthOrientation>(
        &self,
        track: &Track<'_, O>,
        within: Span,
        steps: Steps,
        watch: &mut Watch,
    ) -> Option<()> {
        watch.start(self.count);
        let mut at_s = within.start_s;
        let mut is_first = true;
        while at_s < within.end_s || is_first {
            let smooth = track.smooth(at_s)?;
            let end_s = smooth.span.end_s.min(within.end_s);
            self.walk(&smooth, Span::new(at_s, end_s), is_first, steps, watch);
            is_first = false;
            at_s = end_s;
        }
        watch.end(within.end_s);
        Some(())
    }

    /// Walks a part of a piece of path, chord by chord.
    fn walk(&self, smooth: &Smooth, part: Span, is_first: bool, steps: Steps, watch: &mut Watch) {
        let chords = (part.seconds() / smooth.span.seconds() * CHORDS).ceil().max(1.0);
        let length_s = part.seconds() / chords;
        let chords = chords as usize;
        let time_s = |point: usize| part.start_s + point as f64 * length_s;
        watch.points_km.clear();
        let first = smooth.fix(part.start_s);
        // By the greatest curvature times the speed: see `Fix::max_bend_per_km`.
        let swing_rad = 0.5 * length_s * first.max_bend_per_km() * first.max_ground_speed_km_s();
        let half_s = 0.5 * smooth.span.seconds();
        for points in 0..=chords / LANES {
            let x = |lane: usize| (time_s(points * LANES + lane) - smooth.span.start_s) / half_s - 1.0;
            let above = above(self.form, &WGS84, &smooth.powers, &std::array::from_fn(x));
            for (lane, point) in (points * LANES..=chords).enumerate().take(LANES) {
                let column = |rows: &[[f64; LANES]; 3]| Vector3::new(rows[0][lane], rows[1][lane], rows[2][lane]);
                watch.points_km.push(column(&above.place).into());
                // A piece begins where the one before it ended.
                if point > 0 || is_first {
                    let (normal, turn_rad_s) = (column(&above.normal), column(&above.turn) / half_s);
                    watch.glances.push(Glance { time_s: time_s(point), normal, turn_rad_s, swing_rad });
                }
            }
        }
        watch.arc_s = watch.arc_s.min(first.arc_s());
        let motion = Motion {
            acceleration: first.max_ground_acceleration_km_s2(),
            speed: first.max_ground_speed_km_s(),
            least_range: (first.min_radius_km - self.farthest_km).max(1.0),
            chord: length_s,
        };
        let tiles = self.tiles.len();
        watch.seen.resize((chords + 1) * tiles, Seen::default());
        watch.verdicts.resize(chords * tiles, Verdict::default());
        look(self.form, &self.tiles, &motion, &watch.points_km, &mut watch.seen, &mut watch.verdicts);
        watch.join(part.start_s, is_first);
        let fineness = Fineness { shortest: 0.1 * steps.min_s, tolerance: CROSSING_TOLERANCE_S };
        let looks = (0..chords).flat_map(|chord| (0..tiles).map(move |tile| (chord, tile)));
        for (index, (chord, tile)) in looks.enumerate() {
            let (from_s, to_s) = (time_s(chord), time_s(chord + 1));
            // Most lanes have no zero: from one that may have to the next.
            let mut left = u64::from_le_bytes(watch.verdicts[index]);
            while left != 0 {
                let lane = left.trailing_zeros() as usize / 8;
                left &= !(0xff << (8 * lane));
                let verdict = watch.verdicts[index][lane];
                let station = tile * LANES + lane;
                if station >= self.count {
                    continue;
                }
                let (here, there) = (&watch.seen[index], &watch.seen[index + tiles]);
                let (from, to) = ((from_s, here.height[lane]), (to_s, there.height[lane]));
                let bend_km_s2 = motion.bend(self.tiles[tile].sin_mask[lane], (here.range[lane], there.range[lane]));
                if verdict == ONE {
                    let change = watch.changes.len();
                    watch.changes.push((station, f64::NAN));
                    watch.brackets.push(Bracket { change, station, from, to, bend_km_s2 });
                } else {
                    debug_assert_eq!(verdict, UNKNOWN);
                    let changes = &mut watch.changes;
                    zeros(
                        from,
                        to,
                        bend_km_s2,
                        fineness,
                        &|time_s| self.height_km(smooth, station, time_s),
                        &mut |zero_s| {
                            changes.push((station, zero_s));
                        },
                    );
                }
            }
        }
        self.solve(smooth, watch);
        watch.apply();
    }

    /// Finds the zeros in all brackets, so many at a time.
    fn solve(&self, smooth: &Smooth, watch: &mut Watch) {
        let Watch { brackets, changes, .. } = watch;
        let half_s = 0.5 * smooth.span.seconds();
        let x = |time_s: f64| (time_s - smooth.span.start_s) / half_s - 1.0;
        for batch in brackets.chunks(LANES) {
            let mut tile = Tile::NOWHERE;
            let mut asked = Brackets { from: [0.0; LANES], to: [0.0; LANES], guess: [0.0; LANES], bend: [0.0; LANES] };
            for lane in 0..LANES {
                // Lanes left over do as the first one does.
                let bracket = batch.get(lane).unwrap_or(&batch[0]);
                tile.take(lane, &self.tiles[bracket.station / LANES], bracket.station % LANES);
                let (from, to) = (bracket.from, bracket.to);
                asked.from[lane] = x(from.0);
                asked.to[lane] = x(to.0);
                asked.guess[lane] = x(from.0 + (to.0 - from.0) * (from.1 / (from.1 - to.1)));
                asked.bend[lane] = bracket.bend_km_s2 * half_s * half_s;
            }
            let found = zeros_of(self.form, &tile, &smooth.powers, &asked, CROSSING_TOLERANCE_S / half_s);
            for (bracket, x) in batch.iter().zip(found) {
                changes[bracket.change].1 = if x.is_nan() {
                    root(bracket.from, bracket.to, CROSSING_TOLERANCE_S, |time_s| {
                        Some(self.height_km(smooth, bracket.station, time_s))
                    })
                } else {
                    at(smooth.span, x)
                };
            }
        }
        brackets.clear();
    }

    /// g of a station in km.
    fn height_km(&self, smooth: &Smooth, station: usize, time_s: f64) -> f64 {
        let (tile, lane) = (&self.tiles[station / LANES], station % LANES);
        let column = |rows: &[[f64; LANES]; 3]| Vector3::new(rows[0][lane], rows[1][lane], rows[2][lane]);
        let range = smooth.position_km(time_s) - column(&tile.place);
        range.dot(&column(&tile.normal)) - range.norm() * tile.sin_mask[lane]
    }
}

impl Watch {
    /// Whether the point beneath the object moves north at a time, where it does not move nearly along the parallel.
    ///
    /// Between two ends of chords of a nearly circular orbit the direction of motion turns by less than 0.09 rad.
    #[must_use]
    pub fn is_northbound(&self, time_s: f64) -> Option<bool> {
        let glance = self.glances.get(self.glances.partition_point(|glance| glance.time_s < time_s))?;
        let northward = glance.turn_rad_s.z / glance.turn_rad_s.norm();
        (self.arc_s > 0.0 && northward.abs() > 0.15).then_some(northward > 0.0)
    }

    /// Adds the spans outside of which the normal beneath the object is farther than `reach_rad` from a direction.
    ///
    /// In each half of a chord it is no farther from that at the chord's end than it can turn meanwhile.
    pub fn spans_within(&self, up: &Vector3<f64>, reach_rad: f64, spans: &mut Vec<Span>) {
        let (mut swing_rad, mut least_cosine) = (f64::NAN, -1.0);
        let mut is_before_near = false;
        for (index, glance) in self.glances.iter().enumerate() {
            if glance.swing_rad != swing_rad {
                swing_rad = glance.swing_rad;
                least_cosine = (reach_rad + swing_rad).min(PI).cos();
            }
            let cosine = glance.normal.dot(up);
            let is_near = cosine >= least_cosine;
            // The chord's own width counts at its beginning too, and chords of one width mostly follow each other.
            let Some(before) = index.checked_sub(1).and_then(|before| self.glances.get(before)) else {
                is_before_near = is_near;
                continue;
            };
            if before.swing_rad != swing_rad {
                is_before_near = before.normal.dot(up) >= least_cosine;
            }
            if is_near || is_before_near {
                match spans.last_mut() {
                    Some(Span { end_s, .. }) if *end_s == before.time_s => *end_s = glance.time_s,
                    _ => spans.push(Span::new(before.time_s, glance.time_s)),
                }
            }
            is_before_near = is_near;
        }
    }

    fn start(&mut self, stations: usize) {
        self.found.clear();
        self.glances.clear();
        self.arc_s = f64::INFINITY;
        self.running.clear();
        self.running.resize(stations, None);
    }

    /// At the beginning, and at a seam of two pieces where the sign may change by the millimetre between them.
    fn join(&mut self, time_s: f64, is_first: bool) {
        let heights = self.seen.iter().flat_map(|seen| seen.height);
        for (station, (height_km, running)) in heights.zip(&mut self.running).enumerate() {
            match *running {
                None if height_km >= 0.0 => *running = Some((time_s, is_first)),
                Some((start_s, open_start)) if height_km < 0.0 => {
                    *running = None;
                    let span = Span::new(start_s, time_s);
                    self.found.push((station, Interval { span, open_start, open_end: false }));
                }
                _ => {}
            }
        }
    }

    /// Takes the changes of sign of a piece over.
    fn apply(&mut self) {
        for (station, time_s) in self.changes.drain(..) {
            match self.running[station].take() {
                None => self.running[station] = Some((time_s, false)),
                Some((start_s, open_start)) => {
                    let span = Span::new(start_s, time_s);
                    self.found.push((station, Interval { span, open_start, open_end: false }));
                }
            }
        }
    }

    fn end(&mut self, time_s: f64) {
        for (station, running) in self.running.iter_mut().enumerate() {
            if let Some((start_s, open_start)) = running.take() {
                self.found.push((station, Interval { span: Span::new(start_s, time_s), open_start, open_end: true }));
            }
        }
    }
}
