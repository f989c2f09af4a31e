//! Long lines folded for people.

/// The longest line that a note or a summary has, in characters.
pub const WIDTH: usize = 110;

/// Lines of at most [`WIDTH`] characters, broken between words; what continues a line is indented below it. A word that
/// is longer, such as a path, stays whole.
#[must_use]
pub fn folded(text: &str) -> String {
    text.lines().map(fold).collect()
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
    use super::{WIDTH, folded};

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
