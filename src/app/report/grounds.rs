//! What the risks of a report's conjunctions rest on, as files in it: the radii and the fits of past element sets of the
//! objects in its conjunctions, the histories that it shows, what is on orbit, and the changes of slot.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::File;
use crate::app::assess::Ground;
use crate::app::evidence::{Evidence, Slot};
use crate::astro::elements::{Elements, NoradId};
use crate::format::satcat::ObjectType;
use crate::report::briefing::{EventHistory, HistoryLine};
use crate::ssa::conjunction::completeness::Known;
use crate::ssa::conjunction::history::Trend;
use crate::ssa::covariance::class::Class;
use crate::ssa::covariance::history::Fit;
use crate::ssa::geo::SlotChange;
use crate::ssa::hard_body::{Radius, RadiusSource};

const HARD_BODIES: &str = "inputs/hard_body.toml";
const COVARIANCES: &str = "inputs/covariance.toml";
const HISTORIES: &str = "inputs/history.toml";
const ON_ORBIT: &str = "inputs/on_orbit.json";
const SLOTS: &str = "inputs/slots.toml";

/// The radii used.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HardBodies {
    #[serde(default)]
    object: Vec<Body>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    norad_id: NoradId,
    radius_m: f64,
    /// What it rests on, in words.
    source: String,
}

/// The fits used: see [`Fit::terms_km2`].
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Covariances {
    #[serde(default)]
    history: Vec<Terms>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    norad_id: NoradId,
    pairs: usize,
    days: f64,
    longest_days: f64,
    radial_km2: [f64; 3],
    along_km2: [f64; 3],
    cross_km2: [f64; 3],
}

/// The histories shown.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Histories {
    #[serde(default)]
    event: Vec<Told>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// Its place among the conjunctions, from 0.
    event: usize,
    trend: Option<String>,
    lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    recorded_at: DateTime<Utc>,
    miss_km: f64,
    pc: Option<f64>,
}

/// What is known of slots.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slots {
    #[serde(default)]
    object: Vec<Followed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Followed {
    norad_id: NoradId,
    /// How long its past element sets follow it.
    days: f64,
    change: Option<Changed>,
}

/// The fields of [`SlotChange`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    longitude_deg: f64,
    before_deg_day: f64,
    after_deg_day: f64,
}

impl From<&Slot> for Followed {
    fn from(slot: &Slot) -> Self {
        let change = slot.change.map(|change| {
            let SlotChange { start, end, longitude_deg, before_deg_day, after_deg_day } = change;
            Changed { start, end, longitude_deg, before_deg_day, after_deg_day }
        });
        Self { norad_id: slot.norad_id, days: slot.days, change }
    }
}

impl From<Followed> for Slot {
    fn from(followed: Followed) -> Self {
        let change = followed.change.map(|change| {
            let Changed { start, end, longitude_deg, before_deg_day, after_deg_day } = change;
            SlotChange { start, end, longitude_deg, before_deg_day, after_deg_day }
        });
        Self { norad_id: followed.norad_id, days: followed.days, change }
    }
}

/// Catalogue numbers by the code of the type of object; `None` where there is no satellite catalogue.
type ByType = Option<BTreeMap<String, Vec<NoradId>>>;

/// What is on orbit, as a file.
fn on_orbit_text(known: Option<&Known>) -> String {
    let by_type: ByType = known.map(|known| {
        let mut by_type: BTreeMap<String, Vec<NoradId>> = BTreeMap::new();
        for (id, object_type) in known {
            by_type.entry(object_type.as_str().to_owned()).or_default().push(*id);
        }
        by_type
    });
    format!("{}\n", json!(by_type))
}

fn on_orbit(text: &str) -> anyhow::Result<Option<Known>> {
    let by_type: ByType = serde_json::from_str(text).with_context(|| format!("reading {ON_ORBIT}"))?;
    let of_type = |(code, ids): (String, Vec<NoradId>)| {
        let object_type = ObjectType::from_text(&code);
        ids.into_iter().map(move |id| (id, object_type))
    };
    Ok(by_type.map(|by_type| by_type.into_iter().flat_map(of_type).collect()))
}

/// The evidence as files.
pub(super) fn files(evidence: &Evidence) -> anyhow::Result<Vec<File>> {
    let body = |ground: &Ground| Body {
        norad_id: ground.norad_id,
        radius_m: ground.radius.hbr_m,
        source: ground.radius.source.to_string(),
    };
    let terms = |ground: &Ground| {
        let fit = ground.fit.as_ref()?;
        let [radial_km2, along_km2, cross_km2] = fit.terms_km2();
        let Fit { pairs, days, longest_days, .. } = *fit;
        Some(Terms { norad_id: ground.norad_id, pairs, days, longest_days, radial_km2, along_km2, cross_km2 })
    };
    let line = |line: &HistoryLine| Line { recorded_at: line.recorded_at, miss_km: line.miss_km, pc: line.pc };
    let told = |history: &EventHistory| Told {
        event: history.event,
        trend: history.trend.map(|trend| trend.as_str().to_owned()),
        lines: history.lines.iter().map(line).collect(),
    };
    let Evidence { grounds, histories, on_orbit, slots } = evidence;
    let bodies = toml::to_string(&HardBodies { object: grounds.iter().map(body).collect() });
    let covariances = toml::to_string(&Covariances { history: grounds.iter().filter_map(terms).collect() });
    let told = toml::to_string(&Histories { event: histories.iter().map(told).collect() });
    let slots = toml::to_string(&Slots { object: slots.iter().map(Followed::from).collect() });
    let on_orbit = Ok(on_orbit_text(on_orbit.as_ref()));
    let texts =
        [(HARD_BODIES, bodies), (COVARIANCES, covariances), (HISTORIES, told), (ON_ORBIT, on_orbit), (SLOTS, slots)];
    let file = |(name, text): (&str, Result<String, toml::ser::Error>)| {
        Ok((name.to_owned(), text.with_context(|| format!("writing {name}"))?))
    };
    texts.into_iter().map(file).collect()
}

