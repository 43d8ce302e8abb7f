"""Regions, and what every request has: forms, signatures, times, nonces, errors."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from cases import case, case_of_both
from clients import KEY_ID, OTHER_REGION, REGION, SECRET, Fields, Lab, NewSdk, Sdk
from estate import AWKWARD_TEXT, groups, new_group, new_vpc, rules, ssh_from
from expect import Failure, Refused, check, refused, same


def check_regions(answer: Fields) -> None:
    regions = {region["RegionId"]: region for region in answer["Regions"]["Region"]}
    for region in (REGION, OTHER_REGION):
        check(region in regions, f"{region} is not in {sorted(regions)}")
        for field in ("LocalName", "RegionEndpoint"):
            check(regions[region].get(field), f"{region} has no {field}")


@case_of_both
def regions(lab: Lab, ecs: Sdk) -> None:
    check_regions(ecs("DescribeRegions"))


@case
def signature_v2(lab: Lab) -> None:
    """The new SDK signs like the old one if told to, with `Format=json` instead of `JSON`."""
    key = (KEY_ID, SECRET)
    ecs = NewSdk("alibabacloud_ecs20140526", lab.endpoint, key, signature_algorithm="v2")
    check_regions(ecs("DescribeRegions"))
    with refused("SignatureDoesNotMatch", status=[400]):
        ecs.signed_with(KEY_ID, "wrong")("DescribeRegions")


@case_of_both
def get_request(lab: Lab, ecs: Sdk) -> None:
    check_regions(ecs.raw("DescribeRegions", method="GET"))


@case_of_both
def form_body(lab: Lab, ecs: Sdk) -> None:
    """Parameters in the body are signed differently and mean the same."""
    group = new_group(lab, new_vpc(lab), Description=AWKWARD_TEXT)
    answer = ecs.raw(
        "DescribeSecurityGroupAttribute",
        query={"RegionId": REGION},
        form={"SecurityGroupId": group},
    )
    same("the description", answer["Description"], AWKWARD_TEXT)


@case_of_both
def wrong_secret(lab: Lab, ecs: Sdk) -> None:
    # Alibaba Cloud's message ends in `: ` and the string that it signed. The old SDK splits at the
    # colon, fails if there is none, and changes the code to the second if the string is its own.
    with refused("SignatureDoesNotMatch", "InvalidAccessKeySecret", status=[400]):
        ecs.signed_with(KEY_ID, "wrong")("DescribeRegions")


@case_of_both
def unknown_access_key(lab: Lab, ecs: Sdk) -> None:
    with refused("InvalidAccessKeyId.NotFound", status=[400, 404]):
        ecs.signed_with("nobody", SECRET)("DescribeRegions")


@case_of_both
def timestamps(lab: Lab, ecs: Sdk) -> None:
    def call_after(minutes: int) -> None:
        moment = datetime.now(UTC) + timedelta(minutes=minutes)
        with ecs.at(moment.strftime("%Y-%m-%dT%H:%M:%SZ")):
            ecs("DescribeRegions")

    for minutes in (-20, 20):
        with refused("InvalidTimeStamp.Expired", status=[400]):
            call_after(minutes)
    call_after(-10)
    with refused("InvalidTimeStamp.Format", status=[400]), ecs.at("yesterday"):
        ecs("DescribeRegions")


@case_of_both
def used_nonce(lab: Lab, ecs: Sdk) -> None:
    with ecs.with_nonce(uuid.uuid4().hex):
        ecs("DescribeRegions")
        with refused("SignatureNonceUsed", status=[400]):
            ecs("DescribeRegions")


@case
def missing_parameter(lab: Lab) -> None:
    # Documented are MissingParameter, MissingParameter.Name and MissingName.
    with refused("Missing*", status=[400]):
        lab.ecs("AuthorizeSecurityGroup", Permissions=[ssh_from("10.0.0.0/8")])
    with refused("Missing*", status=[400]):
        lab.ecs("DescribeSecurityGroups", RegionId=None)
    with refused("Missing*", status=[400]):
        lab.vpc("DeleteVpc")


@case
def unknown_region(lab: Lab) -> None:
    with refused("InvalidRegionId.NotFound", status=[400, 404]):
        groups(lab.ecs, RegionId="cn-nosuch")
    with refused("InvalidRegionId.NotFound", status=[400, 404]):
        lab.vpc("DescribeVpcs", RegionId="cn-nosuch")


@case_of_both
def unknown_action(lab: Lab, ecs: Sdk) -> None:
    with refused("InvalidApi.NotFound", "InvalidAction.NotFound", status=[404]):
        ecs.raw("DescribeNothing", query={"RegionId": REGION})


@case
def error_body(lab: Lab) -> None:
    try:
        rules(lab.ecs, "sg-nosuch")
    except Refused as refusal:
        for field in ("RequestId", "HostId", "Code", "Message", "Recommend"):
            check(refusal.body.get(field), f"the error has no {field}: {refusal.body}")
        same("the id that the SDK found", refusal.request_id, refusal.body["RequestId"])
        same("the id's form", str(uuid.UUID(refusal.request_id)).upper(), refusal.request_id)
    else:
        raise Failure("a missing group was found")
