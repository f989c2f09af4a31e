//! The objects of a screening in tiles of sixteen, those with the same distance between knots together.

use crate::astro::elements::{EARTH_RADIUS_WGS72_KM, MU_WGS72_KM3_S2};
use crate::astro::ephemeris::Ephemeris;
use crate::astro::frame::{State, Teme};
use crate::astro::span::Span;
use crate::kernel::hermite::LANES;

/// The knots of a track are so far apart that interpolation is good to this, km, in intervals of a minute; in longer ones
/// lines are so much worse that it need not be.
const INTERPOLATION_KM: f64 = 0.15;

/// Likewise, for nearly circular orbits in deep space that few objects are screened against: their states are dear,
/// their lines long anyway, and their fourth derivative an eighth of its bound.
const DEAR_INTERPOLATION_KM: f64 = 0.35;

/// Orbits are alike in height whose perigees are in the same shell of so many kilometres.
const SHELL_KM: f64 = 25.0;

/// Distances between knots that are used, in intervals.
const STRIDES: [usize; 10] = [1, 2, 3, 4, 5, 6, 8, 10, 15, LONGEST_STRIDE];

const LONGEST_STRIDE: usize = 30;

/// From this eccentricity on a deep-space orbit has its knots by where it is.
const ECCENTRIC: f64 = 0.05;

/// No object.
pub(super) const NOBODY: u32 = u32::MAX;

/// Which object stands at which place, and how far apart its knots are.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Object of each place; [`NOBODY`] where a tile is not full.
    pub(super) objects: Vec<u32>,
    /// Intervals between two knots of each tile, at most.
    pub(super) strides: Vec<usize>,
}

impl Layout {
    /// The object at a place.
    #[must_use]
    pub fn object(&self, place: u32) -> usize {
        self.objects[place as usize] as usize
    }

    /// Number of tiles.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.strides.len()
    }

    /// Appends tiles of objects that have the same distance between knots.
    fn extend(&mut self, objects: impl IntoIterator<Item = u32>, stride: usize) {
        self.objects.extend(objects);
        self.objects.resize(self.objects.len().next_multiple_of(LANES), NOBODY);
        self.strides.resize(self.objects.len() / LANES, stride);
    }
}

/// The order of a screening's objects: by how slowly they turn.
///
/// Most keep their place throughout. An eccentric orbit turns slowly nearly all the time; where states are dear, as in
/// deep space, its knots are chosen anew for every slab, by the lowest radius that it has there.
#[derive(Clone, Debug)]
pub struct Order {
    step_s: f64,
    lasting: Layout,
    eccentric: Vec<u32>,
}

