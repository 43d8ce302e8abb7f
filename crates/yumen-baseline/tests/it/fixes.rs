//! A fix for every item that has one, proven by the difference in packets: the finding gone,
//! nothing opened, and nothing closed that was not to be closed.

use std::num::NonZeroUsize;

use yumen_baseline::{CATALOGUE, FixKind, Fixes, Item, ItemId, Status, fixes};
use yumen_cloud::Direction;
use yumen_packets::PacketSet;
use yumen_reach::{Analysis, Delta, Internet, Topology};

use crate::catalogue::Fixture;
use crate::judged::Found;

/// Items whose fix takes a way or a neighbour away as a whole: what closes is what the page says.
const WHOLE: [&str; 4] = ["NET-03", "NET-05", "LAT-01", "GOV-04"];

/// Without a trusted network administrators would be locked out.
const TRUSTED: &str = "trusted = [\"198.51.100.0/24\"]\n";

fn planned(found: &Found, only: &[ItemId]) -> Fixes {
    let judgement = found.judge(&[]);
    fixes(&found.estate(), &judgement, Some(only)).unwrap()
}

fn delta(found: &Found, after: &Found) -> Delta {
    Delta::new(&found.analysis, &after.analysis).unwrap()
}

#[test]
fn a_fix_closes_its_finding_and_nothing_else() {
    let mut fixed = 0;
    for item in CATALOGUE.iter().filter(|item| item.fix != FixKind::ByHand) {
        let fixture = Fixture::read(item);
        let settings = settings(item, &fixture);
        let found = Found::new(&fixture.text("fails"), &settings);
        let planned = planned(&found, &[item.id]);
        let refused: Vec<_> = planned
            .proposals
            .iter()
            .filter_map(|one| one.outcome.as_ref().err().map(ToString::to_string))
            .collect();
        // One fixture holds a machine whose setting was not read.
        let expected: &[&str] = match item.id.as_str() {
            "HRD-02" => &["fix-unknown(count=1)"],
            _ => &[],
        };
        assert_eq!(refused, expected, "{}", item.id);
        let after = Found::of(&planned.after, &settings);
        let judgement = after.judge(&[]);
        let left = &judgement.item(item.id).unwrap().outcome.findings;
        let open = left.iter().filter(|one| one.status == Status::Open).count();
        assert_eq!(open, 0, "{}: {left:#?}", item.id);
        let mut closes = PacketSet::empty();
        for fix in planned
            .proposals
            .iter()
            .filter_map(|one| one.outcome.as_ref().ok())
        {
            closes = closes.union(&fix.closes).unwrap();
            closes = closes.union(&fix.also_closes).unwrap();
        }
        for one in delta(&found, &after).interfaces {
            for opened in [
                &one.internet_opened,
                &one.ingress_opened,
                &one.egress_opened,
            ] {
                assert!(opened.is_empty(), "{} opens {opened:?}", item.id);
            }
            if WHOLE.contains(&item.id.as_str()) {
                continue;
            }
            for closed in [
                &one.internet_closed,
                &one.ingress_closed,
                &one.egress_closed,
            ] {
                let beyond = closed.difference(&closes).unwrap();
                assert!(
                    beyond.is_empty(),
                    "{} closes {:?}",
                    item.id,
                    beyond.witness()
                );
            }
        }
        fixed += 1;
    }
    assert_eq!(fixed, 28);
}

/// Declarations that a fix needs beside those of the fixture.
fn settings(item: &Item, fixture: &Fixture) -> String {
    let settings = fixture.text("settings");
    let more = match item.id.as_str() {
        "NET-03" => {
            "[roles.storage]\nkind = \"application\"\nmatch = [\"name:nas-*\"]\nservices = [\"tcp/22\"]\n"
        }
        "GOV-02" => "[roles.web]\nkind = \"web\"\nmatch = [\"name:web-*\"]\n",
        "LOG-01" | "EXP-04" => "",
        _ if settings.contains("trusted") => "",
        _ => TRUSTED,
    };
    if more == TRUSTED {
        format!("{more}{settings}")
    } else {
        format!("{settings}{more}")
    }
}

