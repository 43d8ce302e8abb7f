//! What the provider's rules mean, one case each.

use crate::agreement::check;

/// An estate of one VPC with two vSwitches and a public address on `eni-1`, and what is added.
pub(crate) fn estate(added: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56
         vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64 acl=nacl-1
         vswitch vsw-2 vpc-a 10.0.2.0/24 acl=nacl-1
         eip eip-1 47.1.2.3 eni-1
         {added}"
    );
    check(&text, queries);
}

/// The same without a network ACL, and with one group on `eni-1`.
pub(crate) fn rules(rules: &str, queries: &str) {
    grouped(&format!("sg sg-1 vpc-a basic\n{rules}"), "sg-1", queries);
}

/// The same without a network ACL: `eni-1` has the named groups, nothing else is there.
pub(crate) fn grouped(groups: &str, of_interface: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56
         vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64
         vswitch vsw-2 vpc-a 10.0.2.0/24
         eip eip-1 47.1.2.3 eni-1
         {groups}
         eni eni-1 vpc-a vsw-1 10.0.1.5 {of_interface} v6=2408:4000::5,yes"
    );
    check(&text, queries);
}

// Priorities

#[test]
fn lower_priority_number_decides_whatever_the_order() {
    rules(
        "in accept 50 tcp 22 from 0.0.0.0/0 id=late
         in drop 7 tcp 22 from 203.0.113.0/24 id=early
         in accept 6 tcp 22 from 203.0.113.9 id=first",
        "203.0.113.9 -> eni-1 tcp/22 : open, by first
         203.0.113.8 -> eni-1 tcp/22 : closed, by early
         8.8.8.8 -> eni-1 tcp/22 : open, by late",
    );
}

#[test]
fn drop_wins_ties() {
    rules(
        "in accept 1 tcp 22 from 0.0.0.0/0 id=yes
         in drop 1 tcp 20/30 from 203.0.113.0/24 id=no",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by no
         8.8.8.8 -> eni-1 tcp/22 : open, by yes",
    );
}

#[test]
fn priority_110_of_old_default_rules_comes_last() {
    rules(
        "in accept 110 all -1/-1 from 0.0.0.0/0 id=old
         in drop 100 tcp 22 from 0.0.0.0/0 id=no",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by no
         203.0.113.9 -> eni-1 tcp/23 : open, by old",
    );
}

// Several groups

#[test]
fn rules_of_all_groups_are_sorted_together() {
    grouped(
        "sg sg-a vpc-a basic
           in accept 10 tcp 22 from 0.0.0.0/0 id=a
         sg sg-b vpc-a basic
           in drop 5 tcp 22 from 203.0.113.0/24 id=b
           in accept 20 tcp 80 from 0.0.0.0/0 id=c",
        "sg-a,sg-b",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by b
         8.8.8.8 -> eni-1 tcp/22 : open, by a
         8.8.8.8 -> eni-1 tcp/80 : open, by c",
    );
}

#[test]
fn drop_of_one_group_ties_with_accept_of_another() {
    grouped(
        "sg sg-a vpc-a basic
           in accept 10 tcp 22 from 0.0.0.0/0 id=a
         sg sg-b vpc-a basic
           in drop 10 tcp 22 from 0.0.0.0/0 id=b",
        "sg-a,sg-b",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by b",
    );
}

// Inner access

/// Two members of a group, in two vSwitches, and an interface that is no member.
pub(crate) fn members(groups: &str, of_first: &str, of_second: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         vswitch vsw-2 vpc-a 10.0.2.0/24
         {groups}
         eni eni-1 vpc-a vsw-1 10.0.1.5 {of_first}
         eni eni-2 vpc-a vsw-2 10.0.2.5 {of_second}
         sg sg-none vpc-a basic inner=drop
         eni eni-3 vpc-a vsw-2 10.0.2.6 sg-none"
    );
    check(&text, queries);
}

