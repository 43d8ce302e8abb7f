//! The first screen: what was not looked at, the headline, what to do first, the score.

use maud::{Markup, html};
use yumen_baseline::{Band, FixKind, Reason, Verdict as ItemVerdict};
use yumen_diagnostics::Message;
use yumen_reach::Verdict;

use super::Page;
use super::pieces::{item_class, marked};
use crate::describe;
use crate::notation;
use crate::paint::shape;
use crate::picture::ring::{self, Ring, Segment};
use crate::picture::trend::{self, Moment};
use crate::picture::{at, length};
use crate::report::{Entry, EntryKey};
use crate::text::cause_name;

/// Parts of the ring: more are no picture any more.
const SEGMENTS: usize = 5;

/// Deductions that are named one by one.
const DEDUCTIONS: usize = 10;

/// Width of the longest bar of a deduction.
const BAR: f64 = 160.0;

impl Page<'_> {
    pub(super) fn page_title(&self) -> String {
        let title = Message::new("html-title").with("regions", self.regions());
        self.say(&title.with("time", self.time()))
    }

    fn regions(&self) -> String {
        let regions = self.topology().snapshot().regions.iter();
        let regions: Vec<String> = regions.map(ToString::to_string).collect();
        self.words.list(&regions)
    }

    pub(super) fn time(&self) -> String {
        let time = self.report.audit.as_of.clone();
        time.unwrap_or_else(|| self.text("audit-time-unknown"))
    }

    pub(super) fn masthead(&self) -> Markup {
        let snapshot = self.topology().snapshot();
        html! {
            header.masthead {
                div.brand {
                    svg.gate viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" {
                        path d="M3 7h26M6 7v20M26 7v20M10 12h12M10 27v-8a6 6 0 0 1 12 0v8" {}
                    }
                    span { (self.text("html-brand")) }
                }
                dl.origin {
                    @if let Some(account) = &snapshot.account {
                        div { dt { (self.text("html-account")) } dd { code { (account) } } }
                    }
                    div { dt { (self.text("html-regions")) } dd { (self.regions()) } }
                    div { dt { (self.text("html-time")) } dd { time { (self.time()) } } }
                }
            }
        }
    }

    pub(super) fn summary(&self) -> Markup {
        let report = self.report;
        let headline = &report.audit.headline;
        let verdict = if headline.open == 0 {
            Verdict::Closed
        } else {
            Verdict::Open
        };
        html! {
            section #summary aria-labelledby="headline" {
                (self.not_looked_at())
                h1 #headline.(verdict.word()) {
                    span.shape aria-hidden="true" { (shape(verdict)) }
                    span { (self.say(&self.headline())) }
                }
                @let more = Message::new("audit-headline-more").with("latent", headline.latent).with("unknown", headline.unknown);
                p.more-open { (self.say(&more)) }
                (self.first())
                div.score {
                    div.score-ring {
                        figure { (self.ring()) figcaption { (self.ring_words()) } }
                        (self.asides())
                    }
                    div.score-words {
                        (self.figures())
                        (self.deductions())
                    }
                }
            }
        }
    }

    pub(super) fn headline(&self) -> Message {
        let headline = &self.report.audit.headline;
        if headline.open == 0 {
            Message::new("audit-headline-none").with("instances", headline.instances)
        } else {
            Message::new("audit-headline")
                .with("open", headline.open)
                .with("instances", headline.instances)
                .with("ports", headline.ports)
                .with("every", headline.every_port)
        }
    }

    /// What was not looked at comes first: a report that hides it claims too much.
    pub(super) fn unseen(&self) -> Vec<String> {
        let audit = &self.report.audit;
        let mut unseen = describe::listings(self.words, &audit.not_looked_at());
        let databases = self.topology().snapshot().databases.len();
        unseen.push(if databases > 0 {
            self.say(&Message::new("audit-databases").with("count", databases))
        } else {
            self.text("listing-databases")
        });
        unseen.push(self.text("audit-other-products"));
        unseen
    }

    fn not_looked_at(&self) -> Markup {
        let gaps = self.topology().snapshot().gaps.len();
        let unseen = self.words.list(&self.unseen());
        let unseen = Message::new("audit-not-looked-at").with("what", unseen);
        html! {
            div.unseen {
                p { (self.say(&unseen)) }
                @if gaps > 0 {
                    p { a.sign.unknown href="#gaps" {
                        span.shape aria-hidden="true" { "?" } " "
                        (self.say(&Message::new("audit-gap-count").with("count", gaps)))
                    } }
                }
            }
        }
    }

    /// The one thing to do first.
    fn first(&self) -> Markup {
        let Some(entry) = self.report.entries.first() else {
            return html! {};
        };
        let first = Message::new("html-first").with("what", self.entry_name(entry));
        html! {
            div.first {
                p {
                    strong { (marked(&self.say(&first))) } " "
                    @if let EntryKey::Cause(cause) = &entry.key { @if let Some((verdict, told)) = self.told(cause) { (self.opens(verdict, told)) " " } }
                    a href="#e1" { (self.text("html-first-why")) }
                }
                @if let Some(command) = self.entry_command(entry) { p { (self.command(&command)) } }
                p.muted { (marked(&self.say(self.next))) }
            }
        }
    }

    /// What an entry is called.
    pub(super) fn entry_name(&self, entry: &Entry) -> String {
        match &entry.key {
            EntryKey::Cause(cause) => cause_name(self.topology(), self.words, cause),
            EntryKey::Item(id) => {
                let item = yumen_baseline::find_item(id.as_str());
                let title = item.map(|item| describe::title(self.words, item));
                title.unwrap_or(id.as_str()).to_owned()
            }
        }
    }

    /// The command that proposes a fix for the worst item of an entry that has one.
    pub(super) fn entry_command(&self, entry: &Entry) -> Option<String> {
        let items = entry.items.iter();
        let mut fixable = items.filter(|id| {
            let item = yumen_baseline::find_item(id.as_str());
            item.is_some_and(|item| item.fix != FixKind::ByHand)
        });
        fixable.next().map(|id| self.fix_command(*id))
    }

    fn ring(&self) -> Markup {
        let score = &self.report.score;
        let band = self.text(describe::band(score.band()));
        let mut families: Vec<(&'static str, f64)> = Vec::new();
        for one in &score.deductions {
            let family = family(one.reason);
            match families.iter_mut().find(|(own, _)| *own == family) {
                Some((_, points)) => *points += one.points,
                None => families.push((family, one.points)),
            }
        }
        families.retain(|(_, points)| *points > 0.0);
        families.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        let all: f64 = families.iter().map(|(_, points)| points).sum();
        if families.len() > SEGMENTS {
            let rest = families.split_off(SEGMENTS - 1);
            families.push(("rest", rest.iter().map(|(_, points)| points).sum()));
        }
        let segments = families.iter().map(|(family, points)| Segment {
            label: self.text(family_title(family)),
            points: format!("−{points:.1}"),
            share: points / all,
            href: match *family {
                "rest" | "beside" => "#deductions".to_owned(),
                family => format!("#items-{family}"),
            },
        });
        let title = Message::new("html-score-title").with("score", u64::from(score.value));
        ring::draw(&Ring {
            value: score.value,
            class: band_class(score.band()),
            caption: band.clone(),
            title: self.say(&title.with("band", band)),
            segments: segments.collect(),
        })
    }

    fn ring_words(&self) -> String {
        let score = &self.report.score;
        let unclamped = format!("{:.1}", score.unclamped);
        if score.unclamped < 1.0 {
            let taken = format!("{:.1}", 100.0 - score.unclamped);
            let below = Message::new("html-score-below").with("taken", taken);
            self.say(&below.with("unclamped", unclamped))
        } else {
            self.text("html-score-parts")
        }
    }

    /// Score, compliance rate and verdicts as figures, with how they went.
    fn figures(&self) -> Markup {
        let report = self.report;
        let (passed, checks) = report.judgement.rate();
        let counts = report.verdicts();
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let verdicts = [
            (ItemVerdict::Fail, count(ItemVerdict::Fail)),
            (ItemVerdict::Latent, count(ItemVerdict::Latent)),
            (ItemVerdict::Unknown, count(ItemVerdict::Unknown)),
            (ItemVerdict::NotAssessed, count(ItemVerdict::NotAssessed)),
            (
                ItemVerdict::Pass,
                count(ItemVerdict::Pass) + count(ItemVerdict::Nothing),
            ),
        ];
        let (scores, rates) = self.moments();
        let score_trend = trend::draw(&self.text("html-trend-score"), &scores);
        let rate_trend = trend::draw(&self.text("html-trend-rate"), &rates);
        html! {
            dl.figures {
                div {
                    dt { (self.text("html-score")) }
                    dd { span.figure.(band_class(report.score.band())) { (report.score.value) } span.muted { " / 100" } span.muted.beside { (self.text(describe::band(report.score.band()))) } }
                    @if let Some(trend) = &score_trend { dd { (trend) } }
                }
                div {
                    dt { (self.text("html-rate")) }
                    dd { span.figure { (notation::rate(passed, checks)) } span.muted.beside { (self.say(&Message::new("html-rate-of").with("passed", passed).with("checks", checks))) } }
                    @if let Some(trend) = &rate_trend { dd { (trend) } }
                }
            }
            @if scores.len() < 2 { p.muted.small { (self.text("html-no-trend")) } }
            ul.verdicts {
                @for (verdict, count) in verdicts {
                    li class=(item_class(verdict)) {
                        span.shape aria-hidden="true" { (describe::item_shape(verdict)) }
                        " " strong { (count) } " " (self.text(describe::item_verdict(verdict)))
                    }
                }
            }
        }
    }

    /// Score and compliance rate of earlier reports and of this one.
    fn moments(&self) -> (Vec<Moment>, Vec<Moment>) {
        let report = self.report;
        let mut all: Vec<(String, u8, usize, usize)> = Vec::new();
        if let Some(previous) = &report.previous {
            all.extend(previous.history.iter().cloned());
            let time = previous.as_of.clone().unwrap_or_default();
            all.push((time, previous.score, previous.rate.0, previous.rate.1));
        }
        let (passed, checks) = report.judgement.rate();
        all.push((self.time(), report.score.value, passed, checks));
        let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
        let scores = all.iter().map(|(time, score, ..)| Moment {
            time: day(time),
            value: f64::from(*score),
            shown: score.to_string(),
        });
        let rates = all.iter().map(|(time, _, passed, checks)| Moment {
            time: day(time),
            value: 100.0 * length(*passed) / length(*checks).max(1.0),
            shown: notation::rate(*passed, *checks),
        });
        (scores.collect(), rates.collect())
    }

    fn deductions(&self) -> Markup {
        let all = &self.report.score.deductions;
        let most = all.first().map_or(1.0, |one| one.points.max(0.1));
        let taking = all.iter().filter(|one| one.points >= 0.05);
        let hidden = taking.clone().count().saturating_sub(DEDUCTIONS);
        let rest: f64 = taking.clone().skip(DEDUCTIONS).map(|one| one.points).sum();
        html! {
            h3 #deductions { (self.text("html-deductions")) }
            table.bars-table {
                tbody {
                    @for one in taking.take(DEDUCTIONS) {
                        tr {
                            th scope="row" { (self.reason(one.reason)) }
                            td.bar {
                                svg viewBox={ "0 0 " (at(BAR)) " 10" } width=(at(BAR)) height="10" aria-hidden="true" {
                                    rect x="0" y="0" width=(at((one.points / most * BAR).max(1.0))) height="10" rx="2" {}
                                }
                            }
                            td.number { (self.points(one.points)) }
                        }
                    }
                }
            }
            @if hidden > 0 {
                @let rest = Message::new("html-deductions-rest").with("count", hidden).with("points", format!("{rest:.1}"));
                p.muted.small { (self.say(&rest)) " " a href="#items" { (self.text("html-all-items")) } }
            }
        }
    }

    /// What points were taken off for.
    pub(super) fn reason(&self, reason: Reason) -> Markup {
        match reason {
            Reason::Item(id) => {
                let item = yumen_baseline::find_item(id.as_str());
                let title = item.map(|item| describe::title(self.words, item));
                html! { (self.label(id)) " " (title.unwrap_or_default()) }
            }
            Reason::Surface => html! { (self.text("html-reason-surface")) },
            Reason::Lateral => html! { (self.text("html-reason-lateral")) },
            Reason::Gaps => html! { a href="#gaps" { (self.text("html-reason-gaps")) } },
            Reason::Essential => html! { a href="#gaps" { (self.text("html-reason-essential")) } },
        }
    }

    /// What a reader of the score must know beside it.
    fn asides(&self) -> Markup {
        let report = self.report;
        let waived = report.judgement.waived().count();
        let expired: Vec<_> = report.expired().collect();
        let new = report.known.is_some().then(|| {
            let findings = report.findings();
            findings.filter(|(_, one)| report.is_new(one)).count()
        });
        let broken = report
            .intents
            .iter()
            .filter(|one| !one.violations.is_empty())
            .count();
        html! {
            ul.asides {
                @if waived > 0 {
                    @let waived = Message::new("report-waived").with("count", waived).with("score", u64::from(report.unwaived.value));
                    li { (self.say(&waived)) " " a href="#waivers" { (self.text("html-waivers")) } }
                }
                @for waiver in &expired {
                    @let over = Message::new("report-expired").with("place", waiver.place.to_string()).with("owner", waiver.owner.as_str()).with("until", waiver.until.to_string());
                    li.latent { (self.say(&over)) }
                }
                @if broken > 0 {
                    li.open { a href="#intents" { (self.say(&Message::new("html-intents-broken").with("count", broken))) } }
                }
                @if let Some(new) = new { li { (self.say(&Message::new("report-new").with("count", new))) } }
                @if report.settings.file.is_none() { li { (self.text("report-no-settings")) } }
            }
        }
    }

    pub(super) fn colophon(&self) -> Markup {
        let snapshot = self.topology().snapshot();
        html! {
            footer.colophon {
                p { (self.text("html-disclaimer")) }
                p.muted {
                    (self.text("html-made-by")) " "
                    @if let Some(file) = &self.report.settings.file {
                        (self.text("html-settings-file")) " " code { (file) } " · "
                    }
                    (self.text("html-content-address")) " " code.place { (snapshot.content_address().to_string()) }
                }
            }
        }
    }
}

/// Class of the colour of a band.
pub(super) fn band_class(band: Band) -> &'static str {
    match band {
        Band::Good => "closed",
        Band::Fair => "unknown",
        Band::Risk => "latent",
        Band::Danger => "open",
    }
}

/// Families of deductions, by the letters of items; `beside` is what no item says.
fn family(reason: Reason) -> &'static str {
    match reason {
        Reason::Item(id) => id.family(),
        Reason::Surface | Reason::Lateral | Reason::Gaps | Reason::Essential => "beside",
    }
}

/// Id of the title of a family.
pub(super) fn family_title(family: &str) -> &'static str {
    match family {
        "beside" => "html-family-beside",
        family if describe::FAMILIES.contains(&family) => describe::family(family),
        _ => "html-family-rest",
    }
}