#[test]
fn ssh_from_everyone_becomes_ssh_from_trusted_networks() {
    let estate = "sg sg-a vpc-a basic\n  in accept 1 tcp 20/443 from 0.0.0.0/0 desc=web_and_ssh\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1\n\
        table vtb-a vpc-a system\n  route 10.0.0.0/16 local\n";
    let found = Found::new(estate, TRUSTED);
    let planned = planned(&found, &[ItemId("EXP-03")]);
    let group = planned.after.groups.get("sg-a").unwrap();
    let rules: Vec<String> = group
        .rules_of(Direction::Ingress)
        .map(|rule| format!("{:?} {:?}", rule.ports, rule.peer))
        .collect();
    let everyone: Vec<&String> = rules
        .iter()
        .filter(|rule| rule.contains("0.0.0.0/0"))
        .collect();
    assert_eq!(everyone.len(), 2, "{rules:#?}");
    assert!(
        rules.iter().any(|rule| rule.contains("198.51.100.0/24")),
        "{rules:#?}"
    );
    assert!(
        rules.iter().any(|rule| rule.contains("10.0.0.0/16")),
        "{rules:#?}"
    );
    assert!(rules.len() <= 5, "{rules:#?}");
    assert!(
        group
            .rules
            .iter()
            .all(|rule| rule.description == "web and ssh")
    );
}

#[test]
fn the_last_way_in_is_not_closed() {
    let alone = "sg sg-a vpc-a advanced\n  in accept 1 tcp 22 from 0.0.0.0/0\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1\n";
    let refusal = |estate: &str, settings: &str| {
        let found = Found::new(estate, settings);
        let planned = planned(&found, &[ItemId("EXP-03")]);
        planned.proposals[0]
            .outcome
            .as_ref()
            .err()
            .map(|message| message.id)
    };
    assert_eq!(refusal(alone, ""), Some("fix-lock-out"));
    assert_eq!(refusal(alone, TRUSTED), None);
    // A named network, or a neighbour that gets in, is another way.
    let office = alone.replace("\neni", "\n  in accept 1 tcp 22 from 198.51.100.9/32\neni");
    assert_eq!(refusal(&office, ""), None);
    let bastion = alone.to_owned()
        + "sg sg-b vpc-a basic\neni eni-2 vpc-a vsw-1 10.0.1.6 sg-b name=bastion-01\n";
    assert_eq!(refusal(&bastion, ""), None);
}

#[test]
fn what_was_not_read_is_left_and_told() {
    let estate =
        "sg sg-a vpc-a advanced unread\neni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1\n";
    let found = Found::new(estate, TRUSTED);
    let planned = planned(&found, &[ItemId("EXP-03")]);
    let said = planned
        .proposals
        .iter()
        .map(|one| one.outcome.as_ref().err().map(|why| why.id));
    assert_eq!(said.collect::<Vec<_>>(), [Some("fix-unknown")]);
}

#[test]
fn what_one_member_declares_is_too_wide_at_another() {
    let estate = "sg sg-a vpc-a basic\n  in accept 1 tcp 443 from 0.0.0.0/0\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a name=web-01\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-a name=api-01\n";
    let role = |name: &str, port: u16| {
        format!(
            "[roles.{name}]\nkind = \"web\"\nmatch = [\"name:{name}-*\"]\nservices = [\"tcp/{port}\"]\n"
        )
    };
    let wide = |api: u16| {
        let found = Found::new(estate, &(role("web", 443) + &role("api", api)));
        let judgement = found.judge(&[]);
        let rule = judgement.item(ItemId("RUL-06")).unwrap();
        let planned = planned(&found, &[ItemId("RUL-06")]);
        let why = planned
            .proposals
            .first()
            .and_then(|one| one.outcome.as_ref().err().cloned());
        (rule.outcome.findings.len(), why.map(|why| why.id))
    };
    assert_eq!(wide(443), (0, None));
    assert_eq!(wide(7443), (1, Some("fix-declared")));
}

#[test]
fn services_that_other_members_declare_stay_open() {
    let estate = "sg sg-a vpc-a basic\n  in accept 1 tcp 8443/8444 from 0.0.0.0/0\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1 name=portal-01\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-a static=47.1.1.2 name=app-01\n";
    let settings =
        "[roles.portal]\nkind = \"web\"\nmatch = [\"name:portal-*\"]\nservices = [\"tcp/8443\"]\n";
    let found = Found::new(estate, settings);
    let planned = planned(&found, &[ItemId("EXP-13")]);
    let fix = planned.proposals[0].outcome.as_ref().unwrap();
    assert_eq!(
        fix.note.as_ref().map(|note| note.id),
        Some("fix-keeps-declared")
    );
    let topology = Topology::new(&planned.after, &Internet::default());
    let after = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
    let closed = Delta::new(&found.analysis, &after).unwrap();
    for one in closed.interfaces {
        let ports = one.internet_closed.project(
            yumen_packets::Family::V4,
            yumen_packets::Field::DestinationPort,
        );
        assert_eq!(ports.len(), 1);
        assert_eq!((ports[0].low(), ports[0].high()), (8444, 8444));
    }
}
