//! Numbers, lengths of time and lists as a reader wants them.

use super::super::briefing::Briefing;
use crate::ssa::nation::Nation;

/// A space that does not end a line.
pub(super) const NBSP: char = '\u{a0}';

/// A length of time to the minute: `7 h 47`, `56 min`; `under 1 min` where it would be none.
pub(super) fn duration(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 30.0 {
        return format!("under 1{NBSP}min");
    }
    let minutes = (seconds.max(0.0) / 60.0).round() as i64;
    if minutes < 60 {
        format!("{minutes}{NBSP}min")
    } else {
        format!("{}{NBSP}h{NBSP}{:02}", minutes / 60, minutes % 60)
    }
}

/// A length of time that a setting has: `3 hours`, `1 hour`, `90 minutes`.
pub(super) fn setting(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as i64;
    match (minutes / 60, minutes % 60) {
        (1, 0) => format!("1{NBSP}hour"),
        (hours, 0) => format!("{hours}{NBSP}hours"),
        _ => format!("{minutes}{NBSP}minutes"),
    }
}

/// How long the window is, in words: `24 hours`, `three days`.
pub(super) fn stretch(seconds: f64) -> String {
    let hours = (seconds / 3600.0).round() as i64;
    match hours {
        48 => "two days".to_owned(),
        72 => "three days".to_owned(),
        96 => "four days".to_owned(),
        120 => "five days".to_owned(),
        144 => "six days".to_owned(),
        168 => "seven days".to_owned(),
        hours if hours > 168 && hours % 24 == 0 => format!("{}{NBSP}days", hours / 24),
        _ => setting(seconds),
    }
}

/// A percentage with its sign: whole, but with a decimal below 10 and near 100, where a whole number would say too much.
pub(super) fn percent(value: f64) -> String {
    format!("{}{NBSP}%", percent_bare(value))
}

/// As [`percent`], without the sign.
pub(super) fn percent_bare(value: f64) -> String {
    if value <= 0.0 {
        "0".to_owned()
    } else if value < 0.05 {
        "below 0.1".to_owned()
    } else if value < 9.95 {
        format!("{value:.1}")
    } else if value > 99.0 && value < 100.0 {
        format!("{:.1}", (value * 10.0).floor() / 10.0)
    } else {
        format!("{value:.0}")
    }
}

/// A share of an area in words.
pub(super) fn share(value: f64) -> String {
    if (value - 0.5).abs() < 1e-9 { "half".to_owned() } else { percent(100.0 * value) }
}

/// Points of percentage to a tenth, never below zero by rounding.
pub(super) fn points(value: f64) -> String {
    format!("{:.1}", if value.abs() < 0.05 { 0.0 } else { value })
}

/// A signed number to a tenth with a true minus.
pub(super) fn signed(value: f64) -> String {
    let magnitude = format!("{:.1}", value.abs());
    match magnitude.as_str() {
        "0.0" => magnitude,
        _ if value < 0.0 => format!("−{magnitude}"),
        _ => format!("+{magnitude}"),
    }
}

/// A count with thousands apart.
pub(super) fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 pass`, `4 passes`.
pub(super) fn counted(value: usize, one: &str, many: &str) -> String {
    format!("{}{NBSP}{}", count(value), if value == 1 { one } else { many })
}

/// One standard deviation of a time: `±0.4 s`.
pub(super) fn timing(seconds: f64) -> String {
    if seconds < 9.95 { format!("±{seconds:.1}{NBSP}s") } else { format!("±{seconds:.0}{NBSP}s") }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Names, the first `most` of them, and how many more there are.
pub(super) fn some_of<S: AsRef<str>>(names: &[S], most: usize) -> String {
    if names.len() <= most + 1 {
        return list(names);
    }
    let shown: Vec<&str> = names[..most].iter().map(AsRef::as_ref).collect();
    format!("{} and {} more", shown.join(", "), names.len() - most)
}

/// A name short enough for a label in a drawing.
pub(super) fn label(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A nation as a row of a chart calls it.
pub(super) fn row_name(nation: Nation) -> &'static str {
    match nation {
        Nation::Kr => "Rep. of Korea",
        _ => nation.name(),
    }
}

/// A nation as a chip calls it.
pub(super) fn short_name(nation: Nation) -> &'static str {
    match nation {
        Nation::Us => "US",
        Nation::Kr => "ROK",
        Nation::Kp => "DPRK",
        Nation::Gb => "UK",
        Nation::Eu => "Europe",
        Nation::Ae => "UAE",
        _ => nation.name(),
    }
}

/// A nation inside a sentence: `the US`, `Japan`.
pub(super) fn in_sentence(nation: Nation) -> String {
    match nation {
        Nation::Us | Nation::Kr | Nation::Kp | Nation::Gb | Nation::Ae | Nation::Nl | Nation::Ph => {
            format!("the {}", short_name(nation))
        }
        _ => short_name(nation).to_owned(),
    }
}

/// A coalition as its map's head says it.
pub(super) fn coalition_name(members: &[Nation], briefing: &Briefing) -> String {
    match members {
        [one] => row_name(*one).to_owned(),
        _ if members.len() == briefing.nations.len() => together(briefing),
        _ => members.iter().map(|nation| short_name(*nation)).collect::<Vec<_>>().join(" + "),
    }
}

/// All nations together, as a head says it.
pub(super) fn together(briefing: &Briefing) -> String {
    match briefing.nations.as_slice() {
        [] => "Nobody".to_owned(),
        [one] => row_name(*one).to_owned(),
        [_, _] => "Both".to_owned(),
        [_, _, _] => "All three".to_owned(),
        [_, _, _, _] => "All four".to_owned(),
        [_, _, _, _, _] => "All five".to_owned(),
        many => format!("All {}", many.len()),
    }
}

/// The nations as those who look, in a sentence: `the allies`, or the nation where it is one.
pub(super) fn allies(briefing: &Briefing) -> String {
    match briefing.nations.as_slice() {
        [one] => in_sentence(*one),
        _ => "the allies".to_owned(),
    }
}

/// The first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Width of a text in a drawing, in units, with the slack that unknown fonts need: widths of a wide sans serif.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '\'' | '|' => 0.30,
            'f' | 't' | 'r' | ' ' | NBSP | '-' | '(' | ')' | '/' => 0.40,
            'm' | 'w' | 'M' | 'W' | '%' | '…' => 0.95,
            character if character.is_ascii_uppercase() => 0.70,
            character if character.is_ascii() => 0.60,
            _ => 1.0,
        })
        .sum();
    1.08 * em * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_of_minutes() {
        assert_eq!(duration(28_020.0), "7\u{a0}h\u{a0}47");
        assert_eq!(duration(3_590.0), "1\u{a0}h\u{a0}00");
        assert_eq!(duration(3_360.0), "56\u{a0}min");
        assert_eq!(duration(4.0), "under 1\u{a0}min");
        assert_eq!(duration(0.0), "0\u{a0}min");
    }

    #[test]
    fn percentages_do_not_claim_more_than_they_are() {
        let shown: Vec<String> = [0.0, 0.01, 0.74, 9.96, 48.6, 99.97, 100.0].map(percent_bare).into();
        assert_eq!(shown, ["0", "below 0.1", "0.7", "10", "49", "99.9", "100"]);
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(some_of(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
