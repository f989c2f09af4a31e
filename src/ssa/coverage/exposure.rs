//! The other side of the coin: when the satellites of others can look at a place, and the quiet windows between.

use super::view::{AssetView, LookKind};
use crate::astro::span::{Span, SpanSet};

/// The ways to be looked at that a place is told of apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// By radar, day and night.
    Radar,
    /// By what needs daylight.
    Optical,
    /// By infrared, radio and the rest, day and night.
    Other,
    /// From the geostationary ring, hours on end.
    Geostationary,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Radar, Self::Optical, Self::Other, Self::Geostationary];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Radar => "radar",
            Self::Optical => "optical",
            Self::Other => "other",
            Self::Geostationary => "geostationary",
        }
    }

    const fn of(kind: LookKind, is_geostationary: bool) -> Self {
        match (is_geostationary, kind) {
            (true, _) => Self::Geostationary,
            (false, LookKind::Radar) => Self::Radar,
            (false, LookKind::Optical) => Self::Optical,
            (false, LookKind::Other) => Self::Other,
        }
    }
}

/// A stretch in which some satellites can look at the place, one after the other without a break.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchWindow {
    /// How.
    pub lane: Lane,
    /// When, seconds from the window's start.
    pub span: Span,
    /// Which assets, in the order in which they come.
    pub assets: Vec<usize>,
}

/// When a place is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposure {
    /// The watch windows, by lane, then start.
    pub windows: Vec<WatchWindow>,
    /// When nobody outside the geostationary ring can look at it.
    pub quiet: SpanSet,
    /// When nobody at all can.
    pub unseen: SpanSet,
}

/// The exposure of a place to some views of it; `is_geostationary` tells it of an asset. One look at any of the place
/// counts. Quiet is as quiet as the list of satellites is complete.
#[must_use]
pub fn exposure(views: &[AssetView], window_s: f64, is_geostationary: impl Fn(usize) -> bool) -> Exposure {
    let window = Span::new(0.0, window_s);
    let looks: Vec<(Lane, usize, SpanSet)> = views
        .iter()
        .map(|view| {
            let lane = Lane::of(view.kind, is_geostationary(view.asset));
            (lane, view.asset, view.any_cell().within(window))
        })
        .collect();
    let of_lanes = |wanted: &dyn Fn(Lane) -> bool| {
        SpanSet::union_of(looks.iter().filter(|(lane, ..)| wanted(*lane)).map(|(.., spans)| spans))
    };
    let mut windows = Vec::new();
    for lane in Lane::ALL {
        for &span in of_lanes(&|other| other == lane).as_slice() {
            let first_look = |spans: &SpanSet| spans.within(span).as_slice().first().map(|first| first.start_s);
            let mut who: Vec<(f64, usize)> = looks
                .iter()
                .filter(|(other, ..)| *other == lane)
                .filter_map(|(_, asset, spans)| Some((first_look(spans)?, *asset)))
                .collect();
            who.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            windows.push(WatchWindow { lane, span, assets: who.into_iter().map(|(_, asset)| asset).collect() });
        }
    }
    Exposure {
        windows,
        quiet: of_lanes(&|lane| lane != Lane::Geostationary).gaps(window_s),
        unseen: of_lanes(&|_| true).gaps(window_s),
    }
}
