//! Changes on a terminal and as JSON: what one would do, where each stands, versions, drift, and
//! who opened what.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use yumen_change::{
    Change, Class, Drift, Effect, Event, Exposed, ExposureEnd, Noted, Origin, Outcome, Phase,
    Proposal, Quota, Verdict as Decided, Version, Who, YUMEN, read_reason,
};
use yumen_cloud::{CloudEdit, Direction, Snapshot};
use yumen_diagnostics::Message;
use yumen_reach::{Topology, Verdict};

use crate::columns::{fit, flow, pad, wrap};
use crate::difference;
use crate::edits::json as edits_json;
use crate::fixes;
use crate::paint::{Paint, shape};
use crate::text::COLUMNS;
use crate::words::{Language, Words};

/// Findings that are named one by one.
const SHOWN: usize = 12;

/// Letters of an address that are shown in lists.
const SHORT: usize = 12;

/// What edits would do, before anybody is asked.
#[must_use]
pub fn outlook(
    effect: &Effect,
    edits: &[CloudEdit],
    before: &Snapshot,
    after: &Topology,
    words: &Words,
    paint: Paint,
) -> String {
    let mut lines = vec![class_line(effect.class, words, paint)];
    let figures = figures(
        effect.score,
        effect.hundredths,
        effect.interfaces(),
        edits.len(),
    );
    lines.push(words.say(&figures));
    lines.extend(edit_lines(edits, before, words));
    lines.push(String::new());
    lines.extend(
        difference::text(&effect.delta, after, words, paint)
            .lines()
            .map(str::to_owned),
    );
    let names = |found: &[yumen_change::FindingName]| -> Vec<String> {
        let names = found.iter();
        names
            .map(|one| format!("{} {}", one.item, one.resource))
            .collect()
    };
    lines.extend(findings(
        "change-forbidden-findings",
        &names(&effect.forbidden),
        words,
        paint,
    ));
    lines.extend(findings(
        "change-new-findings",
        &names(&effect.found),
        words,
        paint,
    ));
    lines.extend(findings(
        "change-solved-findings",
        &names(&effect.solved),
        words,
        paint,
    ));
    lines.extend(intents(&effect.cut, words, paint));
    lines.join("\n") + "\n"
}