#[test]
fn inner_access_accept_ignores_drop_rules() {
    members(
        "sg sg-1 vpc-a basic inner=accept
           in drop 1 all -1/-1 from 0.0.0.0/0 id=no
           out drop 1 all -1/-1 to 0.0.0.0/0 id=never",
        "sg-1",
        "sg-1",
        "eni-1 -> eni-2 tcp/22 : open, by inner sg-1
         eni-3 -> eni-2 tcp/22 : closed, by no
         eni-1 -> eni-3 tcp/22 : closed, by never",
    );
}

#[test]
fn inner_access_drop_is_weakest() {
    members(
        "sg sg-1 vpc-a basic inner=drop
           in accept 100 tcp 22 from 10.0.0.0/16 id=yes",
        "sg-1",
        "sg-1",
        "eni-1 -> eni-2 tcp/22 : open, by yes
         eni-1 -> eni-2 tcp/23 : closed, by default",
    );
}

#[test]
fn one_shared_accept_group_is_enough() {
    members(
        "sg sg-1 vpc-a basic inner=drop
           in drop 1 all -1/-1 from 0.0.0.0/0 id=no
         sg sg-2 vpc-a basic inner=accept",
        "sg-1,sg-2",
        "sg-1,sg-2",
        "eni-1 -> eni-2 tcp/22 : open, by inner sg-2",
    );
}

#[test]
fn accept_groups_that_are_not_shared_open_nothing() {
    members(
        "sg sg-1 vpc-a basic inner=accept
         sg sg-2 vpc-a basic inner=accept",
        "sg-1",
        "sg-2",
        "eni-1 -> eni-2 tcp/22 : closed, by default",
    );
}

#[test]
fn members_of_an_advanced_group_are_isolated() {
    members(
        "sg sg-1 vpc-a advanced inner=accept
           out accept 1 all -1/-1 to 0.0.0.0/0 id=out",
        "sg-1",
        "sg-1",
        "eni-1 -> eni-2 tcp/22 : closed, by default",
    );
}

#[test]
fn inner_access_does_not_pass_a_network_acl() {
    estate(
        "acl nacl-1 vpc-a
           in drop tcp 22 10.0.0.0/16 id=stop
           in accept all -1/-1 0.0.0.0/0
           out accept all -1/-1 0.0.0.0/0
         sg sg-1 vpc-a basic
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eni eni-2 vpc-a vsw-2 10.0.2.5 sg-1
         eni eni-3 vpc-a vsw-1 10.0.1.6 sg-1",
        "eni-2 -> eni-1 tcp/22 : closed, by stop
         eni-2 -> eni-1 tcp/23 : open, by inner sg-1
         eni-3 -> eni-1 tcp/22 : open, by inner sg-1",
    );
}

#[test]
fn inner_access_holds_for_assigned_prefixes() {
    members(
        "sg sg-1 vpc-a basic inner=accept",
        "sg-1 prefix=10.0.1.16/28",
        "sg-1",
        "10.0.1.20 -> eni-2 tcp/22 : open, by inner sg-1
         10.0.1.33 -> eni-2 tcp/22 : closed, by default",
    );
}

// Peers

#[test]
fn group_reference_matches_members_only() {
    members(
        "sg sg-app vpc-a basic
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from sg:sg-app id=group",
        "sg-app",
        "sg-1",
        "eni-1 -> eni-2 tcp/22 : open, by group
         eni-3 -> eni-2 tcp/22 : closed, by default
         10.0.1.77 -> eni-2 tcp/22 : closed, by default",
    );
}

#[test]
fn group_reference_does_not_reach_into_another_vpc() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vpc vpc-b 10.1.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         vswitch vsw-2 vpc-b 10.1.1.0/24
         peering pcc-1 vpc-a,vpc-b
         table vtb-b vpc-b system
           route 10.0.0.0/16 connection pcc-1
         sg sg-far vpc-b basic
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from sg:sg-far id=group
           in accept 1 tcp 80 from 10.1.0.0/16 id=net
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eni eni-2 vpc-b vsw-2 10.1.1.5 sg-far",
        "eni-2 -> eni-1 tcp/22 : closed, by default
         eni-2 -> eni-1 tcp/80 : open, by net",
    );
}

