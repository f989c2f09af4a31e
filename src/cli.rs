//! The command line: what a user types becomes a request, its answer a report.

mod catalog;
mod check;
mod conjunctions;
mod coverage;
mod import;
mod instant;
mod output;
mod overflights;
mod passes;
mod places;
mod progress;
mod propagate;
mod roster;
mod run;
mod screen;
mod status;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::app::{App, EopChoice, Setup};
use crate::astro::time::Window;
use crate::report::zone::Zone;
use instant::{Instant, Length};
use output::{Format, Output};

/// Shared space situational awareness: conjunctions, overflights and allied coverage from public element sets.
///
/// With no database the commands answer from the bundled snapshot of 2026-09-06 and say so. Times are UTC unless a
/// zone is given; orbits are SGP4 (WGS-72) and carry no error bars of their own: mind the age of the element sets.
#[derive(Debug, Parser)]
#[command(name = "alliedsky", version, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  alliedsky run --bundled                          the whole job on the bundled snapshot, no network needed
  alliedsky passes --site Seoul --hours 12 --tz kst
  alliedsky overflights --region korea --nation cn --hours 24
  alliedsky screen catalog.csv --threshold-km 5 --primaries allied
  alliedsky coverage --region dprk --hours 168 --nations us,jp,kr

Exit codes: 0 done, 1 failed, 2 usage, 75 data stale or source refused.";

/// Options of every command.
#[derive(Debug, Args)]
struct Global {
    /// Database file
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Take this for now: 2026-11-22, 2026-11-22T09:00+09:00, -2d
    #[arg(long, global = true, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<Instant>,
    /// Earth orientation: none, store, or a file (finals2000A or CelesTrak's CSV)
    #[arg(long, global = true, value_name = "none|store|FILE", default_value = "store", hide_default_value = true)]
    eop: PathBuf,
    /// Zone of the times in tables: utc, kst, jst or an IANA name
    #[arg(long, global = true, value_name = "ZONE", default_value = "utc")]
    tz: Zone,
    /// Form of the answer
    #[arg(long, global = true, value_enum, default_value = "table")]
    format: Format,
    /// Write the answer to a file
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Threads to compute with [default: all cores]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// No notes and no progress on standard error
    #[arg(short, long, global = true)]
    quiet: bool,
    /// More of the log on standard error; twice for all
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One whole cycle: import, screen, overflights and passes, coverage, result files
    Run(run::Arguments),
    /// Bring element sets, a SATCAT or Earth orientation into the database
    Import(import::Arguments),
    /// List the current catalogue
    Catalog(catalog::Arguments),
    /// Everything known of one object
    Show(catalog::ShowArguments),
    /// States of one object over time
    Propagate(propagate::Arguments),
    /// Find conjunctions, now
    Screen(screen::Arguments),
    /// List the conjunctions of the latest run
    Conjunctions(conjunctions::Arguments),
    /// Passes over a site: AOS, culmination, LOS
    Passes(passes::Arguments),
    /// Who passes over a region or site, and can it see it
    Overflights(overflights::Arguments),
    /// What nations see of a place, alone, in pairs and together
    Coverage(coverage::Arguments),
    /// The allied and foreign satellites known by nation, mission and sensor
    Roster(roster::Arguments),
    /// The regions known by name
    Regions,
    /// The sites known by name
    Sites,
    /// What the database holds and how old it is
    Status,
    /// Look at the configuration
    #[command(subcommand)]
    Config(check::Command),
    /// Completions for a shell
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
}

/// What a command did, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The data are too old.
    Stale,
}

/// Exit code for data that are stale or a source that refuses (`EX_TEMPFAIL`).
const STALE: u8 = 75;

