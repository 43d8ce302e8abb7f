//! What services answer: keys with an end, or a code and a text.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{CredentialError, Credentials};
use crate::tape::{Kind, Tape, View};
use crate::transport::{Response, TransportError};

/// Longest text of a service that is passed on, in characters.
const LONGEST_TEXT: usize = 300;

/// The error for a response that did not come; `from` names who was asked.
pub(super) fn unreachable(from: &str, error: &TransportError, secrets: &[&str]) -> CredentialError {
    let error = match error {
        TransportError::Unreachable { error, .. } | TransportError::Broken { error, .. } => error,
        TransportError::TimedOut { .. } => "timed out",
    };
    CredentialError::Unreachable {
        from: from.to_owned(),
        error: harmless(error, secrets),
    }
}

/// Reads keys from an answer that has them inside `member`, or at the top where there is none.
pub(super) fn keys(
    from: &str,
    response: Response,
    member: Option<&str>,
) -> Result<Credentials, CredentialError> {
    let body = Zeroizing::new(response.body);
    let lacks = |field: &str| CredentialError::BadAnswer {
        from: from.to_owned(),
        field: field.to_owned(),
    };
    let mut tape = Tape::default();
    let top = root(&mut tape, &body).ok_or_else(|| lacks("AccessKeyId"))?;
    let keys = match member {
        Some(member) => top.get(member).ok_or_else(|| lacks(member))?,
        None => {
            // Only the answers that have the keys at the top say whether they are any good.
            if top.get("Code").and_then(View::scalar) != Some("Success") {
                return Err(lacks("Code"));
            }
            top
        }
    };
    let text = |field: &str| {
        let found = keys.get(field).and_then(View::scalar);
        found
            .filter(|text| !text.is_empty())
            .ok_or_else(|| lacks(field))
    };
    let (key_id, secret) = (text("AccessKeyId")?, text("AccessKeySecret")?);
    let (token, expires) = (text("SecurityToken")?, text("Expiration")?);
    let expires: Timestamp = expires.parse().map_err(|_| lacks("Expiration"))?;
    Ok(Credentials::new(key_id, secret, Some(token)).until(expires))
}

/// The code and the text of an error answer, cleared of secrets.
pub(super) fn complaint(response: Response, secrets: &[&str]) -> (String, String) {
    let body = Zeroizing::new(response.body);
    let mut tape = Tape::default();
    let top = root(&mut tape, &body);
    let text = |field: &str| {
        let found = top.and_then(|top| top.get(field)).and_then(View::scalar);
        harmless(found.unwrap_or_default(), secrets)
    };
    (text("Code"), text("Message"))
}

fn root<'t>(tape: &'t mut Tape, body: &'t [u8]) -> Option<View<'t>> {
    tape.read(body, 0).ok()?;
    tape.root(body).filter(|top| top.kind() == Kind::Object)
}

/// A text from outside on one line of bearable length, without the secrets that it may repeat.
pub(crate) fn harmless(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "***");
    }
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_outside_lose_secrets_control_characters_and_length() {
        assert_eq!(harmless("a\nSECRET\u{1b}b", &["", "SECRET"]), "a *** b");
        assert_eq!(harmless(&"x".repeat(400), &[]).len(), LONGEST_TEXT);
    }
}
