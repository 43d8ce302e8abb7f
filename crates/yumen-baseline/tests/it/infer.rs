//! What is guessed of an estate: by which sign, how sure; and that the file says what the guess
//! means, whatever names there are.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use yumen_baseline::{Confidence, Guess, GuessedMembers, RoleKind, Selector, Settings, infer};
use yumen_cloud::{
    AccessList, Instance, Interface, LoadBalancer, PrefixList, SecurityGroup, Snapshot, VSwitch,
    Vpc,
};
use yumen_diagnostics::Message;
use yumen_reach::{Analysis, Internet, Topology, exposures};

const GROUND: &str = "vpc vpc-a 10.0.0.0/16\nvswitch vsw-1 vpc-a 10.0.1.0/24\n";

fn guess(snapshot: &Snapshot) -> (Analysis, Guess) {
    let topology = Topology::new(snapshot, &Internet::without(&[]));
    let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
    let guess = infer(analysis.topology(), &exposures(&analysis).unwrap());
    (analysis, guess)
}

/// The ids of reasons, without what they all begin with.
fn ids(reasons: &[Message]) -> String {
    let ids = reasons
        .iter()
        .map(|one| one.id.trim_start_matches("infer-"));
    ids.collect::<Vec<_>>().join("+")
}

/// The file of a guess without its remarks: sections and entries, those behind a `#` marked by it,
/// with the ids of their reasons.
fn check(estate: &str) -> Vec<String> {
    let (_, guess) = guess(&crate::estate::parse(&format!("{GROUND}{estate}")));
    let mut lines = Vec::new();
    let mut entry = |head: &str, confidence, id: &str, value: String| {
        let mark = if confidence == Confidence::Weak {
            "? "
        } else {
            ""
        };
        lines.push(format!("{mark}{head} {value} {}", id));
    };
    let mut members = |head: &str, members: &[GuessedMembers]| {
        for line in members {
            let ids = ids(&line.reasons);
            entry(head, line.confidence, &ids, line.selector.to_string());
        }
    };
    for role in &guess.roles {
        members(role.kind.word(), &role.members);
    }
    for environment in &guess.environments {
        members(environment.kind.word(), &environment.members);
    }
    for zone in &guess.zones {
        members(&format!("zone {}", zone.name), &zone.members);
    }
    for role in &guess.roles {
        for service in &role.services {
            let head = format!("{} offers", role.kind.word());
            let (value, ids) = (service.value.to_string(), ids(&service.reasons));
            entry(&head, service.confidence, &ids, value);
        }
    }
    for net in &guess.trusted {
        let ids = ids(&net.reasons);
        entry("trusts", net.confidence, &ids, net.value.to_string());
    }
    lines
}

#[test]
fn tags_go_before_names() {
    let estate = "sg sg-a vpc-a advanced\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a name=x-mysql-1 tags=tier:web,env:prod\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-a name=x-mysql-2\n\
        eni eni-3 vpc-a vsw-1 10.0.1.7 sg-a name=test-gitlab tags=role:db\n";
    assert_eq!(
        check(estate),
        [
            "web tag:tier=web tag",
            "data tag:role=db tag",
            // The pattern for all of that name would mean the first too.
            "data name:x-mysql-2 name",
            "? data name:x-mysql-1 name-against-tag",
            "? management name:*-gitlab name-against-tag",
            "production tag:env=prod tag",
            "test name:test-* name",
            "zone data vswitch:vsw-1 vswitch-role",
        ]
    );
}

