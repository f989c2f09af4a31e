//! Words that many answers have in common.

/// `1 approach`, `2 approaches`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
