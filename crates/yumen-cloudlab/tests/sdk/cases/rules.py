"""The rules of security groups."""

from __future__ import annotations

from cases import case, case_of_both
from clients import Fields, Lab, Sdk
from estate import (
    AWKWARD_TEXT,
    authorize,
    authorize_egress,
    https_to,
    ids,
    new_group,
    new_prefix_list,
    new_vpc,
    pages,
    rules,
    same_rules,
    ssh_from,
)
from expect import ANY_CODE, check, refused, same


@case_of_both
def authorize_ingress_rules(lab: Lab, ecs: Sdk) -> None:
    vpc = new_vpc(lab)
    partners, source = new_prefix_list(lab, "198.51.100.0/24"), new_group(lab, vpc)
    group = new_group(lab, vpc)
    sent: list[Fields] = [
        ssh_from("203.0.113.0/29", Policy="accept", Priority="5", Description=AWKWARD_TEXT),
        {"IpProtocol": "ALL", "PortRange": "-1/-1", "SourceCidrIp": "0.0.0.0/0", "Policy": "drop"},
        {"IpProtocol": "TCP", "PortRange": "443/443", "Ipv6SourceCidrIp": "2001:db8:1::/48"},
        {"IpProtocol": "TCP", "PortRange": "8000/8099", "SourcePrefixListId": partners},
        {"IpProtocol": "UDP", "PortRange": "1/65535", "SourceGroupId": source, "Priority": "100"},
        {"IpProtocol": "ICMP", "PortRange": "-1/-1", "SourceCidrIp": "10.0.0.0/8"},
        {
            "IpProtocol": "TCP",
            "PortRange": "3306/3306",
            "SourceCidrIp": "10.2.0.0/24",
            "SourcePortRange": "1024/65535",
            "DestCidrIp": "10.1.0.0/24",
        },
    ]
    authorize(ecs, group, *sent)
    found = rules(ecs, group, "ingress")
    same_rules("the ingress rules", found, sent)
    same("the egress rules", rules(ecs, group, "egress"), [])
    for rule in found:
        same("Direction", rule["Direction"], "ingress")
        same("NicType", rule["NicType"], "intranet")
        check(rule["SecurityGroupRuleId"].startswith("sgr-"), f"a rule without its id: {rule}")
        check(rule.get("CreateTime"), f"a rule without its time: {rule}")
    same("the ids are different", len(set(ids("SecurityGroupRuleId", found))), len(sent))


@case_of_both
def authorize_egress_rules(lab: Lab, ecs: Sdk) -> None:
    vpc = new_vpc(lab)
    partners, dest = new_prefix_list(lab, "198.51.100.0/24"), new_group(lab, vpc)
    group = new_group(lab, vpc)
    sent: list[Fields] = [
        https_to("0.0.0.0/0", Policy="accept", Priority="2", Description=AWKWARD_TEXT),
        {"IpProtocol": "ALL", "PortRange": "-1/-1", "DestCidrIp": "0.0.0.0/0", "Policy": "drop"},
        {"IpProtocol": "UDP", "PortRange": "53/53", "Ipv6DestCidrIp": "2001:db8:2::/64"},
        {"IpProtocol": "TCP", "PortRange": "8000/8099", "DestPrefixListId": partners},
        {"IpProtocol": "TCP", "PortRange": "6379/6379", "DestGroupId": dest, "Priority": "100"},
    ]
    authorize_egress(ecs, group, *sent)
    found = rules(ecs, group, "egress")
    same_rules("the egress rules", found, sent)
    same("Direction", {rule["Direction"] for rule in found}, {"egress"})
    same("the ingress rules", rules(ecs, group, "ingress"), [])


