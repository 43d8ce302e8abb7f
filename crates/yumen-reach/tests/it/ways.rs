//! What the ways between networks mean, one case each: public paths, load balancers, connected
//! networks, and what was not read of them.

use crate::agreement::check;
use crate::semantics::{estate, grouped, members, rules};

// Public paths

fn public(added: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56
         vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64
         sg sg-1 vpc-a basic inner=drop
           in accept 1 tcp 22/80 from 0.0.0.0/0 id=group
           in accept 1 tcp 22/80 from ::/0 id=six
         {added}"
    );
    check(&text, queries);
}

#[test]
fn an_interface_without_public_path_is_latent() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 v6=2408:4000::5,no",
        "203.0.113.9 -> eni-1 tcp/22 : latent, by no-path
         203.0.113.9 -> eni-1 tcp/81 : closed, by default
         2001:4860::8 -> eni-1 tcp/22 : latent, by no-path",
    );
}

#[test]
fn static_public_addresses_and_associated_ones_are_paths() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 static=47.1.1.1
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1 public=47.1.1.2
         eip eip-3 47.1.1.3 i-eni-3
         eni eni-3 vpc-a vsw-1 10.0.1.7 sg-1",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, entry 47.1.1.1 22
         203.0.113.9 -> eni-2 tcp/22 : open, by group, entry 47.1.1.2 22
         203.0.113.9 -> eni-3 tcp/22 : open, by group, entry 47.1.1.3 22",
    );
}

#[test]
fn an_eip_not_in_use_and_a_stopped_instance_are_latent() {
    public(
        "eip eip-1 47.1.2.3 eni-1 notinuse
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eip eip-2 47.1.2.4 eni-2
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1 stopped
         eip eip-3 47.1.2.5 eni-3
         eni eni-3 vpc-a vsw-1 10.0.1.7 sg-1 detached
         eip eip-4 47.1.2.6 eni-4
         eni eni-4 vpc-a vsw-1 10.0.1.8 sg-1 detached managed",
        "203.0.113.9 -> eni-1 tcp/22 : latent, by inactive eip-1
         203.0.113.9 -> eni-2 tcp/22 : latent, by inactive i-eni-2
         203.0.113.9 -> eni-3 tcp/22 : latent, by inactive eni-3
         203.0.113.9 -> eni-4 tcp/22 : open, by group
         eni-1 -> eni-2 tcp/22 : latent, by inactive i-eni-2",
    );
}

#[test]
fn ipv6_bandwidth_is_a_path_and_unread_bandwidth_is_unknown() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 v6=2408:4000::5,yes
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1 v6=2408:4000::6,unread",
        "2001:4860::8 -> eni-1 tcp/22 : open, by six
         2001:4860::8 -> eni-2 tcp/22 : unknown, by unread ipv6-addresses region",
    );
}

#[test]
fn with_an_activated_ipv4_gateway_routes_decide() {
    let estate = |gateway: &str, routes: &str| {
        format!(
            "ipv4gw igw-1 vpc-a {gateway}
             table vtb-1 vpc-a system
               route 10.0.0.0/16 local
               {routes}
             eip eip-1 47.1.2.3 eni-1
             eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1"
        )
    };
    public(
        &estate("off", ""),
        "203.0.113.9 -> eni-1 tcp/22 : open, by group",
    );
    public(
        &estate("on", ""),
        "203.0.113.9 -> eni-1 tcp/22 : latent, by no-path",
    );
    public(
        &estate("on", "route 0.0.0.0/0 ipv4 igw-1"),
        "203.0.113.9 -> eni-1 tcp/22 : open, by group",
    );
    public(
        &estate("on", "route 203.0.113.0/24 ipv4 igw-1"),
        "203.0.113.9 -> eni-1 tcp/22 : open, by group
         8.8.8.8 -> eni-1 tcp/22 : latent, by no-path",
    );
    public(
        &estate(
            "on",
            "route 0.0.0.0/0 ipv4 igw-1\nroute 203.0.113.0/24 nat ngw-1",
        ),
        "203.0.113.9 -> eni-1 tcp/22 : latent, by no-path
         8.8.8.8 -> eni-1 tcp/22 : open, by group",
    );
}

