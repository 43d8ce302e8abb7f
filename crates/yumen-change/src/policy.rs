//! Who may propose, approve and apply a change, and when: decided by the class of the change and
//! by what it touches, as `yumen.toml` says and, where that is silent, as is built in.
//!
//! LAW (never alone): whoever proposed a change is never counted among those who approve it.

mod built_in;
mod read;
mod said;

pub use said::{Denied, Missing};

use said::Act;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use yumen_baseline::{EnvironmentKind, ItemId, Settings};
use yumen_diagnostics::section::{Problem, suggest};
use yumen_diagnostics::{Message, Place};

use crate::Class;
use crate::window::Calendar;

/// What `yumen.toml` says about who decides changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Who there is, by name; without anybody nothing can be approved
    pub people: BTreeMap<String, Person>,
    /// Items that no change may break without a waiver
    pub mandatory: BTreeSet<ItemId>,
    /// Whose clock windows and freezes mean
    pub time_zone: TimeZone,
    /// Roles that may apply without approval in an emergency
    pub emergency: Vec<String>,
    /// Hours after which an emergency change undoes itself
    pub emergency_hours: u32,
    /// Days within which another person has to look at an emergency change
    pub review_days: u32,
    /// The user's rules, first fit first; those that are built in come after them
    pub rules: Vec<PolicyRule>,
    /// When changes may be applied
    pub calendar: Calendar,
}

/// Somebody who takes part in changes. One person with several keys is one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Verifier keys, as texts (`name+hash+base64`)
    pub keys: Vec<String>,
    /// What this person may do
    pub roles: BTreeSet<String>,
    /// Zones and roles of the network that this person answers for, such as `zone:data`
    pub owns: BTreeSet<String>,
    /// Where it is declared
    pub place: Place,
}

/// A rule of the user. What it does not say is as built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Classes that it is for; never [`Class::Forbidden`]
    pub classes: BTreeSet<Class>,
    /// Environments that it is for; `None` for all
    pub environment: Option<EnvironmentKind>,
    /// The account that it is for; `None` for all
    pub account: Option<String>,
    /// Roles that may propose
    pub propose: Option<Vec<String>>,
    /// Roles that may approve
    pub approve: Option<Vec<String>>,
    /// Roles that may apply
    pub apply: Option<Vec<String>>,
    /// How many have to approve, at least one
    pub approvals: Option<usize>,
    /// Whether an owner of each place that is entered has to approve
    pub owner: Option<bool>,
    /// Where it is declared
    pub place: Place,
}

/// A change as the policy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it does
    pub class: Class,
    /// Environments that it touches; none means that nobody declared them, which is judged as
    /// production
    pub environments: BTreeSet<EnvironmentKind>,
    /// Places that packets enter from another zone which could not before, such as `zone:data`
    pub crossing: Vec<String>,
    /// The account that it changes
    pub account: String,
    /// Who proposed it
    pub proposer: String,
    /// True if it is to be applied without approval, because it cannot wait
    pub emergency: bool,
}

/// What a change needs before it may be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// How many people besides the proposer have to approve
    pub approvals: usize,
    /// Roles of which each of them has at least one
    pub roles: Vec<String>,
    /// Places of which an owner besides the proposer has to approve; an owner who has one of the
    /// roles counts among the approvals too
    pub owners: Vec<String>,
    /// The rule that says so; `None` if it is built in
    pub rule: Option<Place>,
}

/// What follows an emergency change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aftermath {
    /// When it undoes itself
    pub expires: Timestamp,
    /// Until when another person has to have looked at it
    pub review_until: Timestamp,
}

/// What a rule of the user and those that are built in say together.
struct Ruling {
    propose: Vec<String>,
    approve: Vec<String>,
    apply: Vec<String>,
    approvals: usize,
    owner: bool,
    rule: Option<Place>,
}

impl Policy {
    /// Whether somebody may propose a change.
    ///
    /// # Errors
    /// No; why, and what to do.
    pub fn may_propose(&self, who: &str, question: &Question) -> Result<(), Denied> {
        let roles = if question.emergency {
            self.emergency.clone()
        } else {
            self.ruling(question).propose
        };
        self.has_role(who, &roles, Act::Propose, question)
    }

