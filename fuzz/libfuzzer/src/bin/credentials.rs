//! Feeds coverage-guided bytes to `yumen_fuzz::credentials`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| yumen_fuzz::credentials(data));
