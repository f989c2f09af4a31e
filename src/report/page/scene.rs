//! The briefing with what all its sections need: the clock, the marks, and who is meant by what.

use super::clock::Clock;
use super::marks::Marks;
use super::words::{self, NBSP};
use crate::astro::span::{Span, SpanSet};
use crate::report::briefing::region::{CoalitionPart, Look, RegionPart};
use crate::report::briefing::{AssetPart, Briefing};
use crate::ssa::nation::Nation;

/// How far ahead the first chart looks, s.
const SOON_S: f64 = 6.0 * 3600.0;

/// A briefing about to be drawn.
pub(super) struct Scene<'a> {
    pub briefing: &'a Briefing,
    pub clock: Clock,
    pub marks: Marks,
    /// The timelines' stretch.
    pub day: Span,
    /// The first hours of it.
    pub soon: Span,
    /// A letter for each region, by which labels name it.
    letters: Vec<char>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(briefing: &'a Briefing) -> Self {
        let mut letters: Vec<char> = Vec::new();
        for region in &briefing.regions {
            let own = region.title.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase());
            let free = own.chain('A'..='Z').find(|letter| !letters.contains(letter));
            letters.push(free.unwrap_or('?'));
        }
        let day_s = briefing.day_s.max(60.0);
        Self {
            briefing,
            clock: Clock::new(briefing.window),
            marks: Marks::new(&briefing.nations),
            day: Span::new(0.0, day_s),
            soon: Span::new(0.0, day_s.min(SOON_S)),
            letters,
        }
    }

    /// The whole stretch that the figures are of.
    pub(super) fn window(&self) -> Span {
        Span::new(0.0, self.clock.window_s())
    }

    /// The region that the headline speaks of.
    pub(super) fn focus(&self) -> Option<&'a RegionPart> {
        self.briefing.regions.first()
    }

    /// The titles of all regions: `Korea and Japan`.
    pub(super) fn regions(&self) -> String {
        let titles: Vec<&str> = self.briefing.regions.iter().map(|region| region.title.as_str()).collect();
        if titles.is_empty() { "the regions".to_owned() } else { words::some_of(&titles, 3) }
    }

    /// What all nations together can look at.
    pub(super) fn together(&self, region: &'a RegionPart) -> Option<&'a CoalitionPart> {
        region.coalitions.iter().find(|coalition| coalition.nations.len() == self.briefing.nations.len())
    }

    /// What one nation alone can look at.
    pub(super) fn alone(&self, region: &'a RegionPart, nation: Nation) -> Option<&'a CoalitionPart> {
        region.coalitions.iter().find(|coalition| coalition.nations == [nation])
    }

    /// A satellite.
    pub(super) fn asset(&self, index: usize) -> Option<&'a AssetPart> {
        self.briefing.assets.get(index)
    }

    /// Its name.
    pub(super) fn name(&self, index: usize) -> &'a str {
        self.asset(index).map_or("?", |asset| asset.name.as_str())
    }

    /// Whether a look is one of the nations weighed.
    pub(super) fn is_allied(&self, look: &Look) -> bool {
        self.asset(look.asset).is_some_and(|asset| asset.allied)
    }

    /// Looks from low orbits that touch a stretch of time.
    pub(super) fn passes(&self, span: Span) -> impl Iterator<Item = &'a Look> + use<'a> {
        let touches = move |look: &&Look| look.span.start_s < span.end_s && look.span.end_s > span.start_s;
        self.briefing.looks.iter().filter(|look| !look.geostationary).filter(touches)
    }

    /// The owners whose satellites stand in the lanes: the nations weighed first, then the watched by their code.
    pub(super) fn owners(&self) -> Vec<Nation> {
        let mut owners = self.briefing.nations.clone();
        let mut watched: Vec<Nation> =
            self.briefing.assets.iter().filter(|asset| !asset.allied).map(|asset| asset.nation).collect();
        watched.sort_unstable();
        watched.dedup();
        watched.retain(|nation| !owners.contains(nation));
        owners.extend(watched);
        owners
    }

    /// Which regions a pass can look at: a capital where that is enough to count, a small letter for a part.
    pub(super) fn letters(&self, look: &Look) -> String {
        let letter = |(letter, share): (&char, &f64)| match *share {
            share if share >= self.briefing.least_share => Some(*letter),
            share if share > 0.0 => Some(letter.to_ascii_lowercase()),
            _ => None,
        };
        self.letters.iter().zip(&look.usable_shares).filter_map(letter).collect()
    }

    /// The letters with the regions that they stand for.
    pub(super) fn letter_key(&self) -> Vec<(char, &'a str)> {
        self.letters.iter().copied().zip(self.briefing.regions.iter().map(|region| region.title.as_str())).collect()
    }

    /// `half of Korea`.
    pub(super) fn enough_of(&self, region: &RegionPart) -> String {
        format!("{} of {}", words::share(self.briefing.least_share), region.title)
    }

    /// The window in words: `three days`.
    pub(super) fn ahead(&self) -> String {
        words::stretch(self.clock.window_s())
    }

    /// A stretch without a look, with `or more` where the window cuts it: `7 h 47`.
    pub(super) fn length(&self, span: Span) -> String {
        let more = if self.clock.is_cut(span) { format!("{NBSP}or{NBSP}more") } else { String::new() };
        format!("{}{more}", words::duration(span.seconds()))
    }

    /// When no ally reaches enough of a region within a stretch of time.
    pub(super) fn pauses(&self, region: &'a RegionPart, span: Span) -> Vec<Span> {
        let looks = self.together(region).map_or(&[][..], |all| all.looks.as_slice());
        let counted = looks.iter().filter(|look| look.share >= self.briefing.least_share);
        let spans = counted.map(|look| Span::new(look.span.start_s.max(0.0), look.span.end_s)).collect();
        SpanSet::from_spans(spans).gaps(span.end_s).as_slice().to_vec()
    }

    /// What hovering over a pass says.
    pub(super) fn about(&self, look: &Look) -> String {
        let reach: Vec<String> = self
            .briefing
            .regions
            .iter()
            .zip(look.usable_shares.iter().zip(&look.shares))
            .filter(|(_, (_, reach))| **reach > 0.0)
            .map(|(region, (usable, reach))| {
                // The mark itself says it of a pass that is dark everywhere.
                let dark = if *usable <= 0.0 && look.is_usable() { " in the dark" } else { "" };
                let share = if *usable > 0.0 { usable } else { reach };
                format!("{} {}{dark}", region.title, words::percent(100.0 * share))
            })
            .collect();
        format!("{}, {} KST, {}", self.name(look.asset), self.clock.range(look.span), reach.join(", "))
    }

    /// The same with how far it can be trusted; the timing is one standard deviation, as the section on data says.
    pub(super) fn about_with_age(&self, look: &Look) -> String {
        let timing = words::timing(look.timing_error_s);
        format!("{}, {:.1}{NBSP}d old, {timing}", self.about(look), look.age_days)
    }
}
