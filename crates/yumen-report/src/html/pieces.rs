//! What all sections are made of: shapes with words, places, machines, labels, filters.

use maud::{Markup, html};
use yumen_baseline::{ItemId, Severity, Status, Verdict as ItemVerdict};
use yumen_diagnostics::{Message, Place};
use yumen_packets::Family;
use yumen_reach::{Breadth, EndpointIndex, Verdict};

use super::Page;
use crate::audit::CauseReport;
use crate::describe;
use crate::notation;
use crate::paint::shape;

impl Page<'_> {
    /// A shape with its word, in the colour of both.
    pub(super) fn sign(&self, class: &str, shape: &str, word: &str) -> Markup {
        html! {
            span class={ "sign " (class) } { span.shape aria-hidden="true" { (shape) } " " (word) }
        }
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> Markup {
        let word = self.text(describe::verdict(verdict));
        self.sign(verdict.word(), shape(verdict), &word)
    }

    pub(super) fn status(&self, status: Status) -> Markup {
        self.verdict(match status {
            Status::Open => Verdict::Open,
            Status::Latent => Verdict::Latent,
            Status::Unknown => Verdict::Unknown,
        })
    }

    pub(super) fn item_verdict(&self, verdict: ItemVerdict) -> Markup {
        let word = self.text(describe::item_verdict(verdict));
        self.sign(item_class(verdict), describe::item_shape(verdict), &word)
    }

    /// Bars, as many as it is bad, with the word.
    pub(super) fn severity(&self, severity: Severity) -> Markup {
        let level: u8 = match severity {
            Severity::Low => 1,
            Severity::Medium => 2,
            Severity::High => 3,
            Severity::Critical => 4,
        };
        html! {
            span class={ "severity " (severity.word()) } {
                svg.bars viewBox="0 0 19 12" width="19" height="12" aria-hidden="true" {
                    @for bar in 0..4_u8 {
                        @let class = if bar < level { "full" } else { "hollow" };
                        rect class=(class) x=(bar * 5) y=(9 - bar * 3) width="4" height=(3 + bar * 3) {}
                    }
                }
                " " (self.text(describe::severity(severity)))
            }
        }
    }

    /// The name of an item, linked to what the page says of it.
    pub(super) fn label(&self, id: ItemId) -> Markup {
        let title = yumen_baseline::find_item(id.as_str());
        let title = title.map(|item| describe::title(self.words, item));
        html! { a.label href={ "#item-" (id) } title=[title] { (id) } }
    }

    pub(super) fn labels(&self, ids: &[ItemId]) -> Markup {
        html! { span.labels { @for id in ids { (self.label(*id)) " " } } }
    }

    /// File and line of something in the input.
    pub(super) fn place(&self, place: &Place) -> Markup {
        html! { @if !place.is_nowhere() { span.place { (marked(&place.to_string())) } } }
    }

    /// Points of the score, with the sign of a deduction.
    pub(super) fn points(&self, points: f64) -> Markup {
        html! {
            @if points >= 0.05 { span.points { "−" (format!("{points:.1}")) } }
            @else { span.points.none { "–" } }
        }
    }

    /// A machine, linked to its row among the exposures.
    pub(super) fn machine(&self, index: EndpointIndex) -> Markup {
        let name = describe::machine(self.topology(), index);
        html! {
            @if let Some(position) = self.machine_of.get(&index) { a href={ "#m" (position + 1) } { (name) } }
            @else { (name) }
        }
    }

    /// Machines, each once; many are cut short with their number.
    pub(super) fn machines(&self, all: &[EndpointIndex], shown: usize) -> Markup {
        let mut named: Vec<(String, EndpointIndex)> = Vec::new();
        for index in all {
            let name = describe::machine(self.topology(), *index);
            if !named.iter().any(|(own, _)| *own == name) {
                named.push((name, *index));
            }
        }
        let more = named.len().saturating_sub(shown);
        let comma = self.words.list(&[String::new(), String::new()]);
        html! {
            @for (number, (_, index)) in named.iter().take(shown).enumerate() {
                @if number > 0 { (comma) }
                span.name { (self.machine(*index)) }
            }
            @if more > 0 { " " span.muted { "+" (more) } }
        }
    }

    /// To how much of the Internet.
    pub(super) fn scope(&self, report: &CauseReport) -> String {
        let breadth = self.text(breadth(report.breadth));
        let only_v6 =
            report.families.contains(&Family::V6) && !report.families.contains(&Family::V4);
        let family = if only_v6 { " IPv6" } else { "" };
        match report.breadth {
            Breadth::Named => format!("{breadth}{family}"),
            Breadth::World | Breadth::Broad => {
                let share = notation::percent(report.share);
                format!("{breadth}{family} {share}")
            }
        }
    }

    /// A field that leaves only rows with some words; shown where the script runs.
    pub(super) fn filter(&self, rows: &str) -> Markup {
        html! {
            label.filter data-rows=(rows) hidden {
                span { (self.text("html-filter")) }
                input type="search" autocomplete="off" spellcheck="false";
                output {}
            }
        }
    }

    /// Says how many more there are, and where.
    pub(super) fn more(&self, hidden: usize) -> Markup {
        let more = Message::new("html-more").with("count", hidden);
        html! { @if hidden > 0 { p.more { (self.say(&more)) } } }
    }

    /// A line where a list would be.
    pub(super) fn nothing(&self, id: &'static str) -> Markup {
        html! { p.nothing { (self.text(id)) } }
    }

    /// Why an interface is reached, hop by hop.
    pub(super) fn hops(&self, hops: &[yumen_reach::Hop]) -> Markup {
        html! {
            ol.hops {
                @for hop in hops {
                    @let class = if hop.passes { "passes" } else { "stops" };
                    li class=(class) { (marked(&describe::hop(self.words, hop))) }
                }
            }
        }
    }

    /// A command to type.
    pub(super) fn command(&self, command: &str) -> Markup {
        html! { code.command { (command) } }
    }

    /// The command that proposes fixes for an item.
    pub(super) fn fix_command(&self, id: ItemId) -> String {
        format!("yumen fix {} --item {id}", self.directory)
    }
}

/// The class of what an item says.
pub(super) fn item_class(verdict: ItemVerdict) -> &'static str {
    match verdict {
        ItemVerdict::Fail => "open",
        ItemVerdict::Latent => "latent",
        ItemVerdict::Unknown => "unknown",
        ItemVerdict::NotAssessed => "unassessed",
        ItemVerdict::Pass | ItemVerdict::Nothing => "closed",
    }
}

/// Id of the text for a breadth.
pub(super) fn breadth(breadth: Breadth) -> &'static str {
    match breadth {
        Breadth::World => "breadth-world",
        Breadth::Broad => "breadth-broad",
        Breadth::Named => "breadth-named",
    }
}

/// A text in which names, addresses and places of machines are marked, so that no line breaks
/// within one.
pub(super) fn marked(text: &str) -> Markup {
    let is_part = |one: char| one.is_ascii_alphanumeric() || "-_.:/[]".contains(one);
    let mut rest = text;
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    while let Some(first) = rest.chars().next() {
        let inside = is_part(first);
        let end = rest.find(|one| is_part(one) != inside);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        let digits = piece.contains(|one: char| one.is_ascii_digit());
        pieces.push((piece, inside && digits && piece.len() > 6));
        rest = after;
    }
    html! {
        @for (piece, is_name) in pieces {
            @if is_name {
                @for part in piece.split_inclusive('/') { span.id { (part) } wbr; }
            } @else { (piece) }
        }
    }
}
