//! The audit on a terminal: one screen that is enough to act on, everything else behind `--all`.

use std::collections::BTreeSet;

use yumen_baseline::{Band, ItemId, Judged, Reason, State, Verdict as ItemVerdict};
use yumen_diagnostics::Message;
use yumen_packets::Family;
use yumen_reach::{Breadth, Cause, EndpointIndex, Fate, Topology, Verdict};

use crate::audit::{Audit, CauseReport};
use crate::columns::{fit, pad, width, wrap};
use crate::describe;
use crate::notation;
use crate::paint::{Paint, shape};
use crate::report::{EntryKey, Report};
use crate::words::Words;

/// Columns of a line.
pub const COLUMNS: usize = 100;

/// Columns of what a cause opens.
const WHAT_COLUMNS: usize = 28;

/// Columns of to how much of the Internet.
const SCOPE_COLUMNS: usize = 20;

/// Lines of the first screen.
const SCREEN: usize = 40;

/// Causes on the first screen at most, with three lines each.
const CAUSES_SHOWN: usize = 6;

/// Items on the first screen.
const ITEMS_SHOWN: usize = 4;

/// Latent causes on the first screen, with one line each.
const LATENT_SHOWN: usize = 1;

/// The report as lines; with `all`, every cause, item, rule and gap.
#[must_use]
pub fn report(report: &Report, words: &Words, paint: Paint, all: bool, next: &Message) -> String {
    let mut causes_shown = CAUSES_SHOWN;
    loop {
        let mut page = Page {
            report,
            audit: &report.audit,
            words,
            paint,
            all,
            causes_shown,
            lines: Vec::new(),
        };
        page.not_looked_at();
        page.headline();
        page.score();
        page.causes();
        page.items();
        page.intents();
        page.latent();
        page.unknown();
        page.fates();
        page.gaps();
        page.lines.push(String::new());
        page.lines.push(words.say(next));
        if all || page.lines.len() <= SCREEN || causes_shown <= 1 {
            return page.lines.join("\n") + "\n";
        }
        causes_shown -= 1;
    }
}

struct Page<'a> {
    report: &'a Report,
    audit: &'a Audit,
    words: &'a Words,
    paint: Paint,
    all: bool,
    causes_shown: usize,
    lines: Vec<String>,
}

