//! Resources that stand in one list each: found by the id that a request names, changed, marked
//! ready a moment later; and who still mentions them.

use serde_json::Value;

use super::networks::SETTLING;
use super::{Context, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::Refusal;

/// A kind of resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// The list in which it stands
    pub(super) list: &'static str,
    /// The field of its id
    pub(super) field: &'static str,
    /// The parameter that names it
    pub(super) parameter: &'static str,
    /// The vendor's code for one that does not exist
    pub(super) missing: &'static str,
}

impl Kind {
    /// A kind whose parameter has the name of the field.
    pub(super) const fn new(
        list: &'static str,
        field: &'static str,
        missing: &'static str,
    ) -> Self {
        Self {
            list,
            field,
            parameter: field,
            missing,
        }
    }

    /// The refusal for one that does not exist.
    pub(super) fn not_found(&self, id: &str) -> Refusal {
        Refusal::new(
            404,
            self.missing,
            format!("The specified resource {id} does not exist."),
        )
    }

    /// The one that a request names.
    pub(super) fn named(&self, estate: &Estate, context: &Context<'_>) -> Result<Object, Refusal> {
        let id = context.parameters.required(self.parameter)?;
        self.with_id(estate, context.region, id).cloned()
    }

    pub(super) fn with_id<'e>(
        &self,
        estate: &'e Estate,
        region: &str,
        id: &str,
    ) -> Result<&'e Object, Refusal> {
        let found = estate.find(region, self.list, self.field, id);
        found.ok_or_else(|| self.not_found(id))
    }

    /// Changes the one with that id, if it is there.
    pub(super) fn change(
        &self,
        estate: &mut Estate,
        region: &str,
        id: &str,
        change: impl FnOnce(&mut Object),
    ) {
        if let Some(found) = estate.find_mut(region, self.list, self.field, id) {
            change(found);
        }
    }

    pub(super) fn take(&self, estate: &mut Estate, region: &str, id: &str) {
        estate.take(region, self.list, "", |one| text(one, self.field) == id);
    }

    /// Sets a field of it to a value a moment later; `region` is where it stands.
    pub(super) fn settle(
        self,
        context: &mut Context<'_>,
        region: &str,
        id: &str,
        status: (&'static str, &'static str),
    ) {
        let (region, id) = (region.to_owned(), id.to_owned());
        let effect = move |estate: &mut Estate, _: &str| {
            self.change(estate, &region, &id, |one| set(one, status.0, status.1));
        };
        context.later.push((SETTLING, Box::new(effect)));
    }
}

/// True if a value holds that text somewhere, alone or in a row with commas.
pub(super) fn mentions(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted || text.split(',').any(|part| part == wanted),
        Value::Array(values) => values.iter().any(|value| mentions(value, wanted)),
        Value::Object(fields) => fields.values().any(|value| mentions(value, wanted)),
        _ => false,
    }
}

/// True if something that an action answers in a region mentions an id.
pub(super) fn is_mentioned(estate: &Estate, region: &str, path: &str, id: &str) -> bool {
    estate.documents().any(|(of, action, _, document)| {
        let objects = document.items.iter().map(|item| &item.object);
        of == region
            && action == path
            && objects
                .chain(std::iter::once(&document.head))
                .any(|object| object.values().any(|value| mentions(value, id)))
    })
}

/// Refuses if one of those actions' answers mentions an id: action, then the vendor's code.
pub(super) fn unused(
    estate: &Estate,
    region: &str,
    id: &str,
    holders: &[(&str, &str)],
) -> Result<(), Refusal> {
    match holders
        .iter()
        .find(|(path, _)| is_mentioned(estate, region, path, id))
    {
        None => Ok(()),
        Some((path, code)) => Err(Refusal::new(
            400,
            *code,
            format!("The specified resource {id} is still used, as {path} shows."),
        )),
    }
}