/// How full groups would get, in lines; nothing if no group gains or loses a rule.
#[must_use]
pub fn quotas(quotas: &[Quota], snapshot: &Snapshot, words: &Words) -> String {
    let mut lines: Vec<String> = quotas
        .iter()
        .take(SHOWN)
        .map(|quota| {
            let named = snapshot.groups.get(&quota.group);
            let name = named.map_or("", |group| group.name.as_str());
            let name = if name.is_empty() {
                quota.group.as_str()
            } else {
                name
            };
            let id = match quota.direction {
                Direction::Ingress => "change-quota-in",
                Direction::Egress => "change-quota-out",
            };
            let message = Message::new(id)
                .with("group", name)
                .with("before", quota.before)
                .with("after", quota.after)
                .with("most", quota.most);
            words.say(&message)
        })
        .collect();
    lines.extend(more(quotas.len(), words));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What edits would do, in three lines: class, figures, how many findings go and come.
#[must_use]
pub fn headline(effect: &Effect, edits: &[CloudEdit], words: &Words, paint: Paint) -> String {
    let figures = figures(
        effect.score,
        effect.hundredths,
        effect.interfaces(),
        edits.len(),
    );
    let findings = Message::new("change-findings")
        .with("solved", effect.solved.len())
        .with("found", effect.found.len())
        .with("forbidden", effect.forbidden.len());
    [
        class_line(effect.class, words, paint),
        words.say(&figures),
        words.say(&findings),
    ]
    .join("\n")
}

/// One change with everything that is known of it.
#[must_use]
pub fn change(change: &Change, base: Option<&Snapshot>, words: &Words, paint: Paint) -> String {
    let proposal = &change.proposal;
    let head = Message::new("change-headline")
        .with("number", u64::from(proposal.number))
        .with("phase", words.text(phase_id(&change.phase)))
        .with("reason", proposal_reason(proposal, words));
    let mut lines = vec![paint.strong(&fit(&words.say(&head), COLUMNS))];
    lines.push(class_line(proposal.class, words, paint));
    let figures = figures(
        proposal.score,
        proposal.hundredths,
        usize::try_from(proposal.interfaces).unwrap_or(usize::MAX),
        proposal.edits.len(),
    );
    lines.push(words.say(&figures));
    let origin = words.say(&origin(&proposal.origin));
    let proposed = Message::new("change-proposed-by")
        .with("person", proposal.proposer.as_str())
        .with("time", second(change.proposed_at))
        .with("origin", origin);
    lines.push(words.say(&proposed));
    lines.extend(
        proposal
            .until
            .map(|until| words.say(&Message::new("change-until").with("time", second(until)))),
    );
    if proposal.emergency {
        lines.push(paint.verdict(Verdict::Latent, &words.text("change-is-emergency")));
    }
    lines.extend(change.decisions.iter().map(|(verdict, decision)| {
        let id = match verdict {
            Decided::Approve => "change-approved-by",
            Decided::Reject => "change-rejected-by",
            Decided::Review => "change-reviewed-by",
        };
        let time = Timestamp::from_millisecond(decision.signed_at).map(second);
        let message = Message::new(id)
            .with("person", decision.person.as_str())
            .with("time", time.unwrap_or_default())
            .with("comment", decision.comment.as_str());
        words.say(&message).trim_end().to_owned()
    }));
    lines.extend(progress(&change.phase, words));
    let empty = Snapshot::default();
    lines.extend(edit_lines(&proposal.edits, base.unwrap_or(&empty), words));
    lines.extend(findings(
        "change-forbidden-findings",
        &proposal.forbidden,
        words,
        paint,
    ));
    lines.extend(findings(
        "change-new-findings",
        &proposal.found,
        words,
        paint,
    ));
    lines.extend(findings(
        "change-solved-findings",
        &proposal.solved,
        words,
        paint,
    ));
    lines.extend(intents(&proposal.cut, words, paint));
    lines.join("\n") + "\n"
}

/// Changes in a list, the newest first.
#[must_use]
pub fn list<'c>(
    changes: impl DoubleEndedIterator<Item = &'c Change>,
    words: &Words,
    paint: Paint,
) -> String {
    let mut lines: Vec<String> = changes
        .rev()
        .map(|change| {
            let proposal = &change.proposal;
            let line = format!(
                "{:>5}  {}  {}  {}  {}  {}",
                proposal.number,
                second(change.proposed_at),
                pad(&words.text(phase_id(&change.phase)), 10),
                pad(&words.text(short_class_id(proposal.class)), 16),
                pad(&fit(&proposal.proposer, 10), 10),
                proposal_reason(proposal, words)
            );
            paint.verdict(verdict(proposal.class), &fit(&line, COLUMNS))
        })
        .collect();
    if lines.is_empty() {
        lines.push(words.text("changes-none"));
    }
    lines.join("\n") + "\n"
}

/// A change as JSON: schema `yumen.change/1`.
#[must_use]
pub fn json(change: &Change) -> Value {
    let proposal = &change.proposal;
    let decisions = change.decisions.iter().map(|(verdict, decision)| {
        json!({
            "verdict": verdict.word(),
            "person": decision.person,
            "comment": decision.comment,
            "signed_at": Timestamp::from_millisecond(decision.signed_at).map(|at| at.to_string()).ok(),
        })
    });
    let run = change.phase.run().map(|run| {
        json!({
            "direction": run.begun.direction.word(),
            "person": run.begun.person,
            "done": run.done,
            "in_doubt": run.in_doubt,
            "steps": edits_json(&run.begun.steps, None).get("edits"),
        })
    });
    json!({
        "schema": "yumen.change/1",
        "number": proposal.number,
        "phase": change.phase.word(),
        "account": proposal.account,
        "class": proposal.class.word(),
        "proposer": proposal.proposer,
        "proposed_at": change.proposed_at.to_string(),
        "reason": proposal.reason,
        "base": proposal.base,
        "score": {
            "before": proposal.score.0,
            "after": proposal.score.1,
            "unclamped_before_hundredths": proposal.hundredths.0,
            "unclamped_after_hundredths": proposal.hundredths.1,
        },
        "interfaces": proposal.interfaces,
        "environments": proposal.environments.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        "entered": proposal.entered,
        "found": proposal.found,
        "solved": proposal.solved,
        "forbidden": proposal.forbidden,
        "cut": proposal.cut,
        "until": proposal.until.map(|until| until.to_string()),
        "emergency": proposal.emergency,
        "applied_at": change.applied_at.map(|at| at.to_string()),
        "undone_at": change.undone_at.map(|at| at.to_string()),
        "reviewed_by": change.reviewed_by,
        "decisions": decisions.collect::<Vec<_>>(),
        "run": run,
        "edits": edits_json(&proposal.edits, None).get("edits"),
    })
}