#[test]
fn what_is_let_in_tells_data() {
    let estate = "sg sg-db vpc-a advanced\n  in accept 1 tcp 3306 from 10.0.0.0/8\n  in accept 1 tcp 22 from 10.0.0.9/32\n\
        sg sg-both vpc-a advanced\n  in accept 1 tcp 5432 from 10.0.0.0/8\n  in accept 1 tcp 443 from 10.0.0.0/8\n\
        sg sg-wide vpc-a advanced\n  in accept 1 tcp 3000/4000 from 10.0.0.0/8\n\
        sg sg-unread vpc-a advanced unread\n  in accept 1 tcp 6379 from 10.0.0.0/8\n\
        sg sg-ambiguous vpc-a advanced\n  in accept 1 tcp 9000 from 10.0.0.0/8\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-db\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-both\n\
        eni eni-3 vpc-a vsw-1 10.0.1.7 sg-wide\n\
        eni eni-4 vpc-a vsw-1 10.0.1.8 sg-unread\n\
        eni eni-5 vpc-a vsw-1 10.0.1.9 sg-ambiguous\n";
    assert_eq!(
        check(estate),
        [
            "data group:sg-db lets-in",
            "? data instance:i-eni-2 lets-in-too",
            "? data instance:i-eni-4 lets-in-too",
        ]
    );
}

#[test]
fn services_are_what_is_meant_today() {
    let estate = "sg sg-a vpc-a advanced\n  in accept 1 tcp 80 from 0.0.0.0/0\n  in accept 1 tcp 22 from 0.0.0.0/0\n  in accept 1 tcp 8443 from 0.0.0.0/0\n  in accept 1 tcp 443 from 198.51.100.0/28\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1 tags=tier:web\n\
        sg sg-b vpc-a advanced\n  in accept 1 tcp 1883 from 0.0.0.0/0\n  in accept 1 tcp 3306 from 0.0.0.0/0\n  in accept 1 tcp 7000 from 0.0.0.0/0\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-b tags=tier:app\n\
        nlb nlb-1 vpc-a 47.1.1.9 local=10.0.1.200\n\
          listener l-1 tcp 1883 everyone sgp-1883\n\
          listener l-2 tcp 3306 everyone sgp-3306\n\
          listener l-3 tcp 7000 everyone sgp-7000 emptylist\n\
        servergroup sgp-1883 vpc-a preserve=yes\n  server eni-2 port=1883\n\
        servergroup sgp-3306 vpc-a preserve=yes\n  server eni-2 port=3306\n\
        servergroup sgp-7000 vpc-a preserve=yes\n  server eni-2 port=7000\n";
    let offers: Vec<String> = check(estate)
        .into_iter()
        .filter(|line| line.contains(" offers "))
        .collect();
    assert_eq!(
        offers,
        [
            "web offers tcp/80 service-open",
            "application offers tcp/1883 service-listener",
            "? application offers tcp/7000 service-empty-list",
        ]
    );
    let (_, guess) = guess(&crate::estate::parse(&format!("{GROUND}{estate}")));
    let remarks = |kind| -> Vec<String> {
        let role = guess.roles.iter().find(|role| role.kind == kind).unwrap();
        role.remarks.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        remarks(RoleKind::Web),
        [
            "infer-services-inner(services=tcp/22 SSH)",
            "infer-services-others(ports=tcp/8443)",
        ]
    );
    let inner = "infer-services-inner(services=tcp/3306 MySQL)";
    assert_eq!(remarks(RoleKind::Application), [inner]);
}

#[test]
fn machines_behind_listeners_and_with_pages_of_their_own_are_found() {
    let estate = "sg sg-a vpc-a advanced\n  in accept 1 tcp 8080 from 10.0.0.0/8\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a instance=i-1\n\
        sg sg-b vpc-a advanced\n  in accept 1 tcp 443 from 0.0.0.0/0\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-b instance=i-2 static=47.1.1.2\n\
        sg sg-c vpc-a advanced\n  in accept 1 all -1/-1 from 0.0.0.0/0\n\
        eni eni-3 vpc-a vsw-1 10.0.1.7 sg-c instance=i-3 static=47.1.1.3\n\
        alb alb-1 vpc-a 47.1.1.9 local=10.0.1.200\n\
          listener l-1 https 443 everyone sgp-1\n\
        servergroup sgp-1 vpc-a preserve=no\n  server i-1 port=8080\n";
    assert_eq!(
        check(estate),
        [
            "web group:sg-a listener",
            "web instance:i-2 exposed",
            "zone web vswitch:vsw-1 vswitch-role",
            "web offers tcp/443 service-open+service-listener",
        ]
    );
}

