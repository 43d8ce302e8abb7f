//! Reasons in the ledger: messages with their values, which every reader puts into words of their
//! own language; or the words of a person, as they were typed.

use yumen_diagnostics::{Argument, Message};
use yumen_ledger::Value;

/// A message as the ledger keeps it: the words are the reader's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Id of the text
    pub id: String,
    /// Values that the text mentions, by name
    pub arguments: Vec<(String, Argument)>,
}

/// Messages as a reason: a JSON list of `{"id": …, "with": {…}}`.
#[must_use]
pub fn reason(messages: &[Message]) -> String {
    let written = Value::list(messages.iter().map(written)).encode();
    // What the encoding has no place for is kept all the same.
    written.unwrap_or_else(|_| {
        let plain: Vec<String> = messages.iter().map(ToString::to_string).collect();
        plain.join("; ")
    })
}

/// The messages of a reason; `None` if it is in a person's words.
#[must_use]
pub fn read_reason(text: &str) -> Option<Vec<Reason>> {
    let value = Value::decode(text.as_bytes()).ok()?;
    value.as_list()?.iter().map(read).collect()
}

fn written(message: &Message) -> Value {
    let arguments = message.arguments.iter();
    let with = arguments.map(|(name, value)| {
        let value = match value {
            Argument::Text(text) => Value::from(text.as_str()),
            Argument::Number(number) => Value::from(*number),
        };
        ((*name).to_owned(), value)
    });
    Value::table([
        ("id", message.id.into()),
        ("with", Value::Table(with.collect())),
    ])
}

fn read(value: &Value) -> Option<Reason> {
    let with = value.get("with")?.as_table()?.iter();
    let arguments = with.map(|(name, value)| {
        let argument = match value {
            Value::Text(text) => Argument::Text(text.clone()),
            Value::Number(number) => Argument::Number(*number),
            _ => return None,
        };
        Some((name.clone(), argument))
    });
    Some(Reason {
        id: value.get("id")?.as_text()?.to_owned(),
        arguments: arguments.collect::<Option<_>>()?,
    })
}
