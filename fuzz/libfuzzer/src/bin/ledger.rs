//! Feeds coverage-guided bytes to `yumen_fuzz::ledger`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| yumen_fuzz::ledger(data));