#[test]
fn an_unread_route_table_under_an_ipv4_gateway_is_not_closed() {
    public(
        "ipv4gw igw-1 vpc-a on
         table vtb-1 vpc-a system unread
           route 10.0.0.0/16 local
         eip eip-1 47.1.2.3 eni-1
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread routes igw-1",
    );
    public(
        "ipv4gw igw-1 vpc-a on
         eip eip-1 47.1.2.3 eni-1
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, unconfirmed routes igw-1",
    );
}

#[test]
fn dnat_translates_ports_and_groups_see_the_port_at_the_interface() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eip eip-n 47.1.2.9 ngw-1
         nat ngw-1 vpc-a internet vswitch=vsw-1
           forward 47.1.2.9 8022 tcp 10.0.1.5 22
           forward 47.1.2.9 22 tcp 10.0.1.5 8022
           forward 47.1.2.9 9000/9002 tcp 10.0.1.5 40/42
           forward 47.1.2.9 53 tcp 10.0.1.5 53 unavailable",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, entry 47.1.2.9 8022
         203.0.113.9 -> eni-1 tcp/8022 : closed, by default
         203.0.113.9 -> eni-1 tcp/41 : open, by group, entry 47.1.2.9 9001
         203.0.113.9 -> eni-1 tcp/53 : latent, by inactive ngw-1/fwd4
         203.0.113.9 -> eni-1 tcp/80 : latent, by no-path",
    );
}

#[test]
fn ip_mapping_exposes_every_port() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         nat ngw-1 vpc-a internet
           forward 47.1.2.9 any all 10.0.1.5 any
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1
         nat ngw-2 vpc-a private
           forward 10.0.9.9 any all 10.0.1.6 any",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, entry 47.1.2.9 22
         203.0.113.9 -> eni-1 tcp/80 : open, by group
         203.0.113.9 -> eni-1 tcp/81 : closed, by default
         203.0.113.9 -> eni-2 tcp/22 : latent, by no-path",
    );
}

#[test]
fn dnat_is_filtered_by_the_acl_and_needs_its_eip() {
    estate(
        "acl nacl-1 vpc-a
           in drop tcp 22 203.0.113.0/24 id=no
           in accept all -1/-1 0.0.0.0/0
           out accept all -1/-1 0.0.0.0/0
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from 0.0.0.0/0 id=group
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1
         eip eip-n 47.1.2.9 ngw-1
         nat ngw-1 vpc-a internet
           forward 47.1.2.9 22 tcp 10.0.1.6 22
         eni eni-3 vpc-a vsw-1 10.0.1.7 sg-1
         eip eip-m 47.1.2.8 none notinuse
         nat ngw-2 vpc-a internet
           forward 47.1.2.8 22 tcp 10.0.1.7 22",
        "203.0.113.9 -> eni-2 tcp/22 : closed, by no
         8.8.8.8 -> eni-2 tcp/22 : open, by group
         8.8.8.8 -> eni-3 tcp/22 : latent, by inactive ngw-2/fwd1",
    );
}

// Load balancers

fn balanced(added: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
         vswitch vsw-2 vpc-a 10.0.2.0/24
         acl nacl-1 vpc-a
           in drop tcp 8081 10.0.2.7 id=no-local
           in drop tcp 8082 100.64.0.0/10 id=no-classic
           in drop tcp 8083 203.0.113.0/24 id=no-client
           in accept all -1/-1 0.0.0.0/0
           out accept all -1/-1 0.0.0.0/0
         accesslist al-office 203.0.113.0/24
         accesslist al-part 203.0.113.0/24 unread
         sg sg-1 vpc-a basic
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         {added}"
    );
    check(&text, queries);
}

