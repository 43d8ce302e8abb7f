//! Feeds coverage-guided bytes to `yumen_fuzz::snapshot_reader`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| yumen_fuzz::snapshot_reader(data));
