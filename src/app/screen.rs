//! Screening: who comes close to whom.

use std::collections::HashSet;
use std::str::FromStr;

use super::App;
use crate::astro::elements::{Elements, NoradId};
use crate::format::satcat::ObjectType;
use crate::ssa::roster::Nation;

/// Which objects every reported pair must hold one of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Primaries {
    /// Every pair counts.
    All,
    /// The roster's satellites of the United States, Japan and South Korea.
    Allied,
    /// Objects that are neither rocket bodies nor debris.
    Payloads,
    /// These, by number or name.
    Named(Vec<String>),
}

impl FromStr for Primaries {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "allied" => Self::Allied,
            "payloads" => Self::Payloads,
            _ => Self::Named(text.split(',').map(|name| name.trim().to_owned()).collect()),
        })
    }
}

impl App {
    /// The chosen primaries among some objects; `None`: every pair counts.
    ///
    /// # Errors
    /// A named object is not among them.
    pub fn primaries(&self, choice: &Primaries, elements: &[Elements]) -> anyhow::Result<Option<HashSet<NoradId>>> {
        Ok(match choice {
            Primaries::All => None,
            Primaries::Allied => {
                let assets = Nation::ALLIED.into_iter().flat_map(|nation| self.world.roster.of_nation(nation));
                Some(assets.filter_map(|asset| asset.norad_id).collect())
            }
            Primaries::Payloads => {
                let mut payloads = HashSet::new();
                for elements in elements {
                    if self.is_payload(elements)? {
                        payloads.insert(elements.norad_id);
                    }
                }
                Some(payloads)
            }
            Primaries::Named(names) => {
                let mut chosen = HashSet::new();
                for name in names {
                    chosen.insert(super::catalogue::find(elements, |elements| elements, name)?.norad_id);
                }
                Some(chosen)
            }
        })
    }

    /// Whether an object is a payload: by the satellite catalogue, else by its name.
    fn is_payload(&self, elements: &Elements) -> anyhow::Result<bool> {
        let facts = self.store.object(elements.norad_id)?;
        Ok(match facts.map(|facts| facts.object_type) {
            Some(known) if known != ObjectType::Unknown => known == ObjectType::Payload,
            _ => {
                let name = elements.name.to_ascii_uppercase();
                !(name.ends_with(" DEB")
                    || name.contains(" DEB ")
                    || name.contains("R/B")
                    || name.starts_with("OBJECT"))
            }
        })
    }
}

/// Of each object the newest set alone: a file may hold a history.
#[must_use]
pub fn newest(elements: Vec<Elements>) -> Vec<Elements> {
    let mut newest: std::collections::BTreeMap<NoradId, Elements> = std::collections::BTreeMap::new();
    for elements in elements {
        match newest.entry(elements.norad_id) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(elements);
            }
            std::collections::btree_map::Entry::Occupied(mut held) => {
                let order = |e: &Elements| (e.epoch, e.element_set_no, e.orbit_key());
                if order(&elements) > order(held.get()) {
                    held.insert(elements);
                }
            }
        }
    }
    newest.into_values().collect()
}
