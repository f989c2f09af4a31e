//! What a report says, as plain data: the pages draw it, the files list it, neither is known here.
//!
//! All times are seconds from the start of [`Briefing::window`], which may be negative where a figure looks back, unless a
//! field is a time of its own. Percentages are of 100.

pub mod region;

use chrono::{DateTime, Utc};

use crate::astro::elements::NoradId;
use crate::astro::span::Span;
use crate::astro::time::Window;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::history::Trend;
use crate::ssa::custody::Custody;
use crate::ssa::custody::chances::Chances;
use crate::ssa::geo::{Neighbour, SlotChange};
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::nation::Nation;
use crate::ssa::probability::Thresholds;
use crate::ssa::roster::Mission;
use region::{Landmark, Look, RegionPart};

/// Everything that a report says.
#[derive(Clone, Debug)]
pub struct Briefing {
    /// Who may read it, and what was left out for that.
    pub marking: Marking,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Version of the program that made it.
    pub version: String,
    /// The stretch that the figures of coverage are of; the timelines show its first day.
    pub window: Window,
    /// Length of the timelines from the window's start, s: 24 h, or the window's where that is shorter.
    pub day_s: f64,
    /// How long a look counts as fresh, s.
    pub horizon_s: f64,
    /// Gaps of at least this length are named, s.
    pub least_gap_s: f64,
    /// Share of a region's area that a look must reach to end a gap of that region, 0 to 1.
    pub least_share: f64,
    /// The nations whose sharing is weighed, in the order asked for.
    pub nations: Vec<Nation>,
    /// The regions weighed, the first is the one that the headline speaks of.
    pub regions: Vec<RegionPart>,
    /// Land and coast for the maps: longitude and latitude, degrees. A closed ring is land, an open line only coast.
    pub coast: Vec<Vec<[f64; 2]>>,
    /// Towns that help a reader of the maps to find the way.
    pub landmarks: Vec<Landmark>,
    /// The sentence that stands under every map.
    pub outline_note: String,
    /// Where the shading of the timelines holds, and when it is dark there.
    pub night: Night,
    /// Who can look at a region, by start: allied and watched satellites.
    pub looks: Vec<Look>,
    /// Sites and when the watched satellites can look at them.
    pub sites: Vec<SitePart>,
    /// Whose satellites count as watchers of the sites, in words: `China, Russia, North Korea`.
    pub watchers: String,
    /// Approaches of allied satellites, by time, and what they were screened against, in words.
    pub conjunctions: Vec<Conjunction>,
    /// How the figures of some of them went from run to run.
    pub histories: Vec<EventHistory>,
    /// Where probabilities of collision begin to matter.
    pub thresholds: Thresholds,
    /// What the nations' ground sensors could observe.
    pub custody: CustodyPart,
    /// Who drifts by the nations' geostationary satellites.
    pub geo: GeoPart,
    /// What was screened against what and for how long, as a sentence.
    pub screened: String,
    /// How much of what is on orbit that is, as a sentence.
    pub completeness: String,
    /// Threshold of the conjunctions, km.
    pub threshold_km: f64,
    /// The roster's satellites and their data.
    pub assets: Vec<AssetPart>,
    /// Nation of each object of a conjunction, where it is known.
    pub owners: Vec<(NoradId, Nation)>,
    /// Where the element sets come from, how old they are, which Earth orientation was used: a sentence each.
    pub sources: Vec<String>,
    /// What the figures cannot tell: a sentence each.
    pub limits: Vec<String>,
}

/// Who may read a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    /// The marking as it stands on every page: `PUBLIC`, `REL USA, JPN, KOR`.
    pub text: String,
    /// For whom it was made, where it was made for someone.
    pub recipient: Option<Nation>,
    /// How many assets and sources were left out.
    pub withheld: usize,
}

/// What the nations' ground sensors could observe, by geometry and light.
#[derive(Clone, Debug)]
pub struct CustodyPart {
    /// The sensors.
    pub sensors: Vec<GroundSensor>,
    /// Which of the objects every coalition could observe in the timelines' stretch.
    pub figures: Custody,
    /// Objects of others that cross a region in the timelines' stretch, by number.
    pub objects: Vec<CrossingObject>,
    /// Whether only the roster's satellites were looked at, since the catalogue is large.
    pub roster_alone: bool,
    /// For the nearest conjunctions the chances with either object before the closest approach, by time.
    pub events: Vec<EventChances>,
}

/// An object that crosses a region, and who could observe it in the timelines' stretch.
#[derive(Clone, Debug)]
pub struct CrossingObject {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name.
    pub name: String,
    /// Whose, where it is known.
    pub nation: Option<Nation>,
    /// The first crossing.
    pub crosses: Window,
    /// The chances of each nation, in the order of [`Briefing::nations`].
    pub chances: Vec<Chances>,
    /// The longest stretch in which no sensor of any of them could observe it, s.
    pub longest_unobserved_s: f64,
}

