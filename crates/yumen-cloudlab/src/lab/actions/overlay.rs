//! What a request sets under the very names that the answer shows it under.

use serde_json::{Value, json};

use super::set;
use crate::lab::estate::Object;
use crate::lab::fail::Refusal;
use crate::lab::parameters::Parameters;

/// How an answer writes a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Text,
    Number,
    Flag,
    /// Several texts
    Texts,
}

/// Sets the fields that a request gives; the others stay as the writer wrote them.
pub(super) fn overlay(
    object: &mut Object,
    parameters: &Parameters,
    fields: &[(&str, Form)],
) -> Result<(), Refusal> {
    for (name, form) in fields {
        let value = match form {
            Form::Text => parameters.get(name).map(Value::from),
            Form::Number => {
                let number = parameters.get(name).map(str::parse::<i64>).transpose();
                number
                    .map_err(|_| Refusal::malformed(name))?
                    .map(Value::from)
            }
            Form::Flag => parameters.get(name).map(|_| json!(parameters.is_on(name))),
            Form::Texts => Some(parameters.list(name))
                .filter(|texts| !texts.is_empty())
                .map(Value::from),
        };
        if let Some(value) = value {
            set(object, name, value);
        }
    }
    Ok(())
}
