//! Which assets the figures of coverage rest on, and which they leave out.

use serde_json::{Value, json};

use super::request::CoverageRequest;
use crate::app::World;
use crate::app::catalogue::Catalogue;
use crate::astro::elements::{Elements, NoradId};
use crate::astro::propagator::PropagationError;
use crate::report::exposure::RestsOn;
use crate::report::sharing::Contributor;
use crate::ssa::nation::Nation;
use crate::ssa::roster::{Asset, ElementsPolicy};
use crate::ssa::timing::timing_error_s;

/// What became of one asset of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetUse {
    /// The figures rest on it; it may have ended inside the window.
    Used(Option<PropagationError>),
    /// Its elements are not published.
    NonePublished,
    /// Its elements are published, but not here.
    NotHere,
    /// Its element set is older than asked for.
    TooOld,
    /// It has elements here but no orbit at the window's start.
    Failed(PropagationError),
}

/// An asset of the roster and what became of it.
#[derive(Clone, Debug)]
pub struct AssetAccount<'a> {
    /// The asset.
    pub asset: &'a Asset,
    /// What became of it.
    pub fate: AssetUse,
    /// Its element set here.
    pub elements: Option<&'a Elements>,
    /// Age of its element set at the window's start, days.
    pub age_days: Option<f64>,
    /// Whether that is too old for its regime.
    pub stale: bool,
    /// One standard deviation of its time along the track at the middle of the window, seconds ([`crate::ssa::timing`]).
    pub timing_error_s: Option<f64>,
}

impl World {
    /// Every asset of the nations and missions asked for that has a sensor for the ground, with its elements here.
    pub(crate) fn accounts<'a>(&'a self, catalogue: &'a Catalogue, request: &CoverageRequest) -> Vec<AssetAccount<'a>> {
        let entries = catalogue.by_id();
        let held = |id: Option<NoradId>| id.and_then(|id| entries.get(&id)).map(|entry| &entry.elements);
        let middle = request.window.at(0.5 * request.window.seconds());
        let is_wanted = |asset: &&Asset| {
            let mission = if request.missions.is_empty() {
                asset.mission.is_imaging()
            } else {
                request.missions.contains(&asset.mission)
            };
            mission && request.nations.contains(&asset.nation) && !asset.sensors.is_empty()
        };
        let account = |asset: &'a Asset| {
            let elements = held(asset.norad_id);
            let fate = match (elements, asset.elements) {
                (Some(elements), _) if is_too_old(elements, request) => AssetUse::TooOld,
                (Some(_), _) => AssetUse::Used(None),
                (None, ElementsPolicy::NonePublished) => AssetUse::NonePublished,
                (None, ElementsPolicy::Public) => AssetUse::NotHere,
            };
            AssetAccount {
                asset,
                fate,
                elements,
                age_days: elements.map(|elements| elements.age_days(request.window.start)),
                stale: elements.is_some_and(|elements| elements.is_stale(request.window.start)),
                timing_error_s: elements.map(|elements| timing_error_s(elements, middle)),
            }
        };
        self.roster.assets().iter().filter(is_wanted).map(account).collect()
    }
}

fn is_too_old(elements: &Elements, request: &CoverageRequest) -> bool {
    request.max_age_days.is_some_and(|limit| elements.age_days(request.window.start).abs() > limit)
}

/// What an account says of what figures rest on and leave out, a line each.
#[must_use]
pub fn notes(assets: &[AssetAccount<'_>]) -> Vec<String> {
    let with =
        |wanted: fn(&AssetUse) -> bool| assets.iter().filter(|account| wanted(&account.fate)).collect::<Vec<_>>();
    let used = with(|fate| matches!(fate, AssetUse::Used(_)));
    let assumed = used.iter().filter(|a| a.asset.sensors.iter().any(|sensor| sensor.assumed)).count();
    let stale = used.iter().filter(|account| account.stale).count();
    let old = if stale > 0 { format!("; {stale} have an element set too old for the orbit") } else { String::new() };
    let mut notes = vec![format!(
        "Rests on {} of the roster's {} assets with sensors for the ground; the reach of {assumed} is assumed{old}.",
        used.len(),
        assets.len()
    )];
    let groups = [
        ("No elements published", with(|fate| *fate == AssetUse::NonePublished)),
        ("Not in these element sets", with(|fate| *fate == AssetUse::NotHere)),
        ("Orbit ended inside the window", with(|fate| matches!(fate, AssetUse::Used(Some(_))))),
        ("Older than asked for", with(|fate| *fate == AssetUse::TooOld)),
        ("No orbit at the start", with(|fate| matches!(fate, AssetUse::Failed(_)))),
    ];
    for (head, group) in groups {
        if !group.is_empty() {
            notes.push(format!("{head} ({}): {}.", group.len(), names_by_nation(&group)));
        }
    }
    notes
}

/// On how many assets an answer rests, of how many.
pub(crate) fn rests_on<'a>(accounts: impl Iterator<Item = &'a AssetAccount<'a>>) -> RestsOn {
    accounts.fold(RestsOn::default(), |so_far, account| RestsOn {
        assets: so_far.assets + usize::from(matches!(account.fate, AssetUse::Used(_))),
        roster_assets: so_far.roster_assets + 1,
    })
}

/// An account as JSON.
#[must_use]
pub fn to_json(assets: &[AssetAccount<'_>]) -> Value {
    assets
        .iter()
        .map(|account| {
            json!({
                "norad_id": account.asset.norad_id,
                "name": account.asset.name,
                "nation": account.asset.nation.to_string(),
                "mission": account.asset.mission.as_str(),
                "status": account.fate.word(),
                "age_days": account.age_days,
                "stale": account.stale,
                "timing_error_s": account.timing_error_s.map(|error_s| (error_s * 10.0).round() / 10.0),
                "reach_assumed": account.asset.sensors.iter().any(|sensor| sensor.assumed),
            })
        })
        .collect()
}

impl AssetUse {
    /// The word for machine formats.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Used(None) => "used",
            Self::Used(Some(_)) => "used_until_lost",
            Self::NonePublished => "none_published",
            Self::NotHere => "not_in_these_element_sets",
            Self::TooOld => "too_old",
            Self::Failed(_) => "failed",
        }
    }
}

/// `us WORLDVIEW-4, …; jp IGS O-5, …`, at most eight names a nation.
fn names_by_nation(group: &[&AssetAccount<'_>]) -> String {
    const MOST: usize = 8;
    let mut nations: Vec<Nation> = Vec::new();
    for account in group {
        if !nations.contains(&account.asset.nation) {
            nations.push(account.asset.nation);
        }
    }
    let lists: Vec<String> = nations
        .iter()
        .map(|nation| {
            let names: Vec<&str> =
                group.iter().filter(|a| a.asset.nation == *nation).map(|a| a.asset.name.as_str()).collect();
            let more = names.len().saturating_sub(MOST);
            let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{nation} {}{tail}", names[..names.len().min(MOST)].join(", "))
        })
        .collect();
    lists.join("; ")
}

impl AssetAccount<'_> {
    /// Whose it is, for the rows of what sharing adds.
    #[must_use]
    pub fn contributor(&self) -> Contributor {
        Contributor { nation: self.asset.nation, norad_id: self.asset.norad_id, name: self.asset.name.clone() }
    }
}
