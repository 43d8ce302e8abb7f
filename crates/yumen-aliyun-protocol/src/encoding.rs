//! Percent-encoding as the vendor signs it (RFC 3986), and query strings.

/// Encodes everything but letters, digits, `-`, `_`, `.` and `~`: a space is `%20`.
#[must_use]
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Decodes a part of a query string or form. A `+` is a space: the vendor's Python SDK signs
/// `%20` and sends `+`. What is no valid encoding stays as it is.
#[must_use]
pub fn percent_decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => {
                if let Some(value) = hexadecimal(bytes.clone()) {
                    decoded.push(value);
                    bytes.nth(1);
                } else {
                    decoded.push(b'%');
                }
            }
            other => decoded.push(other),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The number that the next two bytes write.
fn hexadecimal(mut bytes: std::str::Bytes<'_>) -> Option<u8> {
    let mut digit = || char::from(bytes.next()?).to_digit(16);
    let (high, low) = (digit()?, digit()?);
    u8::try_from(high * 16 + low).ok()
}

/// The pairs of a query string or form, decoded, in the order in which they stand.
#[must_use]
pub fn parse_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(name), percent_decode(value))
        })
        .collect()
}

/// Pairs sorted by name (then value), encoded, joined by `=` and `&`: the form that is signed.
#[must_use]
pub fn canonical_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: Vec<(&str, &str)> = pairs.into_iter().collect();
    sorted.sort_unstable();
    let encoded: Vec<String> = sorted
        .into_iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    encoded.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoding_is_that_of_rfc_3986() {
        assert_eq!(percent_encode("中 a+b*~"), "%E4%B8%AD%20a%2Bb%2A~");
        assert_eq!(percent_decode("%E4%B8%AD+a%2Bb%2a~"), "中 a+b*~");
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%zz%4"), "%zz%4");
    }

    #[test]
    fn queries_are_sorted_by_name() {
        let pairs = parse_query("b=2&a=1&a.10=x&a.2=&&c");
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(canonical_query(pairs), "a=1&a.10=x&a.2=&b=2&c=");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            prop_assert_eq!(percent_decode(&percent_encode(&text)), text);
        }

        #[test]
        fn decoding_takes_anything(text in any::<String>()) {
            let decoded = percent_decode(&text);
            prop_assert!(decoded.len() <= text.len() * 3);
        }
    }
}
