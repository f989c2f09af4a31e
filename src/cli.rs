//! The command line: what a user types becomes a request, its answer a report.

mod avoid;
mod backup;
mod catalog;
mod check;
mod compare;
mod conjunctions;
mod coverage;
mod daemon;
mod export;
mod exposure;
mod feeds;
mod geo;
mod handover;
mod import;
mod instant;
mod log;
mod messages;
mod output;
mod overflights;
mod passes;
mod places;
mod progress;
mod propagate;
mod realism;
mod report;
mod roster;
mod run;
mod scope;
mod screen;
mod sensors;
mod show;
mod status;
mod sync;
mod watch;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::Utc;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::app::work::Busy;
use crate::app::{App, EopChoice, Setup};
use crate::config::Config;
use crate::report::zone::Zone;
use instant::Instant;
use output::{Format, Output};

/// Shared space situational awareness: conjunctions, overflights and allied coverage from public element sets.
///
/// With no database the commands answer from the bundled snapshot of 2026-09-06 and say so. Times are UTC unless a
/// zone is given; orbits are SGP4 (WGS-72) and carry no error bars of their own: mind the age of the element sets.
#[derive(Debug, Parser)]
#[command(name = "alliedsky", version, after_help = EXAMPLES, max_term_width = 110, color = clap::ColorChoice::Never)]
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

Exit codes: 0 done, 1 failed, 2 usage, 3 what --alert asked for holds, 75 data stale or source refused.";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// Database file [default: alliedsky.db in the user's data folder]
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
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No notes and no progress on standard error
    #[arg(short, long, global = true)]
    quiet: bool,
    /// More of the log on standard error; twice for all
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

// The words of each command stand at its own arguments.
#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Sync(sync::Arguments),
    Feeds(feeds::Arguments),
    Import(import::Arguments),
    Catalog(catalog::Arguments),
    Show(show::Arguments),
    Propagate(propagate::Arguments),
    Screen(screen::Arguments),
    Conjunctions(conjunctions::Arguments),
    Avoid(avoid::Arguments),
    Realism(realism::Arguments),
    Passes(passes::Arguments),
    Overflights(overflights::Arguments),
    Coverage(coverage::Arguments),
    Exposure(exposure::Arguments),
    Geo(geo::Arguments),
    Report(report::Arguments),
    Verify(report::VerifyArguments),
    Roster(roster::Arguments),
    Regions(places::RegionsArguments),
    Sites(places::SitesArguments),
    Sensors(sensors::Arguments),
    Export(export::Arguments),
    Daemon(daemon::Arguments),
    Watch(watch::Arguments),
    Status(status::Arguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
    #[command(subcommand)]
    Config(check::Command),
    Completions(Completions),
}

/// Completions for a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  alliedsky completions bash > ~/.local/share/bash-completion/completions/alliedsky\n  alliedsky completions fish | source"
)]
struct Completions {
    /// Shell
    shell: clap_complete::Shell,
}

impl Command {
    /// The forms its answer can take.
    const fn forms(&self) -> &'static [Format] {
        use Format::{Csv, Geojson, Ics, Json, Kvn, Ndjson, Table, Xml};
        match self {
            Self::Show(_) => &[Table, Json, Ndjson, Kvn, Xml],
            Self::Run(_)
            | Self::Report(_)
            | Self::Verify(_)
            | Self::Status(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Config(_) => &[Table, Json],
            Self::Import(_) => &[Table, Json, Ndjson],
            Self::Overflights(_) => &[Table, Csv, Json, Ndjson, Geojson, Ics],
            Self::Passes(_) => &[Table, Csv, Json, Ndjson, Ics],
            Self::Coverage(_) | Self::Regions(_) | Self::Sites(_) => &[Table, Csv, Json, Ndjson, Geojson],
            Self::Export(arguments) => arguments.forms(),
            Self::Propagate(_) => &propagate::FORMS,
            Self::Conjunctions(arguments) => arguments.forms(),
            Self::Sync(_)
            | Self::Feeds(_)
            | Self::Catalog(_)
            | Self::Screen(_)
            | Self::Avoid(_)
            | Self::Realism(_)
            | Self::Exposure(_)
            | Self::Geo(_)
            | Self::Roster(_)
            | Self::Sensors(_)
            | Self::Watch(_) => &[Table, Csv, Json, Ndjson],
            Self::Daemon(_) | Self::Completions(_) => &[Table],
        }
    }
}

/// What a command did, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// What `--alert` asked for holds.
    Alert,
    /// The data are too old.
    Stale,
}

/// Exit code where what `--alert` asked for holds.
const ALERT: u8 = 3;

/// Exit code for data that are stale or a source that refuses (`EX_TEMPFAIL`).
const STALE: u8 = 75;