#[test]
fn prefix_list_that_was_read_in_part_is_unknown_beyond_what_was_read() {
    rules(
        "in accept 1 tcp 22 from pl:pl-1 id=list
         prefixlist pl-1 203.0.113.0/24 unread",
        "203.0.113.9 -> eni-1 tcp/22 : open, by list
         8.8.8.8 -> eni-1 tcp/22 : unknown, by list
         8.8.8.8 -> eni-1 tcp/23 : closed, by default",
    );
}

#[test]
fn prefix_list_that_was_not_read_is_unknown() {
    rules(
        "in accept 1 tcp 22 from pl:pl-gone id=list
         in drop 1 udp 53 from pl:pl-gone id=perhaps
         in accept 2 udp 53 from 0.0.0.0/0 id=all",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by list
         203.0.113.9 -> eni-1 udp/53 : open, by all, unconfirmed rule perhaps",
    );
}

#[test]
fn drop_of_a_prefix_list_counts_for_its_networks_only() {
    rules(
        "in drop 1 tcp 22 from pl:pl-1 id=no
         in accept 2 tcp 22 from 0.0.0.0/0 id=yes
         prefixlist pl-1 203.0.113.0/24 198.51.100.0/24",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by no
         198.51.100.9 -> eni-1 tcp/22 : closed, by no
         8.8.8.8 -> eni-1 tcp/22 : open, by yes",
    );
}

#[test]
fn port_lists_match_their_ranges() {
    rules(
        "in accept 1 tcp list:prl-1 from 0.0.0.0/0 id=list
         in accept 1 udp list:prl-all from 0.0.0.0/0 id=all
         portlist prl-1 22 8000/8010
         portlist prl-all -1/-1",
        "203.0.113.9 -> eni-1 tcp/22 : open, by list
         203.0.113.9 -> eni-1 tcp/8010 : open, by list
         203.0.113.9 -> eni-1 tcp/8011 : closed, by default
         203.0.113.9 -> eni-1 udp/9 : open, by all",
    );
}

#[test]
fn port_list_that_was_not_read_is_unknown() {
    rules(
        "in accept 1 tcp list:prl-gone from 0.0.0.0/0 id=gone
         in accept 1 udp list:prl-part from 0.0.0.0/0 id=part
         portlist prl-part 53 unread",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by gone
         203.0.113.9 -> eni-1 udp/53 : open, by part
         203.0.113.9 -> eni-1 udp/54 : unknown, by part",
    );
}

// Protocols and ports

#[test]
fn minus_one_is_every_port() {
    rules(
        "in accept 1 tcp -1/-1 from 0.0.0.0/0 id=tcp",
        "203.0.113.9 -> eni-1 tcp/0 : open, by tcp
         203.0.113.9 -> eni-1 tcp/65535 : open, by tcp
         203.0.113.9 -> eni-1 udp/53 : closed, by default",
    );
}

#[test]
fn gre_and_numbers_are_matched_by_number() {
    rules(
        "in accept 1 gre -1/-1 from 0.0.0.0/0 id=gre
         in accept 1 132 -1/-1 from 0.0.0.0/0 id=sctp",
        "203.0.113.9 -> eni-1 47 : open, by gre
         203.0.113.9 -> eni-1 132 : open, by sctp
         203.0.113.9 -> eni-1 50 : closed, by default
         203.0.113.9 -> eni-1 tcp/47 : closed, by default",
    );
}

#[test]
fn icmpv6_is_not_icmp() {
    rules(
        "in accept 1 icmpv6 -1/-1 from ::/0 id=six
         in accept 1 icmp -1/-1 from 0.0.0.0/0 id=four",
        "2001:4860::8 -> eni-1 icmpv6/128 : open, by six
         203.0.113.9 -> eni-1 icmp/8 : open, by four
         203.0.113.9 -> eni-1 icmpv6/128 : closed, by default",
    );
}

#[test]
fn a_range_with_every_protocol_limits_tcp_and_udp_only() {
    rules(
        "in accept 1 all 22/23 from 0.0.0.0/0 id=all",
        "203.0.113.9 -> eni-1 tcp/22 : open, by all
         203.0.113.9 -> eni-1 udp/23 : open, by all
         203.0.113.9 -> eni-1 tcp/24 : closed, by default
         203.0.113.9 -> eni-1 icmp : open, by all",
    );
}