#[test]
fn classic_listener_with_and_without_access_lists() {
    balanced(
        "clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-all tcp 80 everyone own:8080
           listener lsn-only tcp 81 only=al-office own:9001
           listener lsn-but tcp 82 allbut=al-office own:9002
           listener lsn-udp udp 53 everyone own:53
           listener lsn-redirect http 79 everyone -",
        "203.0.113.9 -> eni-1 tcp/8080 : open, by balancer, entry 47.9.9.9 80
         203.0.113.9 -> eni-1 tcp/9001 : open, by balancer, entry 47.9.9.9 81
         8.8.8.8 -> eni-1 tcp/9001 : closed, by access lsn-only
         203.0.113.9 -> eni-1 tcp/9002 : closed, by access lsn-but
         8.8.8.8 -> eni-1 tcp/9002 : open, by balancer
         8.8.8.8 -> eni-1 udp/53 : open, by balancer
         8.8.8.8 -> eni-1 tcp/80 : closed, by default",
    );
}

#[test]
fn an_access_list_that_was_read_in_part_leaves_doubt() {
    balanced(
        "clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-only tcp 81 only=al-part own:9001
           listener lsn-but tcp 82 allbut=al-part own:9002
           listener lsn-unread tcp 83 only=al-office own:9003 access-unread",
        "203.0.113.9 -> eni-1 tcp/9001 : open, by balancer
         8.8.8.8 -> eni-1 tcp/9001 : unknown, by unread access-list al-part
         203.0.113.9 -> eni-1 tcp/9002 : closed, by access lsn-but
         8.8.8.8 -> eni-1 tcp/9002 : open, by balancer, unconfirmed access-list al-part
         203.0.113.9 -> eni-1 tcp/9003 : open, by balancer, unconfirmed listener lsn-unread
         8.8.8.8 -> eni-1 tcp/9003 : unknown, by unread listener lsn-unread",
    );
}

#[test]
fn what_does_not_run_at_a_balancer_is_latent() {
    balanced(
        "clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-1 tcp 80 everyone own:8080 stopped
           listener lsn-2 tcp 81 everyone sgp-1
         servergroup sgp-1 vpc-a
           server eni-1 port=9001 weight=0
         clb lb-2 vpc-a 47.9.9.8 inactive
           server eni-1
           listener lsn-3 tcp 80 everyone own:9002
         clb lb-3 vpc-a 10.0.1.200 intranet
           server eni-1
           listener lsn-4 tcp 80 everyone own:9003",
        "8.8.8.8 -> eni-1 tcp/8080 : latent, by inactive lsn-1
         8.8.8.8 -> eni-1 tcp/9001 : latent, by inactive lsn-2
         8.8.8.8 -> eni-1 tcp/9002 : latent, by inactive lsn-3
         8.8.8.8 -> eni-1 tcp/9003 : closed, by default",
    );
}

#[test]
fn the_acl_sees_whom_the_balancer_presents() {
    balanced(
        "clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-1 tcp 80 everyone own:8082
           listener lsn-2 http 81 everyone own:8082
           listener lsn-3 tcp 82 everyone own:8083
           listener lsn-4 http 83 everyone own:8083
         alb lb-2 vpc-a 47.9.9.8 local=10.0.2.7
           listener lsn-5 http 80 everyone sgp-1
           listener lsn-6 http 81 everyone sgp-2
         servergroup sgp-1 vpc-a
           server eni-1 port=8081
         servergroup sgp-2 vpc-a
           server 10.0.1.5 port=8084",
        "203.0.113.9 -> eni-1 tcp/8083 : open, by balancer, entry 47.9.9.9 83
         8.8.8.8 -> eni-1 tcp/8082 : open, by balancer, entry 47.9.9.9 80
         8.8.8.8 -> eni-1 tcp/8081 : closed, by no-local
         8.8.8.8 -> eni-1 tcp/8084 : open, by balancer",
    );
}

