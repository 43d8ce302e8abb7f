//! Random small estates, written in the text language, and packets at the corners of their rules.

use std::fmt::Write;
use std::net::IpAddr;

use yumen_packets::Packet;

/// SplitMix64: small, fast, the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const NETS: [&str; 18] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "203.0.113.0/24",
    "203.0.113.128/25",
    "8.8.8.8/32",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.0.1.5/32",
    "10.1.0.0/16",
    "100.64.0.0/10",
    "100.100.2.0/24",
    "192.168.0.0/16",
    "::/0",
    "2408:4000::/56",
    "2001:4860::/32",
];
const SOURCES: [&str; 33] = [
    "203.0.113.9",
    "203.0.112.255",
    "203.0.113.0",
    "203.0.113.127",
    "203.0.113.128",
    "203.0.113.255",
    "203.0.114.0",
    "127.255.255.255",
    "128.0.0.0",
    "1.0.0.0",
    "223.255.255.255",
    "8.8.8.7",
    "8.8.8.8",
    "8.8.8.9",
    "9.255.255.255",
    "11.0.0.0",
    "10.0.0.255",
    "10.0.1.5",
    "10.0.1.6",
    "10.0.2.5",
    "10.0.1.77",
    "10.0.1.20",
    "10.1.1.5",
    "10.1.2.5",
    "10.1.9.9",
    "100.64.0.1",
    "100.100.2.136",
    "192.168.1.9",
    "2408:4000::5",
    "2408:4000:0:1::5",
    "2001:4860::8",
    "2001:4861::",
    "2000::1",
];
const PORTS: [&str; 8] = [
    "-1/-1", "22", "20/30", "22/80", "80", "1/65535", "0/1023", "65535",
];
const NUMBERS: [u16; 16] = [
    0, 1, 8, 19, 20, 22, 23, 30, 31, 79, 80, 81, 1023, 1024, 8080, 65535,
];
const PRIORITIES: [u16; 5] = [1, 1, 2, 3, 100];

/// What is left out of an estate so that a law can be stated more sharply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything
    Full,
    /// Nothing unread, out of scope or uncertain
    Read,
    /// Groups alone: one on each interface, no inner access, no network ACL, no own addresses
    Plain,
}

pub(crate) fn rule(random: &mut Random, kind: Kind, id: &str) -> String {
    let side = if random.below(4) == 0 { "out" } else { "in" };
    let action = random.one(&["accept", "accept", "drop"]);
    let priority = random.one(&PRIORITIES);
    let protocol = random.one(&["tcp", "tcp", "tcp", "udp", "all", "icmp", "icmpv6", "gre"]);
    let ports = match protocol {
        "tcp" | "udp" | "all" => match random.below(12) {
            0 => "list:prl-1",
            1 if kind == Kind::Full => random.one(&["list:prl-2", "list:prl-gone"]),
            _ => random.one(&PORTS),
        },
        _ => "-1/-1",
    };
    let way = if side == "in" { "from" } else { "to" };
    let peer = match random.below(10) {
        0 => random.one(&["sg:sg-1", "sg:sg-2", "sg:sg-3", "sg:sg-4"]),
        1 => random.one(&["pl:pl-1", "pl:pl-2", "pl:pl-empty"]),
        2 if kind == Kind::Full => random.one(&[
            "pl:pl-3",
            "pl:pl-gone",
            "sg:sg-gone",
            "sg:sg-far@other",
            "anywhere",
        ]),
        _ => random.one(&NETS),
    };
    let mut line = format!("  {side} {action} {priority} {protocol} {ports} {way} {peer} id={id}");
    if kind != Kind::Plain && random.once_in(12) {
        let local = random.one(&[
            "10.0.1.5/32",
            "10.0.1.0/24",
            "10.0.1.6/32",
            "2408:4000::/64",
        ]);
        write!(line, " local={local}").unwrap();
    }
    if matches!(protocol, "tcp" | "udp") && random.once_in(10) {
        line.push_str(random.one(&[" sport=1024/65535", " sport=0/1023"]));
    }
    if kind == Kind::Full && random.once_in(15) {
        line.push_str(" uncertain");
    }
    line
}

