//! The three kinds of load balancers.

use serde_json::{Value, json};

use super::cloud::{Cloud, Id};

const LISTENERS: &str = "slb/DescribeLoadBalancerListeners";

fn balancer(cloud: &mut Cloud) -> String {
    let made = cloud.done("slb/CreateLoadBalancer", &[("LoadBalancerName", "web")]);
    made["LoadBalancerId"].id().to_owned()
}

/// What a listener of HTTP forwards to, and the policy of one of HTTPS.
fn redirect_and_policy(cloud: &mut Cloud, of: (&str, &str)) {
    let create = "slb/CreateLoadBalancerHTTPListener";
    let mut http = vec![of, ("ListenerPort", "80"), ("ListenerForward", "on")];
    assert_eq!(cloud.refused(create, &http), "MissingForwardPort");
    http.push(("ForwardPort", "443"));
    cloud.done(create, &http);
    let mut https = vec![
        of,
        ("ListenerPort", "443"),
        ("BackendServerPort", "80"),
        ("ServerCertificateId", "certificate"),
    ];
    let policy = |cloud: &mut Cloud| {
        let listed = cloud.list(LISTENERS, &[of]);
        let redirect = &listed[0]["HTTPListenerConfig"];
        assert_eq!(redirect["ListenerForward"], "on");
        assert_eq!(redirect["ForwardPort"], 443);
        listed[1]["HTTPSListenerConfig"]["TLSCipherPolicy"].clone()
    };
    cloud.done("slb/CreateLoadBalancerHTTPSListener", &https);
    assert_eq!(policy(cloud), "tls_cipher_policy_1_0");
    https.push(("TLSCipherPolicy", "tls_cipher_policy_1_2_strict"));
    cloud.done("slb/SetLoadBalancerHTTPSListenerAttribute", &https);
    assert_eq!(policy(cloud), "tls_cipher_policy_1_2_strict");
    let seen = cloud.done("slb/DescribeLoadBalancerAttribute", &[of]);
    let ports = &seen["ListenerPortsAndProtocol"]["ListenerPortAndProtocol"];
    assert_eq!(ports[0]["ListenerForward"], "on");
    assert_eq!(ports[1]["ListenerForward"], "off");
    for port in ["80", "443"] {
        cloud.done(
            "slb/DeleteLoadBalancerListener",
            &[of, ("ListenerPort", port)],
        );
    }
}

pub(super) fn classic(cloud: &mut Cloud) {
    let id = balancer(cloud);
    let of = ("LoadBalancerId", id.as_str());
    let attribute = |cloud: &mut Cloud| cloud.done("slb/DescribeLoadBalancerAttribute", &[of]);
    for (number, protocol) in ["TCP", "UDP", "HTTP", "HTTPS"].iter().enumerate() {
        let port = format!("{}", 8000 + number);
        let create = format!("slb/CreateLoadBalancer{protocol}Listener");
        let asked = [
            of,
            ("ListenerPort", port.as_str()),
            ("BackendServerPort", "80"),
            ("ServerCertificateId", "certificate"),
            ("Description", "before"),
        ];
        cloud.done(&create, &asked);
        assert_eq!(cloud.refused(&create, &asked), "ListenerAlreadyExists");
        let find = |cloud: &mut Cloud| {
            let listed = cloud.list(LISTENERS, &[of]);
            listed
                .into_iter()
                .find(|one| one["ListenerPort"] == 8000 + number)
        };
        assert_eq!(find(cloud).expect("seen")["Status"], "stopped");
        let ports = attribute(cloud)["ListenerPorts"]["ListenerPort"].clone();
        assert_eq!(ports, json!([8000 + number]));
        let named = [of, asked[1], ("ListenerProtocol", *protocol)];
        let set = format!("slb/SetLoadBalancer{protocol}ListenerAttribute");
        cloud.done(&set, &[of, asked[1], ("Description", "after")]);
        let spelt = attribute(cloud)["ListenerPortsAndProtocol"].clone();
        assert_eq!(spelt["ListenerPortAndProtocol"][0]["Description"], "after");
        cloud.done("slb/StartLoadBalancerListener", &named);
        assert_eq!(find(cloud).expect("seen")["Status"], "starting");
        cloud.wait();
        assert_eq!(find(cloud).expect("seen")["Status"], "running");
        cloud.settled("slb/StopLoadBalancerListener", &named);
        assert_eq!(find(cloud).expect("seen")["Status"], "stopped");
        cloud.done("slb/DeleteLoadBalancerListener", &named);
        assert_eq!(find(cloud), None);
    }
    let ports = attribute(cloud)["ListenerPorts"]["ListenerPort"].clone();
    assert_eq!(ports, json!([]));
    redirect_and_policy(cloud, of);
    let listener = [of, ("ListenerPort", "1"), ("BackendServerPort", "1")];
    cloud.done("slb/CreateLoadBalancerTCPListener", &listener);
    cloud.done("slb/CreateLoadBalancerUDPListener", &listener);
    cloud.done("slb/DeleteLoadBalancer", &[of]);
    assert!(cloud.list(LISTENERS, &[of]).is_empty());
    assert_eq!(cloud.seen("slb/DescribeLoadBalancers", of.0, of.1), None);
    let code = cloud.refused("slb/DescribeLoadBalancerAttribute", &[of]);
    assert_eq!(code, "InvalidLoadBalancerId.NotFound");
    let kept = [("DeleteProtection", "on")];
    let made = cloud.done("slb/CreateLoadBalancer", &kept);
    let kept = [(of.0, made["LoadBalancerId"].id())];
    let code = cloud.refused("slb/DeleteLoadBalancer", &kept);
    assert_eq!(code, "OperationDenied.DeletionProtection");
}

