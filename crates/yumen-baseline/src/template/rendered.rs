//! A template with its values put in: security groups, roles, limits and what must hold.

use std::fmt::Write;

use ipnet::IpNet;
use jiff::civil::Date;
use yumen_cloud::{CloudEdit, GroupKind, Id, Peer, SecurityGroup};
use yumen_diagnostics::{Message, Place};

use super::draft::Draft;
use super::sector::stricter;
use super::{Binding, Sector, Template};
use crate::intent::Intent;
use crate::item::ItemId;
use crate::selector::Selector;
use crate::service::Service;
use crate::settings::{Limits, Role, RoleKind, Settings};
use yumen_diagnostics::section::suggest;

/// A template with its values put in.
pub struct Rendered {
    /// The scenario
    pub template: &'static Template,
    /// The sector laid over it
    pub sector: Option<&'static Sector>,
    /// Roles with their security groups
    pub roles: Vec<RenderedRole>,
    /// A group that drops everything, to be joined when a machine has to be cut off
    pub containment: Option<SecurityGroup>,
    /// Networks that become trusted
    pub trusted: Vec<IpNet>,
    /// Limits, as strict as scenario and sector ask for
    pub limits: Limits,
    /// What must hold
    pub intents: Vec<IntentText>,
    /// Items that have to pass for the machines of the template
    pub items: Vec<ItemId>,
    waived: Option<(Vec<ItemId>, String, Date)>,
    heading: String,
    follows: Option<String>,
    waivers: String,
}

/// A role of a rendered template.
pub struct RenderedRole {
    /// Its name
    pub name: &'static str,
    /// Its kind
    pub kind: RoleKind,
    /// What the Internet may reach
    pub services: Vec<Service>,
    /// The group that its machines join
    pub group: SecurityGroup,
}

/// An intent as text, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentText {
    /// The rule, in the language of intents
    pub rule: String,
    /// Why
    pub reason: String,
}

impl Rendered {
    pub(super) fn new(
        template: &'static Template,
        sector: Option<&'static Sector>,
        draft: Draft<'_>,
    ) -> Self {
        let say = |id: &'static str| draft.say(Message::new(id));
        let mut heading = format!("yumen template {}", template.name);
        if let Some(sector) = sector {
            let _ = write!(heading, " --sector {}", sector.name);
        }
        let heading = format!("{heading} · {}", say(template.title));
        let follows = sector.map(|sector| say(sector.follows));
        let waivers = say("template-waivers");
        let roles = draft.roles.into_iter().map(|role| RenderedRole {
            name: role.name,
            kind: role.kind,
            services: role.services,
            group: role.group,
        });
        Self {
            template,
            sector,
            roles: roles.collect(),
            containment: draft.containment,
            trusted: draft.trusted,
            limits: draft.limits,
            intents: draft.intents,
            items: draft.items,
            waived: draft.waived,
            heading,
            follows,
            waivers,
        }
    }

