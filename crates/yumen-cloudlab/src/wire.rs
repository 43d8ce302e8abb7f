//! Complete writers of the vendor's response objects: every field of the published samples, "" for
//! what is absent, numbers as text where the vendor does so.

pub(crate) mod address;
pub(crate) mod balancer;
pub(crate) mod classic;
pub(crate) mod cluster;
pub(crate) mod connection;
pub(crate) mod database;
pub(crate) mod document;
pub(crate) mod filter;
pub(crate) mod group;
pub(crate) mod logging;
pub(crate) mod network;
pub(crate) mod server;
pub(crate) mod translation;

use serde_json::{Value, json};

/// The account that owns everything. Beyond 2^53 on purpose: the vendor's are, too.
pub(crate) const OWNER: u64 = 253_460_731_706_911_274;

/// The resource group of everything.
pub(crate) const RESOURCE_GROUP: &str = "rg-acfmxvapq7r2e5y";

/// Tags as `Key` and `Value`.
pub(crate) fn key_tags(tags: &[(&str, &str)]) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

/// Tags as `TagKey` and `TagValue`.
pub(crate) fn tag_key_tags(tags: &[(&str, &str)]) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({"TagKey": key, "TagValue": value}))
        .collect()
}
