//! What the fuzz targets check: the same functions that the tests call with the corpus.

#[path = "../../tests/it/fuzz_corpus/checks.rs"]
pub mod checks;