pub(super) fn classic_servers(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (vswitch, security) = (cloud.vswitch(&vpc, 1, 'h'), cloud.group(&vpc));
    let instance = cloud.instance(&vswitch, &security);
    let id = balancer(cloud);
    let of = ("LoadBalancerId", id.as_str());
    let servers = format!(r#"[{{"ServerId":"{instance}","Port":"80","Weight":"50"}}]"#);
    let more = format!(r#"[{{"ServerId":"{instance}","Port":81}}]"#);
    let asked = [
        of,
        ("VServerGroupName", "web"),
        ("BackendServers", servers.as_str()),
    ];
    let made = cloud.done("slb/CreateVServerGroup", &asked);
    let group = ("VServerGroupId", made["VServerGroupId"].id());
    let path = "slb/DescribeVServerGroupAttribute";
    let rows =
        |cloud: &mut Cloud| cloud.done(path, &[group])["BackendServers"]["BackendServer"].clone();
    assert_eq!(rows(cloud)[0]["Weight"], 50);
    assert_eq!(rows(cloud)[0]["ServerIp"], "10.1.0.1");
    let add = [group, ("BackendServers", more.as_str())];
    cloud.done("slb/AddVServerGroupBackendServers", &add);
    cloud.done("slb/AddVServerGroupBackendServers", &add);
    assert_eq!(rows(cloud).as_array().map(Vec::len), Some(2));
    let listed = cloud.list("slb/DescribeVServerGroups", &[of]);
    assert_eq!(listed[0]["ServerCount"], 2);
    cloud.done("slb/RemoveVServerGroupBackendServers", &add);
    assert_eq!(rows(cloud).as_array().map(Vec::len), Some(1));
    let stranger = [
        group,
        ("BackendServers", r#"[{"ServerId":"i-no","Port":1}]"#),
    ];
    let code = cloud.refused("slb/AddVServerGroupBackendServers", &stranger);
    assert_eq!(code, "InvalidServerId.NotFound");
    let listener = [of, ("ListenerPort", "80"), group];
    cloud.done("slb/CreateLoadBalancerHTTPListener", &listener);
    let listed = cloud.list("slb/DescribeVServerGroups", &[of]);
    let used = &listed[0]["AssociatedObjects"]["Listeners"]["Listener"];
    assert_eq!(used[0], json!({"Port": 80, "Protocol": "http"}));
    let code = cloud.refused("slb/DeleteVServerGroup", &[group]);
    assert_eq!(code, "RspoolVipExist");
    let delete = [("InstanceId", instance.as_str()), ("Force", "true")];
    cloud.done("ecs/DeleteInstance", &delete);
    assert_eq!(rows(cloud), json!([]));
    cloud.done("slb/DeleteLoadBalancerListener", &listener[..2]);
    cloud.done("slb/DeleteVServerGroup", &[group]);
    assert!(cloud.list("slb/DescribeVServerGroups", &[of]).is_empty());
    assert_eq!(
        cloud.refused(path, &[group]),
        "InvalidVServerGroupId.NotFound"
    );
}

pub(super) fn classic_lists(cloud: &mut Cloud) {
    let made = cloud.done("slb/CreateAccessControlList", &[("AclName", "office")]);
    let of = ("AclId", made["AclId"].id());
    let entry = (
        "AclEntrys",
        r#"[{"entry":"198.51.100.0/24","comment":"a"}]"#,
    );
    cloud.done("slb/AddAccessControlListEntry", &[of, entry]);
    let path = "slb/DescribeAccessControlListAttribute";
    let seen = cloud.done(path, &[of]);
    assert_eq!(seen["TotalAclEntry"], 1);
    let id = balancer(cloud);
    let listener = [
        ("LoadBalancerId", id.as_str()),
        ("ListenerPort", "443"),
        ("BackendServerPort", "443"),
        ("AclStatus", "on"),
        ("AclType", "white"),
        of,
    ];
    cloud.done("slb/CreateLoadBalancerTCPListener", &listener);
    let seen = cloud.done(path, &[of]);
    let related = &seen["RelatedListeners"]["RelatedListener"][0];
    assert_eq!(related["ListenerPort"], 443);
    let code = cloud.refused("slb/DeleteAccessControlList", &[of]);
    assert_eq!(code, "AclInUsed");
    let off = [listener[0], listener[1], ("AclStatus", "off")];
    cloud.done("slb/SetLoadBalancerTCPListenerAttribute", &off);
    let seen = cloud.done(path, &[of]);
    assert_eq!(seen["RelatedListeners"]["RelatedListener"], json!([]));
    cloud.done("slb/RemoveAccessControlListEntry", &[of, entry]);
    assert_eq!(cloud.done(path, &[of])["TotalAclEntry"], 0);
    cloud.done("slb/DeleteAccessControlList", &[of]);
    let gone = cloud.seen("slb/DescribeAccessControlLists", of.0, of.1);
    assert_eq!(gone, None);
}

/// A VPC with a vSwitch in each of two zones, and a group.
struct Site {
    vpc: String,
    vswitches: [String; 2],
    group: String,
}

fn site(cloud: &mut Cloud) -> Site {
    let vpc = cloud.vpc();
    let vswitches = [cloud.vswitch(&vpc, 1, 'h'), cloud.vswitch(&vpc, 2, 'i')];
    let group = cloud.group(&vpc);
    Site {
        vpc,
        vswitches,
        group,
    }
}

/// Asks for a balancer in both zones; its id.
fn modern(cloud: &mut Cloud, product: &str, site: &Site, more: &[(&str, &str)]) -> String {
    let mut asked = vec![
        ("VpcId", site.vpc.as_str()),
        ("AddressType", "Internet"),
        ("ZoneMappings.1.ZoneId", "cn-hangzhou-h"),
        ("ZoneMappings.1.VSwitchId", &site.vswitches[0]),
        ("ZoneMappings.2.ZoneId", "cn-hangzhou-i"),
        ("ZoneMappings.2.VSwitchId", &site.vswitches[1]),
    ];
    asked.extend(more);
    let made = cloud.done(&format!("{product}/CreateLoadBalancer"), &asked);
    let id = made.get("LoadBalancerId").or(made.get("LoadbalancerId"));
    id.expect("an id").id().to_owned()
}

pub(super) fn application(cloud: &mut Cloud) {
    let group = |group: &str| {
        vec![
            (
                "DefaultActions.1.Type".to_owned(),
                "ForwardGroup".to_owned(),
            ),
            (
                "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId".to_owned(),
                group.to_owned(),
            ),
        ]
    };
    either(cloud, "alb", "HTTP", &group);
}

pub(super) fn network(cloud: &mut Cloud) {
    let group = |group: &str| vec![("ServerGroupId".to_owned(), group.to_owned())];
    either(cloud, "nlb", "TCP", &group);
}

fn either(
    cloud: &mut Cloud,
    product: &str,
    protocol: &str,
    forward: &dyn Fn(&str) -> Vec<(String, String)>,
) {
    let site = site(cloud);
    let path = |action: &str| format!("{product}/{action}");
    let id = modern(cloud, product, &site, &[]);
    let of = ("LoadBalancerId", id.as_str());
    let asked = [("ServerGroupName", "web"), ("VpcId", site.vpc.as_str())];
    let made = cloud.done(&path("CreateServerGroup"), &asked);
    let group = ("ServerGroupId", made["ServerGroupId"].id());
    let actions = forward(group.1);
    let mut listener = vec![of, ("ListenerPort", "80"), ("ListenerProtocol", protocol)];
    listener.extend(
        actions
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let code = cloud.refused(&path("CreateListener"), &listener);
    assert_eq!(code, "IncorrectStatus.LoadBalancer");
    cloud.wait();
    let seen = cloud.done(&path("GetLoadBalancerAttribute"), &[of]);
    assert_eq!(seen["LoadBalancerStatus"], "Active");
    let zones = seen["ZoneMappings"].as_array().expect("zones");
    assert_eq!(zones.len(), 2);
    servers(cloud, product, &site, group);
    let made = cloud.done(&path("CreateListener"), &listener);
    let own = ("ListenerId", made["ListenerId"].id());
    let code = cloud.refused(&path("CreateListener"), &listener);
    assert_eq!(code, "ResourceAlreadyExist.Listener");
    let status = |cloud: &mut Cloud| {
        let listed = cloud.seen(&path("ListListeners"), own.0, own.1);
        let shown = cloud.done(&path("GetListenerAttribute"), &[own]);
        let listed = listed.expect("seen")["ListenerStatus"].clone();
        assert_eq!(shown["ListenerStatus"], listed);
        listed
    };
    assert_eq!(status(cloud), "Provisioning");
    let code = cloud.refused(&path("DeleteListener"), &[own]);
    assert_eq!(code, "IncorrectStatus.Listener");
    cloud.wait();
    assert_eq!(status(cloud), "Running");
    cloud.settled(&path("StopListener"), &[own]);
    assert_eq!(status(cloud), "Stopped");
    let code = cloud.refused(&path("StopListener"), &[own]);
    assert_eq!(code, "IncorrectStatus.Listener");
    cloud.settled(&path("StartListener"), &[own]);
    assert_eq!(status(cloud), "Running");
    let seen = cloud.seen(&path("ListServerGroups"), group.0, group.1);
    assert_eq!(seen.expect("seen")["RelatedLoadBalancerIds"], json!([id]));
    let code = cloud.refused(&path("DeleteServerGroup"), &[group]);
    assert_eq!(code, "ResourceInUse.ServerGroup");
    membership(cloud, product, &site, of);
    cloud.done(&path("DeleteListener"), &[own]);
    assert_eq!(cloud.seen(&path("ListListeners"), own.0, own.1), None);
    cloud.settled(&path("CreateListener"), &listener);
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", &site.vswitches[0])]);
    assert_eq!(code, "DependencyViolation.LoadBalancer");
    let answer = cloud.done(&path("DeleteLoadBalancer"), &[of]);
    assert_ne!(answer["JobId"], Value::Null);
    assert_eq!(cloud.seen(&path("ListLoadBalancers"), of.0, of.1), None);
    assert!(cloud.list(&path("ListListeners"), &[of]).is_empty());
    cloud.done(&path("DeleteServerGroup"), &[group]);
    let gone = cloud.seen(&path("ListServerGroups"), group.0, group.1);
    assert_eq!(gone, None);
}

fn servers(cloud: &mut Cloud, product: &str, site: &Site, group: (&str, &str)) {
    let path = |action: &str| format!("{product}/{action}");
    let instance = cloud.instance(&site.vswitches[0], &site.group);
    let server = [
        group,
        ("Servers.1.ServerId", instance.as_str()),
        ("Servers.1.ServerType", "Ecs"),
        ("Servers.1.Port", "8080"),
        ("Servers.1.Weight", "7"),
    ];
    cloud.done(&path("AddServersToServerGroup"), &server);
    let code = cloud.refused(&path("AddServersToServerGroup"), &server);
    assert_eq!(code, "ResourceAlreadyExist.BackendServer");
    let list = path("ListServerGroupServers");
    let seen = cloud.list(&list, &[group]);
    assert_eq!(
        (&seen[0]["Status"], &seen[0]["Weight"]),
        (&json!("Adding"), &json!(7))
    );
    cloud.wait();
    assert_eq!(cloud.list(&list, &[group])[0]["Status"], "Available");
    let count = |cloud: &mut Cloud| {
        let seen = cloud.seen(&path("ListServerGroups"), group.0, group.1);
        seen.expect("seen")["ServerCount"].clone()
    };
    assert_eq!(count(cloud), 1);
    cloud.done(&path("RemoveServersFromServerGroup"), &server);
    let code = cloud.refused(&path("RemoveServersFromServerGroup"), &server);
    assert_eq!(code, "ResourceNotFound.BackendServer");
    assert_eq!(count(cloud), 0);
    cloud.settled(&path("AddServersToServerGroup"), &server);
    assert_eq!(count(cloud), 1);
    let delete = [("InstanceId", instance.as_str()), ("Force", "true")];
    cloud.done("ecs/DeleteInstance", &delete);
    assert_eq!(count(cloud), 0, "a server that is gone is in no group");
}

fn membership(cloud: &mut Cloud, product: &str, site: &Site, of: (&str, &str)) {
    let path = |action: &str| format!("{product}/{action}");
    let join = [of, ("SecurityGroupIds.1", site.group.as_str())];
    cloud.done(&path("LoadBalancerJoinSecurityGroup"), &join);
    let code = cloud.refused(&path("LoadBalancerLeaveSecurityGroup"), &join);
    assert_eq!(code, "IncorrectStatus.LoadBalancer");
    cloud.wait();
    let code = cloud.refused(&path("LoadBalancerJoinSecurityGroup"), &join);
    assert_eq!(code, "ResourceAlreadyAssociated.SecurityGroup");
    let groups = |cloud: &mut Cloud| {
        let seen = cloud.seen(&path("ListLoadBalancers"), of.0, of.1);
        seen.expect("seen")["SecurityGroupIds"].clone()
    };
    assert_eq!(groups(cloud), json!([site.group]));
    let code = cloud.refused(
        "ecs/DeleteSecurityGroup",
        &[("SecurityGroupId", &site.group)],
    );
    assert_eq!(code, "DependencyViolation");
    cloud.settled(&path("LoadBalancerLeaveSecurityGroup"), &join);
    assert_eq!(groups(cloud), json!([]));
}

/// An application balancer with one listener that forwards to a group; their ids.
fn listening(cloud: &mut Cloud) -> (String, String, String) {
    let site = site(cloud);
    let id = modern(cloud, "alb", &site, &[]);
    let asked = [("ServerGroupName", "web"), ("VpcId", site.vpc.as_str())];
    let group = cloud.settled("alb/CreateServerGroup", &asked);
    let group = group["ServerGroupId"].id();
    let listener = [
        ("LoadBalancerId", id.as_str()),
        ("ListenerPort", "80"),
        ("ListenerProtocol", "HTTP"),
        ("DefaultActions.1.Type", "ForwardGroup"),
        (
            "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId",
            group,
        ),
    ];
    let listener = cloud.settled("alb/CreateListener", &listener);
    (id, listener["ListenerId"].id().to_owned(), group.to_owned())
}

pub(super) fn rules(cloud: &mut Cloud) {
    let (_, listener, group) = listening(cloud);
    let asked = [
        ("ListenerId", listener.as_str()),
        ("RuleName", "api"),
        ("Priority", "10"),
        ("RuleConditions.1.Type", "Path"),
        ("RuleConditions.1.PathConfig.Values.1", "/api/*"),
        ("RuleActions.1.Type", "ForwardGroup"),
        ("RuleActions.1.Order", "1"),
        (
            "RuleActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId",
            group.as_str(),
        ),
    ];
    let made = cloud.settled("alb/CreateRule", &asked);
    let of = ("RuleId", made["RuleId"].id());
    let seen = cloud.seen("alb/ListRules", of.0, of.1).expect("seen");
    assert_eq!(seen["RuleStatus"], "Available");
    assert_eq!(seen["RuleActions"][0]["Order"], 1);
    assert_eq!(
        seen["RuleConditions"][0]["PathConfig"]["Values"],
        json!(["/api/*"])
    );
    let code = cloud.refused("alb/CreateRule", &asked);
    assert_eq!(code, "Conflict.Priority");
    cloud.done("alb/DeleteRule", &[of]);
    assert_eq!(cloud.seen("alb/ListRules", of.0, of.1), None);
    cloud.settled("alb/CreateRule", &asked);
    cloud.done("alb/DeleteListener", &asked[..1]);
    assert!(cloud.list("alb/ListRules", &asked[..1]).is_empty());
    cloud.done("alb/DeleteServerGroup", &[("ServerGroupId", &group)]);
}

pub(super) fn lists(cloud: &mut Cloud) {
    let (_, listener, _) = listening(cloud);
    let made = cloud.done("alb/CreateAcl", &[("AclName", "office")]);
    let of = ("AclId", made["AclId"].id());
    let entry = [of, ("AclEntries.1.Entry", "198.51.100.0/24")];
    cloud.done("alb/AddEntriesToAcl", &entry);
    assert_eq!(cloud.list("alb/ListAclEntries", &[of]).len(), 1);
    let bind = [
        ("ListenerId", listener.as_str()),
        ("AclIds.1", of.1),
        ("AclType", "White"),
    ];
    cloud.done("alb/AssociateAclsWithListener", &bind);
    let code = cloud.refused("alb/DeleteAcl", &[of]);
    assert_eq!(code, "ResourceInUse.Acl");
    let seen = cloud.done("alb/GetListenerAttribute", &bind[..1]);
    assert_eq!(seen["AclConfig"]["AclType"], "White");
    cloud.done("alb/DissociateAclsFromListener", &bind);
    let removed = [of, ("Entries.1", "198.51.100.0/24")];
    cloud.done("alb/RemoveEntriesFromAcl", &removed);
    assert!(cloud.list("alb/ListAclEntries", &[of]).is_empty());
    cloud.done("alb/DeleteAcl", &[of]);
    assert_eq!(cloud.seen("alb/ListAcls", of.0, of.1), None);
}

pub(super) fn addresses(cloud: &mut Cloud) {
    let site = site(cloud);
    let (own, address) = cloud.eip();
    let more = [("ZoneMappings.1.AllocationId", own.as_str())];
    let id = modern(cloud, "nlb", &site, &more);
    cloud.wait();
    let path = "vpc/DescribeEipAddresses";
    let bound = cloud.list(path, &[("AssociatedInstanceId", &id)]);
    assert_eq!(bound.len(), 2);
    assert!(bound.iter().all(|eip| eip["InstanceType"] == "Nlb"));
    let seen = cloud.done("nlb/GetLoadBalancerAttribute", &[("LoadBalancerId", &id)]);
    let first = &seen["ZoneMappings"][0]["LoadBalancerAddresses"][0];
    assert_eq!(first["PublicIPv4Address"], address.as_str());
    let asked = [
        ("VpcId", site.vpc.as_str()),
        ("AddressType", "Internet"),
        ("ZoneMappings.1.ZoneId", "cn-hangzhou-h"),
        ("ZoneMappings.1.VSwitchId", &site.vswitches[0]),
    ];
    let code = cloud.refused("nlb/CreateLoadBalancer", &asked);
    assert_eq!(code, "InvalidParameter.ZoneMappings");
    cloud.done("nlb/DeleteLoadBalancer", &[("LoadBalancerId", &id)]);
    let seen = cloud.seen(path, "AllocationId", &own).expect("kept");
    assert_eq!(seen["Status"], "Available");
    assert!(
        cloud
            .list(path, &[("AssociatedInstanceId", &id)])
            .is_empty()
    );
}
