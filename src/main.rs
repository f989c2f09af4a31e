//! alliedsky
fn main() {}
