//! The commands of change control, and what they share: where the store is, who acts, which
//! account.

pub(crate) mod arguments;
pub(crate) mod change;
pub(crate) mod exposure;
pub(crate) mod key;
pub(crate) mod ledger;
pub(crate) mod notice;
pub(crate) mod office;
pub(crate) mod review;
pub(crate) mod store;
pub(crate) mod version;
pub(crate) mod watch;
