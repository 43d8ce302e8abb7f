"""The last case: an estate is found by listing and taken away."""

from __future__ import annotations

from cases import case
from clients import Lab
from estate import (
    authorize,
    authorize_egress,
    bind,
    bindings,
    delete_vpc,
    delete_vswitch,
    ids,
    new_group,
    new_network_acl,
    new_prefix_list,
    new_vpc,
    new_vswitch,
    pages,
    rules,
    unbind,
    vpcs,
    vswitches,
)
from expect import eventually, same


@case
def delete_everything(lab: Lab) -> None:
    """Finds all there is in the region by listing, also what failed cases left, and deletes it."""
    vpc = new_vpc(lab)
    bind(lab, new_network_acl(lab, vpc), new_vswitch(lab, vpc))
    partners = new_prefix_list(lab, "192.0.2.0/24")
    web, app = new_group(lab, vpc), new_group(lab, vpc)
    tcp = {"IpProtocol": "TCP", "PortRange": "80/80"}
    authorize(lab.ecs, web, {**tcp, "SourcePrefixListId": partners}, {**tcp, "SourceGroupId": app})
    authorize_egress(lab.ecs, app, {**tcp, "DestGroupId": web})
    lab.vpc("AllocateEipAddress")

    def all_groups() -> list[str]:
        found = pages(lab.ecs, "DescribeSecurityGroups", MaxResults=100)
        listed = (page["SecurityGroups"]["SecurityGroup"] for page in found)
        return [group for page in listed for group in ids("SecurityGroupId", page)]

    def all_prefix_lists() -> list[str]:
        found = pages(lab.ecs, "DescribePrefixLists", MaxResults=100)
        listed = (page["PrefixLists"]["PrefixList"] for page in found)
        return [item for page in listed for item in ids("PrefixListId", page)]

    def first_of(action: str, outer: str, inner: str, id_name: str) -> list[str]:
        return ids(id_name, lab.vpc(action, PageSize=50)[outer][inner])

    def all_acls() -> list[str]:
        return first_of("DescribeNetworkAcls", "NetworkAcls", "NetworkAcl", "NetworkAclId")

    def all_eips() -> list[str]:
        return first_of("DescribeEipAddresses", "EipAddresses", "EipAddress", "AllocationId")

    for group in all_groups():
        for direction, action in (("ingress", ""), ("egress", "Egress")):
            if rule_ids := ids("SecurityGroupRuleId", rules(lab.ecs, group, direction)):
                fields = {"SecurityGroupId": group, "SecurityGroupRuleId": rule_ids}
                lab.ecs(f"RevokeSecurityGroup{action}", **fields)
    for group in all_groups():
        lab.ecs("DeleteSecurityGroup", SecurityGroupId=group)
    for prefix_list in all_prefix_lists():
        lab.ecs("DeletePrefixList", PrefixListId=prefix_list)
    for acl in all_acls():
        for vswitch, _ in bindings(lab, acl):
            unbind(lab, acl, vswitch)
        lab.vpc("DeleteNetworkAcl", NetworkAclId=acl)
    while found := vswitches(lab, PageSize=50):
        delete_vswitch(lab, found[0]["VSwitchId"])
    while found := vpcs(lab, PageSize=50):
        delete_vpc(lab, found[0]["VpcId"])
    for allocation in all_eips():
        lab.vpc("ReleaseEipAddress", AllocationId=allocation)
    eventually("no EIP is left", lambda: not all_eips())
    left = all_groups() + all_prefix_lists() + all_acls()
    same("what is left", left, [])
