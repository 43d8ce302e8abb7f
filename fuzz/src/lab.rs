//! Arbitrary calls of the simulated cloud: never a panic, always an answer in JSON, and what exists
//! afterwards can be written down, loaded and read.

use yumen_aliyun_protocol::encoding::{canonical_query, parse_query};
use yumen_aliyun_protocol::rpc;
use yumen_cloudlab::{Incoming, LAB_KEY, Lab, Settings};

/// When the calls are made: 2026-03-18T02:30:00Z, in milliseconds.
const NOW: u64 = 1_773_801_000_000;

/// Calls of one input; more would only repeat.
const MOST: usize = 60;

/// Each line is a call: version, action, and the parameters as a query.
pub fn lab(data: &[u8]) {
    let mut lab = Lab::empty(&["cn-hangzhou"], Settings::default());
    let text = String::from_utf8_lossy(data);
    for (index, line) in text.lines().take(MOST).enumerate() {
        let mut words = line.splitn(3, ' ');
        let (version, action) = (words.next().unwrap_or_default(), words.next());
        let mut parameters = parse_query(words.next().unwrap_or_default());
        let (id, secret) = LAB_KEY;
        for (name, value) in [
            ("AccessKeyId", id),
            ("Action", action.unwrap_or_default()),
            ("SignatureNonce", &index.to_string()),
            ("Timestamp", "2026-03-18T02:30:00Z"),
            ("Version", version),
        ] {
            parameters.retain(|(of, _)| of != name && of != rpc::SIGNATURE);
            parameters.push((name.to_owned(), value.to_owned()));
        }
        let signature = rpc::signature("GET", &parameters, secret);
        parameters.push((rpc::SIGNATURE.to_owned(), signature));
        let pairs = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let incoming = Incoming {
            method: "GET".to_owned(),
            target: format!("/?{}", canonical_query(pairs)),
            ..Incoming::default()
        };
        // A second between calls, so that what settles has settled.
        let answer = lab.answer(&incoming, NOW + 1000 * index as u64);
        let body: serde_json::Value =
            serde_json::from_slice(&answer.body).unwrap_or(serde_json::Value::Null);
        assert!(
            body.get("RequestId").is_some(),
            "an answer without a request id"
        );
        assert_eq!(answer.status == 200, body.get("Code").is_none());
    }
    let files = |lab: &Lab| -> Vec<(String, Vec<u8>)> {
        let files = lab.export("2026-03-18T02:30:00Z").into_iter();
        files.map(|file| (file.path, file.bytes)).collect()
    };
    let written = files(&lab);
    let Ok(loaded) = Lab::load(written.clone(), Settings::default()) else {
        assert!(written.is_empty(), "what was written cannot be loaded");
        return;
    };
    assert_eq!(files(&loaded), written);
    drop(yumen_aliyun::read_files(written));
}
