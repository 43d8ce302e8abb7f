//! Judgement: the 47 items, the score that nobody can dilute, waivers, frameworks, the user's own
//! rules.
//!
//! [`Settings`] is what a user declares, [`Estate`] puts it beside what was found reachable,
//! [`Judgement`] is the answer. Everything is decided on packet sets, never on the text of a rule.
#![forbid(unsafe_code)]

mod estate;
mod finding;
mod fix;
mod framework;
mod infer;
mod intent;
mod item;
mod items;
mod judgement;
mod score;
mod selector;
mod service;
mod settings;
mod template;
mod violation;
mod waiver;

pub use estate::{Estate, Findings, Records};
pub use finding::{Evidence, Finding, Outcome, Part, State, Status, Subject};
pub use fix::{Fix, Fixes, Proposal, Target, fixes};
pub use framework::{Clause, ClauseResult, FRAMEWORKS, Framework, FrameworkResult};
pub use infer::{
    Confidence, Guess, Guessed, GuessedEnvironment, GuessedMembers, GuessedRole, GuessedTags,
    GuessedZone, infer,
};
pub use intent::{Intent, Mode, Party};
pub use item::{FixKind, ItemId, Severity};
pub use items::{CATALOGUE, Item, find_item, nearest_item};
pub use judgement::{Judged, Judgement, Scope, Verdict, parts_of};
pub use score::{Band, Deduction, Reason, Score, Weights, cap};
pub use selector::Selector;
pub use service::Service;
pub use settings::{
    Environment, EnvironmentKind, Limits, Protection, Role, RoleKind, Settings, TagNames, Zone,
};
pub use template::{
    Binding, Context, Departure, DepartureKind, Departures, IntentText, Parameter, ParameterKind,
    Rendered, RenderedRole, Required, RoleMembers, SECTORS, Sector, TEMPLATES, Template, Values,
    find_sector, find_template, render,
};
pub use violation::{IntentOutcome, Violation};
pub use waiver::{Waived, Waiver};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-baseline",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