/// Versions in a list, the newest first; numbers count from 1, the oldest.
#[must_use]
pub fn versions(versions: &[Noted<Version>], words: &Words, paint: Paint) -> String {
    let mut lines: Vec<String> = versions
        .iter()
        .enumerate()
        .rev()
        .map(|(position, noted)| {
            let version = &noted.what;
            let short: String = version.snapshot.chars().take(SHORT).collect();
            let what = match &version.before {
                None => words.text("version-first"),
                Some(_) => {
                    let id = if version.opens {
                        "version-opens"
                    } else {
                        "version-differs"
                    };
                    words.say(&Message::new(id).with("interfaces", u64::from(version.interfaces)))
                }
            };
            let line = format!(
                "{:>5}  {}  {short}  {}  {}  {what}",
                position + 1,
                second(noted.at),
                pad(&fit(&noted.by, 10), 10),
                pad(&fit(&cause(&version.why, words), 18), 18),
            );
            let line = fit(&line, COLUMNS);
            if version.opens {
                paint.verdict(Verdict::Open, &line)
            } else {
                line
            }
        })
        .collect();
    if lines.is_empty() {
        lines.push(words.text("versions-none"));
    }
    lines.join("\n") + "\n"
}

/// Versions as JSON: schema `yumen.versions/1`.
#[must_use]
pub fn versions_json(versions: &[Noted<Version>]) -> Value {
    let each = versions.iter().enumerate().map(|(position, noted)| {
        let version = &noted.what;
        json!({
            "number": position + 1,
            "at": noted.at.to_string(),
            "by": noted.by,
            "account": version.account,
            "snapshot": version.snapshot,
            "before": version.before,
            "why": version.why,
            "gaps": version.gaps,
            "interfaces": version.interfaces,
            "opens_to_internet": version.opens,
        })
    });
    json!({ "schema": "yumen.versions/1", "versions": each.collect::<Vec<_>>() })
}

/// Drift in a list, the newest first.
#[must_use]
pub fn drifts<'d>(
    drifts: impl DoubleEndedIterator<Item = &'d Drift>,
    words: &Words,
    paint: Paint,
) -> String {
    let mut lines = Vec::new();
    for drift in drifts.rev() {
        let seen = &drift.seen.what;
        let line = format!(
            "{:>5}  {}  {}  {}  {}",
            seen.number,
            second(drift.seen.at),
            pad(&words.text(answer_id(&seen.answer)), 12),
            pad(&words.text(short_class_id(seen.class)), 16),
            seen.who
                .as_ref()
                .map(|who| by(who, words))
                .unwrap_or_default(),
        );
        lines.push(paint.verdict(verdict(seen.class), &fit(&line, COLUMNS)));
        for name in seen.forbidden.iter().take(3) {
            lines.push(paint.muted(&format!("       {name}")));
        }
    }
    if lines.is_empty() {
        lines.push(words.text("drifts-none"));
    }
    lines.join("\n") + "\n"
}

