//! LAW (score): what `docs/score.md` promises, on estates made at random.
//!
//! An estate is some lines of the little language; each law changes one of them.

use proptest::prelude::*;
use yumen_baseline::{Reason, Scope, Score};

use crate::judged::Found;

/// A machine: how it is reached, its groups, its environment.
#[derive(Clone, Debug)]
struct Machine {
    public: bool,
    ipv6: bool,
    group: usize,
    second: Option<usize>,
    environment: Option<&'static str>,
    data: bool,
}

/// A rule: accept or drop, priority, protocol with ports, source.
#[derive(Clone, Debug)]
struct Rule {
    accept: bool,
    priority: u16,
    service: &'static str,
    source: &'static str,
    described: bool,
}

#[derive(Clone, Debug)]
struct Plan {
    groups: Vec<(bool, Vec<Rule>)>,
    machines: Vec<Machine>,
}

const SETTINGS: &str = r#"
[roles.data]
kind = "data"
match = ["tag:tier=data"]
[roles.bastion]
kind = "bastion"
match = ["name:bastion"]
[environments.production]
kind = "production"
match = ["tag:env=prod"]
[environments.test]
kind = "test"
match = ["tag:env=test"]
"#;

impl Plan {
    fn text(&self) -> String {
        let mut text = String::new();
        for (position, (basic, rules)) in self.groups.iter().enumerate() {
            let kind = if *basic { "basic" } else { "advanced" };
            // Groups of both kinds never stand on one interface.
            text += &format!("sg sg-{position} vpc-a {kind} inner=drop\n");
            for rule in rules {
                text += &rule.text();
            }
        }
        for (position, machine) in self.machines.iter().enumerate() {
            text += &machine.text(position);
        }
        text
    }

    fn score(&self) -> Score {
        score(&self.text())
    }
}

impl Rule {
    fn text(&self) -> String {
        let action = if self.accept { "accept" } else { "drop" };
        let description = if self.described { " desc=OPS-1" } else { "" };
        let Self {
            priority,
            service,
            source,
            ..
        } = self;
        format!("  in {action} {priority} {service} from {source}{description}\n")
    }
}

impl Machine {
    fn text(&self, position: usize) -> String {
        let mut groups = format!("sg-{}", self.group);
        if let Some(second) = self.second.filter(|second| *second != self.group) {
            groups += &format!(",sg-{second}");
        }
        let host = position + 5;
        let mut text = format!("eni eni-{position} vpc-a vsw-1 10.0.1.{host} {groups}");
        if self.public {
            text += &format!(" static=47.1.1.{host}");
        }
        if self.ipv6 {
            text += &format!(" v6=2408::{host},yes");
        }
        let mut tags = vec!["owner:li"];
        tags.extend(self.environment);
        tags.extend(self.data.then_some("tier:data"));
        text + &format!(" tags={}\n", tags.join(","))
    }
}

fn score(text: &str) -> Score {
    let found = Found::new(text, SETTINGS);
    found
        .judge(&[])
        .score(found.topology(), Scope::Estate, false)
}

const SERVICES: [&str; 12] = [
    "tcp 22",
    "tcp 80",
    "tcp 443",
    "tcp 3306",
    "tcp 20/30",
    "tcp 1/65535",
    "udp 53",
    "udp 1/2000",
    "icmp -1/-1",
    "gre -1/-1",
    "all -1/-1",
    "tcp 8080",
];

fn rule(sources: &'static [&'static str]) -> impl Strategy<Value = Rule> {
    let parts = (
        prop::bool::weighted(0.8),
        1..4_u16,
        prop::sample::select(&SERVICES[..]),
        prop::sample::select(sources),
        any::<bool>(),
    );
    parts.prop_map(|(accept, priority, service, source, described)| Rule {
        accept,
        priority,
        service,
        source,
        described,
    })
}

const SOURCES: [&str; 7] = [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "47.0.0.0/8",
    "203.0.113.0/24",
    "10.0.0.0/8",
    "10.0.1.0/24",
    "::/0",
];

