//! Templates: proven ways to set up a network, as rules **and** as what must hold.
//!
//! A scenario (`web`, `sandbox` …) asks for a few typed parameters and gives security groups,
//! roles and intents; a sector (`finance` …) is laid over it and makes it stricter. What was
//! rendered can be compared with an estate, in packets: [`Rendered::check`].

mod check;
mod draft;
mod parameter;
mod rendered;
mod sector;

mod bastion;
mod bigdata;
mod game;
mod iot;
mod sandbox;
mod web;

#[cfg(test)]
mod tests;

mod finance;
mod government;
mod medical;

pub use check::{Binding, Departure, DepartureKind, Departures, Required, RoleMembers};
pub use parameter::{Parameter, ParameterKind, Values};
pub use rendered::{IntentText, Rendered, RenderedRole};
pub use sector::{SECTORS, Sector, find_sector};

use jiff::civil::Date;
use yumen_diagnostics::Message;

use crate::settings::RoleKind;
use draft::Draft;
use yumen_diagnostics::section::suggest;

/// A scenario.
pub struct Template {
    /// Its name, as users type it
    pub name: &'static str,
    /// Id of its title
    pub title: &'static str,
    /// Id of the text that says when to take it and what it does
    pub about: &'static str,
    /// What it asks
    pub parameters: &'static [Parameter],
    /// The roles that machines play in it
    pub roles: &'static [(&'static str, RoleKind)],
    pub(crate) draft: fn(&Values, &mut Draft<'_>) -> Result<(), Message>,
}

/// What a template needs of the world: the language to describe rules in, and the day.
pub struct Context<'c> {
    /// Turns a message into words
    pub say: &'c dyn Fn(&Message) -> String,
    /// Today; without it no day is refused for being over
    pub today: Option<Date>,
}

/// All scenarios, in the order in which they are listed.
pub const TEMPLATES: [&Template; 6] = [
    &web::TEMPLATE,
    &game::TEMPLATE,
    &bigdata::TEMPLATE,
    &bastion::TEMPLATE,
    &iot::TEMPLATE,
    &sandbox::TEMPLATE,
];

/// A scenario by its name.
///
/// # Errors
/// There is none of that name; the message names the nearest.
pub fn find_template(name: &str) -> Result<&'static Template, Message> {
    let mut templates = TEMPLATES.iter();
    let found = templates.find(|template| template.name == name);
    found.copied().ok_or_else(|| {
        let message = Message::new("template-unknown").with("template", name);
        let names = TEMPLATES.iter().map(|template| template.name);
        suggest(message, name, names)
    })
}

/// What a template makes of a user's values, under the stricter rules of a sector if there is one.
///
/// # Errors
/// A parameter is unknown, missing, malformed or impossible; a sector has no place for it.
pub fn render(
    template: &'static Template,
    sector: Option<&'static Sector>,
    given: &[(String, String)],
    context: &Context<'_>,
) -> Result<Rendered, Message> {
    let values = Values::read(template.name, template.parameters, given, context)?;
    let mut draft = Draft::new(context, &values);
    (template.draft)(&values, &mut draft)?;
    if let Some(sector) = sector {
        sector.lay_over(template, &mut draft)?;
    }
    draft.finish()?;
    Ok(Rendered::new(template, sector, draft))
}

/// Parameters that several scenarios ask for.
const NAME: Parameter = Parameter {
    name: "name",
    kind: ParameterKind::Name,
    default: Some("prod"),
    about: "template-set-name",
};
const BASTION: Parameter = Parameter {
    name: "bastion",
    kind: ParameterKind::Offices,
    default: Some(""),
    about: "template-set-bastion",
};
