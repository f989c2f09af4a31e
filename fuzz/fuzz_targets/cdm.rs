#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alliedsky_fuzz::checks::cdm(bytes));