#[test]
fn only_what_the_acl_drops_of_every_presented_address_is_closed() {
    balanced(
        "alb lb-1 vpc-a 47.9.9.9 local=10.0.2.7,10.0.2.8
           listener lsn-1 http 80 everyone sgp-1
         servergroup sgp-1 vpc-a
           server eni-1 port=8081
         clb lb-2 vpc-a 47.9.9.8
           server eni-1
           listener lsn-2 http 80 everyone own:8082",
        "8.8.8.8 -> eni-1 tcp/8081 : open, by balancer
         8.8.8.8 -> eni-1 tcp/8082 : closed, by no-classic",
    );
}

#[test]
fn replies_to_a_listener_pass_the_acl_too() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
         acl nacl-1 vpc-a
           in accept all -1/-1 0.0.0.0/0
           out accept all -1/-1 100.64.0.0/10
         sg sg-1 vpc-a basic
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-1 tcp 80 everyone own:8080
           listener lsn-2 http 81 everyone own:8081",
        "8.8.8.8 -> eni-1 tcp/8080 : open, by balancer, reply blocked
         8.8.8.8 -> eni-1 tcp/8081 : open, by balancer",
    );
}

#[test]
fn a_network_balancer_is_open_until_its_group_drops() {
    balanced(
        "sg sg-lb vpc-a basic
           in drop 10 tcp 80 from 203.0.113.0/24 id=no
           in accept 5 tcp 80 from 203.0.113.9 id=but
         sg sg-unread vpc-a basic unread
         nlb lb-1 vpc-a 47.9.9.9 groups=sg-lb
           listener lsn-1 tcp 80 everyone sgp-1
         nlb lb-2 vpc-a 47.9.9.8 groups=sg-unread
           listener lsn-2 tcp 80 everyone sgp-2
         servergroup sgp-1 vpc-a preserve=yes
           server eni-1 port=8080
         servergroup sgp-2 vpc-a preserve=yes
           server eni-1 port=8090",
        "203.0.113.8 -> eni-1 tcp/8080 : closed, by access lsn-1
         203.0.113.9 -> eni-1 tcp/8080 : open, by balancer
         8.8.8.8 -> eni-1 tcp/8080 : open, by balancer
         8.8.8.8 -> eni-1 tcp/8090 : open, by balancer, unconfirmed group-rules sg-unread",
    );
}

#[test]
fn an_unread_acl_behind_a_listener_leaves_doubt() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
         acl nacl-1 vpc-a unread
           in drop tcp 8080 0.0.0.0/0 id=no
         sg sg-1 vpc-a basic
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-1 tcp 80 everyone own:8080
           listener lsn-2 tcp 81 everyone own:8081",
        "8.8.8.8 -> eni-1 tcp/8080 : unknown, by unread network-acl nacl-1
         8.8.8.8 -> eni-1 tcp/8081 : open, by balancer, unconfirmed network-acl nacl-1",
    );
}

// Connected networks

fn peered(added: &str, queries: &str) {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16
         vpc vpc-b 10.1.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         vswitch vsw-2 vpc-b 10.1.1.0/24
         sg sg-1 vpc-a basic inner=drop
           in accept 1 tcp 22 from 10.0.0.0/8 id=in
           in accept 1 tcp 22 from 192.168.0.0/16 id=office
         sg sg-2 vpc-b basic inner=drop
           out drop 1 tcp 25 to 0.0.0.0/0 id=mail
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eni eni-2 vpc-b vsw-2 10.1.1.5 sg-2
         {added}"
    );
    check(&text, queries);
}