    /// All groups: those of roles, then containment.
    pub fn groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        let roles = self.roles.iter().map(|role| &role.group);
        roles.chain(&self.containment)
    }

    /// Gives the group of a role (or `containment`) the id that the provider gave it.
    ///
    /// # Errors
    /// There is no such role.
    pub fn place_group(&mut self, role: &str, id: &str) -> Result<(), Message> {
        let own = self.roles.iter().find(|one| one.name == role);
        let old = match own {
            Some(own) => own.group.id.clone(),
            None => match &self.containment {
                Some(group) if role == "containment" => group.id.clone(),
                _ => return Err(self.unknown_role(role)),
            },
        };
        let new = Id::from(id);
        let groups = self.roles.iter_mut().map(|one| &mut one.group);
        for group in groups.chain(&mut self.containment) {
            if group.id == old {
                group.id = new.clone();
            }
            for rule in &mut group.rules {
                if let Peer::Group { group, .. } = &mut rule.peer
                    && *group == old
                {
                    *group = new.clone();
                }
            }
        }
        Ok(())
    }

    fn unknown_role(&self, role: &str) -> Message {
        let message = Message::new("template-role-unknown")
            .with("template", self.template.name)
            .with("role", role);
        suggest(message, role, self.roles.iter().map(|one| one.name))
    }

    /// What makes empty groups into those of the template.
    #[must_use]
    pub fn edits(&self) -> Vec<CloudEdit> {
        let mut edits = Vec::new();
        for group in self.groups() {
            if group.kind == GroupKind::Basic {
                edits.push(CloudEdit::SetInnerAccess {
                    group: group.id.clone(),
                    policy: group.inner_access,
                });
            }
            edits.push(CloudEdit::SetTags {
                resource: group.id.clone(),
                tags: group.tags.clone(),
            });
            edits.extend(group.rules.iter().map(|rule| CloudEdit::AddRule {
                group: group.id.clone(),
                rule: rule.clone(),
            }));
        }
        edits
    }

    /// The part of a `yumen.toml` that belongs to it.
    #[must_use]
    pub fn toml(&self) -> String {
        let mut text = String::new();
        let comment = |text: &mut String, what: &str| {
            for line in what.lines() {
                let _ = writeln!(text, "# {line}");
            }
        };
        comment(&mut text, &self.heading);
        if let Some(follows) = &self.follows {
            comment(&mut text, follows);
        }
        if !self.trusted.is_empty() {
            let nets = self.trusted.iter().map(ToString::to_string);
            let _ = writeln!(text, "\ntrusted = {}", list(nets));
        }
        self.limits_toml(&mut text);
        for role in &self.roles {
            let members = [format!("group:{}", role.group.name)];
            let _ = writeln!(text, "\n[roles.{}]", role.name);
            let _ = writeln!(text, "kind = \"{}\"", role.kind.word());
            let _ = writeln!(text, "match = {}", list(members.into_iter()));
            let services = role.services.iter().map(ToString::to_string);
            let _ = writeln!(text, "services = {}", list(services));
        }
        for intent in &self.intents {
            let _ = writeln!(text, "\n[[intent]]\nrule = {}", quoted(&intent.rule));
            let _ = writeln!(text, "reason = {}", quoted(&intent.reason));
        }
        if let Some(waiver) = self.waiver_toml() {
            text.push('\n');
            comment(&mut text, &self.waivers);
            comment(&mut text, &waiver);
        }
        text
    }

    fn limits_toml(&self, text: &mut String) {
        let (own, usual) = (&self.limits, Limits::default());
        if *own == usual {
            return;
        }
        let _ = writeln!(text, "\n[limits]");
        let mut line = |name: &str, value: String, differs: bool| {
            if differs {
                let _ = writeln!(text, "{name} = {value}");
            }
        };
        let (radius, usual_radius) = (own.blast_radius, usual.blast_radius);
        line("blast_radius", radius.to_string(), radius < usual_radius);
        let mut whole = |name, value: u32, usual| line(name, value.to_string(), value != usual);
        let length = |length: u8| u32::from(length);
        whole(
            "prefix_length",
            length(own.prefix_length),
            length(usual.prefix_length),
        );
        whole(
            "prefix_length_v6",
            length(own.prefix_length_v6),
            length(usual.prefix_length_v6),
        );
        whole("review_days", own.review_days, usual.review_days);
        whole("log_days", own.log_days, usual.log_days);
    }

    /// The waiver that goes with what is meant to be open.
    #[must_use]
    pub fn waiver_toml(&self) -> Option<String> {
        let (items, owner, until) = self.waived.as_ref()?;
        let group = &self.roles.first()?.group;
        let items = items.iter().map(|item| item.as_str().to_owned());
        let resource = [format!("group:{}", group.name)].into_iter();
        let reason = group.rules.first().map(|rule| rule.description.as_str());
        Some(format!(
            "[[waiver]]\nitem = {}\nresource = {}\nowner = {}\nreason = {}\nuntil = \"{until}\"\n",
            list(items),
            list(resource),
            quoted(owner),
            quoted(reason.unwrap_or_default()),
        ))
    }

    /// Which machines play each role: those that are given, else those of the role of that name
    /// in the user's settings.
    ///
    /// # Errors
    /// A role that the template does not have, or one that is bound to nothing.
    pub fn bind(
        &self,
        user: &Settings,
        given: &[(String, Selector)],
    ) -> Result<Vec<Binding>, Message> {
        for (role, _) in given {
            if !self.roles.iter().any(|own| own.name == role) {
                return Err(self.unknown_role(role));
            }
        }
        let each = self.roles.iter().map(|role| {
            let own = given.iter().filter(|(name, _)| name == role.name);
            let mut members: Vec<Selector> = own.map(|(_, member)| member.clone()).collect();
            if members.is_empty()
                && let Some(declared) = user.roles.iter().find(|one| one.name == role.name)
            {
                members.clone_from(&declared.members);
            }
            if members.is_empty() {
                return Err(Message::new("template-role-unbound").with("role", role.name));
            }
            Ok(Binding {
                role: role.name,
                members,
            })
        });
        each.collect()
    }

    /// The user's settings with the template's roles, limits, trusted networks and intents: what
    /// its estate is judged by.
    ///
    /// # Errors
    /// An intent of the template is not understood: a mistake of ours.
    pub fn settings(&self, user: &Settings, bound: &[Binding]) -> Result<Settings, Message> {
        let mut settings = user.clone();
        settings.limits = stricter(&user.limits, &self.limits);
        for net in &self.trusted {
            if !settings.trusted.contains(net) {
                settings.trusted.push(*net);
            }
        }
        let own = |role: &Role| self.roles.iter().any(|one| one.name == role.name);
        settings.roles.retain(|role| !own(role));
        for role in &self.roles {
            let members = bound.iter().find(|binding| binding.role == role.name);
            settings.roles.push(Role {
                name: role.name.to_owned(),
                kind: role.kind,
                members: members.map(|one| one.members.clone()).unwrap_or_default(),
                services: Some(role.services.clone()),
                place: Place::default(),
            });
        }
        settings.intents.clear();
        for text in &self.intents {
            let intent = Intent::parse(&text.rule, &settings)?;
            settings.intents.push(Intent {
                reason: Some(text.reason.clone()),
                ..intent
            });
        }
        Ok(settings)
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.map(|part| quoted(&part)).collect();
    format!("[{}]", parts.join(", "))
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => {
                written.push('\\');
                written.push(one);
            }
            one if one.is_control() => written.push(' '),
            one => written.push(one),
        }
    }
    written.push('"');
    written
}