// Five-tuples

#[test]
fn source_ports_are_compared() {
    rules(
        "in accept 1 tcp 22 from 0.0.0.0/0 sport=1024/65535 id=high",
        "203.0.113.9 -> eni-1 tcp/22 sport=1024 : open, by high
         203.0.113.9 -> eni-1 tcp/22 sport=1023 : closed, by default",
    );
}

#[test]
fn own_addresses_are_compared() {
    rules(
        "in accept 1 tcp 22 from 0.0.0.0/0 local=10.0.1.5 id=this
         in accept 1 tcp 23 from 0.0.0.0/0 local=10.0.1.6 id=other
         in accept 1 tcp 24 from 0.0.0.0/0 local=10.0.1.4/30 id=both
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1
         eip eip-2 47.1.2.4 eni-2",
        "203.0.113.9 -> eni-1 tcp/22 : open, by this
         203.0.113.9 -> eni-1 tcp/23 : closed, by default
         203.0.113.9 -> eni-1 tcp/24 : open, by both
         203.0.113.9 -> eni-2 tcp/22 : closed, by default
         203.0.113.9 -> eni-2 tcp/23 : open, by other
         203.0.113.9 -> eni-2 tcp/24 : open, by both",
    );
}

#[test]
fn own_addresses_are_told_apart_on_one_interface() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from 0.0.0.0/0 local=10.0.1.6 id=second
         eni eni-1 vpc-a vsw-1 10.0.1.5,10.0.1.6 sg-1
         eip eip-1 47.1.2.3 eni-1
         eni eni-2 vpc-a vsw-1 10.0.1.7,10.0.1.6 sg-1
         eip eip-2 47.1.2.4 eni-2 private=10.0.1.6",
        "203.0.113.9 -> eni-1@10.0.1.5 tcp/22 : closed, by default
         203.0.113.9 -> eni-1@10.0.1.6 tcp/22 : latent, by no-path
         203.0.113.9 -> eni-2@10.0.1.6 tcp/22 : open, by second",
    );
}

// Egress

#[test]
fn basic_groups_let_everything_out_and_advanced_ones_nothing() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         sg sg-in vpc-a basic inner=drop
           in accept 1 all -1/-1 from 0.0.0.0/0 id=in
         sg sg-basic vpc-a basic
           out drop 1 tcp 25 to 0.0.0.0/0 id=mail
         sg sg-advanced vpc-a advanced
           out accept 1 tcp 443 to 10.0.0.0/8 id=https
         eni eni-to vpc-a vsw-1 10.0.1.5 sg-in
         eni eni-b vpc-a vsw-1 10.0.1.6 sg-basic
         eni eni-a vpc-a vsw-1 10.0.1.7 sg-advanced",
        "eni-b -> eni-to tcp/22 : open, by in
         eni-b -> eni-to tcp/25 : closed, by mail
         eni-a -> eni-to tcp/22 : closed, by default
         eni-a -> eni-to tcp/443 : open, by in",
    );
}

// Network ACLs

const OPEN_GROUP: &str = "sg sg-1 vpc-a basic inner=drop
           in accept 1 all -1/-1 from 0.0.0.0/0 id=group
           in accept 1 all -1/-1 from ::/0 id=six
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 v6=2408:4000::5,yes
         eni eni-2 vpc-a vsw-2 10.0.2.5 sg-1
         eni eni-3 vpc-a vsw-1 10.0.1.6 sg-1";

fn behind_acl(entries: &str, queries: &str) {
    estate(
        &format!("acl nacl-1 vpc-a {entries}\n{OPEN_GROUP}"),
        queries,
    );
}

#[test]
fn first_entry_of_an_acl_that_matches_decides() {
    behind_acl(
        "
           in accept tcp 22 203.0.113.0/24 id=some
           in drop tcp 22 0.0.0.0/0 id=none
           in accept all -1/-1 0.0.0.0/0 id=rest
           out accept all -1/-1 0.0.0.0/0",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group
         8.8.8.8 -> eni-1 tcp/22 : closed, by none
         8.8.8.8 -> eni-1 tcp/23 : open, by group
         2001:4860::8 -> eni-1 tcp/23 : closed, by end of nacl-1",
    );
}