#[test]
fn bastions_are_let_in_by_the_others() {
    let mut estate = "sg sg-jump vpc-a advanced\n\
        eni eni-b vpc-a vsw-1 10.0.1.5 sg-jump instance=i-b\n\
        eni eni-j vpc-a vsw-1 10.0.1.6 sg-other name=jump-1\n\
        sg sg-other vpc-a advanced\n\
        sg sg-a vpc-a advanced\n  in accept 1 tcp 22 from 10.0.1.5\n\
        sg sg-w vpc-a advanced\n  in accept 1 tcp 3389 from sg:sg-jump\n"
        .to_owned();
    for host in 20..24 {
        let group = if host % 2 == 0 { "sg-a" } else { "sg-w" };
        estate += &format!("eni eni-{host} vpc-a vsw-1 10.0.1.{host} {group}\n");
    }
    let bastions = |estate: &str| -> Vec<String> {
        let lines = check(estate).into_iter();
        lines.filter(|line| line.contains("bastion ")).collect()
    };
    assert_eq!(
        bastions(&estate),
        [
            "bastion group:sg-jump manages",
            "? bastion group:sg-other name-bastion",
        ]
    );
    // Nobody is let in: the name alone has to do.
    let alone = estate.replace("  in accept", "  in drop");
    assert_eq!(bastions(&alone), ["bastion group:sg-other name"]);
    // A whole network is no bastion.
    let wide = estate.replace("from 10.0.1.5", "from 10.0.1.0/24");
    let wide = wide.replace("from sg:sg-jump", "from 10.0.0.0/8");
    assert_eq!(bastions(&wide), ["bastion group:sg-other name"]);
}

#[test]
fn offices_come_again_or_are_called_so() {
    let estate = "sg sg-a vpc-a advanced\n\
          in accept 1 tcp 22 from 198.51.100.0/28\n\
          in accept 1 tcp 22 from 198.51.100.64/28 desc=办公网\n\
          in accept 1 tcp 22 from 198.51.100.128/28\n\
          in accept 1 tcp 443 from 198.51.100.192/28 desc=VPN\n\
          in accept 1 tcp 443 from 203.0.113.64/28\n\
          in accept 1 tcp 22 from 0.0.0.0/0 desc=office\n\
          in accept 1 tcp 22 from 10.1.0.0/28 desc=office\n\
        sg sg-b vpc-a advanced\n\
          in accept 1 tcp 3389 from 198.51.100.0/28\n\
          in drop 1 tcp 22 from 198.51.100.128/28\n\
        prefixlist pl-1 203.0.113.0/28 0.0.0.0/0\n";
    assert_eq!(
        check(estate),
        [
            "trusts 198.51.100.0/28 network-manages",
            "trusts 198.51.100.64/28 network-manages+network-office",
            "? trusts 198.51.100.128/28 network-manages",
            "? trusts 198.51.100.192/28 network-office",
            "? trusts 203.0.113.0/28 network-list",
        ]
    );
}

#[test]
fn what_everyone_has_tells_nothing() {
    // Eleven networks come again in both groups: nobody has so many offices.
    let mut rules = String::new();
    for host in 0..11 {
        rules += &format!("  in accept 1 tcp 22 from 198.51.100.{}/28\n", host * 16);
    }
    let estate = format!("sg sg-a vpc-a advanced\n{rules}sg sg-b vpc-a advanced\n{rules}");
    let lines = check(&estate);
    assert_eq!(lines.len(), 11);
    assert!(
        lines.iter().all(|line| line.starts_with("? trusts")),
        "{lines:?}"
    );
    // Thirty machines of which each could keep data: some are asked about, the others counted.
    let mut estate = String::new();
    for host in 0..30 {
        estate += &format!(
            "sg sg-{host} vpc-a advanced\n  in accept 1 tcp 3306 from 10.0.0.0/8\n  in accept 1 tcp 9999 from 10.0.0.0/8\n\
             eni eni-{host} vpc-a vsw-1 10.0.1.{host} sg-{host} name=server-{host}x\n"
        );
    }
    let (_, guess) = guess(&crate::estate::parse(&format!("{GROUND}{estate}")));
    assert_eq!((guess.questions(), guess.without_role.len()), (20, 30));
    assert_eq!(
        guess.roles[0].remarks[0].to_string(),
        "infer-more(count=10)"
    );
}