fn plan() -> impl Strategy<Value = Plan> {
    let groups = prop::collection::vec(prop::collection::vec(rule(&SOURCES), 0..4), 2..4);
    let machine = (
        any::<bool>(),
        prop::bool::weighted(0.3),
        0..2_usize,
        prop::option::of(0..2_usize),
        prop::option::of(prop::sample::select(vec!["env:prod", "env:test"])),
        prop::bool::weighted(0.3),
    );
    let machine = machine.prop_map(|(public, ipv6, group, second, environment, data)| Machine {
        public,
        ipv6,
        group,
        second,
        environment,
        data,
    });
    (groups, any::<bool>(), prop::collection::vec(machine, 1..5)).prop_map(
        |(groups, basic, machines)| Plan {
            groups: groups.into_iter().map(|rules| (basic, rules)).collect(),
            machines,
        },
    )
}

/// Figures are sums of a few dozen numbers: the order of additions may show in the last digits.
const LAST_DIGITS: f64 = 1e-9;

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|text| text.parse().ok()).unwrap_or(200);
    ProptestConfig {
        cases,
        max_global_rejects: cases * 20,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_harmless_machine_never_raises_the_score(plan in plan()) {
        let before = plan.score();
        let harmless = "sg sg-harmless vpc-a advanced\n\
            eni eni-harmless vpc-a vsw-1 10.0.1.200 sg-harmless tags=owner:li,env:prod,tier:web\n";
        let after = score(&(plan.text() + harmless));
        prop_assert!(after.unclamped <= before.unclamped + LAST_DIGITS);
        prop_assert!(after.value <= before.value);
    }

    #[test]
    fn an_exposure_more_never_raises_the_score(
        plan in plan(),
        machine in 0..5_usize,
        service in prop::sample::select(&SERVICES[..]),
        source in prop::sample::select(vec!["0.0.0.0/0", "47.0.0.0/8", "203.0.113.0/24"]),
    ) {
        let before = plan.score();
        // A group of its own, so that no other rule is touched.
        let position = machine % plan.machines.len();
        let kind = if plan.groups[0].0 { "basic" } else { "advanced" };
        let mut text = format!(
            "sg sg-more vpc-a {kind} inner=drop\n  in accept 1 {service} from {source} desc=OPS-1\n"
        );
        for line in plan.text().lines() {
            let own = format!("eni eni-{position} ");
            if line.starts_with(&own) {
                text += &line.replacen(" sg-", " sg-more,sg-", 1);
            } else {
                text += line;
            }
            text.push('\n');
        }
        let after = score(&text);
        prop_assert!(reached(&after) >= reached(&before) - LAST_DIGITS, "{}\n{text}\n{}", plan.text(), lower(&before, &after));
    }

    #[test]
    fn closing_a_way_in_raises_the_figure(plan in plan(), machine in 0..5_usize) {
        let position = machine % plan.machines.len();
        let found = Found::new(&plan.text(), SETTINGS);
        let index = found.topology().find_interface(&format!("eni-{position}")).unwrap();
        let open = found.estate().exposures(index, yumen_cloud::Direction::Ingress).any(|(_, one)| {
            one.verdict == yumen_reach::Verdict::Open && one.row.slice.family == yumen_packets::Family::V4
        });
        prop_assume!(open);
        let mut closed = plan.clone();
        closed.machines[position].public = false;
        let (before, after) = (plan.score(), closed.score());
        prop_assert!(after.unclamped > before.unclamped, "{} {}", before.unclamped, after.unclamped);
    }

    #[test]
    fn splitting_a_group_gains_nothing(mut plan in plan()) {
        for rule in &mut plan.groups[0].1 {
            rule.accept = true;
        }
        for machine in &mut plan.machines {
            machine.second = None;
        }
        let mut split = plan.clone();
        // The last group becomes two that the same machines are in, rule by rule.
        let rules = split.groups[0].1.clone();
        prop_assume!(rules.len() > 1);
        let (half, rest) = rules.split_at(rules.len() / 2);
        split.groups[0].1 = half.to_vec();
        let basic = split.groups[0].0;
        split.groups.push((basic, rest.to_vec()));
        let new = split.groups.len() - 1;
        for machine in &mut split.machines {
            if machine.group == 0 {
                machine.second = Some(new);
            }
        }
        let (before, after) = (plan.score(), split.score());
        prop_assert!(reached(&after) >= reached(&before) - LAST_DIGITS);
    }

    #[test]
    fn hiding_data_never_raises_the_score(plan in plan(), group in 0..4_usize, how in 0..4_usize) {
        let before = plan.score();
        let text = plan.text();
        let position = group % plan.groups.len();
        let hidden = match how {
            0 => text.replacen(&format!("sg sg-{position} vpc-a basic"), &format!("sg sg-{position} vpc-a basic unread"), 1)
                .replacen(&format!("sg sg-{position} vpc-a advanced"), &format!("sg sg-{position} vpc-a advanced unread"), 1),
            1 => without_rules(&text, position),
            2 => text + "incomplete eips ipv6-addresses\n",
            _ => text + "incomplete interfaces\n",
        };
        let after = score(&hidden);
        prop_assert!(after.unclamped <= before.unclamped + LAST_DIGITS, "{}\n{hidden}", plan.text());
    }
}

