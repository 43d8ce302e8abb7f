//! The sections `[people]` and `[change]` of `yumen.toml`.

use std::collections::BTreeSet;
use std::ops::Range;

use yumen_baseline::{EnvironmentKind, find_item, nearest_item};
use yumen_diagnostics::Message;
use yumen_diagnostics::section::{Problem, Section, Source, suggest};

use super::{Person, Policy, PolicyRule};
use crate::window::Calendar;
use crate::zone::read_time_zone;
use crate::{Class, YUMEN};

/// A role that a rule names, with where it stands.
type Named = (String, Range<usize>);

impl Policy {
    /// Reads a `yumen.toml` for its policy alone; other sections are the business of others.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let source = Source::new(file, text);
        let mut policy = Self::default();
        if let Some(table) = source.parse() {
            policy = Self::read(&mut Section::new(&source, table.get_ref(), 0..0));
        }
        (policy, source.into_problems())
    }

    /// Reads the sections of a file; what is wrong is noted in its source.
    pub fn read(root: &mut Section<'_, '_>) -> Self {
        let mut policy = Self::default();
        for (name, section) in root.named("people") {
            let person = policy.person_of(name, section);
            policy.people.insert(name.to_owned(), person);
        }
        if let Some(section) = root.section("change") {
            policy.read_change(section);
        }
        policy
    }

    fn person_of(&self, name: &str, mut section: Section<'_, '_>) -> Person {
        let place = section.source().place(&section.span());
        if name.trim().is_empty() {
            let message = Message::new("policy-name");
            section.source().report(&section.span(), message);
        }
        if name.trim() == YUMEN {
            let message = Message::new("policy-name-yumen");
            section.source().report(&section.span(), message);
        }
        let mut keys: Vec<String> = Vec::new();
        let given = section.texts("key");
        if given.is_empty() {
            let message = Message::new("policy-no-key").with("name", name);
            section.source().report(&section.span(), message);
        }
        for (key, span) in given {
            let Some(material) = key_material(key) else {
                let message = Message::new("policy-key").with("value", key);
                section.source().report(&span, message);
                continue;
            };
            let others = self.people.iter();
            let mut others = others.filter(|(_, person)| {
                let mut own = person.keys.iter();
                own.any(|own| key_material(own) == Some(material))
            });
            if let Some((other, _)) = others.next() {
                let message = Message::new("policy-key-twice").with("other", other.as_str());
                section.source().report(&span, message);
            }
            keys.push(key.to_owned());
        }
        let roles = words(&mut section, "roles");
        let mut owns = BTreeSet::new();
        for (own, span) in section.texts("owns") {
            match place_name(own) {
                Ok(own) => {
                    owns.insert(own);
                }
                Err(message) => section.source().report(&span, message),
            }
        }
        section.finish();
        Person {
            keys,
            roles: roles.into_iter().map(|(role, _)| role).collect(),
            owns,
            place,
        }
    }

    fn read_change(&mut self, mut section: Section<'_, '_>) {
        if section.has("mandatory") {
            self.mandatory = BTreeSet::new();
            for (name, span) in section.texts("mandatory") {
                match find_item(name) {
                    Some(item) => {
                        self.mandatory.insert(item.id);
                    }
                    None => {
                        let message = Message::new("config-unknown-item")
                            .with("item", name)
                            .with("nearest", nearest_item(name).as_str());
                        section.source().report(&span, message);
                    }
                }
            }
        }
        let standing = self.time_zone.clone();
        self.time_zone = read_time_zone(&mut section, standing);
        if let Some(hours) = section.whole("emergency_hours", 1, 168) {
            self.emergency_hours = hours;
        }
        if let Some(days) = section.whole("review_days", 1, 90) {
            self.review_days = days;
        }
        let mut named: Vec<Named> = Vec::new();
        if let Some(roles) = given_roles(&mut section, "emergency", &mut named) {
            self.emergency = roles;
        }
        let rules = section.each("rule").into_iter();
        self.rules = rules.filter_map(|own| rule(own, &mut named)).collect();
        self.calendar = Calendar::read(&mut section, &self.time_zone);
        self.report_unknown_roles(&section, named);
        section.finish();
    }

    /// A role that nobody has is most likely misspelt; with nobody declared, nothing is known.
    fn report_unknown_roles(&self, section: &Section<'_, '_>, named: Vec<Named>) {
        let people = self.people.values();
        let known: BTreeSet<&String> = people.flat_map(|person| &person.roles).collect();
        for (role, span) in named {
            if !self.people.is_empty() && !known.contains(&role) {
                let message = Message::new("policy-role-nobody").with("role", role.as_str());
                let known = known.iter().map(|role| role.as_str());
                section
                    .source()
                    .report(&span, suggest(message, &role, known));
            }
        }
    }
}

