//! Keys from an address that answers as the metadata service does.

use super::{CredentialError, Credentials, Means, TIMEOUT, answer};
use crate::transport::{Method, Request};

/// Fetches keys from an address.
pub(super) fn fetch(uri: &str, means: &Means) -> Result<Credentials, CredentialError> {
    let from = shown(uri);
    let url = if uri.contains("://") {
        uri.to_owned()
    } else {
        format!("http://{uri}")
    };
    let request = Request {
        method: Method::Get,
        url,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Vec::new(),
        timeout: TIMEOUT,
    };
    let response = means.send(request).map_err(|error| {
        let hidden = [user_of(uri), query_of(uri)];
        answer::unreachable(&from, &error, &hidden)
    })?;
    match response.status {
        200 => answer::keys(&from, response, None),
        status => Err(CredentialError::BadStatus { from, status }),
    }
}

/// The address without user and query, which may hold a secret.
pub(super) fn shown(uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("http", uri));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

fn user_of(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or("", |(user, _)| user)
}

fn query_of(uri: &str) -> &str {
    uri.split_once('?').map_or("", |(_, query)| query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_what_may_be_secret() {
        for (uri, said) in [
            ("http://127.0.0.1:6666/a/b?t=S", "http://127.0.0.1:6666/a/b"),
            ("https://u:S@host", "https://host"),
            ("http://host?t=S@x/y", "http://host"),
        ] {
            assert_eq!(shown(uri), said);
        }
        assert_eq!(user_of("https://u:S@host/p@q"), "u:S");
        assert_eq!(query_of("https://host/p?t=S"), "t=S");
    }
}