/// Points for everything but the fates of rules: a rule may make another one effective that was
/// shadowed or redundant before, which is no credit to what it opens.
fn reached(score: &Score) -> f64 {
    let deductions = score.deductions.iter().filter(|one| match one.reason {
        Reason::Item(id) => id.family() != "RUL",
        _ => true,
    });
    deductions.map(|one| one.points).sum()
}

/// What takes fewer points than before.
fn lower(before: &Score, after: &Score) -> String {
    let mut lower = String::new();
    for one in &before.deductions {
        let now = after
            .deductions
            .iter()
            .find(|other| other.reason == one.reason);
        let now = now.map_or(0.0, |other| other.points);
        if now < one.points {
            lower += &format!("{:?} {} {now}\n", one.reason, one.points);
        }
    }
    lower
}

/// The rules of a group are gone, and it is known that they are.
fn without_rules(text: &str, position: usize) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("sg ") {
            inside = line.starts_with(&format!("sg sg-{position} "));
        }
        if line.starts_with("eni ") {
            inside = false;
        }
        if inside && line.starts_with("  ") {
            continue;
        }
        out += line;
        if inside {
            out += " unread";
        }
        out.push('\n');
    }
    out
}

#[test]
fn one_open_group_among_a_hundred_costs_as_much_as_alone() {
    let open = "sg sg-open vpc-a advanced\n  in accept 1 tcp 22 from 0.0.0.0/0 desc=OPS-1\n\
        eni eni-open vpc-a vsw-1 10.0.1.5 sg-open static=47.1.1.1 token=yes tags=owner:a,env:b,tier:c\n\
        flowlog fl-1 vpc-a days=180\ntrail t-1 all write\n";
    let mut many = open.to_owned();
    for number in 0..99 {
        many += &format!(
            "sg sg-{number} vpc-a advanced\n  in accept 1 tcp 443 from 10.9.0.0/24 desc=OPS-2\n\
             eni eni-{number} vpc-a vsw-1 10.0.2.{number} sg-{number} token=yes tags=owner:a,env:b,tier:c\n"
        );
    }
    let judge = |text: &str| {
        let found = Found::new(text, "");
        let judgement = found.judge(&[]);
        let score = judgement.score(found.topology(), Scope::Estate, false);
        (score, judgement.rate())
    };
    let ((alone, few), (diluted, more)) = (judge(open), judge(&many));
    assert_eq!(alone.value, diluted.value);
    assert!(diluted.unclamped <= alone.unclamped);
    // The figure that `docs/score.md` gives.
    assert_eq!(diluted.value, 55);
    // A share of checks is diluted: it stands beside the score and is called a rate.
    let share = |(passed, checks): (usize, usize)| passed as f64 / checks as f64;
    assert!(share(more) > share(few) && share(more) > 0.98, "{more:?}");
}

#[test]
fn an_estate_in_order_has_a_hundred() {
    let text = "sg sg-a vpc-a advanced\n  in accept 1 tcp 443 from 0.0.0.0/0 desc=OPS-1\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1 token=yes tags=owner:a,env:b,tier:c\n\
        flowlog fl-1 vpc-a days=180\ntrail t-1 all write\n";
    let score = score(text);
    assert_eq!(score.value, 100, "{score:?}");
    assert!(score.unclamped < 100.0, "the surface counts");
}