fn rule(mut section: Section<'_, '_>, named: &mut Vec<Named>) -> Option<PolicyRule> {
    let place = section.source().place(&section.span());
    let classes = classes(&mut section);
    let environment = section
        .has("environment")
        .then(|| section.word("environment", &EnvironmentKind::ALL));
    let account = section
        .has("account")
        .then(|| section.needed("account").map(|(text, _)| text.to_owned()));
    let propose = given_roles(&mut section, "propose", named);
    let approve = given_roles(&mut section, "approve", named);
    let apply = given_roles(&mut section, "apply", named);
    let approvals = section
        .whole("approvals", 1, 9)
        .and_then(|own| usize::try_from(own).ok());
    let owner = section.flag("owner");
    section.finish();
    // A condition that was not understood must not make the rule fit more than it says.
    if environment == Some(None) || account == Some(None) {
        return None;
    }
    Some(PolicyRule {
        classes: classes?,
        environment: environment.flatten(),
        account: account.flatten(),
        propose,
        approve,
        apply,
        approvals,
        owner,
        place,
    })
}

/// Classes that a rule is for: they have to be named, so that no rule means more than its author
/// thought of.
fn classes(section: &mut Section<'_, '_>) -> Option<BTreeSet<Class>> {
    let given = section.texts("class");
    if given.is_empty() {
        let message = Message::new("config-missing").with("key", "class");
        section.source().report(&section.span(), message);
        return None;
    }
    let mut classes = BTreeSet::new();
    for (word, span) in given {
        match Class::parse(word) {
            Some(Class::Forbidden) => {
                let message = Message::new("policy-rule-forbidden");
                section.source().report(&span, message);
            }
            Some(class) => {
                classes.insert(class);
            }
            None => {
                let message = Message::new("config-word")
                    .with("key", "class")
                    .with("value", word);
                let valid = Class::ALL.iter().map(|(word, _)| *word);
                let valid = valid.filter(|word| *word != Class::Forbidden.word());
                section
                    .source()
                    .report(&span, suggest(message, word, valid));
            }
        }
    }
    Some(classes)
}

/// Roles under a key, if it is there; an empty list, which nobody has, is refused.
fn given_roles(
    section: &mut Section<'_, '_>,
    key: &'static str,
    named: &mut Vec<Named>,
) -> Option<Vec<String>> {
    if !section.has(key) {
        section.leave(&[key]);
        return None;
    }
    let roles = words(section, key);
    if roles.is_empty() {
        let message = Message::new("policy-no-roles").with("key", key);
        section.source().report(&section.span(), message);
    }
    named.extend(roles.iter().cloned());
    Some(roles.into_iter().map(|(role, _)| role).collect())
}

/// Texts without the space around them; empty ones are refused.
fn words(section: &mut Section<'_, '_>, key: &'static str) -> Vec<Named> {
    let mut words = Vec::new();
    for (text, span) in section.texts(key) {
        let word = text.trim();
        if word.is_empty() {
            let message = Message::new("policy-empty").with("key", key);
            section.source().report(&span, message);
        } else {
            words.push((word.to_owned(), span));
        }
    }
    words
}

/// `zone:data` or `role:db`.
fn place_name(text: &str) -> Result<String, Message> {
    let bad = || Message::new("policy-place").with("value", text);
    let (kind, name) = text.split_once(':').ok_or_else(bad)?;
    let (kind, name) = (kind.trim(), name.trim());
    if !["zone", "role"].contains(&kind) || name.is_empty() {
        return Err(bad());
    }
    Ok(format!("{kind}:{name}"))
}

/// What a verifier key (`name+hash+base64`) is made of, without its name; nothing if the text is
/// none.
fn key_material(key: &str) -> Option<&str> {
    let mut parts = key.splitn(3, '+');
    let (name, hash, material) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hash = hash.len() == 8 && hash.bytes().all(|one| one.is_ascii_hexdigit());
    let is_base64 = |one: u8| one.is_ascii_alphanumeric() || matches!(one, b'+' | b'/' | b'=');
    let fits = !name.is_empty()
        && is_hash
        && material.len() >= 40
        && material.bytes().all(is_base64)
        && !name.contains(char::is_whitespace);
    fits.then_some(material)
}