/// When a resource was open to the Internet, since when, through whom, until when; the events in
/// the order of time.
#[must_use]
pub fn exposures(events: &[Exposed], resource: &str, words: &Words, paint: Paint) -> String {
    let concerns =
        |end: &&ExposureEnd| end.interface == resource || end.instance.as_deref() == Some(resource);
    let mut lines = Vec::new();
    for exposed in events {
        let sides = [
            ("exposure-opened", &exposed.opened, Verdict::Open),
            ("exposure-closed", &exposed.closed, Verdict::Closed),
        ];
        for (id, ends, verdict) in sides {
            for end in ends.iter().filter(concerns) {
                let message = Message::new(id)
                    .with("time", second(exposed.at))
                    .with("services", end.services.join(" "))
                    .with("through", through(&exposed.through, words))
                    .with(
                        "who",
                        exposed
                            .who
                            .as_ref()
                            .map(|who| by(who, words))
                            .unwrap_or_default(),
                    );
                let line = format!("{} {}", shape(verdict), words.say(&message).trim_end());
                lines.push(paint.verdict(verdict, &fit(&line, COLUMNS)));
                let witness = Message::new("exposure-witness").with("packet", end.witness.as_str());
                lines.push(paint.muted(&format!("    {}", words.say(&witness))));
            }
        }
    }
    if lines.is_empty() {
        lines.push(words.say(&Message::new("exposures-none").with("resource", resource)));
    }
    lines.join("\n") + "\n"
}

/// What an entry of the ledger says, in one line.
#[must_use]
pub fn event_line(event: &Event, words: &Words) -> String {
    let number = event.change().map(u64::from).unwrap_or_default();
    let of = |id: &'static str| Message::new(id).with("number", number);
    let message = match event {
        Event::Version(version) => Message::new("event-version")
            .with(
                "snapshot",
                version.snapshot.chars().take(SHORT).collect::<String>(),
            )
            .with("why", cause(&version.why, words)),
        Event::Audited(audited) => Message::new("event-audited")
            .with("score", u64::from(audited.score))
            .with("findings", u64::from(audited.findings)),
        Event::Proposed(proposal) => {
            of("event-proposed").with("reason", proposal_reason(proposal, words))
        }
        Event::Approved(decision) => {
            of("event-approved").with("comment", decision.comment.as_str())
        }
        Event::Rejected(decision) => {
            of("event-rejected").with("comment", decision.comment.as_str())
        }
        Event::Reviewed(decision) => {
            of("event-reviewed").with("comment", decision.comment.as_str())
        }
        Event::Withdrawn(_, why) => of("event-withdrawn").with("why", why.as_str()),
        Event::Lapsed(_, why) => of("event-lapsed").with("why", said(why, words)),
        Event::Begun(begun) => of("event-begun").with("steps", begun.steps.len()),
        Event::Sent(_, step) => of("event-sent").with("step", u64::from(*step) + 1),
        Event::Settled(settled) => {
            let (id, detail) = match &settled.outcome {
                Outcome::Already => ("event-already", String::new()),
                Outcome::InForce(request) => {
                    ("event-in-force", request.clone().unwrap_or_default())
                }
                Outcome::NotInForce(why) => ("event-not-in-force", said(why, words)),
                Outcome::Unknown(why) => ("event-unknown", said(why, words)),
            };
            of(id)
                .with("step", u64::from(settled.step) + 1)
                .with("detail", detail)
        }
        Event::Stopped(stopped) => of("event-stopped")
            .with("step", u64::from(stopped.step) + 1)
            .with("why", said(&stopped.why, words)),
        Event::Applied(..) => of("event-applied"),
        Event::Undone(..) => of("event-undone"),
        Event::Drifted(drifted) => Message::new("event-drifted")
            .with("drift", u64::from(drifted.number))
            .with("class", words.text(short_class_id(drifted.class)))
            .with("answer", words.text(answer_id(&drifted.answer))),
        Event::Escalated(escalated) => Message::new("event-escalated")
            .with("drift", u64::from(escalated.drift))
            .with("why", said(&escalated.why, words)),
        Event::Exposed(exposed) => Message::new("event-exposed")
            .with("opened", exposed.opened.len())
            .with("closed", exposed.closed.len())
            .with("through", through(&exposed.through, words)),
        Event::Waived(waived) => {
            Message::new("event-waived").with("waivers", u64::from(waived.waivers))
        }
        Event::GroupReviewed(reviewed) => {
            Message::new("event-group-reviewed").with("group", reviewed.group.as_str())
        }
        Event::KeyChanged(changed) => {
            Message::new("event-key-changed").with("keys", changed.after.len())
        }
    };
    words.say(&message).trim_end().to_owned()
}