fn acl(random: &mut Random, kind: Kind, id: &str, text: &mut String) {
    let unread = if kind == Kind::Full && random.once_in(5) {
        "unread"
    } else {
        ""
    };
    writeln!(text, "acl {id} vpc-a {unread}").unwrap();
    for side in ["in", "out"] {
        for _ in 0..random.below(4) {
            let action = random.one(&["accept", "accept", "drop"]);
            let protocol = random.one(&["tcp", "tcp", "udp", "all", "icmp"]);
            let ports = match protocol {
                "tcp" | "udp" => random.one(&PORTS),
                _ => "-1/-1",
            };
            let net = random.one(&NETS);
            let uncertain = if kind == Kind::Full && random.once_in(12) {
                "uncertain"
            } else {
                ""
            };
            writeln!(
                text,
                "  {side} {action} {protocol} {ports} {net} {uncertain}"
            )
            .unwrap();
        }
        if random.below(3) > 0 {
            writeln!(text, "  {side} accept all -1/-1 0.0.0.0/0").unwrap();
        }
    }
}

/// A random estate.
pub(crate) fn estate(random: &mut Random, kind: Kind) -> String {
    let full = kind == Kind::Full;
    let mut text = String::from(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56\nvpc vpc-b 10.1.0.0/16\n\
         prefixlist pl-1 203.0.113.0/24 10.0.1.0/24\nprefixlist pl-2 0.0.0.0/0\n\
         prefixlist pl-empty\nprefixlist pl-3 8.8.8.8/32 unread\n\
         portlist prl-1 22 80/8080\nportlist prl-2 22 unread\n\
         accesslist al-1 203.0.113.0/24\naccesslist al-2 128.0.0.0/1 unread\n",
    );
    for (vswitch, vpc, nets) in [
        ("vsw-1", "vpc-a", "10.0.1.0/24 2408:4000::/64"),
        ("vsw-2", "vpc-a", "10.0.2.0/24 2408:4000:0:1::/64"),
        ("vsw-3", "vpc-b", "10.1.1.0/24"),
        ("vsw-4", "vpc-b", "10.1.2.0/24"),
    ] {
        let acl = match random.below(6) {
            _ if kind == Kind::Plain => "",
            0 | 1 => "acl=nacl-1",
            2 => "acl=nacl-2",
            3 if full => random.one(&["acl=nacl-gone", ""]),
            _ => "",
        };
        writeln!(text, "vswitch {vswitch} {vpc} {nets} {acl}").unwrap();
    }
    acl(random, kind, "nacl-1", &mut text);
    acl(random, kind, "nacl-2", &mut text);
    let sort = random.one(&["basic", "basic", "basic", "advanced"]);
    for number in 1..=4 {
        let vpc = if number == 4 { "vpc-b" } else { "vpc-a" };
        let inner = if kind == Kind::Plain {
            "drop"
        } else {
            random.one(&["accept", "drop"])
        };
        let unread = match random.below(12) {
            0 if full => "unread",
            1 if full => "unread-in",
            _ => "",
        };
        writeln!(text, "sg sg-{number} {vpc} {sort} inner={inner} {unread}").unwrap();
        for position in 1..=random.below(7) {
            let line = rule(random, kind, &format!("r{number}{position}"));
            writeln!(text, "{line}").unwrap();
        }
    }
    for (eni, vpc, vswitch, address, six) in [
        ("eni-1", "vpc-a", "vsw-1", "10.0.1.5", "2408:4000::5"),
        ("eni-2", "vpc-a", "vsw-1", "10.0.1.6", "2408:4000::6"),
        ("eni-3", "vpc-a", "vsw-2", "10.0.2.5", "2408:4000:0:1::5"),
        ("eni-4", "vpc-b", "vsw-3", "10.1.1.5", "2408:5000::4"),
        ("eni-5", "vpc-b", "vsw-4", "10.1.2.5", ""),
    ] {
        let groups = match vpc {
            "vpc-b" => "sg-4",
            _ if kind == Kind::Plain => random.one(&["sg-1", "sg-2", "sg-3"]),
            _ if full && random.once_in(20) => random.one(&["-", "sg-1,sg-gone"]),
            _ => random.one(&[
                "sg-1",
                "sg-2",
                "sg-3",
                "sg-1,sg-2",
                "sg-2,sg-3",
                "sg-1,sg-2,sg-3",
            ]),
        };
        let mut line = format!("eni {eni} {vpc} {vswitch} {address} {groups}");
        if !six.is_empty() {
            let internet = random.one(if full {
                &["yes", "yes", "no", "unread"]
            } else {
                &["yes", "no"]
            });
            write!(line, " v6={six},{internet}").unwrap();
        }
        match random.below(12) {
            0 => line.push_str(" stopped"),
            1 => line.push_str(" detached"),
            2 if eni == "eni-2" => line.push_str(" prefix=10.0.1.16/28"),
            3 => line.push_str(" secondary"),
            _ => {}
        }
        if random.once_in(5) {
            write!(line, " static=47.1.1.{}", random.below(200)).unwrap();
        }
        writeln!(text, "{line}").unwrap();
        if random.below(3) > 0 {
            let flags = random.one(&["", "", "", "notinuse", "cutthrough"]);
            writeln!(
                text,
                "eip eip-{eni} 47.1.2.{} {eni} {flags}",
                random.below(200)
            )
            .unwrap();
        }
    }
    networks(random, kind, &mut text);
    balancers(random, kind, &mut text);
    if full && random.once_in(4) {
        let listing = random.one(&[
            "interfaces",
            "eips",
            "nat-gateways",
            "ipv4-gateways",
            "classic-balancers",
            "network-balancers",
            "instances",
        ]);
        writeln!(
            text,
            "{} {listing}",
            random.one(&["incomplete", "incomplete", "outofscope"])
        )
        .unwrap();
    }
    text
}