#[test]
fn peered_networks_need_a_route() {
    peered(
        "peering pcc-1 vpc-a,vpc-b
         table vtb-b vpc-b system
           route 10.1.0.0/16 local
           route 10.0.0.0/16 connection pcc-1",
        "eni-2 -> eni-1 tcp/22 : open, by in
         eni-2 -> eni-1 tcp/23 : closed, by default
         eni-2 -> eni-1 tcp/25 : closed, by mail",
    );
    peered(
        "peering pcc-1 vpc-a,vpc-b
         table vtb-b vpc-b system
           route 10.1.0.0/16 local
         table vtb-a vpc-a system
           route 10.0.0.0/16 local",
        "eni-2 -> eni-1 tcp/22 : latent, by no-path",
    );
    peered(
        "peering pcc-1 vpc-a,vpc-b inactive
         table vtb-b vpc-b system
           route 10.0.0.0/16 connection pcc-1",
        "eni-2 -> eni-1 tcp/22 : latent, by no-path",
    );
    peered(
        "peering pcc-1 vpc-a,vpc-b",
        "eni-2 -> eni-1 tcp/22 : unknown, by route",
    );
}

#[test]
fn a_route_over_another_connection_does_not_join() {
    peered(
        "peering pcc-1 vpc-a,vpc-b
         vpc vpc-c 10.2.0.0/16
         peering pcc-2 vpc-b,vpc-c
         table vtb-a vpc-a system
           route 10.0.0.0/16 local
         table vtb-b vpc-b system
           route 10.0.0.0/16 connection pcc-2",
        "eni-2 -> eni-1 tcp/22 : latent, by no-path",
    );
}

#[test]
fn an_unknown_private_source_is_unknown_where_a_route_covers_it() {
    peered(
        "vpn vpn-1 vpc-a alias=vco-1
         table vtb-a vpc-a system
           route 10.0.0.0/16 local
           route 192.168.1.0/24 connection vco-1",
        "192.168.1.9 -> eni-1 tcp/22 : unknown, by route
         192.168.1.9 -> eni-1 tcp/23 : closed, by default
         192.168.2.9 -> eni-1 tcp/22 : latent, by no-path
         10.0.1.77 -> eni-1 tcp/22 : latent, by no-path",
    );
}

#[test]
fn an_unread_route_table_may_cover_a_private_source() {
    peered(
        "vpn vpn-1 vpc-a
         table vtb-a vpc-a system unread
           route 10.0.0.0/16 local
           route 0.0.0.0/0 nat ngw-1",
        "192.168.1.9 -> eni-1 tcp/22 : unknown, by route",
    );
}

// What was not read

#[test]
fn an_unread_group_is_unknown_and_never_closed() {
    grouped(
        "sg sg-1 vpc-a basic unread
           in drop 1 tcp 22 from 0.0.0.0/0 id=no
           in accept 1 tcp 80 from 0.0.0.0/0 id=yes",
        "sg-1",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread group-rules sg-1
         203.0.113.9 -> eni-1 tcp/80 : open, by yes, unconfirmed group-rules sg-1",
    );
    grouped(
        "sg sg-2 vpc-a basic
           in drop 1 tcp 22 from 0.0.0.0/0 id=no",
        "sg-2,sg-gone",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread group-rules sg-gone",
    );
    grouped(
        "",
        "-",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread group-rules eni-1",
    );
}

#[test]
fn uncertain_rules_decide_nothing_for_certain() {
    rules(
        "in accept 1 tcp 22 from anywhere uncertain id=maybe
         in drop 1 tcp 80 from anywhere uncertain id=perhaps
         in accept 2 tcp 80 from 0.0.0.0/0 id=yes",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by maybe
         203.0.113.9 -> eni-1 tcp/80 : open, by yes, unconfirmed rule perhaps
         203.0.113.9 -> eni-1 tcp/81 : closed, by default",
    );
}

#[test]
fn incomplete_interfaces_leave_group_members_and_private_sources_in_doubt() {
    members(
        "sg sg-app vpc-a basic
         sg sg-1 vpc-a basic inner=drop
           in accept 1 tcp 22 from sg:sg-app id=group
           in accept 1 tcp 80 from 10.0.0.0/16 id=net
         incomplete interfaces",
        "sg-app",
        "sg-1",
        "eni-1 -> eni-2 tcp/22 : open, by group
         eni-3 -> eni-2 tcp/22 : unknown, by group
         10.0.1.77 -> eni-2 tcp/22 : unknown, by group
         10.0.1.77 -> eni-2 tcp/80 : unknown, by unread interfaces region
         192.168.1.1 -> eni-2 tcp/22 : closed, by default",
    );
}