#[test]
fn a_vpc_tells_the_stage_unless_tags_say_otherwise() {
    let ground = "sg sg-a vpc-a advanced\n\
        eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a\n\
        eni eni-2 vpc-a vsw-1 10.0.1.6 sg-a";
    let stages = |estate: &str| {
        let mut snapshot = crate::estate::parse(&format!("{GROUND}{estate}"));
        let vpc = snapshot.vpcs.values().next().unwrap().clone();
        let name = "vpc-staging".to_owned();
        snapshot.vpcs.insert(Vpc {
            name,
            ..Vpc::clone(&vpc)
        });
        let (_, guess) = guess(&snapshot);
        let all = guess.environments.into_iter();
        let lines = all.flat_map(|one| one.members.into_iter().map(move |line| (one.kind, line)));
        let lines = lines
            .map(|(kind, line)| format!("{} {} {:?}", kind.word(), line.selector, line.confidence));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(stages(ground), ["test vpc:vpc-staging Firm"]);
    assert_eq!(
        stages(&format!("{ground} tags=env:prod\n")),
        ["production tag:env=prod Firm", "test vpc:vpc-staging Weak"]
    );
}

/// Pieces of names: words that tell something, and characters that mean something to TOML, to
/// patterns, to selectors, to terminals.
const PIECES: [&str; 34] = [
    "web",
    "db",
    "mysql",
    "app",
    "ops",
    "jump",
    "prod",
    "test",
    "pre",
    "dmz",
    "office",
    "堡垒机",
    "生产",
    "测试",
    "01",
    "7",
    "-",
    "-",
    "-",
    "_",
    ".",
    " ",
    "*",
    "?",
    "\"",
    "\\",
    "\n",
    "\r",
    "=",
    ":",
    "#",
    "]",
    "\u{202e}",
    "'''",
];

const KEYS: [&str; 9] = [
    "env",
    "Env",
    "tier",
    "role",
    "环境",
    "owner",
    "负责人",
    " env",
    "x",
];

fn name() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(&PIECES[..]);
    let made = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    // Things of one name.
    let again = prop::sample::select(vec!["prod-web", "test-db-1"]).prop_map(str::to_owned);
    prop_oneof![3 => made, 1 => again]
}

fn names(count: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), count)
}

fn tags() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = prop::sample::select(&KEYS[..]).prop_map(str::to_owned);
    prop::collection::vec((key, name()), 0..3).prop_map(|mut tags| {
        tags.sort();
        tags.dedup_by(|one, other| one.0 == other.0);
        tags
    })
}

const PORTS: [&str; 8] = [
    "tcp 22",
    "tcp 443",
    "tcp 3306",
    "tcp 6379",
    "tcp 80/90",
    "all -1/-1",
    "tcp 3389",
    "udp 53",
];

const PEERS: [&str; 7] = [
    "0.0.0.0/0",
    "10.0.1.10",
    "sg:sg-0",
    "198.51.100.0/28",
    "pl:pl-1",
    "10.0.0.0/8",
    "::/0",
];