fn figures(score: (u8, u8), hundredths: (i64, i64), interfaces: usize, edits: usize) -> Message {
    let points = |hundredths: i64| {
        let sign = if hundredths < 0 { "-" } else { "" };
        let of = hundredths.unsigned_abs();
        format!("{sign}{}.{:02}", of / 100, of % 100)
    };
    Message::new("change-figures")
        .with("before", u64::from(score.0))
        .with("after", u64::from(score.1))
        .with("points_before", points(hundredths.0))
        .with("points_after", points(hundredths.1))
        .with("interfaces", interfaces)
        .with("edits", edits)
}

/// A reason of the ledger in words: a message in the reader's language, or what a person typed.
fn said(reason: &str, words: &Words) -> String {
    let Some(messages) = read_reason(reason) else {
        return reason.to_owned();
    };
    let said = messages.iter().map(|one| {
        let values = one.arguments.iter();
        let values = values.map(|(name, value)| (name.as_str(), value));
        // A newer version may say what this one has no words for.
        words
            .say_named(&one.id, values)
            .unwrap_or_else(|| one.id.clone())
    });
    let separator = match words.language() {
        Language::English => "; ",
        Language::Chinese => "；",
    };
    said.collect::<Vec<_>>().join(separator)
}

/// Why a change is proposed. What people typed is never taken for a message of Yumen.
fn proposal_reason(proposal: &Proposal, words: &Words) -> String {
    if proposal.proposer == YUMEN {
        said(&proposal.reason, words)
    } else {
        proposal.reason.clone()
    }
}

/// Through what ways in opened or closed: what was merely found somebody else did before.
fn through(text: &str, words: &Words) -> String {
    match text {
        "found" | "by hand" | "propose" => words.text("through-others"),
        _ => cause(text, words),
    }
}

/// What a version came of, in words; the ledger keeps `change 7`, `drift 3` and the like.
fn cause(text: &str, words: &Words) -> String {
    let plain = match text {
        "found" => "cause-found",
        "by hand" => "cause-by-hand",
        "propose" => "cause-propose",
        _ => "",
    };
    if !plain.is_empty() {
        return words.text(plain);
    }
    let numbered = [
        ("undo of change ", "cause-undo"),
        ("change ", "cause-change"),
        ("drift ", "cause-drift"),
    ];
    let found = numbered.into_iter().find_map(|(before, id)| {
        let number: u32 = text.strip_prefix(before)?.parse().ok()?;
        Some(words.say(&Message::new(id).with("number", u64::from(number))))
    });
    found.unwrap_or_else(|| text.to_owned())
}

fn class_line(class: Class, words: &Words, paint: Paint) -> String {
    let verdict = verdict(class);
    let line = format!("{} {}", shape(verdict), words.text(class_id(class)));
    paint.verdict(verdict, &line)
}

fn edit_lines(edits: &[CloudEdit], snapshot: &Snapshot, words: &Words) -> Vec<String> {
    let mut lines: Vec<String> = edits
        .iter()
        .take(SHOWN)
        .map(|edit| {
            fit(
                &format!("  {}", fixes::edit(words, snapshot, edit)),
                COLUMNS,
            )
        })
        .collect();
    lines.extend(more(edits.len(), words));
    lines
}

fn findings(id: &'static str, names: &[String], words: &Words, paint: Paint) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    let head = words.say(&Message::new(id).with("count", names.len()));
    let mut lines = vec![paint.strong(&head)];
    // By resource: one machine often breaks several items.
    let mut by_resource: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        let (item, resource) = name.split_once(' ').unwrap_or(("", name));
        by_resource.entry(resource).or_default().push(item);
    }
    let left = by_resource.len();
    for (resource, items) in by_resource.into_iter().take(SHOWN) {
        let line = format!("{resource}  {}", items.join(" "));
        let mut wrapped = wrap(line.trim_end(), COLUMNS - 4).into_iter();
        lines.extend(wrapped.next().map(|line| format!("  {line}")));
        lines.extend(wrapped.map(|line| format!("    {line}")));
    }
    lines.extend(more(left, words));
    lines
}

