//! The tape against `serde_json`.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

fn value_of(view: View<'_>) -> Value {
    match view.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(view.scalar() == Some("true")),
        Kind::Number => serde_json::from_str(view.scalar().unwrap()).unwrap(),
        Kind::Text => Value::String(view.scalar().unwrap().to_owned()),
        Kind::Array => view.children().map(value_of).collect(),
        Kind::Object => {
            let member = |child: View<'_>| {
                let key = String::from_utf8(child.bytes(child.node.key.span).to_vec()).unwrap();
                assert_eq!(view.get(&key).unwrap().index, child.index);
                (key, value_of(child))
            };
            Value::Object(view.children().map(member).collect::<Map<_, _>>())
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_serde_json_writes(value in any_value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = format!(" {} ,", text.unwrap());
        let mut tape = Tape::default();
        let end = tape.read(text.as_bytes(), 0).unwrap();
        prop_assert_eq!(end, text.len() - 2);
        prop_assert_eq!(value_of(tape.root(text.as_bytes()).unwrap()), value);
        for length in 0..end {
            let cut = text.as_bytes().split_at(length).0;
            prop_assert_eq!(tape.read(cut, 0), Err(Stop::End));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut tape = Tape::default();
        let ours = tape.read(&bytes, 0).is_ok_and(|end| end == bytes.len());
        let theirs = serde_json::from_slice::<Value>(&bytes).is_ok();
        // A number at the end counts as cut off; serde_json ends it there.
        let is_number = bytes.trim_ascii_end().last().is_some_and(u8::is_ascii_digit);
        prop_assert!(ours || !theirs || is_number || bytes.last().is_some_and(u8::is_ascii_whitespace));
    }
}