/// An estate of twelve machines with names made at random.
fn estate() -> impl Strategy<Value = Snapshot> {
    let ports = prop::sample::select(&PORTS[..]);
    let rule = (ports, prop::sample::select(&PEERS[..]));
    let rules = prop::collection::vec(prop::collection::vec(rule, 0..4), 4);
    let machine = (0..4_usize, 0..3_usize, any::<bool>(), tags());
    let machines = prop::collection::vec(machine, 12);
    (
        rules,
        machines,
        names(12),
        names(3),
        names(2),
        names(4),
        names(4),
    )
        .prop_map(
            |(rules, machines, instances, vswitches, vpcs, groups, others)| {
                let mut text = "vpc vpc-a 10.0.0.0/16\nvpc vpc-b 10.0.0.0/16\n\
                vswitch vsw-0 vpc-a 10.0.0.0/24\nvswitch vsw-1 vpc-a 10.0.1.0/24\n\
                vswitch vsw-2 vpc-b 10.0.2.0/24\nprefixlist pl-1 203.0.113.0/30\n\
                accesslist acl-1 203.0.113.9\n\
                clb lb-1 vpc-a 47.1.1.9\n  listener l-1 tcp 443 everyone own:443\n\
                  listener l-2 http 80 only=acl-1 own:80\n  server eni-00\n  server eni-01\n"
                    .to_owned();
                for (group, rules) in rules.iter().enumerate() {
                    text += &format!("sg sg-{group} vpc-a basic\n");
                    for (ports, peer) in rules {
                        text += &format!("  in accept 1 {ports} from {peer}\n");
                    }
                }
                for (position, (group, vswitch, public, _)) in machines.iter().enumerate() {
                    let vpc = if *vswitch == 2 { "vpc-b" } else { "vpc-a" };
                    text += &format!(
                        "eni eni-{position:02} {vpc} vsw-{vswitch} 10.0.{vswitch}.{} sg-{group}",
                        position + 10
                    );
                    if position % 4 != 3 {
                        text += &format!(" instance=i-{position}");
                    }
                    if *public {
                        text += &format!(" static=47.1.1.{}", position + 10);
                    }
                    text.push('\n');
                }
                let mut snapshot = crate::estate::parse(&text);
                let all: Vec<_> = snapshot.interfaces.values().cloned().collect();
                for ((interface, name), machine) in all.into_iter().zip(instances).zip(machines) {
                    match &interface.instance {
                        None => {
                            let (tags, interface) = (machine.3, Interface::clone(&interface));
                            snapshot.interfaces.insert(Interface {
                                name,
                                tags,
                                ..interface
                            });
                        }
                        Some(id) => {
                            let instance = Instance::clone(snapshot.instances.get(id).unwrap());
                            let tags = machine.3;
                            snapshot.instances.insert(Instance {
                                name,
                                tags,
                                ..instance
                            });
                        }
                    }
                }
                let all: Vec<_> = snapshot.vswitches.values().cloned().collect();
                for (one, name) in all.into_iter().zip(vswitches) {
                    snapshot.vswitches.insert(VSwitch {
                        name,
                        ..VSwitch::clone(&one)
                    });
                }
                let all: Vec<_> = snapshot.vpcs.values().cloned().collect();
                for (one, name) in all.into_iter().zip(vpcs) {
                    snapshot.vpcs.insert(Vpc {
                        name,
                        ..Vpc::clone(&one)
                    });
                }
                let all: Vec<_> = snapshot.groups.values().cloned().collect();
                for (one, name) in all.into_iter().zip(groups) {
                    snapshot.groups.insert(SecurityGroup {
                        name,
                        ..SecurityGroup::clone(&one)
                    });
                }
                let mut others = others.into_iter();
                let mut next = || others.next().unwrap();
                let list = PrefixList::clone(snapshot.prefix_lists.values().next().unwrap());
                snapshot.prefix_lists.insert(PrefixList {
                    name: next(),
                    ..list
                });
                let list = AccessList::clone(snapshot.access_lists.values().next().unwrap());
                snapshot.access_lists.insert(AccessList {
                    name: next(),
                    ..list
                });
                let one = LoadBalancer::clone(snapshot.balancers.values().next().unwrap());
                snapshot.balancers.insert(LoadBalancer {
                    name: next(),
                    ..one
                });
                snapshot
            },
        )
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|text| text.parse().ok()).unwrap_or(200);
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn firm(lines: &[GuessedMembers]) -> Vec<&GuessedMembers> {
    let firm = lines
        .iter()
        .filter(|line| line.confidence == Confidence::Firm);
    firm.collect()
}

