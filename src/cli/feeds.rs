//! `feeds`: how the sources stand, and the word that lets one be asked again.

use super::output::Format;
use super::{Call, Outcome};
use crate::app::sync::Did;
use crate::app::sync::plan::{FeedState, State};
use crate::feed::query::Feed;
use crate::report::sheet::{Cell, Sheet, Shown};

/// How the sources stand: last good data, age, next request, held or not and why
///
/// The exit code is 75 where a source is held, was not reached last, or sent last what was refused.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  alliedsky feeds --config alliedsky.toml\n  alliedsky feeds resume celestrak"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Let a source be asked again at once, after its refusal was understood and its cause removed
    ///
    /// What it gave before counts on: no query that was answered is asked again early.
    #[command(
        after_help = "Examples:\n  alliedsky feeds resume celestrak\n  alliedsky feeds resume celestrak --any-size"
    )]
    Resume {
        /// celestrak or space-track
        source: Feed,
        /// Take the next download even if it has far fewer objects than the last, or is older
        #[arg(long)]
        any_size: bool,
    },
}

const COLUMNS: [&str; 12] = [
    "source",
    "query",
    "state",
    "last_good",
    "age_s",
    "objects",
    "newest_epoch",
    "last_asked",
    "last_outcome",
    "last_reason",
    "next",
    "reason",
];

/// The columns that people see.
pub(super) const SHOWN: [Shown; 7] = [
    Shown { column: "source", head: "SOURCE", decimals: 0 },
    Shown { column: "query", head: "QUERY", decimals: 0 },
    Shown { column: "state", head: "STATE", decimals: 0 },
    Shown { column: "last_good", head: "LAST GOOD", decimals: 0 },
    Shown { column: "age_s", head: "AGE", decimals: 0 },
    Shown { column: "objects", head: "OBJECTS", decimals: 0 },
    Shown { column: "next", head: "NEXT", decimals: 0 },
];

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.command {
        Some(Command::Resume { source, any_size }) => resume(call, *source, *any_size),
        None => list(call),
    }
}

fn list(call: &Call) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let feeds = app.feeds()?;
    let sheet = sheet_of(&feeds);
    let mut notes = Vec::new();
    if call.output.format == Format::Table {
        notes.extend(feeds.iter().filter_map(|feed| {
            let planned = &feed.planned;
            let refused = feed.last.as_ref().filter(|last| last.reason != planned.reason && !last.reason.is_empty());
            let last = refused.map(|last| format!("last {}: {}", last.outcome.as_str(), last.reason));
            let words: Vec<String> =
                [planned.reason.clone()].into_iter().filter(|reason| !reason.is_empty()).chain(last).collect();
            (!words.is_empty()).then(|| format!("{} {}: {}", planned.source.as_str(), planned.query, words.join("; ")))
        }));
    }
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(if feeds.iter().any(is_trouble) { Outcome::Stale } else { Outcome::Done })
}

/// Whether a source is held, or what it was asked last came to nothing: what `sync` ends with 75 for.
fn is_trouble(feed: &FeedState) -> bool {
    let has_failed = feed.last.as_ref().is_some_and(|last| Did::Ended(last.outcome).is_trouble());
    match feed.planned.state {
        State::Held => true,
        State::Off => false,
        State::Due | State::Waits => has_failed,
    }
}

/// The sources as rows.
pub(super) fn sheet_of<'a>(feeds: impl IntoIterator<Item = &'a FeedState>) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    for feed in feeds {
        sheet.push(row(feed));
    }
    sheet
}

fn row(feed: &FeedState) -> Vec<Cell> {
    let planned = &feed.planned;
    let (good, last) = (feed.last_good.as_ref(), feed.last.as_ref());
    vec![
        Cell::text(planned.source.as_str()),
        Cell::text(&planned.query),
        Cell::text(planned.state.as_str()),
        good.map_or(Cell::Null, |good| Cell::Time(good.asked_at)),
        feed.age.map_or(Cell::Null, |age| Cell::Seconds(age.as_seconds_f64(), 0)),
        good.and_then(|good| i64::try_from(good.objects).ok()).map_or(Cell::Null, Cell::Integer),
        good.and_then(|good| good.newest).map_or(Cell::Null, Cell::Time),
        last.map_or(Cell::Null, |last| Cell::Time(last.asked_at)),
        last.map_or(Cell::Null, |last| Cell::text(last.outcome.as_str())),
        last.map_or(Cell::Null, |last| Cell::text(&last.reason)),
        planned.next.map_or(Cell::Null, Cell::Time),
        Cell::text(&planned.reason),
    ]
}

fn resume(call: &Call, source: Feed, any_size: bool) -> anyhow::Result<Outcome> {
    let mut app = call.open_for_writing()?;
    let answer = match app.resume(source, any_size)? {
        Some(hold) => format!("{source}: held since {}, lifted: {}", call.output.zone.show(hold.since), hold.reason),
        None => format!("{source}: not held; what failed may be asked again at once"),
    };
    call.output.text(&match call.output.format {
        Format::Table => format!("{answer}\n"),
        _ => format!("{}\n", serde_json::json!({ "source": source.as_str(), "answer": answer })),
    })?;
    Ok(Outcome::Done)
}
