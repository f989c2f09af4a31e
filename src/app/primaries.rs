//! Which objects a screening is about.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use anyhow::bail;

use super::App;
use super::catalogue::find;
use crate::astro::elements::{Elements, NoradId};
use crate::format::satcat::{ObjectType, SatcatEntry};
use crate::ssa::nation::Nation;

/// Which objects every reported pair must hold one of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Primaries {
    /// Every pair counts.
    All,
    /// The roster's satellites of the United States, Japan and South Korea.
    Allied,
    /// Objects that are neither rocket bodies nor debris.
    Payloads,
    /// All that one of these words means, see [`App::primaries`].
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

/// The objects among which primaries are chosen.
struct Candidates<'a> {
    app: &'a App,
    elements: &'a [Elements],
    facts: HashMap<NoradId, SatcatEntry>,
}

impl App {
    /// The chosen primaries among some objects; `None`: every pair counts.
    ///
    /// A word is a number or a name; `owner:SKOR`, `owner:kr` or `nation:kr` for all objects of an owner;
    /// `name:STARLINK*` (the star may be left out) for all whose names begin so; `group:allied`, `group:payloads`, or
    /// `group:stations` for what CelesTrak's group of that name held when it was downloaded last. An owner's code or a
    /// nation alone is taken for its objects where nothing has that name.
    ///
    /// # Errors
    /// A word means none of them; an error of the disk.
    pub fn primaries(&self, choice: &Primaries, elements: &[Elements]) -> anyhow::Result<Option<HashSet<NoradId>>> {
        if *choice == Primaries::All {
            return Ok(None);
        }
        let among = Candidates { app: self, elements, facts: self.store.facts()? };
        Ok(Some(match choice {
            Primaries::All => HashSet::new(),
            Primaries::Allied => among.allied(),
            Primaries::Payloads => among.payloads(),
            Primaries::Named(words) => {
                let mut chosen = HashSet::new();
                for word in words {
                    chosen.extend(among.meant(word)?);
                }
                chosen
            }
        }))
    }

    /// The objects that the conjunctions of a run are about, by the configuration, and what to say of them; `None`:
    /// every pair counts. A word that means nothing here now is told: an object may have come down since it was
    /// written.
    ///
    /// # Errors
    /// No word means anything; an error of the disk.
    pub fn run_primaries(&self, elements: &[Elements]) -> anyhow::Result<(Option<HashSet<NoradId>>, Vec<String>)> {
        let words = self.config.run.primaries.as_str();
        let Ok(choice) = words.parse();
        let Primaries::Named(named) = &choice else {
            let found = self.primaries(&choice, elements)?;
            return Ok((found, Vec::new()));
        };
        let among = Candidates { app: self, elements, facts: self.store.facts()? };
        let (mut chosen, mut notes) = (HashSet::new(), Vec::new());
        for word in named {
            match among.meant(word) {
                Ok(found) => chosen.extend(found),
                Err(error) => notes.push(format!("{}: {error:#}.", self.key("run.primaries"))),
            }
        }
        if chosen.is_empty() {
            bail!("{}", notes.join(" ").trim_end_matches('.'));
        }
        Ok((Some(chosen), notes))
    }
}

impl Candidates<'_> {
    fn meant(&self, word: &str) -> anyhow::Result<HashSet<NoradId>> {
        let (kind, rest) = word.split_once(':').map_or(("", word), |(kind, rest)| (kind.trim(), rest.trim()));
        let found = match (kind.to_ascii_lowercase().as_str(), rest.to_ascii_lowercase().as_str()) {
            ("owner" | "nation", _) => self.owned(rest),
            ("group", "allied") => self.allied(),
            ("group", "payloads") => self.payloads(),
            ("group", name) => self.grouped(name)?,
            ("name", _) => self.named(rest.trim_end_matches('*')),
            ("", _) if rest.len() > 1 && rest.ends_with('*') => self.named(rest.trim_end_matches('*')),
            _ => match find(self.elements, |elements| elements, word) {
                Ok(elements) => HashSet::from([elements.norad_id]),
                Err(error) => {
                    let owned = self.owned(word);
                    if owned.is_empty() {
                        return Err(error);
                    }
                    owned
                }
            },
        };
        if found.is_empty() {
            bail!("no object here is meant by \"{word}\"");
        }
        Ok(found)
    }

    fn those(&self, wanted: impl Fn(&Elements) -> bool) -> HashSet<NoradId> {
        self.elements.iter().filter(|elements| wanted(elements)).map(|elements| elements.norad_id).collect()
    }

    fn allied(&self) -> HashSet<NoradId> {
        let roster = &self.app.world.roster;
        let assets = Nation::ALLIED.into_iter().flat_map(|nation| roster.of_nation(nation));
        let ids: HashSet<NoradId> = assets.filter_map(|asset| asset.norad_id).collect();
        self.those(|elements| ids.contains(&elements.norad_id))
    }

    /// By the satellite catalogue, else by the name.
    fn payloads(&self) -> HashSet<NoradId> {
        self.those(|elements| match self.facts.get(&elements.norad_id).map(|facts| facts.object_type) {
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

    /// By the satellite catalogue's code, or by nation: the roster's, else the code's.
    fn owned(&self, owner: &str) -> HashSet<NoradId> {
        let nation: Option<Nation> = owner.parse().ok();
        let roster = &self.app.world.roster;
        self.those(|elements| {
            let code = self.facts.get(&elements.norad_id).map_or("", |facts| facts.owner.as_str());
            let is_of = |nation| {
                let by_roster = roster.by_id(elements.norad_id).map(|asset| asset.nation);
                by_roster.or_else(|| Nation::from_satcat_owner(code)) == Some(nation)
            };
            !owner.is_empty() && code.eq_ignore_ascii_case(owner) || nation.is_some_and(is_of)
        })
    }

    /// Those of a group of CelesTrak.
    fn grouped(&self, name: &str) -> anyhow::Result<HashSet<NoradId>> {
        let groups = self.app.store.groups()?;
        if let Some(members) = groups.get(name) {
            return Ok(self.those(|elements| members.contains(&elements.norad_id)));
        }
        let held: Vec<&str> = groups.keys().map(String::as_str).collect();
        let held = if held.is_empty() { "of none here".to_owned() } else { format!("here of {}", held.join(", ")) };
        bail!(
            "group:{name}: what a group of CelesTrak holds is known where a sync has asked for it ([celestrak] groups), \
             {held}; name:{}* means all whose names begin so",
            name.to_ascii_uppercase()
        );
    }

    /// Those whose names begin so, whatever the case.
    fn named(&self, beginning: &str) -> HashSet<NoradId> {
        let beginning = beginning.to_ascii_uppercase();
        self.those(|elements| !beginning.is_empty() && elements.name.to_ascii_uppercase().starts_with(&beginning))
    }
}