    /// What a change needs before it may be applied. An emergency needs nothing beforehand;
    /// [`Policy::aftermath`] says what it needs afterwards.
    #[must_use]
    pub fn requirement(&self, question: &Question) -> Requirement {
        let ruling = self.ruling(question);
        if question.emergency {
            return Requirement {
                approvals: 0,
                roles: Vec::new(),
                owners: Vec::new(),
                rule: ruling.rule,
            };
        }
        let mut owners = Vec::new();
        if ruling.owner {
            owners.clone_from(&question.crossing);
            owners.sort();
            owners.dedup();
        }
        Requirement {
            approvals: ruling.approvals,
            roles: ruling.approve,
            owners,
            rule: ruling.rule,
        }
    }

    /// Whether an approval of somebody would count for anything.
    ///
    /// # Errors
    /// No; why, and who else could.
    pub fn may_approve(&self, who: &str, question: &Question) -> Result<(), Denied> {
        let person = self.person(who)?;
        if question.class == Class::Forbidden {
            return Err(Denied::forbidden());
        }
        if question.emergency {
            return Err(Denied::new(Message::new("policy-emergency-approval")));
        }
        if who == question.proposer {
            return Err(Denied::new(
                Message::new("policy-own-change").with("name", who),
            ));
        }
        let requirement = self.requirement(question);
        if requirement
            .owners
            .iter()
            .any(|place| person.owns.contains(place))
        {
            return Ok(());
        }
        self.has_role(who, &requirement.roles, Act::Approve, question)
    }

    /// Whether those who approved are enough. Names that nobody declared, and the proposer's, do
    /// not count.
    ///
    /// # Errors
    /// Everything that is missing.
    pub fn satisfied(
        &self,
        requirement: &Requirement,
        question: &Question,
        approvers: &BTreeSet<String>,
    ) -> Result<(), Vec<Missing>> {
        if question.class == Class::Forbidden {
            return Err(vec![Missing::Waiver]);
        }
        let asks = requirement.approvals > 0 || !requirement.owners.is_empty();
        if asks && self.people.is_empty() {
            return Err(vec![Missing::People]);
        }
        let mut missing = Vec::new();
        let can: BTreeSet<&String> = self
            .others(question)
            .filter(|(_, person)| person.has_any(&requirement.roles))
            .map(|(name, _)| name)
            .collect();
        let have = can.iter().filter(|name| approvers.contains(**name)).count();
        if have < requirement.approvals {
            missing.push(Missing::Approvals {
                have,
                need: requirement.approvals,
                roles: requirement.roles.clone(),
                by: can
                    .into_iter()
                    .filter(|name| !approvers.contains(*name))
                    .cloned()
                    .collect(),
            });
        }
        for place in &requirement.owners {
            let owners: Vec<&String> = self
                .others(question)
                .filter(|(_, person)| person.owns.contains(place))
                .map(|(name, _)| name)
                .collect();
            if !owners.iter().any(|name| approvers.contains(*name)) {
                missing.push(Missing::Owner {
                    place: place.clone(),
                    by: owners.into_iter().cloned().collect(),
                });
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(missing)
        }
    }

    /// Whether somebody may apply a change now, were it approved: the role, windows and freezes.
    /// Neither windows nor freezes hold back an emergency.
    ///
    /// # Errors
    /// No; why, and where it is a matter of time, when.
    pub fn may_apply(&self, who: &str, question: &Question, now: Timestamp) -> Result<(), Denied> {
        let roles = if question.emergency {
            self.emergency.clone()
        } else {
            self.ruling(question).apply
        };
        self.has_role(who, &roles, Act::Apply, question)?;
        if question.class == Class::Forbidden {
            return Err(Denied::forbidden());
        }
        if question.emergency {
            return Ok(());
        }
        let environments = touched(question);
        let closed = self
            .calendar
            .closed(question.class, &environments, now, &self.time_zone);
        match closed {
            None => Ok(()),
            Some(closed) => Err(Denied::closed(&closed, &self.time_zone)),
        }
    }

    /// What follows an emergency change that was applied then.
    #[must_use]
    pub fn aftermath(&self, applied: Timestamp) -> Aftermath {
        let after = |hours: u32| {
            applied
                .checked_add(SignedDuration::from_hours(hours.into()))
                .unwrap_or(Timestamp::MAX)
        };
        Aftermath {
            expires: after(self.emergency_hours),
            review_until: after(self.review_days.saturating_mul(24)),
        }
    }

    /// Whether somebody may review an emergency change afterwards: somebody else than who proposed
    /// and than who applied it, who might have approved it beforehand.
    ///
    /// # Errors
    /// No; why.
    pub fn may_review(
        &self,
        who: &str,
        applied_by: &str,
        question: &Question,
    ) -> Result<(), Denied> {
        if who == applied_by {
            self.person(who)?;
            return Err(Denied::new(
                Message::new("policy-own-emergency").with("name", who),
            ));
        }
        let calm = Question {
            emergency: false,
            ..question.clone()
        };
        self.may_approve(who, &calm)
    }

    /// Whose key that is.
    #[must_use]
    pub fn owner_of_key(&self, key: &str) -> Option<&str> {
        let mut people = self.people.iter();
        let found = people.find(|(_, person)| person.keys.iter().any(|own| own == key));
        found.map(|(name, _)| name.as_str())
    }

    /// Places that somebody owns but that are not declared: `zone:dta` where the zone is `data`.
    #[must_use]
    pub fn undeclared_owned(&self, settings: &Settings) -> Vec<Problem> {
        let zones = settings.zones.iter();
        let zones = zones.map(|zone| format!("zone:{}", zone.name));
        let roles = settings.roles.iter();
        let roles = roles.map(|role| format!("role:{}", role.name));
        let declared: BTreeSet<String> = zones.chain(roles).collect();
        let people = self.people.values();
        let owned = people.flat_map(|person| person.owns.iter().map(move |own| (person, own)));
        owned
            .filter(|(_, own)| !declared.contains(*own))
            .map(|(person, own)| {
                let message = Message::new("policy-owned").with("place", own.as_str());
                Problem {
                    place: person.place.clone(),
                    message: suggest(message, own, declared.iter().map(String::as_str)),
                }
            })
            .collect()
    }

    /// Everybody but the proposer.
    fn others<'p>(
        &'p self,
        question: &'p Question,
    ) -> impl Iterator<Item = (&'p String, &'p Person)> {
        let other = |(name, _): &(&String, &Person)| **name != question.proposer;
        self.people.iter().filter(other)
    }