impl Page<'_> {
    fn topology(&self) -> &Topology {
        self.audit.analysis.topology()
    }

    /// What was not looked at comes first: a report that hides it claims too much.
    fn not_looked_at(&mut self) {
        let snapshot = self.topology().snapshot();
        let regions: Vec<String> = snapshot.regions.iter().map(ToString::to_string).collect();
        let time = self
            .audit
            .as_of
            .clone()
            .unwrap_or_else(|| self.words.text("audit-time-unknown"));
        let title = Message::new("audit-title")
            .with("regions", self.words.list(&regions))
            .with("time", time);
        let title = self.paint.strong(&fit(&self.words.say(&title), COLUMNS));
        let mut unseen = describe::listings(self.words, &self.audit.not_looked_at());
        let databases = snapshot.databases.len();
        if databases > 0 {
            unseen.push(
                self.words
                    .say(&Message::new("audit-databases").with("count", databases)),
            );
        } else {
            unseen.push(self.words.text("listing-databases"));
        }
        unseen.push(self.words.text("audit-other-products"));
        let unseen = Message::new("audit-not-looked-at").with("what", self.words.list(&unseen));
        let mut lines = vec![title];
        let wrapped = wrap(&self.words.say(&unseen), COLUMNS);
        lines.extend(wrapped.iter().map(|line| self.paint.muted(line)));
        if !snapshot.gaps.is_empty() {
            let gaps = Message::new("audit-gap-count").with("count", snapshot.gaps.len());
            lines.push(self.paint.verdict(Verdict::Unknown, &self.words.say(&gaps)));
        }
        self.lines.extend(lines);
    }

    fn headline(&mut self) {
        let headline = &self.audit.headline;
        let (verdict, main) = if headline.open == 0 {
            let message = Message::new("audit-headline-none").with("instances", headline.instances);
            (Verdict::Closed, message)
        } else {
            let message = Message::new("audit-headline")
                .with("open", headline.open)
                .with("instances", headline.instances)
                .with("ports", headline.ports)
                .with("every", headline.every_port);
            (Verdict::Open, message)
        };
        let main = format!("{} {}", shape(verdict), self.words.say(&main));
        let more = Message::new("audit-headline-more")
            .with("latent", headline.latent)
            .with("unknown", headline.unknown);
        self.lines.push(String::new());
        let wrapped = wrap(&main, COLUMNS);
        self.lines.extend(
            wrapped
                .iter()
                .map(|line| self.paint.verdict(verdict, &self.paint.strong(line))),
        );
        self.lines.push(format!("  {}", self.words.say(&more)));
    }

    /// The score, how much was assessed, and what stands beside it.
    fn score(&mut self) {
        let report = self.report;
        let band = report.score.band();
        let (passed, checks) = report.judgement.rate();
        let counts = report.verdicts();
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let trend = report.previous.as_ref().map(|previous| {
            let trend = Message::new("report-score-before")
                .with("score", u64::from(previous.score))
                .with("time", previous.as_of.clone().unwrap_or_default());
            self.words.say(&trend)
        });
        let score = Message::new("report-score")
            .with("score", u64::from(report.score.value))
            .with("band", self.words.text(describe::band(band)))
            .with("unclamped", format!("{:.2}", report.score.unclamped))
            .with("trend", trend.unwrap_or_default());
        let colour = match band {
            Band::Good => Verdict::Closed,
            Band::Fair => Verdict::Unknown,
            Band::Risk => Verdict::Latent,
            Band::Danger => Verdict::Open,
        };
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
        self.lines.push(String::new());
        let score = self.paint.strong(&self.words.say(&score));
        self.lines.push(self.paint.verdict(colour, &score));
        self.aside(&items);
        for aside in self.asides() {
            self.aside(&aside);
        }
    }

    fn aside(&mut self, message: &Message) {
        let wrapped = wrap(&self.words.say(message), COLUMNS - 2);
        self.lines
            .extend(wrapped.iter().map(|line| format!("  {line}")));
    }

    /// What a reader of the score must know: what is waived, over, not new, not declared.
    fn asides(&self) -> Vec<Message> {
        let report = self.report;
        let mut asides = Vec::new();
        let waived = report.judgement.waived().count();
        if waived > 0 {
            let waived = Message::new("report-waived").with("count", waived);
            asides.push(waived.with("score", u64::from(report.unwaived.value)));
        }
        for waiver in report.expired() {
            let over = Message::new("report-expired")
                .with("place", waiver.place.to_string())
                .with("owner", waiver.owner.as_str())
                .with("until", waiver.until.to_string());
            asides.push(over);
        }
        if report.known.is_some() {
            let new = report
                .findings()
                .filter(|(_, finding)| report.is_new(finding));
            asides.push(Message::new("report-new").with("count", new.count()));
        }
        if report.settings.file.is_none() {
            asides.push(Message::new("report-no-settings"));
        }
        asides
    }

    /// What the items cost, dearest first; with `all`, every item.
    fn items(&mut self) {
        let report = self.report;
        self.section("report-items");
        let mut judged: Vec<&Judged> = report.judgement.items.iter().collect();
        if !self.all {
            judged.retain(|one| self.taken(one.item.id) > 0.0);
            judged.sort_by(|one, other| {
                let points = self
                    .taken(other.item.id)
                    .total_cmp(&self.taken(one.item.id));
                points.then(one.item.id.cmp(&other.item.id))
            });
        }
        let shown = if self.all { judged.len() } else { ITEMS_SHOWN };
        for one in judged.iter().take(shown) {
            let line = self.item(one);
            self.lines.push(line);
        }
        self.more(judged.len().saturating_sub(shown), "report-more-items");
    }

    /// Points that an item takes.
    fn taken(&self, id: ItemId) -> f64 {
        let mut deductions = self.report.score.deductions.iter();
        deductions
            .find(|one| one.reason == Reason::Item(id))
            .map_or(0.0, |one| one.points)
    }

    fn item(&self, judged: &Judged) -> String {
        let verdict = judged.verdict();
        let tail = match (&judged.outcome.state, judged.outcome.findings.len()) {
            (State::NotAssessed(why), _) => self.words.say(why),
            (State::Assessed, 0) => String::new(),
            (State::Assessed, count) => format!("{count}"),
        };
        let points = match self.taken(judged.item.id) {
            0.0 => String::new(),
            points => format!("−{points:.1}"),
        };
        let line = format!(
            "{} {}  {}  {}  {}  {tail}",
            describe::item_shape(verdict),
            judged.item.id,
            pad(
                &self.words.text(describe::severity(judged.item.severity)),
                8
            ),
            pad(&points, 6),
            pad(&fit(describe::title(self.words, judged.item), 46), 46),
        );
        let line = fit(line.trim_end(), COLUMNS);
        match verdict {
            ItemVerdict::Fail => self.paint.verdict(Verdict::Open, &line),
            ItemVerdict::Latent => self.paint.verdict(Verdict::Latent, &line),
            ItemVerdict::Unknown => self.paint.verdict(Verdict::Unknown, &line),
            ItemVerdict::NotAssessed | ItemVerdict::Pass | ItemVerdict::Nothing => {
                self.paint.muted(&line)
            }
        }
    }

    /// The user's own rules that do not hold.
    fn intents(&mut self) {
        let report = self.report;
        let broken = report
            .intents
            .iter()
            .filter(|one| !one.violations.is_empty());
        let mut lines = Vec::new();
        for outcome in broken {
            let head = Message::new("report-intent")
                .with("rule", outcome.intent.text.as_str())
                .with("count", outcome.violations.len())
                .with("place", outcome.intent.place.to_string());
            lines.push(format!("● {}", self.words.say(&head)));
            let shown = if self.all { usize::MAX } else { 0 };
            for violation in outcome.violations.iter().take(shown) {
                lines.push(format!("     {}", self.words.say(&violation.message)));
            }
        }
        if !lines.is_empty() {
            self.section("report-intents");
            self.lines
                .extend(lines.iter().map(|line| fit(line, COLUMNS)));
        }
    }

    fn causes(&mut self) {
        let audit = self.audit;
        let (web, rest): (Vec<&CauseReport>, Vec<&CauseReport>) =
            audit.causes.iter().partition(|report| report.web_only);
        if !rest.is_empty() {
            self.section("audit-causes");
            let shown = if self.all {
                rest.len()
            } else {
                self.causes_shown
            };
            for (position, report) in rest.iter().take(shown).enumerate() {
                self.cause(position + 1, report, Verdict::Open);
            }
            self.more(rest.len().saturating_sub(shown), "audit-more-causes");
        }
        if self.all {
            if !web.is_empty() {
                self.section("audit-web");
                for (position, report) in web.iter().enumerate() {
                    self.cause(position + 1, report, Verdict::Open);
                }
            }
            if !audit.named.is_empty() {
                self.section("audit-named");
                for (position, report) in audit.named.iter().enumerate() {
                    self.cause(position + 1, report, Verdict::Open);
                }
            }
            return;
        }
        let ordinary = Message::new("audit-ordinary")
            .with("web", count_interfaces(&web))
            .with(
                "named",
                count_interfaces(&audit.named.iter().collect::<Vec<_>>()),
            );
        if !web.is_empty() || !audit.named.is_empty() {
            self.lines
                .push(self.paint.muted(&self.words.say(&ordinary)));
        }
    }

    /// Three lines: what is open to whom on which machines; what opens it, with the witness; where
    /// that stands.
    fn cause(&mut self, number: usize, report: &CauseReport, verdict: Verdict) {
        let topology = self.topology();
        let what = describe::services(self.words, &report.services);
        let scope = self.scope(report);
        let name = match &report.cause {
            Some(cause) => cause_name(topology, self.words, cause),
            None => self.words.text("audit-unread-cause"),
        };
        let witness = report
            .witness(self.audit)
            .map(|(exposure, client, answer)| {
                let via = exposure.path(topology).map(|path| &path.kind);
                describe::witness(self.words, &client, &answer, via)
            });
        let used = 5 + WHAT_COLUMNS + 2 + SCOPE_COLUMNS + 2;
        let machines = fit(&self.machines(&report.interfaces), COLUMNS - used);
        let head = format!(
            "{} {} {}  {}  {machines}",
            self.paint.verdict(verdict, shape(verdict)),
            pad(&number.to_string(), 2),
            self.paint
                .strong(&pad(&fit(&what, WHAT_COLUMNS), WHAT_COLUMNS)),
            pad(&scope, SCOPE_COLUMNS),
        );
        self.lines.push(head);
        let witness = witness.unwrap_or_default();
        let name = fit(&name, (COLUMNS - 7).saturating_sub(width(&witness)));
        self.lines
            .push(format!("     {name}  {}", self.paint.muted(&witness)));
        let labels = self.labels(report.cause.as_ref());
        if let Some(place) = &report.place {
            let line = format!("     {place}  {labels}");
            let lines = if self.all {
                vec![format!("     {place}"), format!("     {labels}")]
            } else {
                vec![fit(line.trim_end(), COLUMNS)]
            };
            let lines = lines.iter().filter(|line| !line.trim().is_empty());
            let lines: Vec<String> = lines.map(|line| self.paint.muted(line)).collect();
            self.lines.extend(lines);
        }
    }

    /// The items that a cause breaks.
    fn labels(&self, cause: Option<&Cause>) -> String {
        let entry = self.report.entries.iter().find(|entry| match &entry.key {
            EntryKey::Cause(own) => Some(own) == cause,
            EntryKey::Item(_) => false,
        });
        let items = entry.map(|entry| entry.items.as_slice());
        match (items.unwrap_or_default(), self.all) {
            ([], _) => String::new(),
            ([only], _) => only.to_string(),
            ([first, rest @ ..], false) => format!("{first} +{}", rest.len()),
            (items, true) => {
                let names: Vec<&str> = items.iter().map(|id| id.as_str()).collect();
                names.join(" ")
            }
        }
    }

    fn scope(&self, report: &CauseReport) -> String {
        let share = notation::percent(report.share);
        let breadth = match report.breadth {
            Breadth::World => "breadth-world",
            Breadth::Broad => "breadth-broad",
            Breadth::Named => "breadth-named",
        };
        let family = match (
            report.families.contains(&Family::V4),
            report.families.contains(&Family::V6),
        ) {
            (false, true) => " IPv6",
            _ => "",
        };
        let breadth = self.words.text(breadth);
        match report.breadth {
            Breadth::Named => format!("{breadth}{family}"),
            Breadth::World | Breadth::Broad => format!("{breadth}{family} {share}"),
        }
    }

    fn latent(&mut self) {
        self.short_list("audit-latent", &self.audit.latent, Verdict::Latent);
    }

    fn unknown(&mut self) {
        self.short_list("audit-unknown", &self.audit.unknown, Verdict::Unknown);
    }

    /// One line for each cause.
    fn short_list(&mut self, title: &'static str, reports: &[CauseReport], verdict: Verdict) {
        if reports.is_empty() {
            return;
        }
        self.section(title);
        let shown = if self.all {
            reports.len()
        } else {
            LATENT_SHOWN.min(reports.len())
        };
        for report in reports.iter().take(shown) {
            let topology = self.topology();
            let what = describe::services(self.words, &report.services);
            let name = match &report.cause {
                Some(cause) => cause_name(topology, self.words, cause),
                None => self.words.text("audit-unread-cause"),
            };
            let line = format!(
                "{} {}  {}  {}",
                shape(verdict),
                pad(&fit(&what, 30), 30),
                pad(&fit(&name, 32), 32),
                self.machines(&report.interfaces)
            );
            let line = fit(&line, COLUMNS);
            self.lines.push(self.paint.verdict(verdict, &line));
        }
        self.more(reports.len() - shown, "audit-more-causes");
    }

    fn fates(&mut self) {
        let counts = self.audit.fate_counts();
        if counts.is_empty() {
            return;
        }
        self.section("audit-rules");
        let count = |fate| counts.get(&fate).copied().unwrap_or(0);
        let line = Message::new("audit-fates")
            .with("rules", self.audit.fates.len())
            .with("effective", count(Fate::Effective))
            .with("shadowed", count(Fate::Shadowed))
            .with("redundant", count(Fate::Redundant))
            .with("contradicted", count(Fate::Contradicted))
            .with("dangling", count(Fate::Dangling))
            .with("unattached", count(Fate::Unattached));
        let mut line = self.words.say(&line);
        if self.audit.stale_groups > 0 {
            let stale = Message::new("audit-stale").with("count", self.audit.stale_groups);
            line = format!("{line}{}", self.words.say(&stale));
        }
        self.lines.extend(wrap(&line, COLUMNS));
        if self.all {
            let telling: Vec<String> = self
                .audit
                .fates
                .iter()
                .filter(|fate| !matches!(fate.fate, Fate::Effective))
                .map(|fate| {
                    let by: Vec<String> = fate.by.iter().map(ToString::to_string).collect();
                    let by = if by.is_empty() {
                        String::new()
                    } else {
                        self.words
                            .say(&Message::new("audit-by").with("by", self.words.list(&by)))
                    };
                    let word = self.words.text(describe::fate(fate.fate));
                    format!("  {}  {} · {}  {by}", pad(&word, 12), fate.group, fate.rule)
                })
                .collect();
            self.lines.extend(telling);
        }
    }

    fn gaps(&mut self) {
        let gaps = &self.topology().snapshot().gaps;
        if gaps.is_empty() {
            return;
        }
        let shown = if self.all { gaps.len() } else { 2 };
        let mut lines = Vec::new();
        for gap in gaps.iter().take(shown) {
            let line = format!("? {}  {}", gap.place, self.words.say(&gap.message));
            lines.extend(if self.all {
                wrap(&line, COLUMNS)
            } else {
                vec![fit(&line, COLUMNS)]
            });
        }
        let hidden = gaps.len().saturating_sub(shown);
        self.section("audit-gaps");
        self.lines.extend(lines);
        self.more(hidden, "audit-more-gaps");
    }

    fn section(&mut self, title: &'static str) {
        self.lines.push(String::new());
        let title = self.words.text(title);
        self.lines.push(self.paint.strong(&title));
    }

    fn more(&mut self, hidden: usize, id: &'static str) {
        if hidden > 0 {
            let more = self.words.say(&Message::new(id).with("count", hidden));
            self.lines.push(self.paint.muted(&more));
        }
    }

    /// Names of machines; interfaces without one by their ids.
    fn machines(&self, interfaces: &[EndpointIndex]) -> String {
        let names: BTreeSet<String> = interfaces
            .iter()
            .map(|index| describe::machine(self.topology(), *index))
            .collect();
        let mut shown: Vec<String> = names.iter().take(4).cloned().collect();
        if names.len() > shown.len() {
            shown.push(format!("… +{}", names.len() - shown.len()));
        }
        self.words.list(&shown)
    }
}

fn count_interfaces(reports: &[&CauseReport]) -> usize {
    let all: BTreeSet<EndpointIndex> = reports
        .iter()
        .flat_map(|report| report.interfaces.iter().copied())
        .collect();
    all.len()
}

/// A cause by the names that its owner gave.
#[must_use]
pub fn cause_name(topology: &Topology, words: &Words, cause: &Cause) -> String {
    let snapshot = topology.snapshot();
    match cause {
        Cause::Rule { group, rule } => {
            let name = snapshot
                .groups
                .get(group)
                .map(|group| group.name.clone())
                .unwrap_or_default();
            let name = if name.is_empty() {
                group.to_string()
            } else {
                name
            };
            format!("{name} · {rule}")
        }
        Cause::Listener { balancer, listener } => {
            let name = snapshot
                .balancers
                .get(balancer)
                .map(|one| one.name.clone())
                .unwrap_or_default();
            let name = if name.is_empty() {
                balancer.to_string()
            } else {
                name
            };
            format!("{name} · {listener}")
        }
        Cause::Default => words.text("decider-default"),
    }
}
