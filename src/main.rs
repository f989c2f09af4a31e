//! The `alliedsky` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    alliedsky::cli::main()
}
