//! Long lines folded for people.

/// The longest line that a note or a summary has, in characters.
pub const WIDTH: usize = 110;

/// Lines of at most [`WIDTH`] characters, broken between words; what continues a line is indented below it. A word that
/// is longer, such as a path, stays whole.
#[must_use]
pub fn folded(text: &str) -> String {
    text.lines().map(fold).collect()
}

/// A list of names and what is to be said of each, in two columns; the second is folded within its own.
#[must_use]
pub fn entries<'a>(rows: impl IntoIterator<Item = (&'a str, String)>, name_width: usize) -> String {
    let mut text = String::new();
    for (name, words) in rows {
        let mut rest = words.trim_end();
        let mut lead = format!("{name:<name_width$} ");
        while let Some(at) = break_in(rest, 0, WIDTH.saturating_sub(name_width + 1)) {
            text.push_str(&format!("{lead}{}\n", rest[..at].trim_end()));
            rest = rest[at..].trim_start();
            lead = " ".repeat(name_width + 1);
        }
        text.push_str(format!("{lead}{rest}").trim_end());
        text.push('\n');
    }
    text
}

fn fold(line: &str) -> String {
    let mut rest = line.trim_end();
    let indent = rest.len() - rest.trim_start_matches(' ').len();
    let mut folded = String::new();
    let mut lead = String::new();
    while let Some(at) = break_in(rest, indent, WIDTH.saturating_sub(lead.len())) {
        folded.push_str(&format!("{lead}{}\n", rest[..at].trim_end()));
        rest = rest[at..].trim_start();
        lead = " ".repeat(indent + 2);
    }
    format!("{folded}{lead}{rest}\n")
}

/// Where to break a line that is longer than `width`: at the last blank within it, else at the first after it.
fn break_in(line: &str, indent: usize, width: usize) -> Option<usize> {
    let (limit, _) = line.char_indices().nth(width)?;
    let blanks = || line.match_indices(' ').map(|(at, _)| at).filter(|at| *at > indent);
    blanks().take_while(|at| *at <= limit).last().or_else(|| blanks().next())
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, entries, folded};

    #[test]
    fn entries_keep_their_columns() {
        let long = "satellite ".repeat(20);
        let text = entries([("one", "a".to_owned()), ("three", long), ("none", String::new())], 8);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[lines.len() - 1]), ("one      a", "none"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{text}");
        assert!(lines[1].starts_with("three    satellite") && lines[2].starts_with("         satellite"), "{text}");
        assert_eq!(text.matches("satellite").count(), 20);
    }

    #[test]
    fn long_lines_are_broken_between_words_and_short_ones_stay() {
        assert_eq!(folded("a  b\n  c \n\nd"), "a  b\n  c\n\nd\n");
        let long = "  ".to_owned() + &"satellite ".repeat(40);
        let folded = folded(&long);
        assert!(folded.lines().all(|line| line.len() <= WIDTH), "{folded}");
        assert_eq!(folded.split_whitespace().count(), 40);
        assert!(folded.starts_with("  satellite") && folded.contains("\n    satellite"), "{folded}");
        let path = "x".repeat(200);
        assert_eq!(super::folded(&path), format!("{path}\n"));
    }
}