/// Who could observe an object of a conjunction before the closest approach.
#[derive(Clone, Debug)]
pub struct EventChances {
    /// Index into [`Briefing::conjunctions`].
    pub event: usize,
    /// Which of its objects.
    pub object: NoradId,
    /// The chances of each nation, in the order of [`Briefing::nations`].
    pub chances: Vec<Chances>,
}

/// How the figures of a conjunction went from run to run.
#[derive(Clone, Debug, PartialEq)]
pub struct EventHistory {
    /// Index into [`Briefing::conjunctions`].
    pub event: usize,
    /// The runs that changed something, the earliest first.
    pub lines: Vec<HistoryLine>,
    /// Where it is heading, where that can be told.
    pub trend: Option<Trend>,
}

/// What one run found of a conjunction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistoryLine {
    /// The run's clock.
    pub recorded_at: DateTime<Utc>,
    /// Distance at the closest approach, km.
    pub miss_km: f64,
    /// The probability of collision, where it could be computed.
    pub pc: Option<f64>,
}

/// Who drifts by some satellites in the geostationary belt.
#[derive(Clone, Debug)]
pub struct GeoPart {
    /// When.
    pub window: Window,
    /// How near in longitude counts, degrees.
    pub reach_deg: f64,
    /// The satellites.
    pub assets: Vec<GeoObject>,
    /// The objects that come near one of them.
    pub objects: Vec<GeoObject>,
    /// Which comes near which, by satellite and least distance; indices into the two lists above.
    pub neighbours: Vec<Neighbour>,
    /// How many objects were followed.
    pub near_belt: usize,
}

/// An object near the geostationary belt.
#[derive(Clone, Debug, PartialEq)]
pub struct GeoObject {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name.
    pub name: String,
    /// Whose, where it is known.
    pub nation: Option<Nation>,
    /// Age of its element set at the window's start, days.
    pub age_days: f64,
    /// Drift of the point beneath it over the first sidereal day, degrees a day, east positive.
    pub drift_deg_day: Option<f64>,
    /// Longitudes of the point beneath, with their times: seconds from the window's start, and degrees.
    pub longitudes_deg: Vec<(f64, f64)>,
    /// How long its past element sets follow its slot, days; 0 where there are too few.
    pub followed_days: f64,
    /// The last change of slot that they show.
    pub slot_change: Option<SlotChange>,
}

/// When it is dark at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Night {
    /// Name of the place.
    pub place: String,
    /// Sun below the horizon.
    pub twilight: Vec<Span>,
    /// Sun below −6°.
    pub night: Vec<Span>,
}

/// A site and its watchers over the timelines' stretch.
#[derive(Clone, Debug)]
pub struct SitePart {
    /// Name.
    pub name: String,
    /// Whose ground it is.
    pub nation: Option<Nation>,
    /// Radar looks, with the watcher as an index into [`Briefing::assets`].
    pub radar: Vec<(Span, usize)>,
    /// Looks of sensors that need no daylight and are no radar, or whose kind is not known, as `radar`.
    pub other: Vec<(Span, usize)>,
    /// Optical looks in daylight.
    pub optical: Vec<(Span, usize)>,
    /// Looks from the geostationary ring in daylight.
    pub geostationary: Vec<(Span, usize)>,
    /// When no listed watcher outside the geostationary ring can look.
    pub quiet: Vec<Span>,
    /// When the Sun is below the horizon there.
    pub dark: Vec<Span>,
}

/// A satellite of the roster and its data.
#[derive(Clone, Debug)]
pub struct AssetPart {
    /// Catalogue number, where one is public.
    pub norad_id: Option<NoradId>,
    /// Name.
    pub name: String,
    /// Whose.
    pub nation: Nation,
    /// What for.
    pub mission: Mission,
    /// Whether it belongs to the nations weighed, not to the watched.
    pub allied: bool,
    /// Age of its element set at the window's start, days; `None` without elements here.
    pub age_days: Option<f64>,
    /// One standard deviation of its time at the middle of the timelines by the error model, s.
    pub timing_error_s: Option<f64>,
    /// Whether the set is too old for its regime.
    pub stale: bool,
    /// Why it is left out, in words; `None` where it counts.
    pub left_out: Option<String>,
    /// Its sensors in words with their reach, such as `optical, 0 to 45° off nadir`; empty where none is known.
    pub reach: String,
    /// Whether a figure of its sensors is assumed.
    pub assumed: bool,
}