@case
def authorize_twice(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    authorize(lab.ecs, group, ssh_from("10.0.0.0/8"))
    authorize_egress(lab.ecs, group, https_to("10.0.0.0/8"))
    before = ids("SecurityGroupRuleId", rules(lab.ecs, group))
    authorize(lab.ecs, group, ssh_from("10.0.0.0/8"))
    spelt_out = {"IpProtocol": "tcp", "Policy": "Accept", "Priority": "1"}
    authorize(lab.ecs, group, ssh_from("10.0.0.0/8", **spelt_out))
    authorize_egress(lab.ecs, group, https_to("10.0.0.0/8"))
    same("the rules", ids("SecurityGroupRuleId", rules(lab.ecs, group)), before)
    authorize(lab.ecs, group, ssh_from("10.0.0.0/8", Priority="2"))
    same("another priority is another rule", len(rules(lab.ecs, group)), 3)


@case
def rule_pages(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    inward = [ssh_from(f"10.{number}.0.0/16") for number in range(17)]
    outward = [https_to(f"10.{number}.0.0/16") for number in range(8)]
    authorize(lab.ecs, group, *inward)
    authorize_egress(lab.ecs, group, *outward)
    for direction, sent in (("all", inward + outward), ("ingress", inward), ("egress", outward)):
        fields = {"SecurityGroupId": group, "Direction": direction, "MaxResults": 10}
        found = pages(lab.ecs, "DescribeSecurityGroupAttribute", **fields)
        listed = [rule for page in found for rule in page["Permissions"]["Permission"]]
        same_rules(f"each rule of direction {direction} once", listed, sent)
        same("each id once", len(set(ids("SecurityGroupRuleId", listed))), len(sent))
        same("pages", len(found), -(-len(sent) // 10))
        longest = max(len(page["Permissions"]["Permission"]) for page in found)
        check(longest <= 10, f"a page of {longest} rules where 10 were asked for")


@case
def modify_rule(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    authorize(lab.ecs, group, ssh_from("10.0.0.0/8", Description="before"))
    before = rules(lab.ecs, group)[0]
    rule_id = before["SecurityGroupRuleId"]

    def modify(**changes: str) -> None:
        lab.ecs(
            "ModifySecurityGroupRule",
            SecurityGroupId=group,
            SecurityGroupRuleId=rule_id,
            **changes,
        )

    for changes in (
        {"Description": AWKWARD_TEXT},
        {"Priority": "50"},
        {"PortRange": "2222/2222"},
        {"Policy": "drop", "SourceCidrIp": "192.168.0.0/16"},
    ):
        modify(**changes)
        before = {**before, **changes}
        found = rules(lab.ecs, group)
        same_rules(f"the rule after {changes}", found, [before])
        same("the rule's id", ids("SecurityGroupRuleId", found), [rule_id])
    with refused(ANY_CODE):
        # The kind of the other end cannot be changed.
        modify(Ipv6SourceCidrIp="2001:db8::/32")
    with refused("InvalidPriority.ValueNotSupported", status=[400]):
        modify(Priority="101")
    same_rules("the rule after the refusals", rules(lab.ecs, group), [before])


@case
def modify_egress_rule(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    authorize_egress(lab.ecs, group, https_to("10.0.0.0/8"))
    (before,) = rules(lab.ecs, group)
    changes = {"Description": "out", "Priority": "7", "PortRange": "8443/8443"}
    lab.ecs(
        "ModifySecurityGroupEgressRule",
        SecurityGroupId=group,
        SecurityGroupRuleId=before["SecurityGroupRuleId"],
        **changes,
    )
    same_rules("the rule", rules(lab.ecs, group), [{**before, **changes}])


@case
def revoke_by_id(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    kept = ssh_from("10.3.0.0/16")
    authorize(lab.ecs, group, ssh_from("10.1.0.0/16"), ssh_from("10.2.0.0/16"), kept)
    authorize_egress(lab.ecs, group, https_to("10.0.0.0/8"))
    doomed = [
        rule["SecurityGroupRuleId"]
        for rule in rules(lab.ecs, group, "ingress")
        if rule["SourceCidrIp"] != kept["SourceCidrIp"]
    ]
    lab.ecs("RevokeSecurityGroup", SecurityGroupId=group, SecurityGroupRuleId=doomed)
    same_rules("the ingress rules", rules(lab.ecs, group, "ingress"), [kept])
    outward = ids("SecurityGroupRuleId", rules(lab.ecs, group, "egress"))
    lab.ecs("RevokeSecurityGroupEgress", SecurityGroupId=group, SecurityGroupRuleId=outward)
    same("the egress rules", rules(lab.ecs, group, "egress"), [])


@case
def revoke_by_permissions(lab: Lab) -> None:
    vpc = new_vpc(lab)
    source = new_group(lab, vpc)
    group = new_group(lab, vpc)
    kept = ssh_from("10.3.0.0/16", Priority="3")
    inward: list[Fields] = [
        ssh_from("10.1.0.0/16", Priority="3", Description="goes, whatever it says here"),
        {"IpProtocol": "UDP", "PortRange": "53/53", "Ipv6SourceCidrIp": "2001:db8::/32"},
        {"IpProtocol": "TCP", "PortRange": "80/80", "SourceGroupId": source},
    ]
    authorize(lab.ecs, group, *inward, kept)
    authorize_egress(lab.ecs, group, https_to("10.0.0.0/8"))
    for rule in inward:
        rule.pop("Description", None)
    lab.ecs("RevokeSecurityGroup", SecurityGroupId=group, Permissions=inward)
    same_rules("the ingress rules", rules(lab.ecs, group, "ingress"), [kept])
    outward = [https_to("10.0.0.0/8")]
    lab.ecs("RevokeSecurityGroupEgress", SecurityGroupId=group, Permissions=outward)
    same("the egress rules", rules(lab.ecs, group, "egress"), [])


@case
def revoke_missing_rule(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    kept = ssh_from("10.0.0.0/8")
    authorize(lab.ecs, group, kept)
    kept_id = rules(lab.ecs, group)[0]["SecurityGroupRuleId"]
    missing = [ssh_from("10.9.0.0/16")]
    lab.ecs("RevokeSecurityGroup", SecurityGroupId=group, Permissions=missing)
    for direction in ("", "Egress"):
        with refused("InvalidParam.SecurityGroupRuleId"):
            lab.ecs(
                f"RevokeSecurityGroup{direction}",
                SecurityGroupId=group,
                SecurityGroupRuleId=["sgr-nosuch"],
            )
    with refused(ANY_CODE):
        # A rule is named by its id or by what it says, not by both.
        lab.ecs(
            "RevokeSecurityGroup",
            SecurityGroupId=group,
            SecurityGroupRuleId=[kept_id],
            Permissions=[kept],
        )
    same_rules("the rules", rules(lab.ecs, group), [kept])


@case
def bad_rules(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    for priority in ("0", "101"):
        with refused("InvalidPriority.ValueNotSupported", status=[400]):
            authorize(lab.ecs, group, ssh_from("10.0.0.0/8", Priority=priority))
    with refused("InvalidIpProtocol.ValueNotSupported", status=[400]):
        authorize(lab.ecs, group, ssh_from("10.0.0.0/8", IpProtocol="carrier-pigeon"))
    # The second and third are what the tables of errors of 2021 have instead of the first.
    bad_ports = (
        "InvalidPortRange.Malformed",
        "InvalidParam.PortRange",
        "InvalidIpProtocol.Malformed",
    )
    for ports in ("200/1", "0/70000", "ssh"):
        with refused(*bad_ports, status=[400]):
            authorize(lab.ecs, group, ssh_from("10.0.0.0/8", PortRange=ports))
    with refused("InvalidSourceCidrIp.Malformed", "InvalidParam.SourceIp", status=[400]):
        authorize(lab.ecs, group, ssh_from("10.0.0.0/33"))
    with refused("InvalidPolicy.Malformed", status=[400]):
        authorize(lab.ecs, group, ssh_from("10.0.0.0/8", Policy="reject"))
    tcp = {"IpProtocol": "TCP", "PortRange": "22/22"}
    with refused("MissingParameter*", status=[400, 403]):
        authorize(lab.ecs, group, tcp)
    with refused("InvalidSourceGroupId.NotFound", "InvalidSourceGroup.NotFound"):
        authorize(lab.ecs, group, {**tcp, "SourceGroupId": "sg-nosuch"})
    with refused("InvalidPrefixListId.NotFound", status=[404]):
        authorize(lab.ecs, group, {**tcp, "SourcePrefixListId": "pl-nosuch"})
    with refused("InvalidPriority.ValueNotSupported", status=[400]):
        # One bad rule spoils the call: the good one before it must not come to be.
        authorize(lab.ecs, group, ssh_from("10.0.0.0/8"), ssh_from("10.1.0.0/16", Priority="0"))
    same("the rules", rules(lab.ecs, group), [])


@case
def enterprise_group_has_no_group_rules(lab: Lab) -> None:
    vpc = new_vpc(lab)
    source, group = new_group(lab, vpc), new_group(lab, vpc, SecurityGroupType="enterprise")
    rule = {"IpProtocol": "TCP", "PortRange": "22/22", "SourceGroupId": source}
    with refused(ANY_CODE):
        authorize(lab.ecs, group, rule)
    same("the rules", rules(lab.ecs, group), [])
