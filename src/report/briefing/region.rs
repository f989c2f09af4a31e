//! What a report says of a region: its cells, and the figures of coverage by coalition, nation, asset and kind of sensor.

use crate::astro::span::Span;
pub use crate::ssa::coverage::view::LookKind;
use crate::ssa::nation::Nation;

/// One region with its figures.
#[derive(Clone, Debug)]
pub struct RegionPart {
    /// The name that commands use.
    pub name: String,
    /// The name for people, short enough for a heading: `Korea`.
    pub title: String,
    /// Its cells.
    pub cells: Vec<CellPart>,
    /// One line a coalition: alone, in pairs, …, together.
    pub coalitions: Vec<CoalitionPart>,
    /// What each nation brings to the fresh time of all together.
    pub nations: Vec<NationShare>,
    /// What each asset brings to it, greatest Shapley value first.
    pub assets: Vec<AssetShare>,
    /// Fresh time of all together by what they look with.
    pub classes: Vec<ClassShare>,
    /// When two nations or more can look at the same cell at once.
    pub together: Vec<Together>,
}

/// A town that maps show.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// Its name.
    pub name: String,
    /// Longitude and latitude, degrees.
    pub position: [f64; 2],
}

/// A piece of a region.
#[derive(Clone, Debug)]
pub struct CellPart {
    /// Polygons, each an outer ring and its holes; a ring is closed, longitude and latitude in degrees.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
    /// Area, km².
    pub area_km2: f64,
}

/// What one coalition sees of a region.
#[derive(Clone, Debug)]
pub struct CoalitionPart {
    /// Its nations.
    pub nations: Vec<Nation>,
    /// Assets with elements.
    pub assets: usize,
    /// Assets that the roster lists.
    pub listed: usize,
    /// Fresh time: share of time and area in reach within the horizon, percent.
    pub fresh_percent: f64,
    /// The same when every access is shorter by its timing error at either end, percent.
    pub fresh_shrunk_percent: f64,
    /// Fresh time of each cell, percent.
    pub cell_fresh_percent: Vec<f64>,
    /// Share of time in view, averaged over the area, percent.
    pub cell_time_percent: f64,
    /// Share of the area seen at least once, percent.
    pub area_percent: f64,
    /// Longest time in which a cell is out of reach, averaged over the area, s.
    pub mean_longest_gap_s: f64,
    /// Looks at the region that reach [`super::Briefing::least_share`] of it.
    pub looks: Vec<LookMark>,
    /// Stretches of [`super::Briefing::least_gap_s`] or more without such a look.
    pub gaps: Vec<GapPart>,
    /// The longest stretch without such a look, s, whatever its length.
    pub longest_gap: Span,
}

/// A look as the gap chart draws it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LookMark {
    /// When.
    pub span: Span,
    /// Greatest share of the region's area that it reaches at any moment together, 0 to 1.
    pub share: f64,
    /// Whose.
    pub nation: Nation,
    /// Index into [`super::Briefing::assets`].
    pub asset: usize,
}

/// A stretch without a look.
#[derive(Clone, Debug)]
pub struct GapPart {
    /// When.
    pub span: Span,
    /// Whether it is cut by the window's start.
    pub open_start: bool,
    /// Whether it is cut by the window's end.
    pub open_end: bool,
    /// Looks of other nations inside it, by time.
    pub fillers: Vec<LookMark>,
    /// The longest stretch of it that all together leave dark, s.
    pub longest_left_s: f64,
}

/// What a nation brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NationShare {
    /// Which.
    pub nation: Nation,
    /// Fresh time of it alone, percent.
    pub alone_percent: f64,
    /// What all together lose without it, points.
    pub lost_percent: f64,
    /// Its Shapley value, points: these add up to the whole.
    pub shapley_percent: f64,
}

/// What an asset brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AssetShare {
    /// Index into [`super::Briefing::assets`].
    pub asset: usize,
    /// Fresh time of it alone, percent.
    pub alone_percent: f64,
    /// What all together lose without it, points.
    pub lost_percent: f64,
    /// Its Shapley value among all assets, points: these add up to the whole, not to their nation's value.
    pub shapley_percent: f64,
}

/// What the sensors of one class bring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassShare {
    /// The class.
    pub kind: LookKind,
    /// Satellites that carry it.
    pub assets: usize,
    /// Fresh time of all nations together with this class alone, percent.
    pub fresh_percent: f64,
}

/// A stretch in which several nations can look at the same cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// When.
    pub span: Span,
    /// Who.
    pub nations: Vec<Nation>,
}

/// A stretch in which a satellite can look at some of the regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Index into [`super::Briefing::assets`].
    pub asset: usize,
    /// With what.
    pub kind: LookKind,
    /// Whether it stands still over the Earth: it can look all the time.
    pub geostationary: bool,
    /// Within reach, whatever the light.
    pub span: Span,
    /// Share of each region's area in reach, whatever the light, 0 to 1, in the order of [`super::Briefing::regions`].
    pub shares: Vec<f64>,
    /// The same of what it can look at: by radar all that is in reach, by what needs daylight as far as it is day there.
    pub usable_shares: Vec<f64>,
    /// Age of the element set, days.
    pub age_days: f64,
    /// One standard deviation of its time by the error model, s.
    pub timing_error_s: f64,
}

impl Look {
    /// Whether it can look at any of the regions.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.usable_shares.iter().any(|share| *share > 0.0)
    }
}
