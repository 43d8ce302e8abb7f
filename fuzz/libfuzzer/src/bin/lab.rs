//! Feeds coverage-guided bytes to `yumen_fuzz::lab`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| yumen_fuzz::lab(data));
