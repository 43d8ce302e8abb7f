//! What to put right, worst first: findings by the rule that causes them, each with its packet,
//! its way and its fix.

use maud::{Markup, html};
use yumen_baseline::FixKind;
use yumen_diagnostics::Message;
use yumen_reach::{Answer, Cause, Verdict};

use super::pieces::marked;
use super::{ENTRIES, Page, Section};
use crate::audit::CauseReport;
use crate::describe;
use crate::report::{Entry, EntryKey, FindingRef};

/// Findings of one entry that are listed; all of them stand under their items.
const LISTED: usize = 12;

/// Machines of one entry that are named.
const NAMED: usize = 8;

/// Entries that are unfolded from the start.
const UNFOLDED: usize = 3;

impl Page<'_> {
    pub(super) fn entries(&self) -> Section {
        let entries = &self.report.entries;
        let body = html! {
            @if entries.is_empty() { (self.nothing("html-entries-none")) }
            @else {
                (self.filter("#entries .entry"))
                @for (position, entry) in entries.iter().take(ENTRIES).enumerate() { (self.entry(position, entry)) }
                (self.more(entries.len().saturating_sub(ENTRIES)))
            }
        };
        Section {
            id: "entries",
            title: "html-entries",
            lead: "html-entries-lead",
            count: Some(entries.len().to_string()),
            body,
        }
    }

    fn entry(&self, position: usize, entry: &Entry) -> Markup {
        let told = match &entry.key {
            EntryKey::Cause(cause) => self.told(cause),
            EntryKey::Item(_) => None,
        };
        let new = self.report.known.is_some()
            && entry.findings.iter().any(|at| {
                let finding = self.report.finding(*at);
                finding.is_some_and(|(_, finding)| self.report.is_new(finding))
            });
        let number = position + 1;
        html! {
            details.entry.printed.(entry.status.word()) id={ "e" (number) } open[position < UNFOLDED] {
                summary {
                    span.rank { (number) }
                    span.called {
                        strong { (marked(&self.entry_name(entry))) } @if new { " " span.new { (self.text("html-new")) } }
                        @if let Some((verdict, told)) = told { span.opens { (self.opens(verdict, told)) } }
                    }
                    span.grade { (self.status(entry.status)) (self.severity(entry.severity)) (self.points(entry.points)) }
                }
                dl.facts {
                    div { dt { (self.text("html-items")) } dd { (self.labels(&entry.items)) } }
                    @if !entry.interfaces.is_empty() {
                        div { dt { (self.text("html-machines")) } dd { (self.machines(&entry.interfaces, NAMED)) } }
                    }
                    @if !entry.place.is_nowhere() { div { dt { (self.text("html-place")) } dd { (self.place(&entry.place)) } } }
                    (self.described(&entry.key))
                    (self.proof(entry, told.map(|(_, told)| told)))
                    (self.way(entry, told.map(|(_, told)| told)))
                    div { dt { (self.text("html-fix")) } dd { (self.fix(entry)) } }
                }
                (self.entry_findings(entry))
            }
        }
    }

    /// What a cause lets pass, in its worst verdict.
    pub(super) fn told(&self, cause: &Cause) -> Option<(Verdict, &CauseReport)> {
        let told = self.causes.get(cause)?;
        told.first().map(|(verdict, report)| (*verdict, *report))
    }

    /// What a cause lets pass, as a sentence.
    pub(super) fn opens(&self, verdict: Verdict, told: &CauseReport) -> String {
        let opens = Message::new("html-opens")
            .with("verdict", verdict.word())
            .with("services", describe::services(self.words, &told.services))
            .with("scope", self.scope(told));
        self.say(&opens)
    }

    /// What the owner wrote beside a rule.
    fn described(&self, key: &EntryKey) -> Markup {
        let snapshot = self.topology().snapshot();
        let description = match key {
            EntryKey::Cause(Cause::Rule { group, rule }) => {
                let group = snapshot.groups.get(group);
                let found = group.and_then(|group| group.rules.iter().find(|one| one.id == *rule));
                found.map(|rule| rule.description.as_str())
            }
            _ => None,
        };
        let description = description.filter(|text| !text.is_empty());
        html! {
            @if let Some(text) = description {
                div { dt { (self.text("html-description")) } dd { "“" (text) "”" } }
            }
        }
    }

    /// The packet that proves an entry.
    fn proof(&self, entry: &Entry, told: Option<&CauseReport>) -> Markup {
        let packet = match told.and_then(|told| told.witness(&self.report.audit)) {
            Some((exposure, client, answer)) => {
                let via = exposure.path(self.topology()).map(|path| &path.kind);
                Some(describe::witness(self.words, &client, &answer, via))
            }
            None => self.first_witness(entry).map(|(packet, _)| {
                self.say(&Message::new("html-witness").with("packet", packet.to_string()))
            }),
        };
        html! {
            @if let Some(packet) = packet {
                div { dt { (self.text("html-proof")) } dd { span.packet { (marked(&packet)) } } }
            }
        }
    }

    fn first_witness(&self, entry: &Entry) -> Option<(yumen_packets::Packet, Option<Answer>)> {
        let mut all = entry.findings.iter().filter_map(|at| {
            let (_, finding) = self.report.finding(*at)?;
            self.report.witness(finding)
        });
        all.next()
    }

    /// Why the packet arrives, hop by hop.
    fn way(&self, entry: &Entry, told: Option<&CauseReport>) -> Markup {
        let answer = match told.and_then(|told| told.witness(&self.report.audit)) {
            Some((_, _, answer)) => Some(answer),
            None => self.first_witness(entry).and_then(|(_, answer)| answer),
        };
        html! {
            @if let Some(answer) = answer {
                div { dt { (self.text("html-way")) } dd { (self.hops(&answer.hops)) } }
            }
        }
    }

    /// What can be done, and the command for it.
    pub(super) fn fix(&self, entry: &Entry) -> Markup {
        let mut kinds: Vec<FixKind> = Vec::new();
        for id in &entry.items {
            let item = yumen_baseline::find_item(id.as_str());
            kinds.extend(item.map(|item| item.fix));
        }
        kinds.sort_unstable();
        kinds.dedup();
        let kind = kinds.first().copied().unwrap_or(FixKind::ByHand);
        let page = entry.items.first();
        html! {
            (self.text(fix_text(kind)))
            @if let Some(command) = self.entry_command(entry) { br; (self.command(&command)) }
            @else if let Some(id) = page {
                " " a href={ "#item-" (id) } { (self.text("html-fix-page")) }
            }
        }
    }

    fn entry_findings(&self, entry: &Entry) -> Markup {
        let shown: Vec<FindingRef> = entry.findings.iter().take(LISTED).copied().collect();
        let count = Message::new("html-entry-findings").with("count", entry.findings.len());
        let hidden = entry.findings.len().saturating_sub(LISTED);
        let more = Message::new("html-more-under-items").with("count", hidden);
        html! {
            details {
                summary { (self.say(&count)) }
                (self.finding_table(&shown, true))
                @if hidden > 0 { p.more { (self.say(&more)) " " (self.labels(&entry.items)) } }
            }
        }
    }
}

/// Id of what a kind of fix does.
pub(super) fn fix_text(kind: FixKind) -> &'static str {
    match kind {
        FixKind::Narrow => "html-fix-narrow",
        FixKind::RemoveRule => "html-fix-remove-rule",
        FixKind::Set => "html-fix-set",
        FixKind::ByHand => "html-fix-by-hand",
    }
}