impl Order {
    /// Sorts the objects of an ephemeris for intervals of `step_s` seconds. Each keeps its neighbours in the catalogue, or
    /// has those of its height.
    #[must_use]
    pub fn new(ephemeris: &Ephemeris, step_s: f64, by_height: bool) -> Self {
        let ellipses: Vec<Option<Ellipse>> =
            (0..ephemeris.len()).map(|object| Some(Ellipse::of(&ephemeris.state(object, 0.0).ok()?))).collect();
        let is_eccentric = |object: usize| {
            ephemeris.is_deep_space(object) && ellipses[object].is_some_and(|ellipse| ellipse.eccentricity > ECCENTRIC)
        };
        let strides: Vec<usize> = ellipses
            .iter()
            .enumerate()
            .map(|(object, ellipse)| {
                let is_dear = by_height && ephemeris.is_deep_space(object);
                let good_to_km = if is_dear { DEAR_INTERPOLATION_KM } else { INTERPOLATION_KM };
                ellipse.map_or(1, |ellipse| stride(&ellipse, ellipse.perigee_km(), step_s, good_to_km))
            })
            .collect();
        let mut objects: Vec<usize> = (0..ephemeris.len()).collect();
        if by_height {
            let height = |&object: &usize| ellipses[object].map_or((0.0, 0.0), |ellipse| ellipse.height());
            let heights: Vec<(f64, f64)> = objects.iter().map(height).collect();
            objects.sort_by(|&a, &b| {
                let (a, b) = (heights[a], heights[b]);
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
        }
        let mut lasting = Layout::default();
        for stride in STRIDES {
            let alike = objects.iter().filter(|&&i| strides[i] == stride && !is_eccentric(i));
            lasting.extend(alike.map(|&i| i as u32), stride);
        }
        let eccentric = objects.iter().copied().filter(|&i| is_eccentric(i)).map(|i| i as u32).collect();
        Self { step_s, lasting, eccentric }
    }

    /// Lays the objects out for a slab.
    ///
    /// A guess from the ellipse through the state in the middle of the slab: where it is wrong, the bounds of what is
    /// interpolated are wider.
    pub fn lay_out(&self, ephemeris: &Ephemeris, slab: Span, layout: &mut Layout, strides: &mut Vec<(u32, usize)>) {
        layout.clone_from(&self.lasting);
        let middle_s = 0.5 * (slab.start_s + slab.end_s);
        strides.clear();
        strides.extend(self.eccentric.iter().map(|&object| {
            let stride = ephemeris.state(object as usize, middle_s).map_or(1, |state| {
                let ellipse = Ellipse::of(&state);
                stride(&ellipse, ellipse.lowest_km(0.5 * slab.seconds()), self.step_s, INTERPOLATION_KM)
            });
            (object, stride)
        }));
        for stride in STRIDES {
            layout.extend(strides.iter().filter(|&&(_, own)| own == stride).map(|&(object, _)| object), stride);
        }
    }

    /// Every object in about the order in which a slab asks for them.
    pub fn objects(&self) -> impl Iterator<Item = usize> {
        let lasting = self.lasting.objects.iter().filter(|&&object| object != NOBODY);
        lasting.chain(&self.eccentric).map(|&object| object as usize)
    }

    /// Most intervals between two knots that an object ever has.
    #[must_use]
    pub fn longest_stride(&self) -> usize {
        let eccentric = if self.eccentric.is_empty() { 1 } else { LONGEST_STRIDE };
        self.lasting.strides.iter().copied().max().unwrap_or(1).max(eccentric)
    }
}

/// Intervals between two knots of an object on an ellipse, above a radius: as many as keep what
/// interpolation is granted below a distance, km, in intervals of a minute.
fn stride(ellipse: &Ellipse, lowest_km: f64, step_s: f64, good_to_km: f64) -> usize {
    let lowest_km = lowest_km.max(EARTH_RADIUS_WGS72_KM);
    // Twice the kinetic energy there, at most as much as escape takes.
    let speed_squared = MU_WGS72_KM3_S2 * (2.0 / lowest_km - 1.0 / ellipse.semi_major_km).max(0.0);
    let pull = MU_WGS72_KM3_S2 / (lowest_km * lowest_km);
    let fourth = pull * (6.0 * speed_squared + 2.0 * pull * lowest_km) / (lowest_km * lowest_km);
    let good_to_km = good_to_km * (step_s / 60.0).max(1.0).powi(2);
    let most = (384.0 * good_to_km / fourth).sqrt().sqrt() / step_s;
    STRIDES.into_iter().rev().find(|&stride| stride as f64 <= most).unwrap_or(1)
}

/// The ellipse through a state, and where on it the state is.
///
/// Vallado, *Fundamentals of Astrodynamics and Applications*, 4th edition, sections 2.2 and 2.5.
#[derive(Clone, Copy, Debug)]
struct Ellipse {
    semi_major_km: f64,
    eccentricity: f64,
    /// Mean anomaly, −π to π.
    mean_rad: f64,
}

impl Ellipse {
    fn of(state: &State<Teme>) -> Self {
        let (radius_km, speed_squared) = (state.position_km.norm(), state.velocity_km_s.norm_squared());
        let semi_major_km = 1.0 / (2.0 / radius_km - speed_squared / MU_WGS72_KM3_S2);
        // e·cos E and e·sin E
        let along = 1.0 - radius_km / semi_major_km;
        let across = state.position_km.dot(&state.velocity_km_s) / (MU_WGS72_KM3_S2 * semi_major_km.abs()).sqrt();
        let mean_rad = across.atan2(along) - across;
        Self { semi_major_km, eccentricity: along.hypot(across), mean_rad }
    }

    fn perigee_km(&self) -> f64 {
        self.semi_major_km * (1.0 - self.eccentricity)
    }

    /// How much alike orbits are in height: shells of perigees, and in each by the apogee.
    fn height(&self) -> (f64, f64) {
        ((self.perigee_km() / SHELL_KM).floor(), self.semi_major_km * (1.0 + self.eccentricity))
    }

    /// The lowest radius within some seconds before and after; of what does not come back, that of its perigee.
    fn lowest_km(&self, within_s: f64) -> f64 {
        let turned_rad = within_s * (MU_WGS72_KM3_S2 / self.semi_major_km.powi(3)).sqrt();
        let mean_rad = self.mean_rad.abs() - turned_rad;
        // What is no ellipse has no such numbers.
        if mean_rad.is_nan() || mean_rad <= 0.0 {
            return self.perigee_km();
        }
        let mut eccentric_rad = mean_rad + 0.85 * self.eccentricity;
        for _ in 0..4 {
            let (sine, cosine) = eccentric_rad.sin_cos();
            eccentric_rad -= (eccentric_rad - self.eccentricity * sine - mean_rad) / (1.0 - self.eccentricity * cosine);
        }
        self.semi_major_km * (1.0 - self.eccentricity * eccentric_rad.cos())
    }
}
