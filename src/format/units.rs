//! Units of the standards' messages.

/// Whether a unit as it was given is the one of the standard: case, blanks, and `^` for `**` do not matter.
pub(super) fn same_unit(given: &str, standard: &str) -> bool {
    let plain = |text: &str| text.replace('^', "**").replace([' ', '\t'], "").to_ascii_lowercase();
    match (plain(given), plain(standard)) {
        (given, standard) if standard.is_empty() => matches!(given.as_str(), "" | "-" | "n/a" | "none" | "1"),
        (given, standard) => given == standard,
    }
}
