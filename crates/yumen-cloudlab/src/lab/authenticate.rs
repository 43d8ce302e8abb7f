//! Who is asking: both signatures verified exactly, with the window of time and the nonces.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use yumen_aliyun_protocol::acs3::{self, Authorization, CanonicalRequest, sha256_hex};
use yumen_aliyun_protocol::encoding::canonical_query;
use yumen_aliyun_protocol::limits::TIMESTAMP_WINDOW_SECONDS;
use yumen_aliyun_protocol::{log_service, rpc, same_signature};

use super::fail::Refusal;
use super::request::Incoming;

/// An access key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) secret: String,
    /// The token that goes with a temporary key
    pub(crate) token: Option<String>,
    /// Milliseconds since 1970 at which a temporary key ends
    pub(crate) expires: Option<u64>,
    pub(crate) account: String,
    /// The caller as the vendor names it: `acs:ram::<account>:user/<name>`
    pub(crate) arn: String,
    /// Actions that the key may not call, as `slb:Describe*`
    pub(crate) denied: Vec<String>,
}

/// The nonces seen within the window of time.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: BTreeSet<String>,
    /// By when each runs out
    ends: BTreeSet<(u64, String)>,
}

impl Nonces {
    /// Notes a nonce; false if it was seen before.
    fn is_new(&mut self, nonce: &str, now: u64) -> bool {
        while self.ends.first().is_some_and(|(end, _)| *end <= now) {
            if let Some((_, ended)) = self.ends.pop_first() {
                self.seen.remove(&ended);
            }
        }
        let end = now + 2 * TIMESTAMP_WINDOW_SECONDS * 1000;
        let is_new = self.seen.insert(nonce.to_owned());
        if is_new {
            self.ends.insert((end, nonce.to_owned()));
        }
        is_new
    }
}

/// Finds the key that signed a request, or why there is none. `now` is in milliseconds.
pub(crate) fn authenticate<'k>(
    incoming: &Incoming,
    keys: &'k BTreeMap<String, Key>,
    nonces: &mut Nonces,
    now: u64,
) -> Result<(&'k str, &'k Key), Refusal> {
    let header = incoming.header("authorization").unwrap_or_default();
    if incoming.is_log_service() {
        // Its signature, as far as it is served here, covers no body and holds no nonce.
        let signed = header.strip_prefix(log_service::SCHEME);
        let reads = incoming.method == "GET" && incoming.body.is_empty();
        let signed = signed.filter(|_| reads).ok_or_else(unauthorized)?;
        return by_log_service(incoming, signed, keys, now);
    }
    if incoming.is_signed_by_header() {
        return by_header(incoming, header, keys, nonces, now);
    }
    let parameters: Vec<(String, String)> = incoming
        .query()
        .into_iter()
        .chain(incoming.form())
        .collect();
    by_query(incoming, &parameters, keys, nonces, now)
}