/// Parses the arguments, does what they ask, prints what went wrong.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed standard error leaves nobody to tell.
            let _ = error.print();
            let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if shown { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    log_to_stderr(cli.global.verbose);
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Stale) => ExitCode::from(STALE),
        Err(error) => {
            tell(&format!("error: {error:#}"));
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// A wrong argument that only shows once the answer is under way: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Refuses an argument.
fn usage(message: impl Into<String>) -> anyhow::Error {
    Usage(message.into()).into()
}

/// One line on standard error.
fn tell(line: &str) {
    use std::io::Write;
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false).init();
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    if let Some(threads) = global.threads {
        if threads == 0 {
            return Err(usage("--threads must be 1 or more"));
        }
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("starting the threads")?;
    }
    let call = Call {
        output: Output { format: global.format, path: global.output.clone(), zone: global.tz, quiet: global.quiet },
        setup: Setup {
            database: global.db.clone(),
            config: global.config.clone(),
            now: global.now.map(|now| now.resolve(Utc::now())),
            eop: match global.eop.to_str() {
                Some("none") => EopChoice::None,
                Some("store") => EopChoice::Store,
                _ => EopChoice::File(global.eop.clone()),
            },
            create: false,
        },
    };
    match cli.command {
        Command::Run(arguments) => run::run(&call, &arguments),
        Command::Import(arguments) => import::run(&call, &arguments),
        Command::Catalog(arguments) => catalog::list(&call, &arguments),
        Command::Show(arguments) => catalog::show(&call, &arguments),
        Command::Propagate(arguments) => propagate::run(&call, &arguments),
        Command::Screen(arguments) => screen::run(&call, &arguments),
        Command::Conjunctions(arguments) => conjunctions::run(&call, &arguments),
        Command::Passes(arguments) => passes::run(&call, &arguments),
        Command::Overflights(arguments) => overflights::run(&call, &arguments),
        Command::Coverage(arguments) => coverage::run(&call, &arguments),
        Command::Roster(arguments) => roster::run(&call, &arguments),
        Command::Regions => places::regions(&call),
        Command::Sites => places::sites(&call),
        Command::Status => status::run(&call),
        Command::Config(command) => check::run(&call, &command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "alliedsky", &mut script);
            call.output.text(&String::from_utf8_lossy(&script))?;
            Ok(Outcome::Done)
        }
    }
}

/// One call of the program.
#[derive(Debug)]
struct Call {
    output: Output,
    setup: Setup,
}

impl Call {
    /// The database for reading, or the bundled snapshot where there is none.
    fn open(&self) -> anyhow::Result<App> {
        let app = App::open(&self.setup)?;
        if let (None, Some(path)) = (&app.database, &self.setup.database) {
            self.output.notes(&[format!("no database at {}: answering from the bundled snapshot", path.display())]);
        }
        Ok(app)
    }

    /// The database for writing, made where there is none.
    fn open_for_writing(&self) -> anyhow::Result<App> {
        App::open(&Setup { create: true, ..self.setup.clone() })
    }
}

/// When to look.
#[derive(Clone, Debug, Args)]
struct When {
    /// Begin here [default: now, by the clock]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<Instant>,
    /// End here
    #[arg(long, value_name = "TIME", conflicts_with = "hours", allow_hyphen_values = true)]
    to: Option<Instant>,
    /// Look so many hours ahead (or 90m, 7d)
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    hours: Option<TimeDelta>,
}

/// A number of hours, or a length with its unit.
fn hours(text: &str) -> Result<TimeDelta, String> {
    let with_unit = if text.parse::<f64>().is_ok() { format!("{text}h") } else { text.to_owned() };
    with_unit
        .parse::<Length>()
        .map(|length| length.0)
        .map_err(|_| format!("\"{text}\" is no number of hours: use 24, 90m or 7d"))
}

impl When {
    /// The window, given the clock and the length taken when none is asked for.
    fn window(&self, clock: DateTime<Utc>, default_hours: f64) -> anyhow::Result<Window> {
        let start = self.from.map_or(clock, |from| from.resolve(clock));
        let window = match self.to {
            Some(to) => Window { start, end: to.resolve(clock) },
            None => {
                let length = self.hours.unwrap_or(TimeDelta::milliseconds((default_hours * 3_600_000.0) as i64));
                Window::new(start, length)
            }
        };
        if window.end < window.start {
            return Err(usage("--to lies before --from"));
        }
        if window.seconds() > 366.0 * 86_400.0 {
            return Err(usage("a window of more than a year: element sets do not reach so far"));
        }
        if window.seconds() <= 0.0 {
            return Err(usage("an empty window: nothing happens in no time"));
        }
        Ok(window)
    }
}
