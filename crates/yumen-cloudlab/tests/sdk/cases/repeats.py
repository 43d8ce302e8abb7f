"""Calls that are made twice, and calls that only try."""

from __future__ import annotations

import uuid

from cases import case
from clients import Lab
from estate import groups, ids, new_vpc, vpcs
from expect import refused, same


@case
def client_token_of_group(lab: Lab) -> None:
    vpc = new_vpc(lab)
    fields = {"VpcId": vpc, "SecurityGroupName": "once", "ClientToken": str(uuid.uuid4())}
    first = lab.ecs("CreateSecurityGroup", **fields)["SecurityGroupId"]
    lab.afterwards(lambda: lab.ecs("DeleteSecurityGroup", SecurityGroupId=first))
    second = lab.ecs("CreateSecurityGroup", **fields)["SecurityGroupId"]
    same("the second answer", second, first)
    with refused("IdempotentParameterMismatch"):
        lab.ecs("CreateSecurityGroup", **{**fields, "SecurityGroupName": "twice"})
    same("the groups", ids("SecurityGroupId", groups(lab.ecs, VpcId=vpc)), [first])


@case
def client_token_of_vpc(lab: Lab) -> None:
    fields = {"VpcName": f"once-{uuid.uuid4().hex}", "ClientToken": str(uuid.uuid4())}
    first = new_vpc(lab, **fields)
    second = lab.vpc("CreateVpc", CidrBlock="10.0.0.0/8", **fields)["VpcId"]
    same("the second answer", second, first)
    with refused("IdempotentParameterMismatch"):
        lab.vpc("CreateVpc", CidrBlock="192.168.0.0/16", **fields)
    same("the VPCs", ids("VpcId", vpcs(lab, VpcName=fields["VpcName"])), [first])


@case
def dry_run(lab: Lab) -> None:
    vpc = new_vpc(lab)
    name = f"dry-{uuid.uuid4().hex}"
    with refused("DryRunOperation"):
        lab.vpc("DescribeVpcs", DryRun=True)
    with refused("DryRunOperation"):
        lab.vpc("CreateVpc", CidrBlock="10.0.0.0/8", VpcName=name, DryRun=True)
    with refused("DryRunOperation"):
        lab.vpc("DeleteVpc", VpcId=vpc, DryRun=True)
    with refused("DryRunOperation"):
        lab.ecs("DescribeSecurityGroups", DryRun=True)
    same("what a dry run made", vpcs(lab, VpcName=name), [])
    same("what a dry run deleted", ids("VpcId", vpcs(lab, VpcId=vpc, DryRun=False)), [vpc])
