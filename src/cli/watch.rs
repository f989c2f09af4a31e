//! `watch`: what the history of the element sets tells.

use clap::ValueEnum;

use super::instant::Instant;
use super::progress::with_bar;
use super::words::counted;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::watch::WatchAccount;
use crate::astro::elements::NoradId;
use crate::report::watch::{LEGEND, Row, SHOWN, sheet};
use crate::ssa::nation::Nation;
use crate::ssa::watch::event::{Kind, WatchEvent};
use crate::store::watch::WatchFilter;

/// List manoeuvres, decays and new objects
///
/// Manoeuvres are jumps of the orbit between element sets beyond the object's own noise; decays are the orbits that end
/// within 30 days, give or take a fifth of the time left; new objects are those that an update of the catalogue brought.
/// --update looks at the sets that came since the last look; the daemon does so after every download.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky watch --update\n  alliedsky watch --since -24h --kind manoeuvre\n  alliedsky watch --owner PRC --format json"
)]
pub(super) struct Arguments {
    /// First seen or changed at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Instant>,
    /// Only these
    #[arg(long, value_enum)]
    kind: Option<Sort>,
    /// Only this owner's: the satellite catalogue's code, or a nation
    #[arg(long, value_name = "CODE")]
    owner: Option<String>,
    /// Only this object's, by number or name
    #[arg(long, value_name = "ID")]
    sat: Option<String>,
    /// Withdrawn ones too: later sets did not bear them out
    #[arg(long)]
    all: bool,
    /// First look at the element sets that came since the last look
    #[arg(long)]
    update: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// Changed orbits
    Manoeuvre,
    /// Orbits that end or have ended
    Decay,
    /// New objects
    New,
}

impl Sort {
    const fn kind(self) -> Kind {
        match self {
            Self::Manoeuvre => Kind::Manoeuvre,
            Self::Decay => Kind::Decay,
            Self::New => Kind::New,
        }
    }
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut app = if arguments.update { call.open_for_writing()? } else { call.open()? };
    let mut notes = Vec::new();
    // Without a database the snapshot is looked at in memory.
    if arguments.update || app.database.is_none() {
        let account = with_bar(call.output.quiet, "watching", |progress| app.watch(progress))?;
        notes.push(told(&account));
    } else if !app.store.watch_has_run()? {
        anyhow::bail!(
            "nothing has looked at the element sets in {} yet: `alliedsky watch --update` does, and so does the daemon",
            app.database_name()
        );
    }
    let clock = app.clock()?;
    let filter = WatchFilter {
        since: arguments.since.map(|since| since.resolve(clock)),
        kind: arguments.kind.map(Sort::kind),
        sat: arguments.sat.as_ref().map(|text| named(&app, text)).transpose()?,
        withdrawn: arguments.all,
    };
    let mut found = app.store.watch_events(&filter)?;
    if let Some(owner) = &arguments.owner {
        found.retain(|stored| is_owned(&app, &stored.event, owner));
    }
    notes.insert(0, format!("{}.", counted(found.len(), "event", "events")));
    if found.iter().any(|stored| stored.event.kind == Kind::Manoeuvre) {
        notes.insert(0, LEGEND.to_owned());
    }
    let rows = found.iter().map(|stored| Row {
        event: &stored.event,
        first_seen_at: stored.first_seen_at,
        updated_at: stored.updated_at,
    });
    call.output.sheet(&sheet(rows), &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// By number even where the object has left the catalogue.
fn named(app: &App, text: &str) -> anyhow::Result<NoradId> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => Ok(app.catalogue()?.find(text)?.elements.norad_id),
    }
}

fn is_owned(app: &App, event: &WatchEvent, owner: &str) -> bool {
    let by_roster = app.world.roster.by_id(event.subject.norad_id).map(|asset| asset.nation);
    let nation = by_roster.or_else(|| Nation::from_satcat_owner(&event.subject.owner));
    event.subject.owner.eq_ignore_ascii_case(owner) || owner.parse().is_ok_and(|asked| nation == Some(asked))
}

fn told(account: &WatchAccount) -> String {
    format!(
        "{} with new element sets looked at ({} with too few to compare, {} left out): {}, {} to come, {}; {} new here, \
         {} changed, {} withdrawn.",
        counted(account.judged, "object", "objects"),
        account.too_short,
        counted(account.outliers, "outlying set", "outlying sets"),
        counted(account.manoeuvres, "manoeuvre", "manoeuvres"),
        counted(account.decays, "decay", "decays"),
        counted(account.new_objects, "new object", "new objects"),
        account.recorded.new,
        account.recorded.changed,
        account.recorded.withdrawn,
    )
}