fn selectors(lines: &[GuessedMembers]) -> Vec<Selector> {
    firm(lines)
        .iter()
        .map(|line| line.selector.clone())
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_file_means_what_the_guess_means(snapshot in estate()) {
        let (analysis, guess) = guess(&snapshot);
        let topology = analysis.topology();
        let text = guess.to_toml(&|message| message.to_string());
        let (settings, problems) = Settings::parse("yumen.toml", &text);
        prop_assert_eq!(problems, Vec::new(), "{}", text);

        // What is likely is in the file, and nothing else is.
        let roles = guess.roles.iter().filter(|role| !firm(&role.members).is_empty());
        let roles: Vec<_> = roles.map(|role| (role.kind, selectors(&role.members))).collect();
        let read: Vec<_> = settings.roles.iter().map(|role| (role.kind, role.members.clone())).collect();
        prop_assert_eq!(roles, read);
        let stages = guess.environments.iter().filter(|one| !firm(&one.members).is_empty());
        let stages: Vec<_> = stages.map(|one| (one.kind, selectors(&one.members))).collect();
        let read: Vec<_> = settings.environments.iter().map(|one| (one.kind, one.members.clone())).collect();
        prop_assert_eq!(stages, read);
        let zones: Vec<_> = guess.zones.iter().map(|one| (one.name.to_owned(), selectors(&one.members))).collect();
        let read: Vec<_> = settings.zones.iter().map(|one| (one.name.clone(), one.members.clone())).collect();
        prop_assert_eq!(zones, read);
        let trusted = guess.trusted.iter().filter(|one| one.confidence == Confidence::Firm);
        let trusted: Vec<_> = trusted.map(|one| one.value).collect();
        prop_assert_eq!(trusted, settings.trusted);

        // A selector means what the guess says that it means, likely or not.
        let lines = guess.roles.iter().flat_map(|one| &one.members);
        let lines = lines.chain(guess.environments.iter().flat_map(|one| &one.members));
        for line in lines.chain(guess.zones.iter().flat_map(|one| &one.members)) {
            let read = Selector::parse(&line.selector.to_string());
            prop_assert_eq!(read.as_ref(), Ok(&line.selector));
            let all = topology.indices().zip(topology.endpoints());
            let meant = all.filter(|(_, endpoint)| line.selector.matches(topology, endpoint));
            let meant: Vec<_> = meant.map(|(index, _)| index).collect();
            prop_assert_eq!(&meant, &line.members, "{}", line.selector);
            prop_assert!(!meant.is_empty());
        }

        // A zone is made of vSwitches, each named alone and whole, whatever its name stands for.
        let places = guess.zones.iter().flat_map(|one| &one.members);
        for line in places {
            let of = |index| topology.endpoint(index).interface.vswitch.as_ref();
            let place = of(line.members[0]);
            let whole: Vec<_> = topology.indices().filter(|index| of(*index) == place).collect();
            prop_assert_eq!(&whole, &line.members, "{}", line.selector);
        }

        // Nothing is declared that nobody outside has any business with.
        for role in &settings.roles {
            let services = role.services.as_deref().unwrap_or_default();
            for port in [22, 3389, 3306, 6379] {
                prop_assert!(services.iter().all(|one| !one.ports.contains(port)), "{}", text);
            }
            let outside = matches!(role.kind, RoleKind::Web | RoleKind::Application);
            prop_assert!(outside || services.is_empty());
        }
        for character in ['\u{202e}', '\r'] {
            prop_assert!(!text.contains(character));
        }
    }

    #[test]
    fn questions_can_be_answered_with_yes(snapshot in estate()) {
        let (_, guess) = guess(&snapshot);
        let mut sure = guess.clone();
        let lines = sure.roles.iter_mut().flat_map(|one| &mut one.members);
        let lines = lines.chain(sure.environments.iter_mut().flat_map(|one| &mut one.members));
        for line in lines {
            line.confidence = Confidence::Firm;
        }
        let text = sure.to_toml(&|message| message.to_string());
        let (settings, problems) = Settings::parse("yumen.toml", &text);
        prop_assert_eq!(problems, Vec::new(), "{}", text);
        prop_assert_eq!(settings.roles.len(), guess.roles.len());
    }
}