fn by_header<'k>(
    incoming: &Incoming,
    header: &str,
    keys: &'k BTreeMap<String, Key>,
    nonces: &mut Nonces,
    now: u64,
) -> Result<(&'k str, &'k Key), Refusal> {
    let Some(given) = Authorization::parse(header) else {
        return Err(incomplete(&format!(
            "The Authorization header must be of the form `{} Credential=..,SignedHeaders=..,Signature=..`.",
            acs3::ALGORITHM
        )));
    };
    let (id, key) = find(keys, &given.key_id)?;
    let mut headers = Vec::new();
    for name in given.signed_headers.split(';') {
        let Some(value) = incoming.header(name) else {
            return Err(incomplete(&format!("The signed header {name} is missing.")));
        };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let with_body: &[&str] = if incoming.body.is_empty() {
        &[]
    } else {
        &[acs3::CONTENT_HASH, "content-type"]
    };
    let always = [
        "host",
        "x-acs-action",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
    ];
    for needed in always.iter().chain(with_body) {
        if !headers.iter().any(|(name, _)| name == needed) {
            return Err(incomplete(&format!("The header {needed} must be signed.")));
        }
    }
    let date = incoming.header("x-acs-date").unwrap_or_default();
    let nonce = incoming.header("x-acs-signature-nonce").unwrap_or_default();
    in_time(date.parse().ok(), now)?;
    let body_hash = sha256_hex(&incoming.body);
    let claimed = incoming.header(acs3::CONTENT_HASH);
    if claimed.is_some_and(|claimed| !same_signature(claimed, &body_hash)) {
        return Err(Refusal::new(
            400,
            "InvalidContentSHA256",
            "The x-acs-content-sha256 header does not match the body.",
        ));
    }
    let query = incoming.query();
    let canonical = CanonicalRequest {
        method: &incoming.method,
        path: incoming.path(),
        query: &query,
        headers: &headers,
        body_hash: &body_hash,
    };
    if !same_signature(&given.signature, &canonical.signature(&key.secret)) {
        return Err(mismatch(&canonical.string_to_sign()));
    }
    with_token(incoming.header("x-acs-security-token"), key, now)?;
    once(nonces, id, nonce, now)?;
    Ok((id, key))
}

fn by_query<'k>(
    incoming: &Incoming,
    parameters: &[(String, String)],
    keys: &'k BTreeMap<String, Key>,
    nonces: &mut Nonces,
    now: u64,
) -> Result<(&'k str, &'k Key), Refusal> {
    let get = |name: &str| {
        let found = parameters.iter().find(|(of, _)| of == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let needed = |name: &'static str| get(name).ok_or_else(|| Refusal::missing(name));
    let id = needed("AccessKeyId")?;
    let signature = needed(rpc::SIGNATURE)?;
    let nonce = needed("SignatureNonce")?;
    let (id, key) = find(keys, id)?;
    in_time(needed("Timestamp")?.parse().ok(), now)?;
    if get("SignatureMethod").is_some_and(|method| method != "HMAC-SHA1") {
        return Err(Refusal::new(
            400,
            "InvalidSignatureMethod",
            "Specified signature method is not valid.",
        ));
    }
    let expected = rpc::signature(&incoming.method, parameters, &key.secret);
    if !same_signature(signature, &expected) {
        return Err(mismatch(&rpc::string_to_sign(&incoming.method, parameters)));
    }
    with_token(get("SecurityToken"), key, now)?;
    once(nonces, id, nonce, now)?;
    Ok((id, key))
}

fn by_log_service<'k>(
    incoming: &Incoming,
    signed: &str,
    keys: &'k BTreeMap<String, Key>,
    now: u64,
) -> Result<(&'k str, &'k Key), Refusal> {
    let (id, signature) = signed.split_once(':').ok_or_else(unauthorized)?;
    let (id, key) = find(keys, id)?;
    let date = incoming.header("date").unwrap_or_default();
    let parsed = jiff::fmt::rfc2822::parse(date).ok();
    in_time(parsed.map(|zoned| zoned.timestamp()), now)?;
    let query = incoming.query();
    let pairs = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let query = canonical_query(pairs);
    let resource = if query.is_empty() {
        incoming.path().to_owned()
    } else {
        format!("{}?{query}", incoming.path())
    };
    let text = log_service::string_to_sign(&incoming.method, date, &incoming.headers, &resource);
    if !same_signature(signature, &log_service::signature(&text, &key.secret)) {
        return Err(unauthorized());
    }
    with_token(incoming.header("x-acs-security-token"), key, now)?;
    Ok((id, key))
}

fn unauthorized() -> Refusal {
    Refusal::new(401, "SignatureNotMatch", "signature does not match")
}

fn find<'k>(keys: &'k BTreeMap<String, Key>, id: &str) -> Result<(&'k str, &'k Key), Refusal> {
    let found = keys.get_key_value(id);
    found.map(|(id, key)| (id.as_str(), key)).ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        )
    })
}

fn in_time(time: Option<Timestamp>, now: u64) -> Result<(), Refusal> {
    let Some(time) = time else {
        return Err(Refusal::new(
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ));
    };
    let time = u64::try_from(time.as_millisecond()).unwrap_or_default();
    if time.abs_diff(now) > TIMESTAMP_WINDOW_SECONDS * 1000 {
        return Err(Refusal::new(
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ));
    }
    Ok(())
}

fn with_token(given: Option<&str>, key: &Key, now: u64) -> Result<(), Refusal> {
    if key.expires.is_some_and(|end| end <= now) {
        return Err(Refusal::new(
            400,
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        ));
    }
    match (&key.token, given) {
        (None, None) => Ok(()),
        (Some(token), Some(given)) if same_signature(token, given) => Ok(()),
        (Some(_), None) => Err(Refusal::new(
            400,
            "MissingSecurityToken",
            "SecurityToken is mandatory for this action.",
        )),
        _ => Err(Refusal::new(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken is mismatched with the AccessKey.",
        )),
    }
}

fn once(nonces: &mut Nonces, id: &str, nonce: &str, now: u64) -> Result<(), Refusal> {
    if nonces.is_new(&format!("{id}/{nonce}"), now) {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        "SignatureNonceUsed",
        "Specified signature nonce was used already.",
    ))
}

fn incomplete(message: &str) -> Refusal {
    Refusal::new(400, "IncompleteSignature", message)
}

fn mismatch(text: &str) -> Refusal {
    Refusal::new(
        400,
        "SignatureDoesNotMatch",
        format!(
            "Specified signature is not matched with our calculation. server string to sign is:{text}"
        ),
    )
}
