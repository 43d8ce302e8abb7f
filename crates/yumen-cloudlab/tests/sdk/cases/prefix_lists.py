"""Prefix lists."""

from __future__ import annotations

from cases import case
from clients import Fields, Lab
from estate import authorize, ids, new_group, new_prefix_list, new_vpc, pages
from expect import ANY_CODE, refused, same


def entries(lab: Lab, prefix_list: str) -> dict[str, str]:
    answer = lab.ecs("DescribePrefixListAttributes", PrefixListId=prefix_list)
    return {entry["Cidr"]: entry.get("Description", "") for entry in answer["Entries"]["Entry"]}


@case
def prefix_list(lab: Lab) -> None:
    made = new_prefix_list(lab, "203.0.113.0/24", "198.51.100.7", MaxEntries=3)
    # A single address becomes a network of one.
    same("the entries", entries(lab, made), {"203.0.113.0/24": "", "198.51.100.7/32": ""})
    lab.ecs(
        "ModifyPrefixList",
        PrefixListId=made,
        PrefixListName="suppliers",
        AddEntry=[{"Cidr": "192.0.2.0/24", "Description": "the new one"}],
        RemoveEntry=[{"Cidr": "203.0.113.0/24"}],
    )
    expected = {"198.51.100.7/32": "", "192.0.2.0/24": "the new one"}
    same("the entries after a change", entries(lab, made), expected)
    answer = lab.ecs("DescribePrefixLists", PrefixListId=[made])
    (found,) = answer["PrefixLists"]["PrefixList"]
    same("PrefixListName", found["PrefixListName"], "suppliers")
    same("AddressFamily", found["AddressFamily"], "IPv4")
    same("MaxEntries", found["MaxEntries"], 3)
    same("AssociationCount", found["AssociationCount"], 0)
    with refused(ANY_CODE):
        # MaxEntries is fixed when the list is made.
        too_many = [{"Cidr": f"10.{number}.0.0/16"} for number in range(3)]
        lab.ecs("ModifyPrefixList", PrefixListId=made, AddEntry=too_many)
    same("the entries after the refusal", entries(lab, made), expected)
    lab.ecs("DeletePrefixList", PrefixListId=made)
    with refused("InvalidPrefixListId.NotFound", status=[404]):
        lab.ecs("DescribePrefixListAttributes", PrefixListId=made)


@case
def prefix_list_of_ipv6(lab: Lab) -> None:
    long_form = "2001:0DB8:0000:0000:0000:0000:0000:0000/32"
    made = new_prefix_list(lab, long_form, AddressFamily="IPv6")
    same("the entries", entries(lab, made), {"2001:db8::/32": ""})
    with refused(ANY_CODE):
        lab.ecs("ModifyPrefixList", PrefixListId=made, AddEntry=[{"Cidr": "10.0.0.0/8"}])


@case
def prefix_list_pages(lab: Lab) -> None:
    made = {new_prefix_list(lab, "10.0.0.0/8", PrefixListName=f"page-{n}") for n in range(12)}
    found = pages(lab.ecs, "DescribePrefixLists", MaxResults=5)
    lists = [item for page in found for item in page["PrefixLists"]["PrefixList"]]
    listed = ids("PrefixListId", lists)
    same("each list once", len(listed), len(set(listed)))
    same("lists that no page shows", made - set(listed), set())


@case
def prefix_list_in_use(lab: Lab) -> None:
    made = new_prefix_list(lab, "203.0.113.0/24")
    group = new_group(lab, new_vpc(lab))
    rule = {"IpProtocol": "TCP", "PortRange": "22/22", "SourcePrefixListId": made}

    def associations() -> list[Fields]:
        answer = lab.ecs("DescribePrefixListAssociations", PrefixListId=made)
        return answer["PrefixListAssociations"]["PrefixListAssociation"]

    same("the users of a new list", associations(), [])
    authorize(lab.ecs, group, rule)
    (user,) = associations()
    same("ResourceId", user["ResourceId"], group)
    same("ResourceType", user["ResourceType"].lower(), "securitygroup")
    # DeletePrefixList documents the first; DependencyViolation is the code of the other products.
    with refused("NotAllowed.AssociationExist", "DependencyViolation*"):
        lab.ecs("DeletePrefixList", PrefixListId=made)
    lab.ecs("RevokeSecurityGroup", SecurityGroupId=group, Permissions=[rule])
    same("the users after the rule is gone", associations(), [])
    lab.ecs("DeletePrefixList", PrefixListId=made)
