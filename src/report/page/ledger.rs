//! The ledger: every coalition's figures over every region, as a table.

use super::html::{Element, el};
use super::scene::Scene;
use super::table::{Table, column, plain};
use super::words::{NBSP, coalition_name, duration, percent_bare, setting};
use crate::report::briefing::region::CoalitionPart;

/// The table; nothing where no region was asked for.
pub(super) fn table(scene: &Scene<'_>) -> Element {
    let Some(first) = scene.briefing.regions.first() else { return el("p").class("small").text("No figures.") };
    let titles: Vec<&str> = scene.briefing.regions.iter().map(|region| region.title.as_str()).collect();
    let caption = format!(
        "Every coalition over {} in the next {}. Fresh: reach within the last {}; with each access shorter at both ends by \
         its timing error (1σ) beside it. Satellites: those counted of those listed. In view: mean share of time. Reached: share of area in reach at least once. \
         * cut by the edge of the window: so long or more.",
        titles.join(" · "),
        scene.ahead(),
        setting(scene.briefing.horizon_s)
    );
    let columns = vec![
        column("Coalition", ""),
        column("Satellites", "n"),
        column("Fresh, %", "n"),
        column("Shortened, %", "n"),
        column("In view, %", "n"),
        column("Reached, %", "n x"),
        column("Longest wait", "n x"),
        column("Longest gap", "n line"),
    ];
    let mut table = Table::new(caption, "ledger", columns);
    for (index, coalition) in first.coalitions.iter().enumerate() {
        let parts: Vec<&CoalitionPart> =
            scene.briefing.regions.iter().filter_map(|region| region.coalitions.get(index)).collect();
        let each = |text: &dyn Fn(&CoalitionPart) -> String| {
            plain(parts.iter().map(|part| text(part)).collect::<Vec<_>>().join(" · "))
        };
        let star = |part: &CoalitionPart| if scene.clock.is_cut(part.longest_gap) { "*" } else { "" };
        let chips = coalition.nations.iter().map(|nation| scene.marks.chip(*nation));
        table.row(vec![
            el("span").children(chips).text(format!(" {}", coalition_name(&coalition.nations, scene.briefing))),
            plain(format!("{}{NBSP}of{NBSP}{}", coalition.assets, coalition.listed)),
            each(&|part| percent_bare(part.fresh_percent)),
            each(&|part| percent_bare(part.fresh_shrunk_percent)),
            each(&|part| percent_bare(part.cell_time_percent)),
            each(&|part| percent_bare(part.area_percent)),
            each(&|part| duration(part.mean_longest_gap_s)),
            each(&|part| format!("{}{}", duration(part.longest_gap.seconds()), star(part))),
        ]);
    }
    table.draw()
}
