//! How much of what is on orbit a screening has looked at.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::astro::elements::NoradId;
use crate::format::satcat::{ObjectType, SatcatEntry};

/// What was screened, against what the satellite catalogue knows to be on orbit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// Objects screened.
    pub screened: usize,
    /// On orbit by the satellite catalogue; `None` where there is none.
    pub on_orbit: Option<OnOrbit>,
    /// Screened under a number of an analyst object, which no public catalogue describes.
    pub analyst: usize,
    /// Screened under a number of six digits or more that is no analyst's.
    pub six_digits: usize,
}

/// What the satellite catalogue knows to be on orbit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnOrbit {
    /// All of them: those without a date of decay.
    pub total: usize,
    /// Of these screened.
    pub screened: usize,
    /// Of these not screened, by type.
    pub missing: BTreeMap<&'static str, usize>,
}

/// Whether a number is of the ranges of analyst objects and uncorrelated tracks.
fn is_analyst(id: NoradId) -> bool {
    matches!(id.get(), 80_000..=99_999 | 270_000..=339_999 | 700_000_000..)
}

const fn plural(kind: ObjectType) -> &'static str {
    match kind {
        ObjectType::Payload => "payloads",
        ObjectType::RocketBody => "rocket bodies",
        ObjectType::Debris => "debris",
        ObjectType::Unknown => "unknown",
    }
}

/// Whether the satellite catalogue knows the object, not just an element set.
fn is_described(facts: &SatcatEntry) -> bool {
    facts.object_type != ObjectType::Unknown || facts.launch_date.is_some() || !facts.owner.is_empty()
}

/// The objects that a satellite catalogue knows to be on orbit, with their types.
pub type Known = BTreeMap<NoradId, ObjectType>;

/// What is known to be on orbit by facts of objects; `None` where no satellite catalogue stands behind them.
#[must_use]
pub fn known_on_orbit<'a>(facts: impl Iterator<Item = &'a SatcatEntry>) -> Option<Known> {
    let mut described = facts.filter(|facts| is_described(facts)).peekable();
    described.peek()?;
    let on_orbit = described.filter(|facts| facts.decay_date.is_none());
    Some(on_orbit.map(|facts| (facts.norad_id, facts.object_type)).collect())
}

impl Completeness {
    /// Of the objects screened, and of what is known of all objects.
    #[must_use]
    pub fn of(screened: &HashSet<NoradId>, facts: &HashMap<NoradId, SatcatEntry>) -> Self {
        Self::against(screened, known_on_orbit(facts.values()).as_ref())
    }

    /// Of the objects screened, and of what is known to be on orbit.
    #[must_use]
    pub fn against(screened: &HashSet<NoradId>, known: Option<&Known>) -> Self {
        let on_orbit = known.map(|known| {
            let mut on_orbit = OnOrbit { total: known.len(), ..OnOrbit::default() };
            for (id, object_type) in known {
                if screened.contains(id) {
                    on_orbit.screened += 1;
                } else {
                    *on_orbit.missing.entry(plural(*object_type)).or_default() += 1;
                }
            }
            on_orbit
        });
        let analyst = screened.iter().filter(|id| is_analyst(**id)).count();
        Self {
            screened: screened.len(),
            on_orbit,
            analyst,
            six_digits: screened.iter().filter(|id| id.get() >= 100_000 && !is_analyst(**id)).count(),
        }
    }

    /// In one line, for every list of approaches.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { screened, on_orbit, analyst, six_digits } = self;
        let numbers = format!("{analyst} analyst objects and {six_digits} with numbers of six digits");
        let Some(OnOrbit { total, screened: known, missing }) = on_orbit else {
            return format!(
                "Screened {screened} objects ({numbers} among them); how many are on orbit is not known without a \
                 satellite catalogue."
            );
        };
        let order = ["payloads", "rocket bodies", "debris", "unknown"];
        let missing: Vec<String> =
            order.iter().filter_map(|class| missing.get(class).map(|count| format!("{count} {class}"))).collect();
        let missing =
            if missing.is_empty() { String::new() } else { format!("; not screened: {}", missing.join(", ")) };
        let beyond = screened - known;
        let more = if beyond > 0 { format!(", and {beyond} that it does not have") } else { String::new() };
        format!(
            "Screened {known} of the {total} on orbit by the satellite catalogue{more} ({numbers} among them){missing}."
        )
    }
}