#[test]
fn incomplete_balancers_leave_every_port_in_doubt() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         incomplete classic-balancers",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread classic-balancers region
         203.0.113.9 -> eni-1 tcp/9999 : unknown, by unread classic-balancers region",
    );
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eip eip-1 47.1.2.3 eni-1
         clb lb-1 vpc-a 47.9.9.9
           server eni-1
           listener lsn-1 tcp 8080 everyone own:8080 stopped
         incomplete network-balancers",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group
         203.0.113.9 -> eni-1 tcp/8080 : unknown, by unread network-balancers region
         203.0.113.9 -> eni-1 tcp/9999 : unknown, by unread network-balancers region",
    );
}

#[test]
fn incomplete_eips_and_gateways_make_latent_unknown() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         incomplete eips",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread eips region
         203.0.113.9 -> eni-1 tcp/81 : closed, by default",
    );
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         incomplete nat-gateways",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread nat-gateways region",
    );
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         nat ngw-1 vpc-a internet unread",
        "203.0.113.9 -> eni-1 tcp/22 : unknown, by unread nat-gateways region",
    );
    public(
        "eip eip-1 47.1.2.3 eni-1
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         incomplete ipv4-gateways",
        "203.0.113.9 -> eni-1 tcp/22 : open, by group, unconfirmed ipv4-gateways region",
    );
}

#[test]
fn what_is_out_of_scope_leaves_no_doubt() {
    public(
        "eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         outofscope classic-balancers nat-gateways eips",
        "203.0.113.9 -> eni-1 tcp/22 : latent, by no-path",
    );
}

#[test]
fn a_group_of_another_account_is_in_doubt_inside_the_vpc_only() {
    members(
        "sg sg-1 vpc-a basic inner=drop
           in accept 1 tcp 22 from sg:sg-theirs@other id=theirs",
        "sg-none",
        "sg-1",
        "eni-3 -> eni-2 tcp/22 : unknown, by theirs
         203.0.113.9 -> eni-2 tcp/22 : closed, by default",
    );
}

#[test]
fn an_unread_eip_may_be_in_cut_through_mode_on_a_secondary_interface() {
    check(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
         acl nacl-1 vpc-a
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from 0.0.0.0/0 id=group
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
         eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1 secondary
         incomplete eips",
        "203.0.113.9 -> eni-1 tcp/22 : closed, by end of nacl-1
         203.0.113.9 -> eni-2 tcp/22 : unknown, by unread eips region
         203.0.113.9 -> eni-2 tcp/23 : closed, by end of nacl-1",
    );
}

#[test]
fn a_static_address_in_a_lost_instance_record_is_unknown() {
    let mut snapshot = crate::estate::parse(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         sg sg-1 vpc-a basic
           in accept 1 tcp 22 from 0.0.0.0/0 id=group
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 static=47.1.1.1
         incomplete instances",
    );
    snapshot.instances.remove("i-eni-1");
    let subject = crate::agreement::Subject::of(&snapshot);
    let topology = subject.topology();
    let index = topology.find_interface("eni-1").unwrap();
    let (from, to) = ("203.0.113.9".parse().unwrap(), "10.0.1.5".parse().unwrap());
    let packet = yumen_packets::Packet::new(from, to, 6, 40_000, 22).unwrap();
    let answer = yumen_reach::explain(topology, index, &packet);
    assert_eq!(answer.verdict, yumen_reach::Verdict::Unknown);
    assert_eq!(
        crate::agreement::disagreement(&subject, index, &packet, &answer),
        None
    );
}
