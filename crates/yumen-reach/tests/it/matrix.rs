//! The case matrix: what other tools get wrong, with the true verdict of each case.

use crate::agreement::check;

/// One reachable instance whose group has the given rules.
fn world(rules: &str, queries: &str) {
    let estate = format!(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56
         vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64
         prefixlist pl-all 0.0.0.0/0
         sg sg-app vpc-a basic
         eni eni-app vpc-a vsw-1 10.0.1.9 sg-app
         sg sg-web vpc-a basic
         {rules}
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-web v6=2408:4000::5,yes
         eip eip-1 47.1.2.3 eni-1"
    );
    check(&estate, queries);
}

#[test]
fn drop_22_at_priority_1_over_accept_at_100_is_closed() {
    world(
        "in drop 1 tcp 22 from 0.0.0.0/0 id=no
         in accept 100 tcp 22 from 0.0.0.0/0 id=yes",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by no
         203.0.113.9 -> eni-1 tcp/23 : closed, by default",
    );
}

#[test]
fn two_halves_of_the_internet_are_open() {
    world(
        "in accept 1 tcp 22 from 0.0.0.0/1 id=low
         in accept 1 tcp 22 from 128.0.0.0/1 id=high",
        "8.8.8.8 -> eni-1 tcp/22 : open, by low, entry 47.1.2.3 22
         203.0.113.9 -> eni-1 tcp/22 : open, by high
         203.0.113.9 -> eni-1 tcp/80 : closed, by default",
    );
}

#[test]
fn two_halves_dropped_before_accept_of_all_are_closed() {
    world(
        "in drop 1 tcp 22 from 0.0.0.0/1 id=low
         in drop 1 tcp 22 from 128.0.0.0/1 id=high
         in accept 100 tcp 22 from 0.0.0.0/0 id=all",
        "8.8.8.8 -> eni-1 tcp/22 : closed, by low
         203.0.113.9 -> eni-1 tcp/22 : closed, by high",
    );
}

#[test]
fn every_protocol_from_the_world_is_open() {
    world(
        "in accept 100 all -1/-1 from 0.0.0.0/0 id=all",
        "203.0.113.9 -> eni-1 tcp/22 : open, by all
         203.0.113.9 -> eni-1 udp/53 : open, by all
         203.0.113.9 -> eni-1 icmp : open, by all
         203.0.113.9 -> eni-1 gre : open, by all
         203.0.113.9 -> eni-1 255 : open, by all
         2001:4860::8 -> eni-1 tcp/22 : closed, by default",
    );
}

#[test]
fn ipv6_world_is_open_on_v6_only() {
    world(
        "in accept 100 tcp 22 from ::/0 id=six",
        "2001:4860::8 -> eni-1 tcp/22 : open, by six
         203.0.113.9 -> eni-1 tcp/22 : closed, by default",
    );
}

#[test]
fn a_private_ipv6_source_is_not_the_world() {
    world(
        "in accept 100 tcp 22 from fd00::/8 id=private",
        "2001:4860::8 -> eni-1 tcp/22 : closed, by default
         fd00::9 -> eni-1 tcp/22 : latent, by no-path",
    );
}

#[test]
fn prefix_list_that_contains_everything_is_open() {
    world(
        "in accept 100 tcp 22 from pl:pl-all id=list",
        "203.0.113.9 -> eni-1 tcp/22 : open, by list
         2001:4860::8 -> eni-1 tcp/22 : closed, by default",
    );
}

#[test]
fn icmp_from_the_world_leaves_22_closed() {
    world(
        "in accept 100 icmp -1/-1 from 0.0.0.0/0 id=ping",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by default
         203.0.113.9 -> eni-1 icmp : open, by ping
         203.0.113.9 -> eni-1 icmp/13 : open, by ping",
    );
}

#[test]
fn udp_from_the_world_leaves_tcp_22_closed() {
    world(
        "in accept 100 udp 1/65535 from 0.0.0.0/0 id=udp",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by default
         203.0.113.9 -> eni-1 udp/22 : open, by udp
         203.0.113.9 -> eni-1 udp/0 : closed, by default",
    );
}

#[test]
fn udp_drop_does_not_hide_an_open_tcp_port() {
    world(
        "in accept 100 tcp 22 from 0.0.0.0/0 id=tcp
         in drop 1 udp 22 from 0.0.0.0/0 id=udp",
        "203.0.113.9 -> eni-1 tcp/22 : open, by tcp
         203.0.113.9 -> eni-1 udp/22 : closed, by udp",
    );
}

#[test]
fn another_group_as_source_is_not_the_world() {
    world(
        "in accept 100 tcp 22 from sg:sg-app id=group",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by default
         eni-app -> eni-1 tcp/22 : open, by group
         eni-app -> eni-1 tcp/23 : closed, by default",
    );
}

#[test]
fn tcp_from_2_to_65535_is_every_port_in_effect() {
    world(
        "in accept 100 tcp 2/65535 from 0.0.0.0/0 id=nearly",
        "203.0.113.9 -> eni-1 tcp/22 : open, by nearly
         203.0.113.9 -> eni-1 tcp/2 : open, by nearly
         203.0.113.9 -> eni-1 tcp/65535 : open, by nearly
         203.0.113.9 -> eni-1 tcp/1 : closed, by default",
    );
}
