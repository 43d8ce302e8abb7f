//! What opens is seen by the trail, read again and closed, over sockets. How long that took is
//! printed, never asserted: `cargo test -p yumen-aliyun measured -- --nocapture`.

use std::time::Instant;

use yumen_aliyun::collect::scope;
use yumen_aliyun::edit::{Settled, carry_out, new_token};
use yumen_aliyun::follow::affected::affected;
use yumen_aliyun::follow::trail::{Cursor, Follower, PACE};
use yumen_cloud::CloudEdit;
use yumen_cloudlab::Settings;

use super::{a_group, open, whole};
use crate::live::start;

#[test]
fn what_opens_is_seen_and_closed() {
    let running = start(Settings::default());
    let client = running.client();
    let scope = scope(&client, None).unwrap();
    let begun = Instant::now();
    let mut estate = whole(&client, &scope);
    println!("everything: {:?}", begun.elapsed());
    let (group, _, region) = a_group(&estate.snapshot().unwrap());
    let mut follower = Follower::new(&scope, Cursor::starting(jiff::Timestamp::now()));
    for round in 0..3_u16 {
        std::thread::scope(|threads| {
            let opened = threads.spawn(|| {
                std::thread::sleep(PACE * u32::from(round) / 3);
                open(&client, &region, &group, 7000 + round).unwrap();
                Instant::now()
            });
            let event = loop {
                std::thread::sleep(PACE);
                if let Some(event) = follower.poll(&client).unwrap().pop() {
                    break event;
                }
            };
            let seen = Instant::now();
            let refreshed = estate.refresh(&client, &affected(&event)).unwrap();
            let read = Instant::now();
            let group_of = refreshed.snapshot.groups.get(&group).unwrap();
            let rule = group_of.rules.iter().find(|rule| {
                matches!(&rule.ports, yumen_cloud::PortMatch::Range(ports) if ports.contains(7000 + round))
            });
            let edit = CloudEdit::RemoveRule {
                group: group.clone(),
                rule: rule.unwrap().id.clone(),
            };
            let done = carry_out(&client, &refreshed.snapshot, &edit, &new_token(), false);
            assert!(matches!(done, Ok(Settled::InForce { .. })), "{done:?}");
            let closed = Instant::now();
            let opened = opened.join().unwrap();
            println!(
                "seen after {:?}, refreshed in {:?}, closed in {:?}, in all {:?}",
                seen - opened,
                read - seen,
                closed - read,
                closed - opened
            );
        });
        // The event of the rule's removal is not looked for.
        follower.poll(&client).unwrap();
    }
    let begun = Instant::now();
    let polled = estate.poll(&client).unwrap();
    println!("a poll: {:?}", begun.elapsed());
    let group = polled.snapshot.groups.get(&group).unwrap();
    let is_open = |rule: &yumen_cloud::Rule| matches!(&rule.ports, yumen_cloud::PortMatch::Range(ports) if (7000..7003).any(|port| ports.contains(port)) && ports.low() == ports.high());
    assert!(!group.rules.iter().any(is_open));
}