#[test]
fn an_acl_without_entries_denies_all_that_crosses_it() {
    behind_acl(
        "",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by end of nacl-1
         eni-2 -> eni-1 tcp/22 : closed, by end of nacl-1
         eni-3 -> eni-1 tcp/22 : open, by group",
    );
}

#[test]
fn an_acl_filters_what_leaves_the_other_vswitch() {
    behind_acl(
        "
           in accept all -1/-1 0.0.0.0/0
           out accept tcp 80 0.0.0.0/0 id=web",
        "eni-2 -> eni-1 tcp/80 : open, by group, reply blocked
         eni-2 -> eni-1 tcp/22 : closed, by end of nacl-1",
    );
}

#[test]
fn replies_that_an_acl_stops_are_told() {
    behind_acl(
        "
           in accept all -1/-1 0.0.0.0/0
           out drop tcp 40000 0.0.0.0/0
           out drop all -1/-1 8.8.8.0/24
           out accept all -1/-1 0.0.0.0/0",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, reply blocked
         203.0.113.9 -> eni-1 tcp/22 sport=40001 : open, by group
         203.0.113.9 -> eni-1 udp/22 : open, by group
         203.0.113.9 -> eni-1 icmp : open, by group
         8.8.8.8 -> eni-1 udp/53 : open, by group, reply blocked",
    );
}

#[test]
fn platform_addresses_pass_every_acl() {
    behind_acl(
        "",
        "100.100.2.136 -> eni-1 udp/53 : latent, by no-path
         100.100.100.200 -> eni-1 tcp/80 : latent, by no-path
         100.100.3.1 -> eni-1 tcp/80 : closed, by end of nacl-1",
    );
}

#[test]
fn unread_acl_lets_pass_but_is_named() {
    behind_acl(
        "unread",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, unconfirmed network-acl nacl-1",
    );
    estate(
        OPEN_GROUP,
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, unconfirmed network-acl nacl-1",
    );
}

#[test]
fn a_drop_that_was_read_in_an_unread_acl_still_leaves_doubt() {
    behind_acl(
        "unread
           in drop tcp 22 0.0.0.0/0 id=no",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread network-acl nacl-1",
    );
}

#[test]
fn cut_through_of_a_secondary_interface_passes_no_acl() {
    estate(
        "acl nacl-1 vpc-a
         sg sg-1 vpc-a basic
           in accept 1 all -1/-1 from 0.0.0.0/0 id=group
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eni eni-4 vpc-a vsw-1 10.0.1.7 sg-1 secondary
         eip eip-4 47.1.2.4 eni-4 cutthrough
         eni eni-5 vpc-a vsw-1 10.0.1.8 sg-1
         eip eip-5 47.1.2.5 eni-5 cutthrough",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by end of nacl-1
         203.0.113.9 -> eni-4 tcp/22 : open, by group
         203.0.113.9 -> eni-5 tcp/22 : closed, by end of nacl-1",
    );
}

#[test]
fn ipv6_clients_of_a_balancer_count_in_a_delta() {
    let estate = |access: &str| {
        crate::agreement::Subject::new(&format!(
            "vpc vpc-a 10.0.0.0/16
             vswitch vsw-1 vpc-a 10.0.1.0/24
             accesslist al-1 203.0.113.0/24
             sg sg-1 vpc-a basic
             eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
             alb lb-1 vpc-a 2408:9999::9
               listener lsn-1 http 80 {access} sgp-1
             servergroup sgp-1 vpc-a
               server eni-1 port=8080"
        ))
    };
    let (closed, open) = (estate("only=al-1"), estate("everyone"));
    let delta = yumen_reach::Delta::new(&closed.analysis, &open.analysis).unwrap();
    assert!(delta.opens_to_internet());
    assert_eq!(crate::agreement::unproved(&open), Vec::<String>::new());
    let delta = yumen_reach::Delta::new(&open.analysis, &open.analysis).unwrap();
    assert!(delta.is_empty());
}
