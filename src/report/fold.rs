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
    if line.chars().count() <= WIDTH {
        return format!("{}\n", line.trim_end());
    }
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let mut lines = vec![" ".repeat(indent)];
    for word in line.split_whitespace() {
        let last = lines.len() - 1;
        let is_begun = !lines[last].trim().is_empty();
        if is_begun && lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{}{word}", " ".repeat(indent + 2)));
        } else {
            lines[last].push_str(if is_begun { " " } else { "" });
            lines[last].push_str(word);
        }
    }
    lines.join("\n") + "\n"
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
