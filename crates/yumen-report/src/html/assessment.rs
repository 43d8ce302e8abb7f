//! The report on paper in Chinese, in the sections of an MLPS assessment report. It stands at the
//! head of the page and shows in print only.

use std::collections::BTreeSet;

use maud::{Markup, html};
use yumen_baseline::{FixKind, Framework, FrameworkResult, ItemId, Judged, Verdict as ItemVerdict};
use yumen_diagnostics::Message;
use yumen_reach::Verdict;

use super::{ENTRIES, FINDINGS, Page, ROWS, prose};
use crate::describe;
use crate::notation;
use crate::picture::lanes::layout;
use crate::picture::map::draw;
use crate::picture::model;
use crate::report::EntryKey;

/// The heading of the section of an item's page that says how to fix it.
const FIX_HEADINGS: [&str; 2] = ["如何修复", "Fix"];

/// Machines that a row names.
const NAMED: usize = 6;

impl Page<'_> {
    pub(super) fn assessment(&self) -> Markup {
        let framework = Framework::find("mlps3");
        let Some(framework) = framework else {
            return html! {};
        };
        let result = framework.result(&self.report.judgement, self.topology());
        let high_risk: BTreeSet<ItemId> = result
            .clauses
            .iter()
            .flat_map(|one| one.high_risk.iter().copied())
            .collect();
        html! {
            article.assessment {
                h1 { (self.text("html-mlps-title")) }
                p.muted { (self.page_title()) }
                p.note { (self.text("html-disclaimer")) }
                h2 { (self.text("html-mlps-object")) }
                (self.object())
                h2 { (self.text("html-mlps-single")) }
                (self.clauses(&result))
                h2 { (self.text("html-mlps-whole")) }
                (self.whole(&result))
                h2 { (self.text("html-mlps-risks")) }
                (self.risks())
                h2 { (self.text("html-mlps-major")) }
                @if high_risk.is_empty() { p { (self.text("html-mlps-no-major")) } }
                @for judged in &self.report.judgement.items {
                    @if high_risk.contains(&judged.item.id) { (self.advice(judged)) }
                }
                h2 { (self.text("html-mlps-advice")) }
                @for judged in &self.report.judgement.items {
                    @let wrong = matches!(judged.verdict(), ItemVerdict::Fail | ItemVerdict::Unknown | ItemVerdict::Latent);
                    @if wrong && !high_risk.contains(&judged.item.id) { (self.advice(judged)) }
                }
                h2 { (self.text("html-mlps-assets")) }
                (self.assets())
                h2 { (self.text("html-mlps-records")) }
                (self.records())
            }
        }
    }

    /// What was looked at, and what was not.
    fn object(&self) -> Markup {
        let snapshot = self.topology().snapshot();
        let headline = self.headline();
        let counts = [
            ("html-vpcs", snapshot.vpcs.len()),
            ("html-vswitches", snapshot.vswitches.len()),
            ("html-instances", snapshot.instances.len()),
            ("html-interfaces", snapshot.interfaces.len()),
            ("html-groups", snapshot.groups.len()),
            ("html-balancers", snapshot.balancers.len()),
            ("html-gateways", snapshot.nat_gateways.len()),
            ("html-eips", snapshot.eips.len()),
            ("html-databases", snapshot.databases.len()),
        ];
        let unseen = self.words.list(&self.unseen());
        let map = model::map(self.report, self.words);
        let places = layout(&map);
        let untitled = |_: &model::Node| String::new();
        let unnamed = |_: &model::Arrow| String::new();
        html! {
            p { (self.say(&headline)) }
            table.counts {
                tbody {
                    @for row in counts.chunks(3) {
                        tr { @for (id, count) in row { th scope="row" { (self.text(id)) } td.number { (count) } } }
                    }
                }
            }
            p { (self.say(&Message::new("audit-not-looked-at").with("what", unseen))) }
            @if !snapshot.gaps.is_empty() {
                p { (self.say(&Message::new("audit-gap-count").with("count", snapshot.gaps.len()))) }
            }
            @if map.nodes.len() > 1 {
                figure { (draw(&map, &places, self.words, &untitled, &unnamed)) figcaption { (self.text("map-title")) } }
            }
        }
    }

    /// Score and compliance rate of everything, and what the user's own rules say.
    fn whole(&self, result: &FrameworkResult<'_>) -> Markup {
        let report = self.report;
        let (passed, checks) = report.judgement.rate();
        let counts = report.verdicts();
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let score = Message::new("html-mlps-score")
            .with("score", u64::from(report.score.value))
            .with("band", self.text(describe::band(report.score.band())))
            .with("own", u64::from(result.score.value));
        let items = Message::new("report-verdicts")
            .with("fail", count(ItemVerdict::Fail))
            .with("latent", count(ItemVerdict::Latent))
            .with("unknown", count(ItemVerdict::Unknown))
            .with("unassessed", count(ItemVerdict::NotAssessed))
            .with(
                "pass",
                count(ItemVerdict::Pass) + count(ItemVerdict::Nothing),
            )
            .with("rate", notation::rate(passed, checks))
            .with("checks", checks);
        let broken = report
            .intents
            .iter()
            .filter(|one| !one.violations.is_empty());
        html! {
            p { (self.say(&score)) }
            p { (self.say(&items)) }
            p { (self.text("html-mlps-whole-how")) }
            @if !report.intents.is_empty() {
                @let intents = Message::new("html-mlps-intents").with("count", report.intents.len()).with("broken", broken.count());
                p { (self.say(&intents)) }
            }
        }
    }

    /// Entries in rows, worst first.
    fn risks(&self) -> Markup {
        let entries = &self.report.entries;
        html! {
            table {
                thead { tr {
                    th { (self.text("html-number")) }
                    th { (self.text("html-problem")) }
                    th { (self.text("html-severity")) }
                    th { (self.text("html-status")) }
                    th { (self.text("html-machines")) }
                    th.number { (self.text("html-points")) }
                } }
                tbody {
                    @for (position, entry) in entries.iter().enumerate().take(ENTRIES) {
                        tr {
                            td.number { (position + 1) }
                            td {
                                (self.entry_name(entry))
                                @if let EntryKey::Cause(cause) = &entry.key {
                                    @if let Some((_, told)) = self.told(cause) {
                                        br; (describe::services(self.words, &told.services)) " · " (self.scope(told))
                                    }
                                }
                                br; (self.labels(&entry.items))
                            }
                            td { (self.severity(entry.severity)) }
                            td { (self.status(entry.status)) }
                            td { (self.machines(&entry.interfaces, NAMED)) }
                            td.number { (self.points(entry.points)) }
                        }
                    }
                }
            }
            (self.more(entries.len().saturating_sub(ENTRIES)))
        }
    }

    /// What is wrong by an item, and what to do.
    fn advice(&self, judged: &Judged) -> Markup {
        let item = judged.item;
        let page = describe::page(self.words, item);
        let sections = prose::sections(page);
        let fix = sections
            .iter()
            .find(|(heading, _)| FIX_HEADINGS.contains(heading));
        let count = Message::new("html-item-findings").with("count", judged.outcome.findings.len());
        html! {
            div.advice {
                h3 { (item.id) " " (describe::title(self.words, item)) }
                p { (self.severity(item.severity)) " " (self.item_verdict(judged.verdict())) " " (self.say(&count)) }
                p { (prose::inline(yumen_baseline::Item::summary(page))) }
                @if let Some((_, lines)) = fix { (prose::body(lines)) }
                @if item.fix != FixKind::ByHand { p { (self.command(&self.fix_command(item.id))) } }
            }
        }
    }

    fn assets(&self) -> Markup {
        let snapshot = self.topology().snapshot();
        let reached = |verdict| {
            let machines = self.machines.iter();
            let all = machines.filter_map(move |machine| {
                let what = self.what(machine, verdict)?;
                Some((machine.interfaces.first().copied()?, what))
            });
            all.collect::<std::collections::BTreeMap<_, _>>()
        };
        let open = reached(Verdict::Open);
        let instances = &snapshot.instances;
        html! {
            table {
                thead { tr {
                    th { (self.text("html-name")) }
                    th { (self.text("html-id")) }
                    th { (self.text("html-region")) }
                    th { (self.text("html-reachable")) }
                } }
                tbody {
                    @for instance in instances.values().take(ROWS) {
                        @let index = self.topology().find_instance(instance.id.as_str());
                        tr {
                            td { (instance.name) }
                            td { code { (instance.id) } }
                            td { (instance.region) }
                            td { (index.and_then(|index| open.get(&index)).map_or("–", String::as_str)) }
                        }
                    }
                    @for balancer in snapshot.balancers.values().take(ROWS) {
                        tr { td { (balancer.name) } td { code { (balancer.id) } } td { (balancer.region) } td { (self.text("map-balancer")) } }
                    }
                    @for gateway in snapshot.nat_gateways.values().take(ROWS) {
                        tr { td { (gateway.name) } td { code { (gateway.id) } } td { (gateway.region) } td { (self.text("map-gateway")) } }
                    }
                    @for database in snapshot.databases.values().take(ROWS) {
                        tr { td { (database.engine) } td { code { (database.id) } } td { (database.region) } td { (self.text("html-databases")) } }
                    }
                }
            }
            (self.more(instances.len().saturating_sub(ROWS)))
        }
    }

    /// Every item with its findings.
    fn records(&self) -> Markup {
        let mut room = FINDINGS;
        let mut hidden = 0;
        let mut rows = Vec::new();
        for judged in &self.report.judgement.items {
            let shown = judged.outcome.findings.len().min(room);
            room -= shown;
            hidden += judged.outcome.findings.len() - shown;
            rows.push((judged, shown));
        }
        html! {
            table.records {
                thead { tr {
                    th { (self.text("html-item")) }
                    th { (self.text("html-result")) }
                    th { (self.text("html-record")) }
                } }
                tbody {
                    @for (judged, shown) in rows {
                        @let (passed, checks) = judged.rate();
                        tr {
                            td { strong { (judged.item.id) } " " (describe::title(self.words, judged.item)) br; (self.severity(judged.item.severity)) }
                            td { (self.item_verdict(judged.verdict())) }
                            td {
                                (self.say(&Message::new("html-item-rate").with("passed", passed).with("checks", checks)))
                                @for finding in judged.outcome.findings.iter().take(shown) {
                                    br; (self.say(&finding.message))
                                }
                            }
                        }
                    }
                }
            }
            (self.more(hidden))
        }
    }
}
