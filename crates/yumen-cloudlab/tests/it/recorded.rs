//! Requests that others signed: the vendor's published vectors, and requests recorded from the
//! official SDKs, verified by the lab; and refused when anything in them is changed.
//!
//! The data stands beside the workspace; without it the vectors inside `yumen-aliyun-protocol`
//! stand in.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use yumen_aliyun_protocol::acs3::{CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::canonical_query;
use yumen_aliyun_protocol::rpc;
use yumen_cloudlab::{Incoming, Lab, Settings};

fn data(name: &str) -> Option<String> {
    let beside = "../../../shared/data/aliyun";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(beside)
        .join(name);
    let read = std::fs::read_to_string(&path).ok();
    if read.is_none() {
        let why = format!("skipped: {name}: the data beside the workspace is not there");
        drop(writeln!(std::io::stderr(), "{why}"));
    }
    read
}

fn lab() -> Lab {
    let mut lab = Lab::empty(
        &["cn-hangzhou", "cn-shanghai", "cn-beijing"],
        Settings::default(),
    );
    lab.add_key(
        "YourAccessKeyId",
        "YourAccessKeySecret",
        "253460731706911274",
        Vec::new(),
    );
    lab
}

/// The code of the lab's answer, empty for success.
fn code(lab: &mut Lab, incoming: &Incoming, time: &str) -> String {
    let time: jiff::Timestamp = time.parse().unwrap();
    let now = u64::try_from(time.as_millisecond()).unwrap();
    let answer = lab.answer(incoming, now);
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body.get("Code")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn recorded(line: &str) -> Incoming {
    let request: Value = serde_json::from_str(line).unwrap();
    let headers = request["headers"].as_array().unwrap().iter();
    Incoming {
        method: request["method"].as_str().unwrap().to_owned(),
        target: request["target"].as_str().unwrap().to_owned(),
        headers: headers
            .map(|pair| {
                let text = |index: usize| pair[index].as_str().unwrap().to_owned();
                (text(0).to_lowercase(), text(1))
            })
            .collect(),
        body: request["body"].as_str().unwrap().as_bytes().to_vec(),
        peer: "127.0.0.1".to_owned(),
    }
}

#[test]
fn recorded_requests_verify_and_changed_ones_do_not() {
    let Some(lines) = data("requests.jsonl") else {
        return;
    };
    let time = "2026-11-23T12:46:40Z";
    let mut count = 0;
    for line in lines.lines().filter(|line| !line.is_empty()) {
        count += 1;
        let incoming = recorded(line);
        let answer = code(&mut lab(), &incoming, time);
        let served = ["", "InvalidSecurityGroupId.NotFound"];
        assert!(served.contains(&answer.as_str()), "{answer}: {line}");
        let mut changed = incoming.clone();
        changed.target = changed.target.replace("cn-hangzhou", "cn-shanghai");
        assert_eq!(
            code(&mut lab(), &changed, time),
            "SignatureDoesNotMatch",
            "{line}"
        );
        let mut lab = lab();
        code(&mut lab, &incoming, time);
        assert_eq!(
            code(&mut lab, &incoming, time),
            "SignatureNonceUsed",
            "{line}"
        );
        let late = "2026-11-23T13:01:41Z";
        assert_eq!(
            code(&mut lab, &incoming, late),
            "InvalidTimeStamp.Expired",
            "{line}"
        );
    }
    assert_eq!(count, 3);
}

fn pairs(object: &Value) -> Vec<(String, String)> {
    let fields = object.as_object().unwrap().iter();
    fields
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn query(pairs: &[(String, String)]) -> String {
    canonical_query(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

#[test]
fn published_vectors_are_signed_and_verified() {
    let Some(vectors) = data("vectors.json") else {
        return;
    };
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let vector = &vectors["acs3_hmac_sha256_official"];
    let (parameters, mut headers) = (pairs(&vector["query"]), pairs(&vector["signed_headers"]));
    let canonical = CanonicalRequest {
        method: vector["method"].as_str().unwrap(),
        path: vector["path"].as_str().unwrap(),
        query: &parameters,
        headers: &headers,
        body_hash: &sha256_hex(b""),
    };
    let text = canonical.text();
    assert_eq!(
        sha256_hex(text.as_bytes()),
        vector["hashed_canonical_request"]
    );
    let signature = canonical.signature(vector["access_key_secret"].as_str().unwrap());
    assert_eq!(signature, vector["signature"]);
    let authorization = format!(
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders={},Signature={signature}",
        canonical.signed_headers()
    );
    headers.push(("authorization".to_owned(), authorization));
    let incoming = Incoming {
        method: "POST".to_owned(),
        target: format!("/?{}", query(&parameters)),
        headers,
        ..Incoming::default()
    };
    // The signature holds; the action lacks a parameter.
    let answer = code(&mut lab(), &incoming, "2023-10-26T10:22:32Z");
    assert_eq!(answer, "MissingInstanceType");
    for vector in vectors["rpc_hmac_sha1_official"].as_array().unwrap() {
        let mut parameters = pairs(&vector["params"]);
        let method = vector["method"].as_str().unwrap();
        let signature = rpc::signature(method, &parameters, vector["secret"].as_str().unwrap());
        assert_eq!(signature, vector["signature"]);
        let time = vector["params"]["Timestamp"].as_str().unwrap().to_owned();
        parameters.push((rpc::SIGNATURE.to_owned(), signature));
        let incoming = Incoming {
            method: method.to_owned(),
            target: format!("/?{}", query(&parameters)),
            ..Incoming::default()
        };
        let answer = code(&mut lab(), &incoming, &time);
        assert!(
            ["", "InvalidApi.NotFound"].contains(&answer.as_str()),
            "{answer}"
        );
    }
}

/// A request under the older signature, signed rightly.
fn signed(action: &str, more: &[(&str, &str)]) -> Incoming {
    let fixed = [
        ("AccessKeyId", "testid"),
        ("Action", action),
        ("RegionId", "cn-hangzhou"),
        ("SignatureNonce", "once"),
        ("Timestamp", TIME),
        ("Version", "2014-05-26"),
    ];
    let all = fixed.iter().chain(more);
    let mut parameters: Vec<(String, String)> = all
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let signature = rpc::signature("POST", &parameters, "testsecret");
    parameters.push((rpc::SIGNATURE.to_owned(), signature));
    Incoming {
        method: "POST".to_owned(),
        target: format!("/?{}", query(&parameters)),
        ..Incoming::default()
    }
}

const TIME: &str = "2026-03-18T02:30:00Z";

#[test]
fn what_is_not_signed_does_not_say_what_is_done() {
    let fair = signed("DescribeSecurityGroups", &[]);
    assert_eq!(code(&mut lab(), &fair, TIME), "");
    let mut header = fair.clone();
    let other = ("x-acs-action".to_owned(), "DeleteSecurityGroup".to_owned());
    header.headers.push(other);
    assert_eq!(
        code(&mut lab(), &header, TIME),
        "",
        "the header is not signed"
    );
    let mut path = fair.clone();
    path.target = path.target.replacen("/?", "/logstores/x?", 1);
    let mut cloud = lab();
    let now = u64::try_from(TIME.parse::<jiff::Timestamp>().unwrap().as_millisecond()).unwrap();
    assert_eq!(
        cloud.answer(&path, now).status,
        401,
        "the path is not signed"
    );
    let log = Incoming {
        headers: vec![
            ("authorization".to_owned(), "LOG testid:x".to_owned()),
            (
                "date".to_owned(),
                "Wed, 18 Mar 2026 02:30:00 GMT".to_owned(),
            ),
        ],
        ..signed("CreateSecurityGroup", &[(rpc::SIGNATURE, "")])
    };
    assert_ne!(
        code(&mut lab(), &log, TIME),
        "",
        "it is for the log service alone"
    );
    let deep = format!("A{}", ".1".repeat(1000));
    let deep = signed("DescribeSecurityGroups", &[(&deep, "x")]);
    assert_eq!(code(&mut lab(), &deep, TIME), "InvalidParameter");
}
