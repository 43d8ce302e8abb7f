"""The products beside ECS and VPC: STS, ActionTrail, the load balancers."""

from __future__ import annotations

from datetime import UTC, datetime

from cases import case
from clients import ECS_VERSION, KEY_ID, REGION, Fields, Lab
from estate import authorize, ids, new_group, new_vpc, pages, ssh_from
from expect import ANY_CODE, check, eventually, refused, same


@case
def caller_identity(lab: Lab) -> None:
    identity = lab.sts("GetCallerIdentity")
    account = identity["AccountId"]
    check(account.isdigit(), f"an account is a number, not {account!r}")
    check(identity["Arn"].startswith(f"acs:ram::{account}:"), f"Arn is {identity['Arn']!r}")
    kinds = ("Account", "RAMUser", "AssumedRoleUser")
    check(identity["IdentityType"] in kinds, f"IdentityType is {identity['IdentityType']!r}")
    check(identity.get("PrincipalId"), "there is no PrincipalId")


@case
def events(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    answer = authorize(lab.ecs, group, ssh_from("198.51.100.0/24"))
    by_name = [{"Key": "EventName", "Value": "AuthorizeSecurityGroup"}]

    def found() -> Fields | None:
        latest = lab.actiontrail("LookupEvents", LookupAttribute=by_name, MaxResults="50")["Events"]
        return next((event for event in latest if event["requestId"] == answer["RequestId"]), None)

    # The real ActionTrail takes minutes.
    eventually("the call is among the events", found)
    event = found()
    assert event is not None
    expected = {
        "eventName": "AuthorizeSecurityGroup",
        "eventRW": "Write",
        "acsRegion": REGION,
        "apiVersion": ECS_VERSION,
        "eventType": "ApiCall",
    }
    same("the event", {name: event[name] for name in expected}, expected)
    same("serviceName", event["serviceName"].lower(), "ecs")
    same("accessKeyId", event["userIdentity"]["accessKeyId"], KEY_ID)
    for field in ("eventId", "eventTime", "sourceIpAddress", "userAgent"):
        check(event.get(field), f"the event has no {field}")
    parameters = event["requestParameters"]
    same("SecurityGroupId of the request", parameters["SecurityGroupId"], group)
    # Samples show lists in requests as they are on the wire, `LookupAttribute.1.Value`.
    source = parameters.get("Permissions.1.SourceCidrIp")
    same("SourceCidrIp of the request", source, "198.51.100.0/24")


@case
def event_pages(lab: Lab) -> None:
    group = new_group(lab, new_vpc(lab))
    start = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    calls = [authorize(lab.ecs, group, ssh_from(f"10.{number}.0.0/16")) for number in range(5)]
    wanted = set(ids("RequestId", calls))
    by_name = [{"Key": "EventName", "Value": "AuthorizeSecurityGroup"}]

    def found() -> list[str]:
        fields = {"LookupAttribute": by_name, "StartTime": start, "MaxResults": "2"}
        return [
            event["requestId"]
            for page in pages(lab.actiontrail, "LookupEvents", **fields)
            for event in page["Events"]
        ]

    eventually("all calls are among the events", lambda: wanted <= set(found()))
    listed = found()
    same("each event once", len(listed), len(set(listed)))
    with refused(ANY_CODE):
        # Only one condition can be asked for.
        twice = by_name + [{"Key": "EventRW", "Value": "Write"}]
        lab.actiontrail("LookupEvents", LookupAttribute=twice)


@case
def no_balancers(lab: Lab) -> None:
    classic = lab.slb("DescribeLoadBalancers")
    same("CLB instances", classic["LoadBalancers"]["LoadBalancer"], [])
    same("their number", classic["TotalCount"], 0)
    same("ALB instances", lab.alb("ListLoadBalancers")["LoadBalancers"], [])