fn networks(random: &mut Random, kind: Kind, text: &mut String) {
    let full = kind == Kind::Full;
    if random.once_in(2) {
        let inactive = random.one(&["", "", "inactive"]);
        writeln!(text, "peering pcc-1 vpc-a,vpc-b {inactive}").unwrap();
    }
    if random.once_in(3) {
        writeln!(text, "vpn vpn-1 vpc-a alias=vco-1").unwrap();
    }
    for (table, vpc, own, other) in [
        ("vtb-a", "vpc-a", "10.0.0.0/16", "10.1.0.0/16"),
        ("vtb-b", "vpc-b", "10.1.0.0/16", "10.0.0.0/16"),
    ] {
        if random.once_in(6) {
            continue;
        }
        let unread = if full && random.once_in(6) {
            "unread"
        } else {
            ""
        };
        writeln!(
            text,
            "table {table} {vpc} system {unread}\n  route {own} local"
        )
        .unwrap();
        if random.below(3) > 0 {
            let hop = random.one(&["pcc-1", "pcc-1", "vco-1", "x-1"]);
            writeln!(text, "  route {other} connection {hop}").unwrap();
        }
        if random.once_in(3) {
            writeln!(text, "  route 192.168.0.0/16 connection vco-1").unwrap();
        }
        match random.below(4) {
            0 => writeln!(text, "  route 0.0.0.0/0 ipv4 igw-1").unwrap(),
            1 => writeln!(text, "  route 128.0.0.0/1 ipv4 igw-1").unwrap(),
            2 => writeln!(text, "  route 0.0.0.0/0 nat ngw-1").unwrap(),
            _ => {}
        }
    }
    if random.once_in(4) {
        writeln!(text, "ipv4gw igw-1 vpc-a {}", random.one(&["on", "off"])).unwrap();
    }
    if random.once_in(2) {
        let unread = if full && random.once_in(5) {
            "unread"
        } else {
            ""
        };
        writeln!(text, "nat ngw-1 vpc-a internet vswitch=vsw-2 {unread}").unwrap();
        for _ in 0..random.below(3) {
            let address = random.one(&["10.0.1.5", "10.0.1.6", "10.0.2.5"]);
            let line = match random.below(3) {
                0 => format!("any all {address} any"),
                1 => format!("8022 tcp {address} 22"),
                _ => format!("8020/8030 udp {address} 20/30"),
            };
            let state = random.one(&["", "", "unavailable"]);
            writeln!(text, "  forward 47.1.3.1 {line} {state}").unwrap();
        }
        if random.once_in(2) {
            writeln!(
                text,
                "  snat {}",
                random.one(&["vsw-1", "vsw-2", "10.0.0.0/16"])
            )
            .unwrap();
        }
    }
}