/// Parses the arguments, does what they ask, prints what went wrong.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return match error.print() {
                Err(error) if is_asked_for && error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
                _ if is_asked_for => ExitCode::SUCCESS,
                _ => ExitCode::from(2),
            };
        }
    };
    let is_daemon = matches!(cli.command, Command::Daemon(_));
    if is_daemon {
        log::for_a_journal(cli.global.verbose);
    } else {
        log::for_people(cli.global.verbose);
    }
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Alert) => ExitCode::from(ALERT),
        Ok(Outcome::Stale) => ExitCode::from(STALE),
        Err(error) => {
            let text = explained(&error);
            if is_daemon {
                tracing::error!(error = text, "the daemon did not run");
            } else {
                tell(&format!("error: {text}"));
            }
            ExitCode::from(if error.is::<Usage>() {
                2
            } else if error.is::<Busy>() {
                STALE
            } else {
                1
            })
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

/// An error with its causes, each said once: some errors quote their cause, and some causes only add a number to it.
fn explained(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        let core = words.split_once(": ").map_or(words.as_str(), |(_, core)| core);
        if text.is_empty() {
            text = words.trim_end().to_owned();
        } else if !text.contains(core) {
            text = format!("{text}: {words}");
        }
    }
    text
}

/// One line on standard error.
fn tell(line: &str) {
    use std::io::Write;
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    if let Some(threads) = global.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("starting the threads")?;
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
    call.output.check(cli.command.forms())?;
    match cli.command {
        Command::Run(arguments) => run::run(&call, &arguments),
        Command::Sync(arguments) => sync::run(&call, &arguments),
        Command::Feeds(arguments) => feeds::run(&call, &arguments),
        Command::Import(arguments) => import::run(&call, &arguments),
        Command::Catalog(arguments) => catalog::list(&call, &arguments),
        Command::Show(arguments) => show::run(&call, &arguments),
        Command::Propagate(arguments) => propagate::run(&call, &arguments),
        Command::Screen(arguments) => screen::run(&call, &arguments),
        Command::Conjunctions(arguments) => conjunctions::run(&call, &arguments),
        Command::Avoid(arguments) => avoid::run(&call, &arguments),
        Command::Realism(arguments) => realism::run(&call, &arguments),
        Command::Passes(arguments) => passes::run(&call, &arguments),
        Command::Overflights(arguments) => overflights::run(&call, &arguments),
        Command::Coverage(arguments) => coverage::run(&call, &arguments),
        Command::Exposure(arguments) => exposure::run(&call, &arguments),
        Command::Geo(arguments) => geo::run(&call, &arguments),
        Command::Report(arguments) => report::run(&call, &arguments),
        Command::Verify(arguments) => report::verify(&call, &arguments),
        Command::Roster(arguments) => roster::run(&call, &arguments),
        Command::Regions(_) => places::regions(&call),
        Command::Sites(_) => places::sites(&call),
        Command::Sensors(arguments) => sensors::run(&call, &arguments),
        Command::Export(arguments) => export::run(&call, &arguments),
        Command::Daemon(_) => daemon::run(&call),
        Command::Status(arguments) => status::run(&call, &arguments),
        Command::Backup(arguments) => backup::backup(&call, &arguments),
        Command::Restore(arguments) => backup::restore(&call, &arguments),
        Command::Watch(arguments) => watch::run(&call, &arguments),
        Command::Config(command) => check::run(&call, &command),
        Command::Completions(Completions { shell }) => {
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
    /// The database for reading; the bundled snapshot where none is named and there is none in the user's data folder.
    fn open(&self) -> anyhow::Result<App> {
        let app = App::open(&self.setup)?;
        if app.database.is_none() {
            self.refuse_missing(&app.config)?;
        }
        Ok(app)
    }

    /// Refuses a database that somebody named and that is not there: answers from the bundled snapshot in its place would
    /// hide a slip of the pen, or a disk that is not mounted.
    fn refuse_missing(&self, config: &Config) -> anyhow::Result<()> {
        let (path, instead) = match (&self.setup.database, &config.database, &self.setup.config) {
            (Some(path), ..) => (path, "without --db".to_owned()),
            (None, Some(path), Some(file)) => (path, format!("without `database` in {}", file.display())),
            _ => return Ok(()),
        };
        let name = path.display();
        if let Err(error) = path.try_exists() {
            bail!("the database {name} cannot be looked at: {error}");
        }
        bail!(
            "there is no database {name}: mend the path, or let `alliedsky run` or `alliedsky import FILE` make one there; \
             {instead} and with none in the user's data folder the bundled snapshot answers"
        )
    }

    /// The database for writing, made where there is none.
    fn open_for_writing(&self) -> anyhow::Result<App> {
        App::open(&Setup { create: true, ..self.setup.clone() })
    }
}
