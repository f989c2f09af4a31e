//! The floors of `src/` and what each must never name, checked over every token of the source.
//!
//! A full path escapes a look at `use` lines, so comments and literals are taken out and every path that is left is
//! read, groups unfolded and `super` followed up to the floor it ends on.

use std::path::{Path, PathBuf};

/// The floors from the ground up; those of one row do not know each other.
const FLOORS: [&[&str]; 9] = [
    &["kernel"],
    &["astro"],
    &["format"],
    &["ssa"],
    &["machine"],
    &["store", "feed", "notify", "report", "config"],
    &["app"],
    &["daemon"],
    &["cli"],
];

/// The floors without clock, disk, network or log.
const PURE: [&str; 4] = ["kernel", "astro", "format", "ssa"];

/// What a pure floor must not name.
const IMPURE: [&[&str]; 12] = [
    &["tokio"],
    &["reqwest"],
    &["rusqlite"],
    &["tracing"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["SystemTime"],
    &["Utc", "now"],
    &["Local", "now"],
    &["Instant", "now"],
];

/// Crates that only some places may name: crate, then files or folders under `src/`.
const KEPT: [(&str, &[&str]); 11] = [
    ("reqwest", &["feed", "notify"]),
    ("tokio", &["feed", "notify"]),
    ("rustls", &["feed", "notify"]),
    ("rustix", &["machine"]),
    ("signal_hook", &["daemon"]),
    ("sd_notify", &["daemon"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
    ("sgp4", &[]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
];

/// Names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "types", "prelude"];

/// A file longer than this becomes a folder of its phases.
const MOST_LINES: usize = 450;

/// A path as written, groups unfolded, with the line it stands on.
#[derive(Debug, PartialEq)]
struct Named {
    line: usize,
    /// Modules inside the file that enclose the path.
    nesting: usize,
    segments: Vec<String>,
}

/// The source with comments, strings and characters blanked out, line by line as before.
fn code_of(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at).unwrap_or(at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment or literal that begins at `at` ends.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let ahead = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let joined = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (ahead(0), ahead(1)) {
        ('/', '/') => Some(chars[at..].iter().position(|&c| c == '\n').map_or(chars.len(), |length| at + length)),
        ('/', '*') => Some(block_end(chars, at)),
        ('"', _) => Some(string_end(chars, at + 1)),
        ('b' | 'c', '"') if !joined => Some(string_end(chars, at + 2)),
        ('r', '"' | '#') if !joined => raw_end(chars, at + 1),
        ('b' | 'c', 'r') if !joined && matches!(ahead(2), '"' | '#') => raw_end(chars, at + 2),
        // A character is one sign between quotes, or an escape; anything else is a lifetime.
        ('\'', '\\') => chars[at + 3..].iter().position(|&c| c == '\'').map(|length| at + length + 4),
        ('\'', _) if ahead(2) == '\'' => Some(at + 3),
        _ => None,
    }
}

fn block_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut here) = (0, at);
    while here < chars.len() {
        match (chars[here], chars.get(here + 1)) {
            ('/', Some('*')) => (depth, here) = (depth + 1, here + 2),
            ('*', Some('/')) => (depth, here) = (depth - 1, here + 2),
            _ => here += 1,
        }
        if depth == 0 {
            break;
        }
    }
    here
}

fn string_end(chars: &[char], mut here: usize) -> usize {
    while here < chars.len() && chars[here] != '"' {
        here += if chars[here] == '\\' { 2 } else { 1 };
    }
    (here + 1).min(chars.len())
}

/// The end of a raw string whose hashes or quote begin at `at`; `None` for a raw identifier.
fn raw_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
    (chars.get(at + hashes) == Some(&'"')).then_some(())?;
    let mut here = at + hashes + 1;
    while here < chars.len() {
        if chars[here] == '"' && chars[here + 1..].iter().take_while(|&&c| c == '#').count() >= hashes {
            return Some(here + 1 + hashes);
        }
        here += 1;
    }
    Some(chars.len())
}

/// Words, `::`, and every other sign by itself, with line numbers.
fn tokens(code: &str) -> Vec<(usize, String)> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = match word {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                word => word,
            };
            tokens.push((index + 1, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Every path in the source.
fn paths(source: &str) -> Vec<Named> {
    let tokens = tokens(&code_of(source));
    let text = |at: usize| tokens.get(at).map_or("", |(_, text)| text.as_str());
    let mut found = Vec::new();
    // For each open brace whether a module began there.
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match text(at) {
            "{" => braces.push(at >= 2 && text(at - 2) == "mod"),
            "}" => _ = braces.pop(),
            // A path that begins with `::` is not joined to the word before it.
            "use" => {}
            word if is_word(word) => {
                let nesting = braces.iter().filter(|module| **module).count();
                let mut segments = Vec::new();
                let end = unfold(&tokens, at, &mut Vec::new(), &mut segments);
                let line = tokens[at].0;
                found.extend(segments.into_iter().map(|segments| Named { line, nesting, segments }));
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path with its groups from `at`, adds what it names to `found`, returns where it ends.
fn unfold(tokens: &[(usize, String)], mut at: usize, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |(_, text)| text.as_str());
    let outer = prefix.len();
    loop {
        if is_word(text(at)) {
            prefix.push(text(at).to_owned());
            at += 1;
            if text(at) == "::" && (is_word(text(at + 1)) || text(at + 1) == "{" || text(at + 1) == "*") {
                at += 1;
                continue;
            }
            found.push(prefix.clone());
        } else if text(at) == "{" {
            at += 1;
            while !matches!(text(at), "}" | "") {
                let before = at;
                at = unfold(tokens, at, prefix, found);
                at += usize::from(at == before || text(at) == ",");
            }
            at += 1;
        } else {
            found.push(prefix.clone());
            at += usize::from(text(at) == "*");
        }
        prefix.truncate(outer);
        return at;
    }
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|row| row.contains(&name))
}

/// `astro/frame.rs` is the module `astro::frame`.
fn module_of(file: &str) -> Vec<&str> {
    file.trim_end_matches(".rs").split('/').collect()
}

/// The floor that a path leads to from a module so deep, where it leads to one.
fn target(named: &Named, depth: usize) -> Option<&str> {
    let segments = &named.segments;
    let supers = segments.iter().take_while(|segment| *segment == "super").count();
    match segments[0].as_str() {
        "crate" | "alliedsky" if segments.len() > 1 => Some(&segments[1]),
        "super" if supers == depth + named.nesting => segments.get(supers).map(String::as_str),
        _ => None,
    }
}

fn holds(segments: &[String], part: &[&str]) -> bool {
    segments.windows(part.len()).any(|window| window.iter().zip(part).all(|(a, b)| a == b))
}

/// What is against the rules in one file, named by its path under `src/`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let own = module[0];
    let mut found = Vec::new();
    let mut report = |line: usize, what: String| found.push(format!("src/{file}:{line}: {what}"));
    for named in paths(source) {
        let segments = &named.segments;
        let written = segments.join("::");
        if let Some(name) = target(&named, module.len()).filter(|name| *name != own) {
            match (floor_of(own), floor_of(name)) {
                (_, None) if !["lib", "main"].contains(&own) => {
                    report(named.line, format!("{written}: {name} is no floor of the plan"));
                }
                (Some(here), Some(there)) if there >= here => {
                    report(named.line, format!("{written}: {own} stands beneath or beside {name}"));
                }
                (None, Some(_)) if own == "main" && name != "cli" => {
                    report(named.line, format!("{written}: main names only cli"));
                }
                _ => {}
            }
        }
        if PURE.contains(&own) && IMPURE.iter().any(|part| holds(segments, part)) {
            report(named.line, format!("{written} on the pure floor {own}"));
        }
        for (name, places) in KEPT {
            let here =
                places.iter().any(|place| file == format!("{place}.rs") || file.starts_with(&format!("{place}/")));
            if segments[0] == name && !here && segments.len() > 1 {
                let places = if places.is_empty() { "tests and benches".to_owned() } else { places.join(", ") };
                report(named.line, format!("{written}: only {places} may name {name}"));
            }
        }
    }
    let tokens = tokens(&code_of(source));
    for pair in tokens.windows(2) {
        if ["todo", "unimplemented"].contains(&pair[0].1.as_str()) && pair[1].1 == "!" {
            report(pair[0].0, format!("{}!", pair[0].1));
        }
    }
    if let Some(name) = module.iter().find(|name| EMPTY_NAMES.contains(name)) {
        report(1, format!("{name} is no name for a module"));
    }
    if module.last() == Some(&"mod") {
        report(1, "modules are foo.rs beside foo/".to_owned());
    }
    let lines = source.lines().count();
    if lines > MOST_LINES {
        report(lines, format!("{lines} lines, more than {MOST_LINES}: make it a folder of its phases"));
    }
    found
}

/// All `.rs` files under a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn arrows_run_down_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files(&src);
    assert!(files.len() > 50, "{}", files.len());
    let mut found = Vec::new();
    for path in &files {
        let file = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        found.extend(violations(&file, &std::fs::read_to_string(path).unwrap()));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_floor_is_in_the_plan_and_in_lib() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let tokens = tokens(&code_of(&lib));
    let mut modules: Vec<&str> =
        tokens.windows(2).filter(|pair| pair[0].1 == "mod").map(|pair| pair[1].1.as_str()).collect();
    let mut planned: Vec<&str> = FLOORS.iter().flat_map(|row| row.iter().copied()).collect();
    modules.sort_unstable();
    planned.sort_unstable();
    assert_eq!(modules, planned);
}

/// Asserts that a line of source in a file is against the rules, for a reason that holds `why`.
fn refused(file: &str, source: &str, why: &str) {
    let found = violations(file, source);
    assert!(found.iter().any(|violation| violation.contains(why)), "{file}: {source}: {found:?}");
}

fn allowed(file: &str, source: &str) {
    assert_eq!(violations(file, source), Vec::<String>::new(), "{file}: {source}");
}

#[test]
fn upward_paths_are_caught_however_they_are_written() {
    refused("astro/sun.rs", "use crate::ssa::pass::Pass;", "astro stands beneath");
    refused("astro/sun.rs", "fn f() { let x = crate::ssa::pass::f(); }", "astro stands beneath");
    refused("astro/sun.rs", "use crate::{kernel::root, ssa::pass};", "crate::ssa::pass");
    refused("astro/sun.rs", "use super::super::store::Store;", "super::super::store");
    refused("astro/sun.rs", "mod tests { use super::super::super::app::App; }", "super::app");
    refused("astro.rs", "use super::cli;", "super::cli");
    refused("store.rs", "fn f(r: &crate::report::zone::Zone) {}", "store stands beneath or beside report");
    refused("config.rs", "use crate::feed::{self, file};", "config stands beneath or beside feed");
    refused("app/run.rs", "use crate::cli::Call;", "app stands beneath");
    refused("main.rs", "fn main() { alliedsky::app::run() }", "main names only cli");
    refused("astro/sun.rs", "use crate::web::Page;", "no floor of the plan");

    allowed("astro/sun.rs", "use super::super::kernel::root;");
    allowed("astro/crossing/track.rs", "use super::super::span::Span;");
    allowed("astro/sun.rs", "mod tests { use super::super::look::Station; }");
    allowed("ssa/pass.rs", "use crate::{astro::{span::Span, time}, format::eop, kernel::*};");
    allowed("cli/run.rs", "use crate::app::App; pub(in crate::cli) fn f() {} pub(crate) fn g() {}");
    allowed("main.rs", "fn main() -> ExitCode { alliedsky::cli::main() }");
}

#[test]
fn the_world_is_caught_on_pure_floors() {
    refused("format/tle.rs", "let text = std::fs::read(path);", "pure floor");
    refused("format/tle.rs", "use std::{fs, io::Read};", "std::fs");
    refused("format/tle.rs", "use std::{io::{self, Read}, net::TcpStream};", "std::net::TcpStream");
    refused("ssa/pass.rs", "let now = chrono::Utc::now();", "chrono::Utc::now");
    refused("ssa/pass.rs", "let now = Utc::now;", "Utc::now");
    refused("kernel/root.rs", "tracing::info!(\"x\");", "tracing::info");
    refused("kernel/root.rs", "let began = std::time::Instant::now();", "Instant::now");
    allowed("format/unpack.rs", "use std::io::Read; let fs = 1; let now = window.now;");
    allowed("app/run.rs", "let now = chrono::Utc::now(); std::fs::write(a, b); tracing::info!(\"x\");");
}

#[test]
fn crates_stay_where_they_belong() {
    refused("app/run.rs", "use rusqlite::Connection;", "only store");
    refused("app/run.rs", "fn f(c: &::rusqlite::Connection) {}", "only store");
    refused("feed/file.rs", "use rusqlite_migration::M;", "only store");
    refused("astro/ephemeris.rs", "let c: ::sgp4::Constants = x;", "tests and benches may name sgp4");
    refused("report/zone.rs", "#[derive(clap::ValueEnum)] enum E {}", "only cli");
    refused("astro/propagator.rs", "use ::sgp4::{Constants, Orbit};", "tests and benches may name sgp4");
    allowed("astro/ephemeris.rs", "use crate::kernel::sgp4::Batch;");
    allowed("store/open.rs", "use rusqlite::Connection;");
}

#[test]
fn unfinished_and_unnamed_work_is_caught() {
    refused("ssa/pass.rs", "fn f() { todo!() }", "todo!");
    refused("ssa/pass.rs", "fn f() { unimplemented!(\"later\") }", "unimplemented!");
    refused("ssa/utils.rs", "", "no name for a module");
    refused("ssa/common/cells.rs", "", "no name for a module");
    refused("ssa/place/mod.rs", "", "foo.rs beside foo/");
    refused("ssa/pass.rs", &"\n".repeat(451), "451 lines");
}

#[test]
fn comments_and_literals_are_no_code() {
    for source in [
        "// use crate::ssa::pass;",
        "/// As [`crate::ssa::pass`] does.\nfn f() {}",
        "/* std::fs /* nested: std::net */ crate::app::run */",
        "let text = \"crate::app::run \\\" std::fs::read\";",
        "let text = r#\"todo!() \" std::net\"#;",
        "let text = b\"Utc::now()\"; let c = '\"'; let t = \"crate::cli::run\";",
        "let quote = '\\''; let text = \"std::fs\"; fn f<'a>(x: &'a str) {}",
    ] {
        allowed("astro/sun.rs", source);
    }
    // What follows a literal is code again.
    for source in ["/* a */ std::fs::read(x);", "let c = '\"'; std::fs::read(x);", "f(\"a\\\\\"); std::fs::read(x);"] {
        refused("astro/sun.rs", source, "pure floor");
    }
    let named = paths("// one\nlet text = \"a\nb\";\nuse a::{b, c::d};\n");
    let last: Vec<_> = named.iter().rev().take(2).map(|named| (named.line, named.segments.join("::"))).collect();
    assert_eq!(last, [(4, "a::c::d".to_owned()), (4, "a::b".to_owned())]);
}
