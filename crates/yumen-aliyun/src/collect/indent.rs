//! JSON with a line for each value, every token as it was.

use std::io::{self, Write};

/// Writes JSON with one value on a line, indented by tabs. Numbers, texts and the order of fields
/// stay as they are; white space between tokens goes.
pub(super) fn indent(json: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut depth = 0_usize;
    let mut rest = json.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'{' | b'[' => {
                out.write_all(&[byte])?;
                let closing = if byte == b'{' { b'}' } else { b']' };
                while rest.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                if rest.next_if_eq(&closing).is_some() {
                    out.write_all(&[closing])?;
                } else {
                    depth += 1;
                    line(depth, out)?;
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(depth, out)?;
                out.write_all(&[byte])?;
            }
            b',' => {
                out.write_all(b",")?;
                line(depth, out)?;
            }
            b':' => out.write_all(b": ")?,
            b'"' => {
                out.write_all(b"\"")?;
                let mut escaped = false;
                for byte in rest.by_ref() {
                    out.write_all(&[byte])?;
                    if byte == b'"' && !escaped {
                        break;
                    }
                    escaped = byte == b'\\' && !escaped;
                }
            }
            other => out.write_all(&[other])?,
        }
    }
    Ok(())
}

fn line(depth: usize, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n")?;
    (0..depth).try_for_each(|_| out.write_all(b"\t"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn indented(json: &str) -> String {
        let mut out = Vec::new();
        indent(json.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_value_has_a_line_and_every_token_stays() {
        let json = r#"{"b":[1.0,-2e9,{"q":"a\"],{\\"}],"a":{ }, "n":253460731706911274123,"e":[]}"#;
        let expected = "{\n\t\"b\": [\n\t\t1.0,\n\t\t-2e9,\n\t\t{\n\t\t\t\"q\": \"a\\\"],{\\\\\"\n\t\t}\n\t],\n\t\"a\": {},\n\t\"n\": 253460731706911274123,\n\t\"e\": []\n}";
        assert_eq!(indented(json), expected);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_meaning_stays(value in json()) {
            for text in [value.to_string(), format!("{value:#}")] {
                let read: Value = serde_json::from_str(&indented(&text)).unwrap();
                prop_assert_eq!(&read, &value);
            }
        }
    }
}