/// The evidence from the texts of its files.
///
/// # Errors
/// A file that is missing or does not hold what it should.
pub(super) fn read(elements: &[Elements], text: &dyn Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<Evidence> {
    let bodies: HardBodies = toml::from_str(&text(HARD_BODIES)?).with_context(|| format!("reading {HARD_BODIES}"))?;
    let terms: Covariances = toml::from_str(&text(COVARIANCES)?).with_context(|| format!("reading {COVARIANCES}"))?;
    let told: Histories = toml::from_str(&text(HISTORIES)?).with_context(|| format!("reading {HISTORIES}"))?;
    let slots: Slots = toml::from_str(&text(SLOTS)?).with_context(|| format!("reading {SLOTS}"))?;
    let classes: HashMap<NoradId, Class> = elements.iter().map(|set| (set.norad_id, Class::of(set))).collect();
    let fit = |terms: &Terms| {
        let by_axis = [terms.radial_km2, terms.along_km2, terms.cross_km2];
        let class = classes.get(&terms.norad_id)?;
        Fit::from_terms(terms.pairs, terms.days, terms.longest_days, by_axis, class)
    };
    let fits: HashMap<NoradId, Fit> =
        terms.history.iter().filter_map(|terms| Some((terms.norad_id, fit(terms)?))).collect();
    let ground = |body: Body| Ground {
        norad_id: body.norad_id,
        radius: Radius { hbr_m: body.radius_m, source: RadiusSource::Told(body.source) },
        fit: fits.get(&body.norad_id).cloned(),
    };
    let line = |line: Line| HistoryLine { recorded_at: line.recorded_at, miss_km: line.miss_km, pc: line.pc };
    let history = |told: Told| EventHistory {
        event: told.event,
        lines: told.lines.into_iter().map(line).collect(),
        trend: Trend::ALL.into_iter().find(|trend| told.trend.as_deref() == Some(trend.as_str())),
    };
    Ok(Evidence {
        grounds: bodies.object.into_iter().map(ground).collect(),
        histories: told.event.into_iter().map(history).collect(),
        on_orbit: on_orbit(&text(ON_ORBIT)?)?,
        slots: slots.object.into_iter().map(Slot::from).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::bundled;
    use crate::format::{ReadOptions, read_elements};

    #[test]
    fn what_is_written_is_read_again() {
        let snapshot = &bundled::snapshots()[0];
        let elements = read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default()).unwrap().elements;
        let terms = [[0.01, 0.002, 1.0 / 3.0], [0.1, 1e-7, 0.0], [0.02, 0.0, 3e-5]];
        let ground = |set: &Elements, with_fit: bool| Ground {
            norad_id: set.norad_id,
            radius: Radius { hbr_m: 10.0 / 3.0, source: RadiusSource::Told("known: X \"Y\", assumed".to_owned()) },
            fit: with_fit.then(|| Fit::from_terms(66, 29.3, 14.9, terms, &Class::of(set)).unwrap()),
        };
        let change = SlotChange {
            start: "2026-09-01T02:03:04.123456789Z".parse().unwrap(),
            end: "2026-09-02T02:03:04.123456789Z".parse().unwrap(),
            longitude_deg: 140.0 + 1.0 / 3.0,
            before_deg_day: -1e-9 / 3.0,
            after_deg_day: 0.6,
        };
        let slot = |change| Slot { norad_id: elements[2].norad_id, days: 29.0 / 3.0, change };
        let line = |pc| HistoryLine { recorded_at: "2026-09-06T01:02:03.000004Z".parse().unwrap(), miss_km: 0.1, pc };
        let history =
            EventHistory { event: 3, lines: vec![line(None), line(Some(1e-7 / 3.0))], trend: Some(Trend::Rising) };
        let evidence = Evidence {
            grounds: vec![ground(&elements[0], true), ground(&elements[1], false)],
            histories: vec![history],
            on_orbit: Some(
                elements.iter().map(|set| set.norad_id).zip([ObjectType::Payload, ObjectType::Debris]).collect(),
            ),
            slots: vec![slot(None), slot(Some(change))],
        };
        let read_back = |evidence: &Evidence| {
            let files: HashMap<String, String> = files(evidence).unwrap().into_iter().collect();
            read(&elements, &|name| Ok(files[name].clone())).unwrap()
        };
        assert_eq!(read_back(&evidence), evidence);
        assert_eq!(read_back(&Evidence::default()), Evidence::default());
        for negative in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Fit::from_terms(66, 29.3, negative, terms, &Class::of(&elements[0])), None);
        }
    }
}