/// Declared services that would be cut, in the words of `yumen.toml`.
fn intents(cut: &[String], words: &Words, paint: Paint) -> Vec<String> {
    if cut.is_empty() {
        return Vec::new();
    }
    let head = Message::new("change-cut-intents").with("count", cut.len());
    let mut lines = vec![paint.strong(&words.say(&head))];
    let shown = cut.iter().take(SHOWN);
    lines.extend(shown.map(|intent| fit(&format!("  {intent}"), COLUMNS)));
    lines.extend(more(cut.len(), words));
    lines
}

fn more(count: usize, words: &Words) -> Option<String> {
    let left = count.checked_sub(SHOWN).filter(|left| *left > 0)?;
    Some(format!(
        "  {}",
        words.say(&Message::new("change-more").with("count", left))
    ))
}

/// How far a plan came, or where a change ended.
fn progress(phase: &Phase, words: &Words) -> Vec<String> {
    let message = match phase {
        Phase::Applying(run) => Message::new("change-progress")
            .with("done", u64::from(run.done))
            .with("of", run.begun.steps.len()),
        Phase::Stopped(run, why) => Message::new("change-stopped-at")
            .with("done", u64::from(run.done))
            .with("of", run.begun.steps.len())
            .with("why", said(why, words)),
        Phase::Withdrawn(why) => Message::new("change-withdrawn-why").with("why", why.as_str()),
        Phase::Lapsed(why) => Message::new("change-lapsed-why").with("why", said(why, words)),
        _ => return Vec::new(),
    };
    flow(&words.say(&message), COLUMNS)
}

fn origin(origin: &Origin) -> Message {
    match origin {
        Origin::Edits => Message::new("origin-edits"),
        Origin::Fix(items) => Message::new("origin-fix").with("items", items.join(" ")),
        Origin::Template(name) => Message::new("origin-template").with("name", name.as_str()),
        Origin::Rollback(version) => {
            let short: String = version.chars().take(SHORT).collect();
            Message::new("origin-rollback").with("version", short)
        }
        Origin::Undo(number) => Message::new("origin-undo").with("number", u64::from(*number)),
        Origin::Containment(drift) => {
            Message::new("origin-containment").with("drift", u64::from(*drift))
        }
    }
}

fn by(who: &Who, words: &Words) -> String {
    let message = Message::new("exposure-who")
        .with("user", who.user.as_str())
        .with("address", who.address.as_str())
        .with("action", who.action.as_str());
    words.say(&message)
}

fn verdict(class: Class) -> Verdict {
    match class {
        Class::Tightening => Verdict::Closed,
        Class::Neutral => Verdict::Unknown,
        Class::WideningInside => Verdict::Latent,
        Class::WideningInternet | Class::Forbidden => Verdict::Open,
    }
}

/// Id of the text for a class.
#[must_use]
pub fn class_id(class: Class) -> &'static str {
    match class {
        Class::Tightening => "change-class-tightening",
        Class::Neutral => "change-class-neutral",
        Class::WideningInside => "change-class-widening-inside",
        Class::WideningInternet => "change-class-widening-internet",
        Class::Forbidden => "change-class-forbidden",
    }
}

/// Id of the short text for a class, for lists.
fn short_class_id(class: Class) -> &'static str {
    match class {
        Class::Tightening => "class-short-tightening",
        Class::Neutral => "class-short-neutral",
        Class::WideningInside => "class-short-widening-inside",
        Class::WideningInternet => "class-short-widening-internet",
        Class::Forbidden => "class-short-forbidden",
    }
}

fn phase_id(phase: &Phase) -> &'static str {
    match phase {
        Phase::Open => "phase-open",
        Phase::Rejected => "phase-rejected",
        Phase::Withdrawn(_) => "phase-withdrawn",
        Phase::Lapsed(_) => "phase-lapsed",
        Phase::Applying(_) => "phase-applying",
        Phase::Stopped(..) => "phase-stopped",
        Phase::Applied(_) => "phase-applied",
        Phase::Undone(_) => "phase-undone",
    }
}

fn answer_id(answer: &str) -> &'static str {
    match answer {
        "contained" => "answer-contained",
        "escalated" => "answer-escalated",
        "proposed" => "answer-proposed",
        _ => "answer-recorded",
    }
}

/// A time to the second, in UTC.
fn second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