fn balancers(random: &mut Random, kind: Kind, text: &mut String) {
    let full = kind == Kind::Full;
    if random.once_in(2) {
        for group in ["sgp-1", "sgp-2"] {
            let preserve = random.one(&["", "preserve=yes", "preserve=no"]);
            let unread = if full && random.once_in(6) {
                "unread"
            } else {
                ""
            };
            writeln!(text, "servergroup {group} vpc-a {preserve} {unread}").unwrap();
            for _ in 0..random.below(3) {
                let server = random.one(&["eni-1", "i-eni-2", "10.0.2.5", "eni-3"]);
                let port = random.one(&["port=8080", "port=80", ""]);
                writeln!(
                    text,
                    "  server {server} {port} {}",
                    random.one(&["", "", "weight=0"])
                )
                .unwrap();
            }
        }
    }
    for (balancer, sort) in [("lb-1", "clb"), ("lb-2", "alb"), ("lb-3", "nlb")] {
        if random.below(3) > 0 {
            continue;
        }
        let mut line = format!(
            "{sort} {balancer} vpc-a {}",
            random.one(&["47.9.9.9", "47.9.9.9,2408:9999::9"])
        );
        if sort != "clb" && kind != Kind::Plain && random.once_in(2) {
            line.push_str(random.one(&[" groups=sg-2", " groups=sg-1,sg-3"]));
        }
        if sort != "clb" && random.once_in(2) {
            line.push_str(random.one(&[" local=10.0.2.77", " local=10.0.1.77,10.0.2.77"]));
        }
        line.push_str(random.one(&["", "", "", " inactive", " intranet"]));
        if full && random.once_in(8) {
            line.push_str(" unread");
        }
        writeln!(text, "{line}\n  server eni-1\n  server i-eni-3").unwrap();
        for number in 0..random.below(3) {
            let protocol = if sort == "alb" {
                "http"
            } else {
                random.one(&["tcp", "tcp", "udp", "tcpssl"])
            };
            let ports = random.one(&["80", "8080", "20/30"]);
            let access = random.one(&["everyone", "only=al-1", "allbut=al-1"]);
            let access = if full && random.once_in(5) {
                random.one(&["only=al-2", "allbut=al-2", "only=al-gone", "allbut=al-gone"])
            } else {
                access
            };
            let target = match sort {
                "clb" => random.one(&["own:80", "own:8080", "own:-1/-1", "sgp-1"]),
                _ => random.one(&["sgp-1", "sgp-2"]),
            };
            let state = random.one(&["", "", "", "stopped"]);
            let unread = match random.below(10) {
                0 if full => "access-unread",
                1 if full => "targets-unread",
                _ => "",
            };
            let id = format!("{balancer}/{number}");
            writeln!(
                text,
                "  listener {id} {protocol} {ports} {access} {target} {state} {unread}"
            )
            .unwrap();
        }
    }
}

/// A packet to an address, at the corners of what rules name.
pub(crate) fn packet(random: &mut Random, to: IpAddr) -> Packet {
    loop {
        let source: IpAddr = random.one(&SOURCES).parse().unwrap();
        let protocol = random.one(&[6, 6, 6, 6, 17, 17, 1, 58, 47, 0, 5, 255]);
        let numbers: &[u16] = if matches!(protocol, 1 | 58) {
            &[0, 8, 22, 128, 255]
        } else {
            &NUMBERS
        };
        let source_port =
            random
                .one(&[0, 22, 1023, 1024, 40_000, 65_535])
                .min(if matches!(protocol, 1 | 58) {
                    255
                } else {
                    u16::MAX
                });
        if let Some(packet) = Packet::new(source, to, protocol, source_port, random.one(numbers)) {
            return packet;
        }
    }
}
