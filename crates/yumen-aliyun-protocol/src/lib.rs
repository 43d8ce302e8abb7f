//! What a client of Alibaba Cloud and a simulated Alibaba Cloud must agree on, and nothing more:
//! signatures, canonical requests, error codes, limits.
//!
//! No wire types: the client reads leniently, the simulated cloud writes completely, and if they
//! shared a type each would hide the other's mistakes. No clock and no randomness: times and
//! nonces come in as texts.
#![forbid(unsafe_code)]

pub mod acs3;
pub mod encoding;
pub mod fault;
pub mod limits;
pub mod log_service;
pub mod rpc;

/// True if two texts are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same_signature(left: &str, right: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    left.as_bytes().ct_eq(right.as_bytes()).into()
}