    fn person(&self, who: &str) -> Result<&Person, Denied> {
        if self.people.is_empty() {
            return Err(Denied::new(Message::new("policy-no-people")));
        }
        self.people.get(who).ok_or_else(|| {
            let message = Message::new("policy-unknown-person").with("name", who);
            let names = self.people.keys().map(String::as_str);
            Denied::new(suggest(message, who, names))
        })
    }

    fn has_role(
        &self,
        who: &str,
        roles: &[String],
        act: Act,
        question: &Question,
    ) -> Result<(), Denied> {
        if self.person(who)?.has_any(roles) {
            return Ok(());
        }
        let others = self.people.iter();
        let others = others.filter(|(_, person)| person.has_any(roles));
        let others: Vec<&str> = others.map(|(name, _)| name.as_str()).collect();
        Err(Denied::role(who, roles, &others, act, question))
    }

    fn ruling(&self, question: &Question) -> Ruling {
        let built_in = built_in::ruling(question);
        let Some(rule) = self.rules.iter().find(|rule| rule.fits(question)) else {
            return built_in;
        };
        let or = |given: &Option<Vec<String>>, standing| given.clone().unwrap_or(standing);
        Ruling {
            propose: or(&rule.propose, built_in.propose),
            approve: or(&rule.approve, built_in.approve),
            apply: or(&rule.apply, built_in.apply),
            approvals: rule.approvals.unwrap_or(built_in.approvals),
            owner: rule.owner.unwrap_or(built_in.owner),
            rule: Some(rule.place.clone()),
        }
    }
}

impl Person {
    fn has_any(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

impl PolicyRule {
    /// A change that touches production is never decided by a rule for tests, whatever else it
    /// touches.
    fn fits(&self, question: &Question) -> bool {
        let environments = touched(question);
        let environment = match self.environment {
            None => true,
            Some(EnvironmentKind::Production) => {
                environments.contains(&EnvironmentKind::Production)
            }
            Some(EnvironmentKind::Test) => !environments.contains(&EnvironmentKind::Production),
        };
        let mut account = self.account.iter();
        environment
            && self.classes.contains(&question.class)
            && account.all(|own| *own == question.account)
    }
}

/// What a change touches; what nobody declared is production.
fn touched(question: &Question) -> BTreeSet<EnvironmentKind> {
    if question.environments.is_empty() {
        BTreeSet::from([EnvironmentKind::Production])
    } else {
        question.environments.clone()
    }
}
