//! What a person may have meant by a name that is not known.

/// A name without case, blanks, hyphens and underscores, so that `East Sea`, `east_sea` and `EAST-SEA` are one.
#[must_use]
pub fn folded(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// Up to three of `names` that resemble `typed`, most alike first.
///
/// Alike means a Jaro-Winkler similarity of 0.8 or more (Winkler 1990), after [`folded`].
#[must_use]
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = folded(typed);
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&typed, &folded(name)), name))
        .filter(|(score, _)| *score >= 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The names as the tail of a message: `: did you mean A, B or C?`, or nothing where there is none.
#[must_use]
pub fn did_you_mean(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!(": did you mean {only}?"),
        [first @ .., last] => format!(": did you mean {} or {last}?", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_name_comes_first() {
        let names = ["KOMPSAT-2", "KOMPSAT-3", "ALOS-2"];
        assert_eq!(nearest("kompsat9", names), ["KOMPSAT-2", "KOMPSAT-3"]);
        assert!(nearest("zzz", names).is_empty());
        assert_eq!(did_you_mean(&["A", "B", "C"]), ": did you mean A, B or C?");
    }
}
